//! Step 1: no update is lost
//!
//! Two threads read 7, both add 1, both store 8. One of the two additions is gone, although no line
//! of it is wrong by itself, and although safe Rust compiles it: each load and each store is atomic,
//! but between the two somebody else may come. This is a race condition. What is needed is one step
//! that nobody can come between.

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
        let mut seen = self.value.load(Ordering::Relaxed);
        loop {
            // "Store this, but only if it still is what I have seen": one step of the processor. A
            // lock round load and store would be right too, except for what happens when `change`
            // panics: std's mutex is poisoned then, and the next `lock().unwrap()` panics as well.
            //
            // The weak form may fail although nothing has changed. In a loop that costs one round,
            // and on some processors it saves a loop inside the loop.
            let outcome = self.value.compare_exchange_weak(
                seen,
                change(seen),
                // `Relaxed` is enough for a number that stands for itself. Where it announces that
                // something else is ready, it would have to be `Release` here and `Acquire` there.
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            match outcome {
                Ok(replaced) => return replaced,
                // Somebody came between. What was worked out from the old value is worthless now.
                Err(now) => seen = now,
            }
        }
    }

    /// Replaces the value `v` by `next` if `change(v)` is `Some(next)`, and returns `Some(v)`; leaves
    /// it and returns `None` if `change(v)` is `None`.
    ///
    /// Deciding and replacing are one step: the `v` that `change` said yes to is the one replaced.
    pub fn try_update(&self, mut change: impl FnMut(u64) -> Option<u64>) -> Option<u64> {
        let mut seen = self.value.load(Ordering::Relaxed);
        loop {
            // The question is asked again in every round: a yes holds for the value it was given for.
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
