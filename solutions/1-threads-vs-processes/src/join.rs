//! Step 1: start all, then wait for all
//!
//! A thread that was started runs beside you. `join` waits until it has ended and brings what it
//! returned, or the news that it panicked. When you call it decides whether anything runs side by
//! side at all.

use std::panic;
use std::thread;

/// Runs every task on a thread of its own, all at the same time, and returns what they returned, in
/// the order of the tasks.
///
/// All threads have ended when this returns or panics.
///
/// # Panics
///
/// With the words of the first task in the list that panicked.
pub fn run_all<T, F>(tasks: Vec<F>) -> Vec<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    // `collect` makes this a loop of its own: all are started before the first is waited for. An
    // iterator alone is lazy and would start, join, start, join.
    let handles: Vec<_> = tasks.into_iter().map(thread::spawn).collect();
    // Joined in the order of the tasks, whoever is done first; and all of them, whatever they bring.
    let outcomes: Vec<thread::Result<T>> =
        handles.into_iter().map(|handle| handle.join()).collect();
    outcomes
        .into_iter()
        // Nobody runs any more, so the panic may go on. `unwrap` would replace its words by its own.
        .map(|outcome| outcome.unwrap_or_else(|payload| panic::resume_unwind(payload)))
        .collect()
}
