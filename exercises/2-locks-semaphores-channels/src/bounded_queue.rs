//! Step 3: a queue that makes the fast one wait
//!
//! A producer is faster than its consumer. Without a limit the queue between them grows until the
//! memory is full. With a limit the producer waits when the queue is full, as the consumer waits
//! when it is empty: that is backpressure. And one day it is over: somebody closes the queue, and
//! nobody may wait for ever, and nothing that is in it may be lost.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The queue was closed, and here is the item that did not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the queue is closed")
    }
}

impl<T: fmt::Debug> std::error::Error for Closed<T> {}

/// A queue for many producers and many consumers that holds at most so many items.
#[derive(Debug)]
pub struct BoundedQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// Rings when an item has come in. Consumers wait here.
    item_came: Condvar,
    /// Rings when there is room again. Producers wait here.
    room_came: Condvar,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedQueue<T> {
    /// Makes an empty queue that holds up to `capacity` items, and at least one.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
            }),
            item_came: Condvar::new(),
            room_came: Condvar::new(),
        }
    }

    /// Puts an item at the end, and waits for room if the queue is full.
    ///
    /// # Errors
    ///
    /// [`Closed`] with the item, if the queue is closed already or is closed while this waits.
    pub fn push(&self, item: T) -> Result<(), Closed<T>> {
        // TODO: wait while it is full and open; then put the item in, or hand it back.
        todo!("put an item in")
    }

    /// Takes the item at the front, and waits for one if the queue is empty. Returns `None` once the
    /// queue is closed and empty.
    pub fn pop(&self) -> Option<T> {
        // TODO: wait while it is empty and open; then take an item out, if there is one.
        todo!("take an item out")
    }

    /// Closes the queue: nothing gets in any more, what is in it can still be taken out, and nobody waits.
    pub fn close(&self) {
        // TODO: mark it closed, and wake whoever waits.
        todo!("close the queue")
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under this lock, so what it guards is whole even if it is poisoned.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
