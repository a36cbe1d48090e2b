//! The site's end, which every waiting thread must hear of.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Locks a mutex even after a panic elsewhere: what it guards is whole after each statement here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells all threads that the site stops, and wakes those that sleep.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Says that the site stops.
    pub(crate) fn announce(&self) {
        *lock(&self.stopped) = true;
        self.changed.notify_all();
    }

    /// Returns true once the site stops.
    pub(crate) fn is_announced(&self) -> bool {
        *lock(&self.stopped)
    }

    /// Sleeps so long, unless the site stops first.
    ///
    /// # Errors
    ///
    /// An error of kind `Interrupted` when the site stops: writing to the client has no point any more.
    pub(crate) fn sleep(&self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        let mut stopped = lock(&self.stopped);
        while !*stopped {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            stopped = self
                .changed
                .wait_timeout(stopped, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        Err(io::Error::new(io::ErrorKind::Interrupted, "the site stops"))
    }
}
