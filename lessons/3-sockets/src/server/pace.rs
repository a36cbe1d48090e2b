//! How fast a client may speak: so many lines a second for long, a few at once.
//!
//! A client that is faster is not punished, only not read. Its lines wait in the system's buffers,
//! first ours, then its own, and in the end its own `send` waits: backpressure, made of nothing but
//! patience. Without a pace one client that floods a room would fill everybody's outbox, and the
//! innocent would be disconnected as slow readers.
//!
//! Source: a leaky bucket as a meter; ITU-T I.371, annex A (the generic cell rate algorithm).

use std::time::{Duration, Instant};

use crate::frame::{LineDecoder, LineError};

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
            too_much => Err(too_much),
        }
    }

    /// Books what was taken.
    pub fn charge(&mut self, lines: u32) {
        self.owed += self.cost * lines;
    }
    // ANCHOR_END: pace
}

/// What one client says, cut into lines, no faster than its pace.
#[derive(Debug)]
pub struct PacedLines {
    decoder: LineDecoder,
    pace: Pace,
    max_line_bytes: usize,
}

impl PacedLines {
    /// Makes a decoder with these limits.
    #[must_use]
    pub fn new(max_line_bytes: usize, lines_per_second: Option<u32>, now: Instant) -> Self {
        let decoder = LineDecoder::new(max_line_bytes);
        Self {
            decoder,
            pace: Pace::new(lines_per_second, now),
            max_line_bytes,
        }
    }

    /// Takes bytes from the front of `input` like [`LineDecoder::decode`].
    ///
    /// # Errors
    ///
    /// How long to wait when the client is too fast; then nothing was taken.
    pub fn decode(
        &mut self,
        input: &mut &[u8],
        now: Instant,
    ) -> Result<Option<Result<String, LineError>>, Duration> {
        self.pace.check(now)?;
        let before = input.len();
        let line = self.decoder.decode(input);
        // A line without end is paid for like as many lines of the greatest length.
        let lengths = (before - input.len()) / (self.max_line_bytes + 1);
        let lines = lengths.max(usize::from(line.is_some()));
        self.pace.charge(u32::try_from(lines).unwrap_or(u32::MAX));
        Ok(line)
    }
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
    fn a_line_without_end_is_paid_for_by_its_length() {
        let start = Instant::now();
        let mut lines = PacedLines::new(99, Some(20), start);
        let mut endless = &[b'x'; 10_000][..];

        assert_eq!(
            lines.decode(&mut endless, start),
            Ok(Some(Err(LineError::TooLong { limit: 99 })))
        );

        let mut bytes = &b"and more"[..];
        assert!(
            lines.decode(&mut bytes, start).is_err(),
            "a hundred lines' worth is owed"
        );
        assert_eq!(bytes, b"and more", "nothing was taken");
        let later = start + Duration::from_secs(5);
        assert_eq!(lines.decode(&mut bytes, later), Ok(None));
    }

    #[test]
    fn without_a_limit_everything_is_taken() {
        let start = Instant::now();
        let mut pace = Pace::new(None, start);

        assert_eq!(taken(&mut pace, start), 1000);
    }
}
