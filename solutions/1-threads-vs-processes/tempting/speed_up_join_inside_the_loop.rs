//! Tempting: an iterator is lazy, so each worker is joined before the next is started. The first does everything.

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
    let next = AtomicUsize::new(0);
    let worker = || {
        // Each counts for itself and shares nothing but the list; so nobody waits for anybody.
        let mut share = Share::default();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            share.work += work(item);
            share.items += 1;
        }
        share
    };
    thread::scope(|scope| {
        // Collected first, or each would be joined before the next is started.
        (0..n_workers)
            .map(|_| scope.spawn(worker))
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
