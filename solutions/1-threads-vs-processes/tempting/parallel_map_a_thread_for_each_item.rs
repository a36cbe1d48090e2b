//! Tempting: a thread for each item. Right for ten items, and ten thousand stacks for ten thousand.

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
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = items
            .iter()
            .map(|item| scope.spawn(move || work(item)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    })
}
