//! Two semaphores that look right and are not. The model checker finds out why.
//!
//! Like the good ones they take their locks from `crate::sync`, so the checker runs these very lines.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Condvar, Mutex, lock, wait};

// ANCHOR: two_steps
/// Looks whether a permit is free, and takes it: two steps.
#[derive(Debug)]
pub struct TwoSteps {
    free: AtomicUsize,
}

impl TwoSteps {
    /// Takes a permit if one is free; returns whether it did.
    pub fn try_enter(&self) -> bool {
        let free = self.free.load(Ordering::SeqCst);
        if free == 0 {
            return false;
        }
        self.free.store(free - 1, Ordering::SeqCst);
        true
    }

    /// Gives a permit back.
    pub fn leave(&self) {
        self.free.fetch_add(1, Ordering::SeqCst);
    }
}
// ANCHOR_END: two_steps

// ANCHOR: asleep
/// Looks under the lock, gives the lock back, and only then goes to sleep.
#[derive(Debug)]
pub struct LateSleeper {
    free: Mutex<usize>,
    given_back: Condvar,
}

impl LateSleeper {
    /// Takes a permit; sleeps until there is one.
    pub fn enter(&self) {
        loop {
            let mut free = lock(&self.free);
            if *free > 0 {
                *free -= 1;
                return;
            }
            drop(free);
            // Here the permit may come back, and the bell ring for nobody.
            let free = lock(&self.free);
            drop(wait(&self.given_back, free));
        }
    }

    /// Gives a permit back.
    pub fn leave(&self) {
        *lock(&self.free) += 1;
        self.given_back.notify_one();
    }
}
// ANCHOR_END: asleep

impl TwoSteps {
    /// Makes one with a single permit.
    pub fn new() -> Self {
        let free = AtomicUsize::new(1);
        Self { free }
    }
}

impl LateSleeper {
    /// Makes one with a single permit.
    pub fn new() -> Self {
        Self {
            free: Mutex::new(1),
            given_back: Condvar::new(),
        }
    }
}
