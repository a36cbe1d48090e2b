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
        let mut state = self.lock();
        while state.items.len() >= self.capacity && !state.closed {
            state = self
                .room_came
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        // After waiting, not before: it may have been closed meanwhile. An item put into a closed
        // queue could be one that nobody takes out any more.
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        drop(state);
        // One item is of use to one consumer. With one condition variable for both sides this could
        // wake a producer instead, which would go back to sleep, and the item would lie there.
        self.item_came.notify_one();
        Ok(())
    }

    /// Takes the item at the front, and waits for one if the queue is empty. Returns `None` once the
    /// queue is closed and empty.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            state = self
                .item_came
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        // `closed` is not asked here: what is in a closed queue still has to come out.
        let item = state.items.pop_front()?;
        drop(state);
        self.room_came.notify_one();
        Some(item)
    }

    /// Closes the queue: nothing gets in any more, what is in it can still be taken out, and nobody waits.
    pub fn close(&self) {
        self.lock().closed = true;
        // All of them, on both sides: this concerns everybody, and there will be no other call.
        self.item_came.notify_all();
        self.room_came.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under this lock, so what it guards is whole even if it is poisoned.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
