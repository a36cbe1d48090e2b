//! The parts of the tour, in the order in which they are played.

pub mod lost;
pub mod mends;
pub mod locks;
pub mod deadlock;
pub mod philosophers;
pub mod semaphore;
pub mod stages;
pub mod backpressure;
pub mod throughput;
pub mod select;
pub mod stealing;
pub mod model;
pub mod shutdown;
pub mod child;

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No wait in this tour is longer than this: a part that cannot go on fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Writes the time of one of so many operations: `12.3 ns`.
pub fn each(took: Duration, count: u64) -> String {
    let nanoseconds = took.as_secs_f64() * 1e9 / count.max(1) as f64;
    if nanoseconds < 1_000.0 {
        format!("{nanoseconds:.1} ns")
    } else {
        ::tour::duration(Duration::from_nanos(nanoseconds as u64))
    }
}

/// Does something three times, and returns the shortest time: what disturbed the others was not
/// part of the work.
pub fn shortest(mut work: impl FnMut()) -> Duration {
    (0..3)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .min()
        .unwrap_or_default()
}

/// Starts this program as its own child, in a role of `child.rs`.
pub fn start_child(role: &str) -> ::tour::Result<Child> {
    Ok(Command::new(std::env::current_exe()?)
        .args([child::ARGUMENT, role])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?)
}

/// Waits until something holds; an error after [`PATIENCE`].
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) -> ::tour::Result {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > deadline {
            return Err(format!("{what}: not within {}", ::tour::duration(PATIENCE)).into());
        }
        thread::sleep(Duration::from_micros(200));
    }
    Ok(())
}
