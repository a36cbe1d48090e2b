//! Tempting: a permit comes back only when all went well.

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
        let mut free = self.lock();
        while *free == 0 {
            free = self
                .came_back
                .wait(free)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Permit { semaphore: self }
    }

    /// Takes a permit if one is free. Never waits for one.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = self.lock();
        *free = free.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    /// Takes a permit, and waits for one no longer than `limit`.
    pub fn acquire_within(&self, limit: Duration) -> Option<Permit<'_>> {
        let end = Instant::now() + limit;
        let mut free = self.lock();
        while *free == 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            free = self
                .came_back
                .wait_timeout(free, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        *free -= 1;
        Some(Permit { semaphore: self })
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        *self.semaphore.lock() += 1;
        self.semaphore.came_back.notify_one();
    }
}
