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
    // TODO: start them all, then join them all, then look at what came.
    todo!("run the tasks side by side and collect what they return")
}
