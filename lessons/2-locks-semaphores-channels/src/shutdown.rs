//! One word to many threads: stop.
//!
//! A thread cannot be stopped from outside, so it has to be told, and has to listen. There are
//! three ways of listening, and each kind of thread needs another one:
//!
//! - one that computes asks now and then: [`Shutdown::is_requested`];
//! - one that pauses waits for the word instead of sleeping: [`Shutdown::wait_timeout`];
//! - one that waits for a channel waits for the word as well, in one `select!`:
//!   [`Shutdown::receiver`].
//!
//! The last one is a channel on which nothing is ever sent. The word is that it ends: an end is
//! received by everybody and for ever, where a message would be received by one, once.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::sync::atomic::{AtomicBool, Ordering::SeqCst};
use crate::sync::{Arc, Condvar, Mutex, lock, wait_until};

/// A request to stop, shared by all its clones. Once made it stays made.
///
/// ```
/// use coordination::Shutdown;
/// use crossbeam_channel::{bounded, select};
///
/// let shutdown = Shutdown::new();
/// let (_sender, jobs) = bounded::<u32>(1);
/// shutdown.request();
///
/// let stop = shutdown.receiver();
/// let stopped = select! {
///     recv(jobs) -> _ => false,
///     recv(stop) -> _ => true,
/// };
/// assert!(stopped);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The same as in the state, for asking without a lock.
    requested: AtomicBool,
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Debug, Default)]
struct State {
    requested: bool,
    /// Dropped when the word is given, which ends their channels.
    listeners: Vec<Sender<Infallible>>,
    children: Vec<Shutdown>,
}

impl Shutdown {
    /// Makes a request that has not been made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // ANCHOR: request
    /// Makes the request, to this and to all its [children](Self::child). To make it again changes
    /// nothing. Never waits for anybody who listens.
    ///
    /// Not for a signal handler itself, which may take no locks; `ctrlc` calls its closure on a
    /// thread of its own, and there it is fine.
    pub fn request(&self) {
        let mut state = lock(&self.inner.state);
        state.requested = true;
        // Set while the lock is held: whoever sees it set finds the rest set too, or waits for it.
        self.inner.requested.store(true, SeqCst);
        let listeners = std::mem::take(&mut state.listeners);
        let children = std::mem::take(&mut state.children);
        drop(state);
        self.inner.bell.notify_all();
        drop(listeners);
        // After the lock was given back: no thread ever holds two of these locks.
        children.iter().for_each(Self::request);
    }
    // ANCHOR_END: request

    /// Returns whether the request was made. Costs one load.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.inner.requested.load(SeqCst)
    }

    /// Waits until the request is made.
    pub fn wait(&self) {
        self.wait_until(None);
    }

    /// Pauses for this long, or until the request is made; returns whether it was made.
    ///
    /// This is the sleep of a thread that can be stopped.
    #[must_use]
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        self.wait_until(Instant::now().checked_add(limit))
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        let mut state = lock(&self.inner.state);
        while !state.requested {
            let (again, too_late) = wait_until(&self.inner.bell, state, deadline);
            state = again;
            if too_late {
                break;
            }
        }
        state.requested
    }

    // ANCHOR: receiver
    /// Returns a channel that ends when the request is made, for `select!`. Make it once, before the
    /// loop, and not for each turn: the request keeps one end of each.
    #[must_use]
    pub fn receiver(&self) -> Receiver<Infallible> {
        let (sender, receiver) = bounded(0);
        let mut state = lock(&self.inner.state);
        if !state.requested {
            state.listeners.push(sender);
        }
        // Otherwise the sender is dropped here, and the channel has ended already.
        receiver
    }
    // ANCHOR_END: receiver

    /// Returns a part of this request: it is made when this one is, and can be made alone.
    ///
    /// So one part of a program can be stopped without the rest, and the rest never without it.
    #[must_use]
    pub fn child(&self) -> Self {
        let child = Self::new();
        let mut state = lock(&self.inner.state);
        if state.requested {
            drop(state);
            child.request();
        } else {
            // A child that was stopped, or that nobody else holds, is not kept any longer.
            state
                .children
                .retain(|child| !child.is_requested() && Arc::strong_count(&child.inner) > 1);
            state.children.push(child.clone());
        }
        child
    }
}
