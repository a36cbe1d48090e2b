//! Stage 2: a counter behind a lock, and a bell.

use crate::sync::{Condvar, Mutex, lock, wait}; // New!

/// A semaphore whose waiters sleep.
#[derive(Debug)]
pub struct Semaphore {
    free: Mutex<usize>,  // New! the lock makes "look and take" one step
    given_back: Condvar, // New! the bell that wakes a sleeper
}

/// The right to be one of those who are in; dropping it gives it back.
#[derive(Debug)]
#[must_use = "a permit is given back when it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

// ANCHOR: condvar
impl Semaphore {
    /// Makes a semaphore with so many permits.
    pub fn new(permits: usize) -> Self {
        Self {
            free: Mutex::new(permits),
            given_back: Condvar::new(),
        }
    }

    /// Takes a permit if one is free now.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = lock(&self.free);
        *free = free.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    /// Takes a permit; sleeps until there is one.
    pub fn acquire(&self) -> Permit<'_> {
        let mut free = lock(&self.free);
        // New! `while`, not `if`: between the bell and our turn at the lock, somebody who never
        // slept may have taken the permit. And a sleeper may wake without any bell.
        while *free == 0 {
            free = wait(&self.given_back, free);
        }
        *free -= 1;
        Permit { semaphore: self }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *lock(&self.semaphore.free) += 1;
        // New! One permit, one sleeper. To wake all would be right too, and they would fight.
        self.semaphore.given_back.notify_one();
    }
}
// ANCHOR_END: condvar
