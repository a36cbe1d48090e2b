//! What happens to a request, told while it happens: for logs, counters and timelines.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, Url};

use crate::Error;

// ANCHOR: event
/// One thing that happened to one request.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The number of the request: 1 for the first that this client made. Retries and redirects keep it.
    pub request: u64,
    /// How it asks.
    pub method: &'a Method,
    /// What it asks for: after a redirect, the new address.
    pub url: &'a Url,
    /// What happened.
    pub what: What<'a>,
}

/// What happened to a request. Events of one request come in order, on the thread that made it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum What<'a> {
    /// It is sent, for the so-manieth time. Where no connection is free, one is made first.
    Sent {
        /// 1 for the first try.
        attempt: u32,
    },
    /// The head of the answer is there.
    Answered {
        /// The status.
        status: u16,
    },
    /// The answer leads elsewhere, and we go there.
    Redirected {
        /// Where to.
        to: &'a Url,
    },
    /// The body was read, to its end or as far as somebody wanted.
    Read {
        /// The bytes that came over the wire.
        wire_bytes: u64,
        /// The bytes after unpacking.
        body_bytes: u64,
        /// Whether that was all of it.
        whole: bool,
    },
    /// There is no answer, or it broke off.
    Failed(&'a Error),
    /// It will be tried again after this pause.
    Paused {
        /// How long.
        pause: Duration,
    },
}
// ANCHOR_END: event

/// Whoever wants to know. It is called on the thread that makes the request, so it should be quick.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl Observer {
    /// Calls this for each event.
    pub fn new(observe: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    /// Tells nobody.
    pub fn nobody() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}

impl Default for Observer {
    fn default() -> Self {
        Self::nobody()
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
