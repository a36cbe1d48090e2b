//! Tempting: as many items for each. Nobody knows beforehand how much work an item is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What one worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many items it took.
    pub items: usize,
    /// How many units of work they were together.
    pub work: u64,
}

/// Does all items on `n_workers` threads at the same time, and returns what each worker did, in the
/// order in which the workers were started.
///
/// `work` does an item and returns how many units of work it was. Nobody knows that before, so
/// nobody can deal the items out beforehand: whoever is done takes the next one.
pub fn share_out<T: Sync>(
    items: &[T],
    n_workers: usize,
    work: impl Fn(&T) -> u64 + Sync,
) -> Vec<Share> {
    let part = items.len().div_ceil(n_workers.max(1)).max(1);
    let work = &work;
    let worker = |part: &[T]| Share {
        items: part.len(),
        work: part.iter().map(work).sum(),
    };
    let worker = &worker;
    thread::scope(|scope| {
        // Collected first, or each would be joined before the next is started.
        let workers: Vec<_> = items
            .chunks(part)
            .map(|part| scope.spawn(move || worker(part)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("`work` does not panic"))
            .collect()
    })
}

/// Returns how many times faster these workers are than one who does all of it: all work, divided by
/// the largest share.
///
/// Without any work it is 1.
pub fn speed_up(shares: &[Share]) -> f64 {
    let all: u64 = shares.iter().map(|share| share.work).sum();
    // Not the average: the others are idle until the slowest is done.
    match shares.iter().map(|share| share.work).max() {
        None | Some(0) => 1.0,
        Some(largest) => all as f64 / largest as f64,
    }
}

/// Returns the speed-up on `n_workers` cores when the part `serial` of the work, from 0.0 to 1.0,
/// cannot be shared: Amdahl's law.
pub fn amdahl(serial: f64, n_workers: usize) -> f64 {
    // One worker takes 1: `serial` of it stays, the rest is shared.
    1.0 / (serial + (1.0 - serial) / n_workers as f64)
}
