//! Step 2: so many at a time, and no more
//!
//! A mutex lets one in. A semaphore lets in as many as it has permits: three downloads from one
//! host, ten connections to one database. std has none, so you build it from a mutex that guards
//! the number of free permits, and a condition variable on which those wait who find none.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Hands out a limited number of permits.
#[derive(Debug)]
pub struct Semaphore {
    /// How many permits nobody holds.
    free: Mutex<usize>,
    /// Rings when a permit has come back.
    came_back: Condvar,
}

/// The right to be one of those inside. Dropping it gives the permit back, whatever the reason for
/// the drop: the end of a block, `?`, a panic.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once protects nothing"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    /// Makes a semaphore with this many permits.
    pub fn new(permits: usize) -> Self {
        Self {
            free: Mutex::new(permits),
            came_back: Condvar::new(),
        }
    }

    /// Returns how many permits are free now. The next moment it may be another number.
    pub fn free(&self) -> usize {
        *self.lock()
    }

    /// Takes a permit, and waits for one if there is none.
    pub fn acquire(&self) -> Permit<'_> {
        // TODO: wait while no permit is free, then take one.
        todo!("wait for a permit")
    }

    /// Takes a permit if one is free. Never waits for one.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        // TODO: take a permit, or return `None` at once.
        todo!("take a permit without waiting")
    }

    /// Takes a permit, and waits for one no longer than `limit`.
    pub fn acquire_within(&self, limit: Duration) -> Option<Permit<'_>> {
        // TODO: as `acquire`, but give up when `limit` has passed since the call.
        todo!("wait for a permit, but not for ever")
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        // Nothing that can panic runs under this lock, so the number is right even if it is poisoned.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // TODO: give the permit back, and wake somebody who waits for it.
        todo!("give the permit back")
    }
}
