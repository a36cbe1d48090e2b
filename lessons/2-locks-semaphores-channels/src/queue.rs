//! A bounded queue by hand: one lock, two bells.
//!
//! The lock is around the items. One bell rings when there is room, the other when there is an item.
//! The bound is what makes a fast sender wait for a slow receiver (*backpressure*); without it the
//! memory would have to hold the difference.
//!
//! It ends as channels end: when the last sender is gone the receivers get what is left and then the
//! end; when the last receiver is gone the senders get their items back. [`Sender::close`] ends it
//! earlier.
//!
//! For real work take `crossbeam_channel::bounded`, which does the same faster and can be selected
//! on; `just bench coordination` shows both.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use crate::sync::{Arc, Condvar, LOOKS, Mutex, MutexGuard, lock, wait_until, yield_now};

/// The half that puts items in. Clones share the queue.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

/// The half that takes items out. Clones share the queue: each item goes to one of them.
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    has_room: Condvar,
    has_item: Condvar,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    senders: usize,
    receivers: usize,
    closed: bool,
    for_room: Sleepers,
    for_item: Sleepers,
}

/// Those who sleep until a bell rings. A bell that nobody needs is a system call for nothing.
#[derive(Default)]
struct Sleepers {
    /// Who went to sleep and is not back at the lock yet.
    asleep: usize,
    /// How often the bell has rung for them. Never more than have woken, so as long as it is less
    /// than `asleep`, somebody may still be sleeping.
    rung: usize,
}

impl Sleepers {
    /// Whether the bell has to be rung, for one more thing to be had.
    fn ring(&mut self) -> bool {
        let needed = self.asleep > self.rung;
        self.rung += usize::from(needed);
        needed
    }

    /// One of them is back, by whatever it was woken.
    fn woke(&mut self) {
        self.asleep -= 1;
        self.rung = self.rung.saturating_sub(1);
    }
}

/// Shows the counts, not the items: those may be anything.
impl<T> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            senders, receivers, ..
        } = self;
        let items = self.items.len();
        let closed = if self.closed { ", closed" } else { "" };
        write!(
            f,
            "{items} items, {senders} senders, {receivers} receivers{closed}"
        )
    }
}

/// Why an item was not sent. It comes back.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError<T> {
    /// There is no room now. Only [`Sender::try_send`] says this.
    #[error("the queue is full")]
    Full(T),
    /// There was no room in time.
    #[error("the queue had no room in time")]
    TimedOut(T),
    /// It was closed, or no receiver is left: nobody would take the item.
    #[error("the queue is closed")]
    Closed(T),
}

impl<T> SendError<T> {
    /// Returns the item that was not sent.
    pub fn into_item(self) -> T {
        match self {
            Self::Full(item) | Self::TimedOut(item) | Self::Closed(item) => item,
        }
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full",
            Self::TimedOut(_) => "TimedOut",
            Self::Closed(_) => "Closed",
        })
    }
}

/// Why no item came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// There is none now. Only [`Receiver::try_recv`] says this.
    #[error("the queue is empty")]
    Empty,
    /// None came in time.
    #[error("no item came in time")]
    TimedOut,
    /// None will come: what was in the queue has been taken, and nobody can send any more.
    #[error("the queue is closed and empty")]
    Closed,
}

/// Makes a queue that holds at most so many items, and its two halves.
///
/// # Panics
///
/// When the capacity is 0: no item could ever pass. (crossbeam's channel of capacity 0 hands items
/// over directly; this one does not.)
///
/// ```
/// let (sender, receiver) = coordination::queue::bounded(2);
/// sender.send("a").expect("a receiver is there");
/// drop(sender);
///
/// assert_eq!(receiver.recv(), Ok("a"));
/// assert!(receiver.recv().is_err());
/// ```
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a queue without room passes nothing on");
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            items: VecDeque::with_capacity(capacity.min(1024)),
            senders: 1,
            receivers: 1,
            closed: false,
            for_room: Sleepers::default(),
            for_item: Sleepers::default(),
        }),
        has_room: Condvar::new(),
        has_item: Condvar::new(),
        capacity,
    });
    let receiver = Receiver {
        shared: Arc::clone(&shared),
    };
    (Sender { shared }, receiver)
}

/// How long somebody is willing to wait.
#[derive(Clone, Copy)]
enum Patience {
    None,
    Until(Option<Instant>),
}

impl Patience {
    fn of(limit: Duration) -> Self {
        // A limit beyond the end of time is no limit.
        Self::Until(Instant::now().checked_add(limit))
    }
}

