//! Step 2: when to try again, and after how long.
//!
//! A request has failed. To try again may help, may do the same thing twice, and may be what keeps a
//! struggling server down. You build the part that decides. It asks no clock and no dice: the time
//! and the chance are given to it, so that it can be tested.

use std::time::{Duration, SystemTime};

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server answered.
    Answered {
        /// With this status.
        status: u16,
        /// With this `Retry-After`, where it gave one.
        retry_after: Option<String>,
    },
    /// No connection came to be, so nothing was sent.
    NotConnected,
    /// The connection ended, or took too long, after the request was sent. Nobody knows whether the
    /// server did what was asked.
    Lost,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Take it as it is: it is an answer, and to ask again would bring the same.
    Take,
    /// Wait, and try again.
    Retry {
        /// How long to wait.
        after: Duration,
    },
    /// Try no more.
    GiveUp,
}

/// How patient to be.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The most tries, the first one counted.
    pub max_tries: u32,
    /// The most that is waited before the second try. It doubles for each further one.
    pub first: Duration,
    /// The most that is ever waited.
    pub longest: Duration,
}

/// What the loop needs from the world.
pub trait World {
    /// Returns the time.
    fn now(&self) -> SystemTime;
    /// Returns a chance from 0 to below 1, each time another one.
    fn chance(&mut self) -> f64;
    /// Waits.
    fn wait(&mut self, time: Duration);
}

/// Returns whether doing it twice is the same as doing it once (RFC 9110, section 9.2.2).
pub fn is_idempotent(method: &str) -> bool {
    // TODO: GET, HEAD, OPTIONS, TRACE, PUT, DELETE; methods are written in capitals.
    todo!("which methods are idempotent?")
}

impl Policy {
    /// Decides after the try with the number `tries`, counted from 1.
    ///
    /// - Worth another try are 408, 425, 429, 500, 502, 503 and 504, a lost connection, and one that never was.
    ///   Every other answer is to be taken as it is.
    /// - Only idempotent methods are tried again, unless nothing was sent.
    /// - Before try 2 it waits `chance` times `first`, before try 3 `chance` times twice that, and so on,
    ///   never more than `chance` times `longest`. This is called full jitter: a crowd that failed
    ///   together does not come back together.
    /// - `Retry-After` is a number of seconds, or a date (`httpdate::parse_http_date` reads it). It waits
    ///   at least that long. If that is more than `longest`, it gives up: to come earlier is what the
    ///   server asked not to do. What is neither is ignored.
    pub fn decide(
        &self,
        method: &str,
        tries: u32,
        outcome: &Outcome,
        now: SystemTime,
        chance: f64,
    ) -> Verdict {
        // TODO: first whether, then how long.
        todo!("decide")
    }
}

/// Tries until the policy has had enough, and returns how the last try ended.
pub fn run(
    policy: &Policy,
    method: &str,
    world: &mut dyn World,
    send: &mut dyn FnMut() -> Outcome,
) -> Outcome {
    // TODO: send, decide, wait, and again.
    todo!("try until it is enough")
}
