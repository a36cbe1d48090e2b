//! Whose turn it is: which host may be asked next, and when.
//!
//! A crawler asks many hosts at once and each of them rarely. [`Politeness`] says who may be asked now:
//! it keeps the delay of every host, obeys robots.txt's `Crawl-delay` and a server's `Retry-After`,
//! slows down for hosts in trouble, and lets whoever has waited longest go first.
//!
//! It does no IO and owns no clock: `now` is an argument, the time since a start that the caller
//! chooses (`started.elapsed()`). So a test plays an hour of crawling in a millisecond, without sleeping.
//! Times that only tests can reach are safe too: sums stop at [`Duration::MAX`].
//!
//! ```
//! use std::time::Duration;
//! use tdd::politeness::{Answer, Next, Pace, Politeness};
//!
//! let mut politeness = Politeness::new(Pace::default());
//! politeness.add("example.com", Duration::ZERO);
//! politeness.add("example.com", Duration::ZERO);
//!
//! let Next::Go(turn) = politeness.next(Duration::ZERO) else { panic!("nobody is before it") };
//! assert_eq!(&*turn.host, "example.com");
//! politeness.report(&turn, Duration::ZERO, Answer::Fine);
//!
//! assert_eq!(politeness.next(Duration::ZERO), Next::WaitUntil(Duration::from_secs(1)));
//! ```
//!
//! Sources: [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), section 10.2.3
//! (`Retry-After`), and RFC 6585, section 4 (429). Slowing down fast and recovering slowly is how TCP
//! shares a line: RFC 5681, section 3.1.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

mod drive;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use drive::drive;

/// How fast a host is asked while nothing else is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests to one host, whatever its robots.txt allows.
    pub delay: Duration,
    /// What is added to the delay when a host is first in trouble; doubled each further time.
    pub slow_down: Duration,
    /// The most that is added.
    pub max_slow_down: Duration,
    /// How many good answers in a row halve what was added.
    pub recovery: u32,
}

impl Default for Pace {
    /// A request a second; from one second up to five minutes more for a host in trouble.
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(1),
            slow_down: Duration::from_secs(1),
            max_slow_down: Duration::from_secs(300),
            recovery: 3,
        }
    }
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
    /// Nobody may be asked before this time. News may come earlier: a new host, or an answer.
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

/// Keeps the delay of every host, and the queue of hosts with a request waiting.
///
/// A decision looks at one host, and finds it in time logarithmic in the number of hosts.
#[derive(Debug)]
pub struct Politeness {
    pace: Pace,
    hosts: Vec<Host>,
    /// Where in `hosts` a name is.
    index: HashMap<Arc<str>, usize>,
    /// Every host with a request waiting, by its place; its index comes last.
    queue: BTreeSet<(Place, usize)>,
    waiting: u64,
    /// Counts arrivals at the queue, so that no two places are equal.
    arrivals: u64,
}

/// A place in the queue: who may go earlier stands further in front, then who came earlier.
type Place = (Duration, u64);

#[derive(Debug)]
struct Host {
    name: Arc<str>,
    waiting: u64,
    /// When it came to the queue, and as which arrival. A host that comes late, allowed or not, must
    /// not pass one that has been standing there: new hosts would starve old ones.
    arrived: (Duration, u64),
    last_turn: Option<Duration>,
    crawl_delay: Duration,
    /// What trouble has added to the delay.
    added: Duration,
    fine_in_a_row: u32,
    slowed_at: Option<Duration>,
    /// The rest that the host has asked for, or needs after trouble.
    not_before: Duration,
}

