//! Stage 1: a counter that is asked again and again.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::yield_now;

/// A semaphore that waits by asking.
#[derive(Debug)]
pub struct Semaphore {
    free: AtomicUsize,
}

/// The right to be one of those who are in; dropping it gives it back.
///
/// It is a guard, as a lock's is: a permit cannot be given back twice, nor be forgotten on the way
/// out through `?` or a panic.
#[derive(Debug)]
#[must_use = "a permit is given back when it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

// ANCHOR: spin
impl Semaphore {
    /// Makes a semaphore with so many permits.
    pub fn new(permits: usize) -> Self {
        Self {
            free: AtomicUsize::new(permits),
        }
    }

    /// Takes a permit if one is free now.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = self.free.load(Ordering::SeqCst);
        while free > 0 {
            // "If it is still `free`, make it one less" is one step, so nobody comes in between.
            // A load and a store would be two, and two threads could take the same permit.
            match self
                .free
                .compare_exchange(free, free - 1, Ordering::SeqCst, Ordering::SeqCst)
            {
                Ok(_) => return Some(Permit { semaphore: self }),
                Err(now) => free = now, // somebody was quicker: look again
            }
        }
        None
    }

    /// Takes a permit, and asks for it until there is one.
    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            // Without this the holder might wait for the very core that we burn.
            yield_now();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.free.fetch_add(1, Ordering::SeqCst);
    }
}
// ANCHOR_END: spin
