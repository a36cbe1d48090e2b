//! What the tests of this lesson share: every wait has a limit, so that a wrong answer fails and
//! says why instead of hanging. Nothing here needs to be read to solve an exercise.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each step uses the part that it needs"
)]

use std::panic;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest that a test waits for anything. A right answer needs a few milliseconds.
pub const LIMIT: Duration = Duration::from_secs(5);

/// Within a test, those who wait for each other give up before the test does, so that what is
/// reported is the reason.
pub const MEETING_LIMIT: Duration = Duration::from_secs(3);

/// Compares what came with what was expected, and says in words what it means if they differ.
macro_rules! same {
    ($came:expr, $expected:expr $(,)?) => {
        same!($came, $expected, "These two should be the same.")
    };
    ($came:expr, $expected:expr, $($why:tt)+) => {{
        let (came, expected) = (&$came, &$expected);
        if came != expected {
            panic!("\n\nexpected: {expected:?}\ncame:     {came:?}\n\n{}\n", format_args!($($why)+));
        }
    }};
}
pub(crate) use same;

/// Work that runs on a thread of its own while the test goes on.
pub struct Running<T> {
    thread: JoinHandle<()>,
    outcome: Receiver<T>,
}

/// Starts `work` on a thread that carries the test's name, so that a panic there names the test.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Running<T> {
    let (finished, outcome) = mpsc::channel();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work());
        })
        .expect("the system can start one more thread");
    Running { thread, outcome }
}

impl<T> Running<T> {
    /// Tells whether the work ends by itself within `grace`. A right answer that waits as it should
    /// is never disturbed by this; a wrong one that does not wait has ended long before.
    pub fn ends_within(&self, grace: Duration) -> bool {
        let end = Instant::now() + grace;
        while !self.thread.is_finished() {
            if Instant::now() >= end {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Waits for the result. Panics with `complaint` when it takes longer than [`LIMIT`].
    #[track_caller]
    pub fn finish(self, complaint: &str) -> T {
        match self.outcome.recv_timeout(LIMIT) {
            Ok(value) => value,
            Err(RecvTimeoutError::Timeout) => {
                panic!(
                    "\n\nThis was not over after {LIMIT:?}, so the test stopped waiting.\n{complaint}\n"
                )
            }
            // The thread has panicked, and its message has been printed. The test fails with it.
            Err(RecvTimeoutError::Disconnected) => match self.thread.join() {
                Err(panic) => panic::resume_unwind(panic),
                Ok(()) => unreachable!("the thread sends its result before it ends"),
            },
        }
    }
}

/// Runs `work`, and panics with `complaint` when it takes longer than [`LIMIT`].
#[track_caller]
pub fn within<T: Send + 'static>(complaint: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    start(work).finish(complaint)
}

/// A place where a number of threads meet. Only threads that run at the same time can.
pub struct Meeting {
    expected: usize,
    present: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    pub fn new(expected: usize) -> Self {
        Self {
            expected,
            present: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    /// Arrives and waits for the others; false when they did not come within [`MEETING_LIMIT`].
    pub fn attend(&self) -> bool {
        let mut present = lock(&self.present);
        *present += 1;
        self.changed.notify_all();
        let end = Instant::now() + MEETING_LIMIT;
        while *present < self.expected {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(present, left);
            present = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Arrives without waiting.
    pub fn pass(&self) {
        *lock(&self.present) += 1;
        self.changed.notify_all();
    }

    /// Returns how many have come.
    pub fn present(&self) -> usize {
        *lock(&self.present)
    }
}

/// Locks, whatever happened to a thread that held the lock before.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what a panic said.
pub fn words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "(a payload that is no text)".to_owned())
}

/// How long a test waits for a wrong answer to show itself. It decides nothing about a right one.
pub const GRACE: Duration = Duration::from_millis(100);

/// Something that happens once, and that others may wait for.
#[derive(Default)]
pub struct Event {
    happened: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    pub fn happen(&self) {
        *lock(&self.happened) = true;
        self.changed.notify_all();
    }

    pub fn has_happened(&self) -> bool {
        *lock(&self.happened)
    }

    /// Waits for it; false when it did not happen within `limit`.
    pub fn wait(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let mut happened = lock(&self.happened);
        while !*happened {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(happened, left);
            happened = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// Asks again and again until it is so; false when it did not come about within `limit`.
pub fn comes_true_within(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !is_so() {
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Lets a thread's panic go on in the one who joins it, so that the test fails with it.
pub fn passed_on<T>(panic: Box<dyn std::any::Any + Send>) -> T {
    panic::resume_unwind(panic)
}
