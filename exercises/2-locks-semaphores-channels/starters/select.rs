//! Step 5: wait for whichever comes first
//!
//! A worker has an urgent channel and a normal one. If it waits on the first, it does not hear the
//! second. To `select` is to wait on several channels at once, and on the clock. std's channels
//! cannot do that; crossbeam's can.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, TryRecvError};

/// What came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next<T> {
    /// An item of the urgent channel.
    Urgent(T),
    /// An item of the normal channel.
    Normal(T),
    /// Nothing, and the time is over.
    TimedOut,
    /// Nothing, and nothing will ever come: both channels are empty and have no sender.
    Over,
}

/// Waits for the next item of either channel, no longer than `limit`.
///
/// When both have an item, the urgent one is taken. A channel that has no sender any more is not
/// waited for; the other one still is. An item that is not returned stays where it is.
pub fn next<T>(urgent: &Receiver<T>, normal: &Receiver<T>, limit: Duration) -> Next<T> {
    // TODO: look at the urgent one first, then wait on both and on the clock.
    todo!("wait for one of two channels")
}

/// Waits for the first item of any of these channels, no longer than `limit`, and returns it with the
/// number of its channel.
///
/// Takes one item and no other: the rest is there for the next call. Returns `None` when the time is
/// over, and at once when no channel has a sender or an item any more.
pub fn first_of<T>(channels: &[Receiver<T>], limit: Duration) -> Option<(usize, T)> {
    // TODO: wait on all of them at once; `Select` takes any number of channels.
    todo!("wait for one of many channels")
}
