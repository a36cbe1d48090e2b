//! Whose turn it is: which host may be asked next, and when.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// How fast a host is asked while nothing else is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests to one host.
    pub delay: Duration,
    /// What is added to the delay when a host is first in trouble; doubled each further time.
    pub slow_down: Duration,
    /// The most that is added.
    pub max_slow_down: Duration,
    /// How many good answers in a row halve what was added.
    pub recovery: u32,
}

/// How a request went, as far as the next ones are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The host answered; a 404 is an answer too.
    Fine,
    /// The host asked for less (429, 503), and perhaps said when to come back.
    Busy {
        /// What its `Retry-After` said, counted from now.
        retry_after: Option<Duration>,
    },
    /// The host is in trouble: another 5xx, a timeout, no connection.
    Failed,
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
pub struct Politeness {
    pace: Pace,
    hosts: HashMap<Arc<str>, Host>,
    places: u64,
}

#[derive(Debug, Default)]
struct Host {
    waiting: u64,
    place: (Duration, u64),
    crawl_delay: Duration,
    last_turn: Option<Duration>,
    added: Duration,
    fine_in_a_row: u32,
    slowed_at: Option<Duration>,
    not_before: Duration,
}

impl Host {
    fn delay(&self, pace: Pace) -> Duration {
        self.crawl_delay.max(pace.delay).saturating_add(self.added)
    }

    fn allowed_at(&self, pace: Pace) -> Duration {
        let delay = self.delay(pace);
        let rested = self
            .last_turn
            .map_or(Duration::ZERO, |last| last.saturating_add(delay));
        rested.max(self.not_before)
    }
}

impl Politeness {
    /// Makes a clock that knows no host yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            hosts: HashMap::new(),
            places: 0,
        }
    }

    /// Notes that one more request waits for this host.
    pub fn add(&mut self, host: &str, now: Duration) {
        self.places += 1;
        let place = (now, self.places);
        let host = self.hosts.entry(host.into()).or_default();
        if host.waiting == 0 {
            host.place = place;
        }
        host.waiting += 1;
    }

    /// Hands out the next turn.
    pub fn next(&mut self, now: Duration) -> Next {
        let pace = self.pace;
        let first = self
            .hosts
            .iter_mut()
            .filter(|(_, host)| host.waiting > 0)
            .min_by_key(|(_, host)| (host.allowed_at(pace).max(host.place.0), host.place.1));
        let Some((name, host)) = first else {
            return Next::Idle;
        };
        let allowed_at = host.allowed_at(pace);
        if allowed_at > now {
            return Next::WaitUntil(allowed_at);
        }
        host.waiting -= 1;
        host.last_turn = Some(now);
        self.places += 1;
        host.place = (now, self.places);
        Next::Go(Turn {
            host: name.clone(),
            at: now,
        })
    }

    /// Learns from the answer to a request.
    pub fn report(&mut self, turn: &Turn, now: Duration, answer: Answer) {
        let pace = self.pace;
        let Some(host) = self.hosts.get_mut(&turn.host) else {
            return;
        };
        // The request was on its way when the host was slowed down, so it says nothing about the new pace.
        let is_old = host.slowed_at.is_some_and(|slowed_at| turn.at <= slowed_at);
        if answer == Answer::Fine {
            if !is_old {
                host.fine_in_a_row += 1;
                if host.fine_in_a_row >= pace.recovery {
                    host.fine_in_a_row = 0;
                    host.added /= 2;
                    if host.added < pace.slow_down {
                        host.added = Duration::ZERO;
                    }
                }
            }
        } else {
            if !is_old {
                host.fine_in_a_row = 0;
                host.slowed_at = Some(now);
                host.added = host
                    .added
                    .saturating_mul(2)
                    .max(pace.slow_down)
                    .min(pace.max_slow_down);
            }
            host.not_before = host.not_before.max(now.saturating_add(host.delay(pace)));
            if let Answer::Busy {
                retry_after: Some(retry_after),
            } = answer
            {
                host.not_before = host.not_before.max(now.saturating_add(retry_after));
            }
        }
    }

    /// Sets the delay that the host's robots.txt asks for.
    pub fn set_crawl_delay(&mut self, host: &str, delay: Option<Duration>) {
        self.hosts.entry(host.into()).or_default().crawl_delay = delay.unwrap_or_default();
    }

    /// Returns the time between two requests to this host, as things stand.
    pub fn delay(&self, host: &str) -> Duration {
        self.hosts
            .get(host)
            .map_or(self.pace.delay, |host| host.delay(self.pace))
    }

    /// Returns when this host may be asked next.
    pub fn allowed_at(&self, host: &str) -> Duration {
        self.hosts
            .get(host)
            .map_or(Duration::ZERO, |host| host.allowed_at(self.pace))
    }

    /// Returns how many requests wait for their turn.
    pub fn waiting(&self) -> u64 {
        self.hosts.values().map(|host| host.waiting).sum()
    }
}
