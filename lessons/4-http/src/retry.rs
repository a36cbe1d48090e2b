//! When to try again, and how long to wait before.
//!
//! Many clients that failed together and wait equally long come back together. So the wait grows, and
//! each client draws its own at random.
//!
//! Source: M. Brooker, "Exponential Backoff And Jitter",
//! <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::{HeaderMap, RETRY_AFTER};

// ANCHOR: policy
/// How often to try, and how long to wait in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many tries there are at most, the first included.
    pub tries: u32,
    /// The longest wait before the second try; it doubles with each further one.
    pub base: Duration,
    /// No wait that we choose is longer than this.
    pub cap: Duration,
    /// No wait that a server asks for is longer than this; if it asks for more, we give up rather
    /// than come back too early.
    pub longest_asked: Duration,
}

impl Policy {
    /// Does not try again.
    pub const NEVER: Self = Self {
        tries: 1,
        base: Duration::ZERO,
        cap: Duration::ZERO,
        longest_asked: Duration::ZERO,
    };

    /// Returns how long to wait after so many failed tries; `None` means to give up.
    ///
    /// `chance` is a random number from 0 to 1. The wait is drawn from nothing to the full backoff
    /// ("full jitter"). What the server asked for comes on top of that: never earlier, and not all
    /// clients at once.
    pub fn pause(&self, failed: u32, asked: Option<Duration>, chance: f64) -> Option<Duration> {
        if failed >= self.tries {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failed.saturating_sub(1));
        let backoff = self.base.saturating_mul(doubled).min(self.cap);
        let drawn = backoff.mul_f64(chance.clamp(0.0, 1.0));
        match asked {
            Some(asked) if asked > self.longest_asked => None,
            Some(asked) => Some(asked + drawn),
            None => Some(drawn),
        }
    }
}
// ANCHOR_END: policy

impl Default for Policy {
    /// Four tries, with at most 200, 400 and 800 ms in between; at most a minute when asked.
    fn default() -> Self {
        Self {
            tries: 4,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(10),
            longest_asked: Duration::from_secs(60),
        }
    }
}

/// Returns whether sending a request twice does what sending it once does.
///
/// Source: RFC 9110, section 9.2.2, <https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2>.
pub fn is_idempotent(method: &Method) -> bool {
    [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::TRACE,
        Method::PUT,
        Method::DELETE,
    ]
    .contains(method)
}

// ANCHOR: retry_after
/// Reads `Retry-After`: seconds, or a date in any of the three forms that HTTP knows.
///
/// A date that has passed asks for no wait. What cannot be read asks for nothing: `None`.
///
/// Source: RFC 9110, section 10.2.3, <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than a number holds is as good as for ever.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
// ANCHOR_END: retry_after

// ANCHOR: clock
/// Time, as retries need it: a seam, so that tests do not sleep.
pub trait Clock: Send + Sync {
    /// Returns the time of day, with which a `Retry-After` date is compared.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, pause: Duration);
}

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, pause: Duration) {
        thread::sleep(pause);
    }
}
// ANCHOR_END: clock

/// Draws the random numbers for the jitter.
///
/// Source: the mixing function of SplitMix64, <https://prng.di.unimi.it/splitmix64.c>, public domain.
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    pub(crate) fn new() -> Self {
        // Each `RandomState` of the standard library has keys of its own: no other source is needed.
        Self(AtomicU64::new(RandomState::new().hash_one(0)))
    }

    /// Returns a number from 0 to 1.
    pub(crate) fn draw(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut x = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
        // 53 bits are what an `f64` holds exactly.
        (x >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jitter")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn policy() -> Policy {
        Policy {
            tries: 5,
            base: SECOND,
            cap: 5 * SECOND,
            longest_asked: 30 * SECOND,
        }
    }

    #[test]
    fn the_longest_wait_doubles_up_to_the_cap() {
        let waits: Vec<_> = (1..=5)
            .map(|failed| policy().pause(failed, None, 1.0))
            .collect();

        let expected = [Some(1), Some(2), Some(4), Some(5), None];
        assert_eq!(waits, expected.map(|n| n.map(Duration::from_secs)));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept_and_never_shortened() {
        let asked = Some(7 * SECOND);

        assert_eq!(policy().pause(1, asked, 0.0), Some(7 * SECOND));
        assert_eq!(policy().pause(1, asked, 0.5), Some(7 * SECOND + SECOND / 2));
        assert_eq!(policy().pause(1, Some(31 * SECOND), 0.0), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date_in_three_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let read = |value: &'static str| {
            let headers = [(RETRY_AFTER, HeaderValue::from_static(value))];
            retry_after(&HeaderMap::from_iter(headers), now)
        };

        for (value, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0)),
            ("later", None),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
        ] {
            assert_eq!(read(value), seconds.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn only_what_can_be_repeated_is_idempotent() {
        let idempotent = [Method::GET, Method::PUT, Method::DELETE, Method::HEAD];
        assert!(idempotent.iter().all(is_idempotent));
        assert!(![Method::POST, Method::PATCH].iter().any(is_idempotent));
    }

    #[test]
    fn jitter_stays_between_0_and_1_and_fills_the_range() {
        let jitter = Jitter::new();
        let drawn: Vec<f64> = (0..10_000).map(|_| jitter.draw()).collect();

        assert!(drawn.iter().all(|chance| (0.0..1.0).contains(chance)));
        // A fair draw leaves a tenth of the range empty once in 10^450 runs.
        for tenth in 0..10 {
            assert!(drawn.iter().any(|chance| (chance * 10.0) as u32 == tenth));
        }
    }

    proptest! {
        #[test]
        fn no_policy_waits_less_than_asked_or_longer_than_allowed(
            tries in 0..u32::MAX, base in 0..u64::MAX / 2, cap in 0..u64::MAX / 2, longest in 0..u64::MAX / 2,
            failed in 0..u32::MAX, asked in proptest::option::of(0..u64::MAX / 2), chance in 0.0..=1.0_f64,
        ) {
            let ms = Duration::from_millis;
            let policy = Policy { tries, base: ms(base), cap: ms(cap), longest_asked: ms(longest) };

            match policy.pause(failed, asked.map(ms), chance) {
                None => prop_assert!(failed >= tries || asked > Some(longest)),
                Some(pause) => {
                    let asked = asked.map(ms).unwrap_or_default();
                    prop_assert!(pause >= asked && asked <= ms(longest).max(asked.min(ms(longest))));
                    // `mul_f64` may round by a nanosecond in so many seconds as a clock has.
                    prop_assert!(pause <= asked + ms(cap) + Duration::from_secs(1));
                }
            }
        }
    }
}
