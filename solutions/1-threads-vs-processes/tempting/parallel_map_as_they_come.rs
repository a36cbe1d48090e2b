//! Tempting: the results stay in the order in which they were done.

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
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..n_workers.max(1) {
            // The scope waits for all of them, so they may borrow `items` and `work`.
            scope.spawn(|| {
                loop {
                    // One step that nobody can come between: each number goes to one worker.
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    // The lock comes after the work. Around it, only one could work at a time.
                    let result = work(item);
                    results
                        .lock()
                        .expect("nobody panics while holding it")
                        .push((index, result));
                }
            });
        }
    });
    let mut results = results
        .into_inner()
        .expect("nobody panics while holding it");
    // They came in the order in which they were done.
    results.reverse();
    results.into_iter().map(|(_, result)| result).collect()
}