impl<T> Sender<T> {
    /// Puts an item in; waits while the queue is full.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`], with the item.
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        self.put(item, Patience::Until(None))
    }

    /// Puts an item in, and waits for room no longer than this.
    ///
    /// # Errors
    ///
    /// [`SendError::TimedOut`] or [`SendError::Closed`], with the item.
    pub fn send_timeout(&self, item: T, limit: Duration) -> Result<(), SendError<T>> {
        self.put(item, Patience::of(limit))
    }

    /// Puts an item in if there is room now.
    ///
    /// # Errors
    ///
    /// [`SendError::Full`] or [`SendError::Closed`], with the item.
    pub fn try_send(&self, item: T) -> Result<(), SendError<T>> {
        self.put(item, Patience::None)
    }

    // ANCHOR: send
    fn put(&self, item: T, patience: Patience) -> Result<(), SendError<T>> {
        let shared = &*self.shared;
        let mut state = lock(&shared.state);
        let mut looks = 0;
        // `while`: the room that the bell told of may be taken again before we have the lock.
        while state.accepts() && state.items.len() >= shared.capacity {
            let Patience::Until(deadline) = patience else {
                return Err(SendError::Full(item));
            };
            if looks < LOOKS {
                looks += 1;
                state = shared.look_again(state);
                continue;
            }
            state.for_room.asleep += 1;
            let (again, too_late) = wait_until(&shared.has_room, state, deadline);
            state = again;
            state.for_room.woke();
            if too_late && state.accepts() && state.items.len() >= shared.capacity {
                return Err(SendError::TimedOut(item));
            }
        }
        if !state.accepts() {
            return Err(SendError::Closed(item));
        }
        state.items.push_back(item);
        let somebody_sleeps = state.for_item.ring();
        drop(state); // first, or whoever we wake would run into the lock
        if somebody_sleeps {
            shared.has_item.notify_one();
        }
        Ok(())
    }
    // ANCHOR_END: send

    /// Ends the queue: nothing more goes in, and receivers get what is left and then the end.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl<T> Receiver<T> {
    /// Takes the oldest item; waits while the queue is empty.
    ///
    /// # Errors
    ///
    /// [`ReceiveError::Closed`] when nothing is left and nothing will come.
    pub fn recv(&self) -> Result<T, ReceiveError> {
        self.take(Patience::Until(None))
    }

    /// Takes the oldest item, and waits for one no longer than this.
    ///
    /// # Errors
    ///
    /// [`ReceiveError::TimedOut`] or [`ReceiveError::Closed`].
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, ReceiveError> {
        self.take(Patience::of(limit))
    }

    /// Takes the oldest item if there is one now.
    ///
    /// # Errors
    ///
    /// [`ReceiveError::Empty`] or [`ReceiveError::Closed`].
    pub fn try_recv(&self) -> Result<T, ReceiveError> {
        self.take(Patience::None)
    }

    // ANCHOR: recv
    fn take(&self, patience: Patience) -> Result<T, ReceiveError> {
        let shared = &*self.shared;
        let mut state = lock(&shared.state);
        let mut looks = 0;
        let item = loop {
            if let Some(item) = state.items.pop_front() {
                break item;
            }
            // Asked after the items: what was sent before the end is still received.
            if state.closed || state.senders == 0 {
                return Err(ReceiveError::Closed);
            }
            let Patience::Until(deadline) = patience else {
                return Err(ReceiveError::Empty);
            };
            if looks < LOOKS {
                looks += 1;
                state = shared.look_again(state);
                continue;
            }
            state.for_item.asleep += 1;
            let (again, too_late) = wait_until(&shared.has_item, state, deadline);
            state = again;
            state.for_item.woke();
            if too_late && state.items.is_empty() && !state.closed && state.senders > 0 {
                return Err(ReceiveError::TimedOut);
            }
        };
        let somebody_sleeps = state.for_room.ring();
        drop(state);
        if somebody_sleeps {
            shared.has_room.notify_one();
        }
        Ok(item)
    }
    // ANCHOR_END: recv

    /// Ends the queue: nothing more goes in, and receivers get what is left and then the end.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Returns how many items wait now; by the time one reads it, it may be another number.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.shared.state).items.len()
    }

    /// Returns whether no item waits now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> State<T> {
    /// Whether an item that is sent could still be received.
    fn accepts(&self) -> bool {
        !self.closed && self.receivers > 0
    }
}

impl<T> Shared<T> {
    /// Gives the lock back for a moment, lets others run, and takes it again.
    fn look_again<'a>(&'a self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        drop(state);
        yield_now();
        lock(&self.state)
    }

    fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        self.wake_all(state);
    }

    /// Lets everybody look again: an end concerns all of them.
    fn wake_all(&self, state: MutexGuard<'_, State<T>>) {
        drop(state);
        self.has_item.notify_all();
        self.has_room.notify_all();
    }
}

// ANCHOR: disconnect
impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.shared.state);
        state.senders -= 1;
        if state.senders == 0 {
            self.shared.wake_all(state);
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.shared.state);
        state.receivers -= 1;
        if state.receivers == 0 {
            // Nobody can take them any more. They are dropped after the lock is given back: an
            // item's own `drop` may be anything, a send to this very queue among it.
            let unread = std::mem::take(&mut state.items);
            self.shared.wake_all(state);
            drop(unread);
        }
    }
}
// ANCHOR_END: disconnect

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        lock(&self.shared.state).senders += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        lock(&self.shared.state).receivers += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
