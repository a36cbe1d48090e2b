//! Step 2: k threads that share a list
//!
//! A thread for each item is fine for ten items and not for ten thousand. A pool is a few threads
//! that each take the next item as soon as they are done with one, so that a slow item holds up one
//! thread and no other.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Calls `work` once for every item, on `n_workers` threads at the same time, and returns the results
/// in the order of the items.
///
/// It starts no more threads than `n_workers`, and at least one. Whoever is done takes the next item
/// that nobody has taken.
pub fn parallel_map<T, R>(items: &[T], n_workers: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R>
where
    T: Sync,
    R: Send,
{
    // TODO: start the workers in a scope, and let each take the next item until there is none.
    todo!("share the items among the workers")
}