impl Politeness {
    /// Makes a clock that knows no host yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            hosts: Vec::new(),
            index: HashMap::new(),
            queue: BTreeSet::new(),
            waiting: 0,
            arrivals: 0,
        }
    }

    /// Notes that one more request waits for this host.
    pub fn add(&mut self, host: &str, now: Duration) {
        self.waiting += 1;
        let at = self.known(host);
        if self.hosts[at].waiting == 0 {
            self.hosts[at].waiting = 1;
            self.join(at, now);
        } else {
            self.hosts[at].waiting += 1;
        }
    }

    // ANCHOR: next
    /// Hands out the next turn, or says until when nobody may have one.
    pub fn next(&mut self, now: Duration) -> Next {
        let Some(&(place, at)) = self.queue.first() else {
            return Next::Idle;
        };
        let host = &mut self.hosts[at];
        let allowed_at = host.allowed_at(self.pace);
        if allowed_at > now {
            return Next::WaitUntil(allowed_at);
        }
        self.queue.remove(&(place, at));
        self.waiting -= 1;
        host.waiting -= 1;
        host.last_turn = Some(now);
        let turn = Turn {
            host: host.name.clone(),
            at: now,
        };
        if host.waiting > 0 {
            // It goes to the end: who has waited while it was served goes first.
            self.join(at, now);
        }
        Next::Go(turn)
    }
    // ANCHOR_END: next

    /// Learns from the answer to a request. Call it as soon as the answer is known; a turn whose
    /// request was never sent needs no report.
    pub fn report(&mut self, turn: &Turn, now: Duration, answer: Answer) {
        let pace = self.pace;
        let Some(&at) = self.index.get(&turn.host) else {
            return;
        };
        self.change(at, |host| match answer {
            Answer::Fine => host.recover(turn, pace),
            Answer::Failed => host.slow_down(turn, now, pace),
            Answer::Busy { retry_after } => {
                host.slow_down(turn, now, pace);
                host.rest_until(now.saturating_add(retry_after.unwrap_or_default()));
            }
        });
    }

    /// Sets the delay that the host's robots.txt asks for, or takes it back with `None`. The host gets
    /// the longer one of this and the pace's.
    pub fn set_crawl_delay(&mut self, host: &str, delay: Option<Duration>) {
        let at = self.known(host);
        self.change(at, |host| host.crawl_delay = delay.unwrap_or_default());
    }

    /// Leaves a host in peace until then. Nothing shortens a rest, so a later time that was known before stays.
    pub fn hold(&mut self, host: &str, until: Duration) {
        let at = self.known(host);
        self.change(at, |host| host.rest_until(until));
    }

    /// Returns the time between two requests to this host, as things stand.
    pub fn delay(&self, host: &str) -> Duration {
        self.index
            .get(host)
            .map_or(self.pace.delay, |at| self.hosts[*at].delay(self.pace))
    }

    /// Returns when this host may be asked next, as things stand; zero if it was never asked.
    pub fn allowed_at(&self, host: &str) -> Duration {
        self.index
            .get(host)
            .map_or(Duration::ZERO, |at| self.hosts[*at].allowed_at(self.pace))
    }

    /// Returns how many requests wait for their turn.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Returns where a host is, and makes it known if it wasn't.
    fn known(&mut self, host: &str) -> usize {
        if let Some(at) = self.index.get(host) {
            return *at;
        }
        let name: Arc<str> = host.into();
        let at = self.hosts.len();
        self.hosts.push(Host::new(name.clone()));
        self.index.insert(name, at);
        at
    }

    /// Puts a host with requests waiting at the end of the queue.
    fn join(&mut self, at: usize, now: Duration) {
        self.arrivals += 1;
        self.hosts[at].arrived = (now, self.arrivals);
        self.queue.insert((self.hosts[at].place(self.pace), at));
    }

    /// Changes what is known about a host, and its place with it.
    fn change(&mut self, at: usize, change: impl FnOnce(&mut Host)) {
        // The place is the key under which the queue knows the host: out first, then change, then in.
        let was_queued = self.queue.remove(&(self.hosts[at].place(self.pace), at));
        change(&mut self.hosts[at]);
        if was_queued {
            self.queue.insert((self.hosts[at].place(self.pace), at));
        }
    }
}

impl Host {
    fn new(name: Arc<str>) -> Self {
        Self {
            name,
            waiting: 0,
            arrived: (Duration::ZERO, 0),
            last_turn: None,
            crawl_delay: Duration::ZERO,
            added: Duration::ZERO,
            fine_in_a_row: 0,
            slowed_at: None,
            not_before: Duration::ZERO,
        }
    }

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

    fn place(&self, pace: Pace) -> Place {
        let (since, arrival) = self.arrived;
        (self.allowed_at(pace).max(since), arrival)
    }

    // ANCHOR: slow_down
    fn slow_down(&mut self, turn: &Turn, now: Duration, pace: Pace) {
        if self.tells_of_the_present_pace(turn) {
            self.fine_in_a_row = 0;
            self.slowed_at = Some(now);
            let doubled = self.added.saturating_mul(2);
            self.added = doubled.max(pace.slow_down).min(pace.max_slow_down);
        }
        // The wait counts from the bad news: a request that hung for a minute was no rest.
        self.rest_until(now.saturating_add(self.delay(pace)));
    }

    fn recover(&mut self, turn: &Turn, pace: Pace) {
        if self.tells_of_the_present_pace(turn) {
            self.fine_in_a_row += 1;
            if self.fine_in_a_row >= pace.recovery {
                self.fine_in_a_row = 0;
                let halved = self.added / 2;
                self.added = if halved < pace.slow_down {
                    Duration::ZERO
                } else {
                    halved
                };
            }
        }
    }

    /// A request that was under way when the host was slowed down says nothing about the new pace: ten
    /// failures of one burst are one trouble, and its good answers are no recovery.
    fn tells_of_the_present_pace(&self, turn: &Turn) -> bool {
        self.slowed_at.is_none_or(|slowed_at| turn.at > slowed_at)
    }
    // ANCHOR_END: slow_down

    fn rest_until(&mut self, then: Duration) {
        self.not_before = self.not_before.max(then);
    }
}
