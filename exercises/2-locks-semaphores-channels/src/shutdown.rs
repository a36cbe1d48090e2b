//! Step 6: stop, and lose nothing
//!
//! Workers take items from a queue. Then comes Ctrl-C. What is being worked on must be finished, what
//! is waiting must be handed back (to be written down, and done tomorrow), and whoever is just now
//! handing something in must learn whether it got in. Each item has one of three fates: it was worked
//! on, it was handed back, or it was refused. No item has none, and no item has two.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// What a pool did until it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<T> {
    /// How many items were worked on to the end.
    pub done: usize,
    /// How many items were worked on until `work` panicked.
    pub failed: usize,
    /// The items that nobody began, in the order in which they came.
    pub handed_back: Vec<T>,
}

/// Threads that work on items from one bounded queue.
#[derive(Debug)]
pub struct Pool<T> {
    shared: Arc<Shared<T>>,
    workers: Vec<JoinHandle<()>>,
}

/// What the workers and the owner of the pool share.
#[derive(Debug)]
struct Shared<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// Rings when anything in the state has changed. One bell for all: ring it for all.
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<T>,
    phase: Phase,
    done: usize,
    failed: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Items are let in and worked on.
    Open,
    /// No item is let in. What waits is worked on.
    Finishing,
    /// No item is let in. What waits stays where it is.
    Stopping,
}

impl<T: Send + 'static> Pool<T> {
    /// Starts `n_workers` threads (at least one). Up to `capacity` items wait for them (at least one).
    pub fn start(
        n_workers: usize,
        capacity: usize,
        work: impl Fn(T) + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            capacity: capacity.max(1),
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                phase: Phase::Open,
                done: 0,
                failed: 0,
            }),
            changed: Condvar::new(),
        });
        let work = Arc::new(work);
        let worker = || {
            let (shared, work) = (Arc::clone(&shared), Arc::clone(&work));
            thread::spawn(move || shared.work_on(&*work))
        };
        let workers = (0..n_workers.max(1)).map(|_| worker()).collect();
        Self { shared, workers }
    }

    /// Hands in an item, and waits for room if too many are waiting.
    ///
    /// # Errors
    ///
    /// Returns the item if the pool lets nothing in any more, be it from the start or after waiting.
    pub fn submit(&self, item: T) -> Result<(), T> {
        // TODO: wait while it is full and open; then let the item in, or hand it back.
        todo!("hand in an item")
    }

    /// Tells the pool to let nothing in and to begin nothing any more. Does not wait for those at work:
    /// call [`Pool::join`] for that. Any thread may call it, and more than once.
    pub fn stop(&self) {
        // TODO: change the phase, and wake whoever waits.
        todo!("tell everybody to stop")
    }

    /// Tells the pool to let nothing in any more, and to work on all that waits. Stopping goes further,
    /// so it cannot be taken back by this.
    pub fn finish(&self) {
        // TODO: as `stop`, but what waits is worked on.
        todo!("tell everybody to finish")
    }

    /// Waits until all workers have ended, and says what became of the items. Finishes the pool if
    /// nobody has stopped or finished it.
    pub fn join(mut self) -> Report<T> {
        // TODO: finish, wait for each worker, then look at what is left.
        todo!("wait for the workers")
    }
}

impl<T> Drop for Pool<T> {
    /// Stops the pool and waits for its workers: no thread outlives it.
    fn drop(&mut self) {
        // TODO: whoever drops a pool without joining it must not leave its threads behind.
    }
}

impl<T> Shared<T> {
    /// What a worker does: takes one item after another until it is told to end.
    fn work_on(&self, work: &dyn Fn(T)) {
        // TODO: wait for an item or for the end; work without holding the lock; count.
        todo!("be a worker")
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // `work` never runs under this lock, so what it guards is whole even if it is poisoned.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the lock back, sleeps until something has changed, and takes the lock again.
    fn wait<'a>(&self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}
