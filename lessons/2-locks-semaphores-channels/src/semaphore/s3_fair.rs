//! Stage 3: first come, first served; many permits at once; a limit on the wait; an end.
//!
//! Whoever finds no permit stands in a queue. A permit that comes back is handed to the front of
//! the queue and is never free in between, so nobody overtakes and nobody starves.
//!
//! While nobody waits there is no lock either: one atomic number holds the count and two marks.
//!
//! ```text
//!   63                                2    1        0
//!  +----------------------------------+--------+--------+
//!  | free permits                     | CLOSED | QUEUED |
//!  +----------------------------------+--------+--------+
//! ```
//!
//! `QUEUED` is set and cleared by whoever holds the lock of the queue, and by nobody else. While it
//! is set, permits neither leave nor come back past the queue.
//!
//! Every access to the number is `SeqCst`, the strongest ordering. On x86 the steps that change it
//! cost the same in a weaker one, and it is the ordering that the model checker models.
//!
//! Source: the shape (a count in an atomic, waiters in a list behind a lock, permits assigned to the
//! front) is that of [`tokio::sync::Semaphore`](https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html);
//! no code is taken from it.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use crate::sync::{Arc, Condvar, LOOKS, Mutex, MutexGuard, lock, wait_until, yield_now};

// ANCHOR: marks
/// Somebody stands in the queue.
const QUEUED: usize = 1;
/// The semaphore gives no more permits.
const CLOSED: usize = 2;
/// What one permit adds to the number.
const ONE: usize = 4;
// ANCHOR_END: marks

/// A fair semaphore: at most so many permits are out, and they are given in the order of asking.
///
/// ```
/// use coordination::Semaphore;
///
/// let at_once = Semaphore::new(2);
/// let first = at_once.acquire()?;
/// let second = at_once.acquire()?;
/// assert!(at_once.try_acquire().is_err());
///
/// drop(first);
/// assert!(at_once.try_acquire().is_ok());
/// # drop(second);
/// # Ok::<(), coordination::AcquireError>(())
/// ```
#[derive(Debug)]
pub struct Semaphore {
    /// Free permits and marks, as drawn above.
    state: AtomicUsize,
    /// Those who wait, the first at the front.
    queue: Mutex<VecDeque<Arc<Waiter>>>,
    permits: usize,
}

/// One who waits. Everybody has a bell of their own, so that a permit wakes the one it is for.
struct Waiter {
    wants: usize,
    /// Whether its permits were handed to it. Read and written under the queue's lock only.
    served: AtomicBool,
    bell: Condvar,
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wants {}", self.wants)
    }
}

/// Permits that go back to the semaphore when this is dropped.
#[derive(Debug)]
#[must_use = "a permit is given back when it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    count: usize,
}

/// The same, for whoever outlives the place where it was acquired: it may be sent to another thread
/// or kept in a map, together with the job that it allows.
#[derive(Debug)]
#[must_use = "a permit is given back when it is dropped"]
pub struct OwnedPermit {
    semaphore: Arc<Semaphore>,
    count: usize,
}

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcquireError {
    /// None is free now, or others stand in the queue. Only the `try_` calls say this.
    #[error("no permit is free")]
    NoneFree,
    /// The time was over before it was our turn.
    #[error("no permit became free in time")]
    TimedOut,
    /// The semaphore was closed.
    #[error("the semaphore is closed")]
    Closed,
    /// More were asked for than there are at all: to wait would be to wait for ever.
    #[error("asked for {wanted} permits of a semaphore that has {permits}")]
    TooMany {
        /// How many were asked for.
        wanted: usize,
        /// How many there are.
        permits: usize,
    },
}

impl Semaphore {
    /// Makes a semaphore with so many permits.
    ///
    /// # Panics
    ///
    /// When `permits` is more than a quarter of what a `usize` can count.
    pub fn new(permits: usize) -> Self {
        assert!(permits <= usize::MAX / ONE, "too many permits: {permits}");
        Self {
            state: AtomicUsize::new(permits * ONE),
            queue: Mutex::new(VecDeque::new()),
            permits,
        }
    }

