//! Tempting: a mutex, locked once to read and once to write.

use std::sync::Mutex;

/// A number that many threads change at the same time.
///
/// An atomic serves here, and so would a mutex. You may change the field.
#[derive(Debug, Default)]
pub struct Counter {
    value: Mutex<u64>,
}

impl Counter {
    /// Makes a counter that begins at `value`.
    pub fn new(value: u64) -> Self {
        Self {
            value: Mutex::new(value),
        }
    }

    /// Returns the value as it is now. The next moment it may be another.
    pub fn value(&self) -> u64 {
        *self.value.lock().unwrap()
    }

    /// Replaces the value `v` by `change(v)`, and returns `v`.
    ///
    /// No update is lost: what `change` was given for the last time is what was replaced. So it may
    /// have to be called more than once. If it panics, the value stays, and others can go on.
    pub fn update(&self, mut change: impl FnMut(u64) -> u64) -> u64 {
        let seen = *self.value.lock().unwrap();
        let next = change(seen);
        *self.value.lock().unwrap() = next;
        seen
    }

    /// Replaces the value `v` by `next` if `change(v)` is `Some(next)`, and returns `Some(v)`; leaves
    /// it and returns `None` if `change(v)` is `None`.
    ///
    /// Deciding and replacing are one step: the `v` that `change` said yes to is the one replaced.
    pub fn try_update(&self, mut change: impl FnMut(u64) -> Option<u64>) -> Option<u64> {
        let seen = *self.value.lock().unwrap();
        let next = change(seen)?;
        *self.value.lock().unwrap() = next;
        Some(seen)
    }
}
