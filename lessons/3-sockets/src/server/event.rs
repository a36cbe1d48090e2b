//! What happens in a server, for whoever wants to know: one event at a time, or counted.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::service::{ClientId, Reason};

/// Something that happened in a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A client was accepted.
    Arrived {
        /// Its number.
        client: ClientId,
        /// Where it calls from.
        peer: SocketAddr,
    },
    /// A client is gone.
    Departed {
        /// Its number.
        client: ClientId,
        /// Why.
        reason: Reason,
    },
    /// A connection was turned away, or could not even be accepted. The server goes on.
    Refused {
        /// Why, in words for the operator.
        why: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrived { client, peer } => write!(f, "client {} arrived from {peer}", client.0),
            Self::Departed { client, reason } => write!(f, "client {} is gone: {reason}", client.0),
            Self::Refused { why } => write!(f, "a connection was refused: {why}"),
        }
    }
}

type Observe = dyn Fn(&Event) + Send + Sync;

/// Who is told what happens in a server.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Observe>>);

impl Observer {
    /// Makes an observer of a function, which must not wait.
    pub fn new(observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    pub(super) fn tell(&self, event: &Event) {
        if let Some(observe) = &self.0 {
            observe(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Observer(a function)"
        } else {
            "Observer(nobody)"
        })
    }
}

/// What a server has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Clients connected now.
    pub clients: u64,
    /// Clients accepted since the start.
    pub accepted: u64,
    /// Connections turned away.
    pub refused: u64,
    /// Lines received, the unusable ones included.
    pub lines: u64,
    /// Lines put into outboxes, one for each receiver.
    pub deliveries: u64,
    /// Clients disconnected because they did not read.
    pub too_slow: u64,
}

/// The same numbers while they change. Each stands alone, so no order between them is needed.
#[derive(Debug, Default)]
pub(super) struct Counters {
    accepted: AtomicU64,
    departed: AtomicU64,
    refused: AtomicU64,
    lines: AtomicU64,
    deliveries: AtomicU64,
    too_slow: AtomicU64,
}

impl Counters {
    pub(super) fn line(&self) {
        self.lines.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn delivery(&self) {
        self.deliveries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self, event: &Event) {
        let counter = match event {
            Event::Arrived { .. } => &self.accepted,
            Event::Refused { .. } => &self.refused,
            Event::Departed { reason, .. } => {
                if matches!(reason, Reason::TooSlow { .. }) {
                    self.too_slow.fetch_add(1, Ordering::Relaxed);
                }
                &self.departed
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stats(&self) -> Stats {
        // Departures first: a client may come and go between the two reads.
        let departed = self.departed.load(Ordering::Relaxed);
        let accepted = self.accepted.load(Ordering::Relaxed);
        Stats {
            clients: accepted.saturating_sub(departed),
            accepted,
            refused: self.refused.load(Ordering::Relaxed),
            lines: self.lines.load(Ordering::Relaxed),
            deliveries: self.deliveries.load(Ordering::Relaxed),
            too_slow: self.too_slow.load(Ordering::Relaxed),
        }
    }
}
