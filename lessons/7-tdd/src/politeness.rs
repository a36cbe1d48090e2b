//! Whose turn it is: which host may be asked next, and when.

use std::sync::Arc;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// How fast a host is asked while nothing else is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests to one host.
    pub delay: Duration,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send one request to this host now.
    Go(Turn),
    /// Nobody may be asked before this time.
    WaitUntil(Duration),
    /// No request is waiting.
    Idle,
}

/// The permission to send one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whom to ask.
    pub host: Arc<str>,
    /// When the permission was given.
    pub at: Duration,
}

/// Keeps the delay of every host.
#[derive(Debug)]
pub struct Politeness {}

impl Politeness {
    /// Makes a clock that knows no host yet.
    pub fn new(_pace: Pace) -> Self {
        Self {}
    }

    /// Notes that one more request waits for this host.
    pub fn add(&mut self, _host: &str, _now: Duration) {}

    /// Hands out the next turn.
    pub fn next(&mut self, _now: Duration) -> Next {
        Next::Idle
    }

    /// Sets the delay that the host's robots.txt asks for.
    pub fn set_crawl_delay(&mut self, _host: &str, _delay: Option<Duration>) {}
}
