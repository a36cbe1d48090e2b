//! What the tests of this lesson share: comparisons that explain themselves, and a limit for code that
//! never ends. Nothing here needs to be read to solve an exercise.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each step uses the part that it needs"
)]

use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The longest that a test waits for an answer. A right one needs a few milliseconds.
pub const LIMIT: Duration = Duration::from_secs(10);

/// Compares what came with what was expected, and says in words what it means if they differ.
macro_rules! same {
    ($came:expr, $expected:expr, $($why:tt)+) => {{
        let (came, expected) = (&$came, &$expected);
        if came != expected {
            panic!("\n\nexpected: {expected:?}\ncame:     {came:?}\n\n{}\n", format_args!($($why)+));
        }
    }};
}
pub(crate) use same;

/// Runs `work`, and panics with `complaint` when it takes longer than [`LIMIT`].
#[track_caller]
pub fn within<T: Send + 'static>(complaint: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (finished, outcome) = mpsc::channel();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work());
        })
        .expect("the system can start one more thread");
    match outcome.recv_timeout(LIMIT) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => {
            panic!(
                "\n\nThis was not over after {LIMIT:?}, so the test stopped waiting.\n{complaint}\n"
            )
        }
        // The thread has panicked, and its message has been printed. The test fails with it.
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => unreachable!("the thread sends its result before it ends"),
        },
    }
}