    /// Returns how many permits are free now; by the time one reads it, it may be another number.
    #[must_use]
    pub fn free(&self) -> usize {
        self.state.load(SeqCst) / ONE
    }

    /// Returns how many permits there are, free or out.
    #[must_use]
    pub fn permits(&self) -> usize {
        self.permits
    }

    /// Returns how many wait now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        lock(&self.queue).len()
    }

    /// Takes a permit; waits until it is our turn.
    ///
    /// # Errors
    ///
    /// [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn acquire(&self) -> Result<Permit<'_>, AcquireError> {
        self.acquire_many(1)
    }

    /// Takes several permits together, or waits until it can. Nobody behind us is served before us,
    /// also when fewer permits would do for them: otherwise a large wish might never come true.
    ///
    /// # Errors
    ///
    /// [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn acquire_many(&self, count: usize) -> Result<Permit<'_>, AcquireError> {
        self.take(count, None)?;
        Ok(self.permit(count))
    }

    /// Takes a permit, and waits no longer than this.
    ///
    /// # Errors
    ///
    /// [`AcquireError::TimedOut`], [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn acquire_timeout(&self, limit: Duration) -> Result<Permit<'_>, AcquireError> {
        self.acquire_many_timeout(1, limit)
    }

    /// Takes several permits together, and waits no longer than this.
    ///
    /// # Errors
    ///
    /// [`AcquireError::TimedOut`], [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn acquire_many_timeout(
        &self,
        count: usize,
        limit: Duration,
    ) -> Result<Permit<'_>, AcquireError> {
        self.take(count, Instant::now().checked_add(limit))?;
        Ok(self.permit(count))
    }

    /// Takes a permit if one is free and nobody waits.
    ///
    /// # Errors
    ///
    /// [`AcquireError::NoneFree`], [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn try_acquire(&self) -> Result<Permit<'_>, AcquireError> {
        self.try_take(1)?;
        Ok(self.permit(1))
    }

    /// Takes several permits if they are free and nobody waits.
    ///
    /// # Errors
    ///
    /// [`AcquireError::NoneFree`], [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn try_acquire_many(&self, count: usize) -> Result<Permit<'_>, AcquireError> {
        self.try_take(count)?;
        Ok(self.permit(count))
    }

    /// As [`acquire`](Self::acquire), with a permit that owns a share of the semaphore.
    ///
    /// # Errors
    ///
    /// [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn acquire_owned(self: &Arc<Self>) -> Result<OwnedPermit, AcquireError> {
        self.take(1, None)?;
        Ok(self.owned_permit(1))
    }

    /// As [`try_acquire`](Self::try_acquire), with a permit that owns a share of the semaphore.
    ///
    /// # Errors
    ///
    /// [`AcquireError::NoneFree`], [`AcquireError::Closed`], [`AcquireError::TooMany`].
    pub fn try_acquire_owned(self: &Arc<Self>) -> Result<OwnedPermit, AcquireError> {
        self.try_take(1)?;
        Ok(self.owned_permit(1))
    }

    /// Gives no more permits: whoever waits or asks is told so. Permits that are out stay good.
    pub fn close(&self) {
        let mut queue = lock(&self.queue);
        self.state.fetch_or(CLOSED, SeqCst);
        for waiter in queue.drain(..) {
            waiter.bell.notify_one();
        }
        self.state.fetch_and(!QUEUED, SeqCst);
    }

    /// Returns whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state.load(SeqCst) & CLOSED != 0
    }

    // ANCHOR: try
    /// Takes permits without waiting and without overtaking.
    fn try_take(&self, count: usize) -> Result<(), AcquireError> {
        self.can_ever(count)?;
        let mut seen = self.state.load(SeqCst);
        loop {
            if seen & CLOSED != 0 {
                return Err(AcquireError::Closed);
            }
            if seen & QUEUED != 0 || seen / ONE < count {
                return Err(AcquireError::NoneFree);
            }
            match self
                .state
                .compare_exchange_weak(seen, seen - count * ONE, SeqCst, SeqCst)
            {
                Ok(_) => return Ok(()),
                Err(now) => seen = now,
            }
        }
    }
    // ANCHOR_END: try

    // ANCHOR: wait
    /// Takes permits; waits for them in the queue, not beyond the deadline.
    fn take(&self, count: usize, deadline: Option<Instant>) -> Result<(), AcquireError> {
        // A permit that is held for a moment only is back before we would be asleep. Whoever looks
        // has no place yet: who stands in the queue goes first, and then we look no further.
        for _ in 0..LOOKS {
            match self.try_take(count) {
                Err(AcquireError::NoneFree) if self.state.load(SeqCst) & QUEUED == 0 => yield_now(),
                Err(AcquireError::NoneFree) => break,
                settled => return settled,
            }
        }
        let mut queue = lock(&self.queue);
        // The mark first: from now on whoever gives back comes to the lock, which we hold until we
        // are asleep. So no permit can come back between our last look and our sleep.
        let marked = self.state.fetch_or(QUEUED, SeqCst);
        if marked & CLOSED != 0 {
            // Nobody queues at a closed semaphore, so the mark was not set before.
            self.state.fetch_and(!QUEUED, SeqCst);
            return Err(AcquireError::Closed);
        }
        let waiter = Arc::new(Waiter {
            wants: count,
            served: AtomicBool::new(false),
            bell: Condvar::new(),
        });
        queue.push_back(Arc::clone(&waiter));
        // One may have come back before the mark.
        self.serve(&mut queue);
        loop {
            if waiter.served.load(SeqCst) {
                return Ok(());
            }
            if self.is_closed() {
                return Err(AcquireError::Closed);
            }
            let (again, too_late) = wait_until(&waiter.bell, queue, deadline);
            queue = again;
            if too_late && !waiter.served.load(SeqCst) && !self.is_closed() {
                queue.retain(|other| !Arc::ptr_eq(other, &waiter));
                // We may have been a large wish at the front, with small ones behind us.
                self.serve(&mut queue);
                return Err(AcquireError::TimedOut);
            }
        }
    }
    // ANCHOR_END: wait

    // ANCHOR: release
    /// Gives permits back, to those in the queue first.
    fn give_back(&self, count: usize) {
        let mut seen = self.state.load(SeqCst);
        while seen & QUEUED == 0 {
            match self
                .state
                .compare_exchange_weak(seen, seen + count * ONE, SeqCst, SeqCst)
            {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
        let mut queue = lock(&self.queue);
        self.state.fetch_add(count * ONE, SeqCst);
        self.serve(&mut queue);
    }

    /// Hands free permits to the front of the queue while they suffice.
    fn serve(&self, queue: &mut MutexGuard<'_, VecDeque<Arc<Waiter>>>) {
        while let Some(first) = queue.front() {
            if self.state.load(SeqCst) / ONE < first.wants {
                return;
            }
            self.state.fetch_sub(first.wants * ONE, SeqCst);
            first.served.store(true, SeqCst);
            first.bell.notify_one();
            queue.pop_front();
        }
        self.state.fetch_and(!QUEUED, SeqCst);
    }
    // ANCHOR_END: release

    fn can_ever(&self, wanted: usize) -> Result<(), AcquireError> {
        let permits = self.permits;
        if wanted > permits {
            return Err(AcquireError::TooMany { wanted, permits });
        }
        Ok(())
    }

    fn permit(&self, count: usize) -> Permit<'_> {
        Permit {
            semaphore: self,
            count,
        }
    }

    fn owned_permit(self: &Arc<Self>, count: usize) -> OwnedPermit {
        OwnedPermit {
            semaphore: Arc::clone(self),
            count,
        }
    }
}

impl Permit<'_> {
    /// Returns how many permits this stands for.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl OwnedPermit {
    /// Returns how many permits this stands for.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.give_back(self.count);
    }
}

impl Drop for OwnedPermit {
    fn drop(&mut self) {
        self.semaphore.give_back(self.count);
    }
}
