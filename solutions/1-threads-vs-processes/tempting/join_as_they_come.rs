//! Tempting: a channel collects the results, in the order in which the tasks are done.

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
    let (sender, results) = std::sync::mpsc::channel();
    let handles: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let sender = sender.clone();
            thread::spawn(move || drop(sender.send(task())))
        })
        .collect();
    drop(sender);
    let results = results.into_iter().collect();
    let outcomes: Vec<_> = handles.into_iter().map(|handle| handle.join()).collect();
    for outcome in outcomes {
        outcome.unwrap_or_else(|payload| panic::resume_unwind(payload));
    }
    results
}
