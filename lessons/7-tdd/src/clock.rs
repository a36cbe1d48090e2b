//! Time as a seam: code asks a [`Clock`], and a test decides what time it is.
//!
//! A test that sleeps is slow when it passes and wrong when the machine is busy. With a clock of its
//! own it waits for nothing: [`JumpingClock`] lets time pass when somebody sleeps, and [`ManualClock`]
//! lets it pass when the test says so, which is what a test of several threads needs.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

// ANCHOR: clock
/// Says what time it is, and waits.
pub trait Clock {
    /// Returns the time since this clock started.
    fn now(&self) -> Duration;
    /// Returns when so much time has passed.
    fn sleep(&self, time: Duration);
}
// ANCHOR_END: clock

/// The clock on the wall.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts a clock at zero.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

// ANCHOR: jumping
/// A clock for tests on one thread: a sleep is over at once, and its time has passed.
#[derive(Debug, Default)]
pub struct JumpingClock {
    naps: Mutex<Vec<Duration>>,
}

impl JumpingClock {
    /// Makes a clock that stands at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how long each sleep would have taken, in order.
    pub fn naps(&self) -> Vec<Duration> {
        locked(&self.naps).clone()
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Duration {
        locked(&self.naps).iter().sum()
    }

    fn sleep(&self, time: Duration) {
        locked(&self.naps).push(time);
    }
}
// ANCHOR_END: jumping

/// A clock for tests of several threads: time passes when the test says so.
///
/// The test waits until a thread sleeps ([`wait_for_sleepers`](Self::wait_for_sleepers)), which is an
/// event and not a guess, then moves the time on. A sleeper that nobody wakes panics after
/// [`PATIENCE`] of real time: a test that has failed half-way must end, and not hang on its threads.
#[derive(Debug, Default)]
pub struct ManualClock {
    state: Mutex<State>,
    changed: Condvar,
}

/// How long a sleeper on a [`ManualClock`] waits for the test, in real time.
pub const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct State {
    now: Duration,
    sleepers: usize,
}

impl ManualClock {
    /// Makes a clock that stands at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the time on and wakes whoever has slept long enough. They count as sleepers no more.
    pub fn advance(&self, by: Duration) {
        locked(&self.state).now += by;
        self.changed.notify_all();
    }

    /// Waits until so many threads sleep, and returns whether they do within the limit, which is of
    /// real time and for tests that would never end.
    pub fn wait_for_sleepers(&self, n: usize, limit: Duration) -> bool {
        let state = locked(&self.state);
        let (state, _) = self
            .changed
            .wait_timeout_while(state, limit, |state| state.sleepers != n)
            .unwrap_or_else(PoisonError::into_inner);
        state.sleepers == n
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        locked(&self.state).now
    }

    fn sleep(&self, time: Duration) {
        let mut state = locked(&self.state);
        let until = state.now.saturating_add(time);
        state.sleepers += 1;
        self.changed.notify_all();
        let waited = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.now < until)
            .unwrap_or_else(PoisonError::into_inner);
        state = waited.0;
        state.sleepers -= 1;
        self.changed.notify_all();
        let is_over = state.now >= until;
        drop(state);
        assert!(
            is_over,
            "the test has not moved its clock on for {PATIENCE:?} of real time"
        );
    }
}

/// Locks. A test that has panicked with the lock held leaves the clock usable for the others.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);
    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_sleep_on_a_jumping_clock_is_over_at_once() {
        let clock = JumpingClock::new();

        clock.sleep(HOUR);
        clock.sleep(Duration::from_secs(1));

        assert_eq!(clock.now(), Duration::from_secs(3601));
        assert_eq!(clock.naps(), [HOUR, Duration::from_secs(1)]);
    }

    #[test]
    fn a_sleeper_wakes_when_its_time_has_come_and_not_before() {
        let clock = ManualClock::new();
        let (woke, wakings) = mpsc::channel();

        thread::scope(|scope| {
            scope.spawn(|| {
                clock.sleep(HOUR);
                woke.send(clock.now()).expect("the test is listening");
            });

            assert!(
                clock.wait_for_sleepers(1, LIMIT),
                "the thread goes to sleep"
            );
            clock.advance(HOUR - Duration::from_secs(1));
            assert!(
                clock.wait_for_sleepers(1, LIMIT),
                "it turns over and sleeps on"
            );
            assert!(wakings.try_recv().is_err(), "a second is missing");
            clock.advance(Duration::from_secs(1));

            assert_eq!(wakings.recv_timeout(LIMIT), Ok(HOUR));
            assert!(clock.wait_for_sleepers(0, LIMIT), "nobody sleeps any more");
        });
    }

    #[test]
    fn waiting_for_sleepers_that_never_come_has_an_end() {
        let clock = ManualClock::new();

        assert!(!clock.wait_for_sleepers(1, Duration::from_millis(1)));
        assert!(clock.wait_for_sleepers(0, Duration::from_millis(1)));
    }

    #[test]
    fn the_clock_on_the_wall_goes_on_by_itself() {
        let clock = SystemClock::start();
        let before = clock.now();

        clock.sleep(Duration::from_millis(2));

        // At least so long: how much longer it took is the machine's business.
        assert!(clock.now() - before >= Duration::from_millis(2));
    }
}
