//! Tempting: the panic is passed on as soon as it is seen, and the threads behind it run on in the dark.

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
    let handles: Vec<_> = tasks.into_iter().map(thread::spawn).collect();
    handles
        .into_iter()
        .map(|handle| {
            handle
                .join()
                .unwrap_or_else(|payload| panic::resume_unwind(payload))
        })
        .collect()
}
