//! How fast a client may speak: so many lines a second for long, a few at once.
//!
//! A client that is faster is not punished, only not read. Its lines wait in the system's buffers,
//! first ours, then its own, and in the end its own `send` waits: backpressure, made of nothing but
//! patience. Without a pace one client that floods a room would fill everybody's outbox, and the
//! innocent would be disconnected as slow readers.
//!
//! Source: a leaky bucket as a meter; ITU-T I.371, annex A (the generic cell rate algorithm).

use std::time::{Duration, Instant};

/// How many lines may come at once, in seconds of the pace.
const BURST_SECONDS: u32 = 2;

/// One client's account: each line costs time, and time passing pays it back.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// What a line costs; zero when there is no limit.
    cost: Duration,
    /// How much a client may owe.
    credit: Duration,
    owed: Duration,
    last: Instant,
}

impl Pace {
    /// Opens an account; `None` is no limit. The pace is at least one line a second.
    #[must_use]
    pub fn new(lines_per_second: Option<u32>, now: Instant) -> Self {
        let (cost, credit) = match lines_per_second {
            None => (Duration::ZERO, Duration::ZERO),
            Some(lines) => (
                Duration::from_secs(1) / lines.max(1),
                Duration::from_secs(1) * BURST_SECONDS,
            ),
        };
        Self {
            cost,
            credit,
            owed: Duration::ZERO,
            last: now,
        }
    }

    // ANCHOR: pace
    /// Returns whether another line may be taken now.
    ///
    /// # Errors
    ///
    /// How long to wait when not.
    pub fn check(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.saturating_duration_since(self.last);
        self.last = now;
        self.owed = self.owed.saturating_sub(passed);
        match (self.owed + self.cost).saturating_sub(self.credit) {
            Duration::ZERO => Ok(()),
            too_much if self.cost.is_zero() => unreachable!("no cost, yet {too_much:?} are owed"),
            too_much => Err(too_much),
        }
    }

    /// Books what was taken.
    pub fn charge(&mut self, lines: u32) {
        self.owed += self.cost * lines;
    }
    // ANCHOR_END: pace
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many lines are taken at this moment.
    fn taken(pace: &mut Pace, now: Instant) -> usize {
        let mut taken = 0;
        while taken < 1000 && pace.check(now).is_ok() {
            pace.charge(1);
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_burst_is_taken_at_once_and_then_the_pace_holds() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(20), start);

        assert_eq!(taken(&mut pace, start), 40);
        assert_eq!(pace.check(start), Err(Duration::from_millis(50)));
        assert_eq!(taken(&mut pace, start + Duration::from_millis(49)), 0);
        assert_eq!(taken(&mut pace, start + Duration::from_millis(50)), 1);
        assert_eq!(taken(&mut pace, start + Duration::from_millis(550)), 10);
    }

    #[test]
    fn silence_is_not_saved_up_beyond_the_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(20), start);

        assert_eq!(taken(&mut pace, start + Duration::from_secs(3600)), 40);
    }

    #[test]
    fn without_a_limit_everything_is_taken() {
        let start = Instant::now();
        let mut pace = Pace::new(None, start);

        assert_eq!(taken(&mut pace, start), 1000);
    }
}
