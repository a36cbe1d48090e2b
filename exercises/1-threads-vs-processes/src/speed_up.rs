//! Step 3: who did how much, and what that is worth
//!
//! A clock tells how fast a program was on one machine on one afternoon. Counting the work tells how
//! fast it can be: when the worker with the largest share is done, everybody is.

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
    // TODO: like step 2, but each worker returns its share.
    todo!("let the workers take items and count what they did")
}

/// Returns how many times faster these workers are than one who does all of it: all work, divided by
/// the largest share.
///
/// Without any work it is 1.
pub fn speed_up(shares: &[Share]) -> f64 {
    // TODO: the worker with the most work decides when all is done.
    todo!("compare all the work with the largest share")
}

/// Returns the speed-up on `n_workers` cores when the part `serial` of the work, from 0.0 to 1.0,
/// cannot be shared: Amdahl's law.
pub fn amdahl(serial: f64, n_workers: usize) -> f64 {
    // TODO: the time of the serial part stays, the time of the rest is divided.
    todo!("apply Amdahl's law")
}
