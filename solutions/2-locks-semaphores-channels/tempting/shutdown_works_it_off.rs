//! Tempting: a stopped pool works off what waits, which may take until tomorrow.

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
        let mut state = self.shared.lock();
        while state.phase == Phase::Open && state.waiting.len() >= self.shared.capacity {
            state = self.shared.wait(state);
        }
        if state.phase != Phase::Open {
            return Err(item);
        }
        state.waiting.push_back(item);
        drop(state);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Tells the pool to let nothing in and to begin nothing any more. Does not wait for those at work:
    /// call [`Pool::join`] for that. Any thread may call it, and more than once.
    pub fn stop(&self) {
        self.end(Phase::Stopping);
    }

    /// Tells the pool to let nothing in any more, and to work on all that waits. Stopping goes further,
    /// so it cannot be taken back by this.
    pub fn finish(&self) {
        self.end(Phase::Finishing);
    }

    /// Waits until all workers have ended, and says what became of the items. Finishes the pool if
    /// nobody has stopped or finished it.
    pub fn join(mut self) -> Report<T> {
        self.finish();
        self.wait_for_workers();
        let mut state = self.shared.lock();
        Report {
            done: state.done,
            failed: state.failed,
            handed_back: state.waiting.drain(..).collect(),
        }
    }

    fn end(&self, phase: Phase) {
        let mut state = self.shared.lock();
        if state.phase != Phase::Stopping {
            state.phase = phase;
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl<T> Pool<T> {
    fn wait_for_workers(&mut self) {
        for worker in self.workers.drain(..) {
            worker.join().expect("a worker does not panic");
        }
    }
}

impl<T> Drop for Pool<T> {
    /// Stops the pool and waits for its workers: no thread outlives it.
    fn drop(&mut self) {
        self.shared.lock().phase = Phase::Stopping;
        self.shared.changed.notify_all();
        self.wait_for_workers();
    }
}

impl<T> Shared<T> {
    /// What a worker does: takes one item after another until it is told to end.
    fn work_on(&self, work: &dyn Fn(T)) {
        let mut state = self.lock();
        loop {
            let Some(item) = state.waiting.pop_front() else {
                if state.phase != Phase::Open {
                    return;
                }
                state = self.wait(state);
                continue;
            };
            drop(state);
            self.changed.notify_all();
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(item)));
            state = self.lock();
            match outcome {
                Ok(()) => state.done += 1,
                Err(_) => state.failed += 1,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the lock back, sleeps until something has changed, and takes the lock again.
    fn wait<'a>(&self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}
