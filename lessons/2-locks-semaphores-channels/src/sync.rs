//! Where this lesson's own building blocks get their locks from: the standard library.
//!
//! `semaphore`, `queue` and `shutdown` name no lock but by `crate::sync`. A crate that includes
//! their files by path and has another `sync` runs the very same lines on other locks: so do the
//! model checker's tests (`tests/model.rs`) and the tour's part on it, with `model/sync.rs`.

pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, atomic};

use std::sync::PoisonError;
use std::time::Instant;

/// How often one looks again before one sleeps. To sleep and be woken costs several microseconds,
/// and where much is going on what one waits for comes sooner.
pub const LOOKS: u32 = 8;

/// Locks, and goes on with what a panicked thread left.
///
/// Nothing that this lesson does under a lock of its own can panic half-way, so there is nothing
/// half-changed to be afraid of.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Unlocks, sleeps until somebody notifies, and locks again.
///
/// It may also return for no reason at all, so whoever calls it asks again what it was waiting for.
pub fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// The same with a limit; returns too whether the limit has passed. Without a limit it never has.
pub fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> (MutexGuard<'a, T>, bool) {
    let Some(deadline) = deadline else {
        return (wait(condvar, guard), false);
    };
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return (guard, true);
    }
    let (guard, _) = condvar
        .wait_timeout(guard, left)
        .unwrap_or_else(PoisonError::into_inner);
    (guard, Instant::now() >= deadline)
}

/// Lets another thread run: for whoever waits by asking again and again.
pub fn yield_now() {
    std::thread::yield_now();
}
