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
    matches!(
        method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
    )
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
        let nothing_was_sent = *outcome == Outcome::NotConnected;
        match outcome {
            Outcome::Answered { status, .. } if !is_passing(*status) => return Verdict::Take,
            // A POST that was lost may have been done: a second one may order a second time.
            _ if !(is_idempotent(method) || nothing_was_sent) => return Verdict::GiveUp,
            _ if tries >= self.max_tries => return Verdict::GiveUp,
            _ => {}
        }
        let asked = match outcome {
            Outcome::Answered {
                retry_after: Some(text),
                ..
            } => retry_after(text, now),
            _ => None,
        };
        match asked {
            Some(asked) if asked > self.longest => Verdict::GiveUp,
            asked => Verdict::Retry {
                after: self.backoff(tries, chance).max(asked.unwrap_or_default()),
            },
        }
    }

    fn backoff(&self, tries: u32, chance: f64) -> Duration {
        // Try 33 would shift out of any number, so the power saturates before it is used.
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        let most = self.first.saturating_mul(doubled).min(self.longest);
        // Times the chance, and not plus or minus a little: only so are all moments equally likely.
        most.mul_f64(chance.clamp(0.0, 1.0))
    }
}

/// Tries until the policy has had enough, and returns how the last try ended.
pub fn run(
    policy: &Policy,
    method: &str,
    world: &mut dyn World,
    send: &mut dyn FnMut() -> Outcome,
) -> Outcome {
    let mut tries = 1;
    loop {
        let outcome = send();
        let chance = world.chance();
        match policy.decide(method, tries, &outcome, world.now(), chance) {
            Verdict::Retry { after } => world.wait(after),
            Verdict::Take | Verdict::GiveUp => return outcome,
        }
        tries += 1;
    }
}

/// Statuses that may be others in a moment. 501 and 505 will not.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large to be read is no small one: it is longer than anybody waits.
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    // A date that is over asks for no wait.
    Some(date.duration_since(now).unwrap_or_default())
}
