//! Tempting: one `compare_exchange`, and nobody looks whether it worked.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that many threads change at the same time.
///
/// An atomic serves here, and so would a mutex. You may change the field.
#[derive(Debug, Default)]
pub struct Counter {
    value: AtomicU64,
}

impl Counter {
    /// Makes a counter that begins at `value`.
    pub fn new(value: u64) -> Self {
        Self {
            value: AtomicU64::new(value),
        }
    }

    /// Returns the value as it is now. The next moment it may be another.
    pub fn value(&self) -> u64 {
        self.value.load(Ordering::Relaxed)
    }

    /// Replaces the value `v` by `change(v)`, and returns `v`.
    ///
    /// No update is lost: what `change` was given for the last time is what was replaced. So it may
    /// have to be called more than once. If it panics, the value stays, and others can go on.
    pub fn update(&self, mut change: impl FnMut(u64) -> u64) -> u64 {
        let seen = self.value.load(Ordering::SeqCst);
        let next = change(seen);
        let _ = self
            .value
            .compare_exchange(seen, next, Ordering::SeqCst, Ordering::SeqCst);
        seen
    }

    /// Replaces the value `v` by `next` if `change(v)` is `Some(next)`, and returns `Some(v)`; leaves
    /// it and returns `None` if `change(v)` is `None`.
    ///
    /// Deciding and replacing are one step: the `v` that `change` said yes to is the one replaced.
    pub fn try_update(&self, mut change: impl FnMut(u64) -> Option<u64>) -> Option<u64> {
        let mut seen = self.value.load(Ordering::Relaxed);
        loop {
            let next = change(seen)?;
            let outcome =
                self.value
                    .compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed);
            match outcome {
                Ok(replaced) => return Some(replaced),
                Err(now) => seen = now,
            }
        }
    }
}
