//! Tempting: one channel without senders, and it is all over.

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
    let end = Instant::now() + limit;
    loop {
        let urgent_is_open = match urgent.try_recv() {
            Ok(item) => return Next::Urgent(item),
            Err(error) => error == TryRecvError::Empty,
        };
        let normal_is_open = match normal.try_recv() {
            Ok(item) => return Next::Normal(item),
            Err(error) => error == TryRecvError::Empty,
        };
        let mut waiting = Select::new();
        if urgent_is_open {
            waiting.recv(urgent);
        }
        if normal_is_open {
            waiting.recv(normal);
        }
        if !urgent_is_open || !normal_is_open {
            return Next::Over;
        }
        if waiting.ready_deadline(end).is_err() {
            return Next::TimedOut;
        }
    }
}

/// Waits for the first item of any of these channels, no longer than `limit`, and returns it with the
/// number of its channel.
///
/// Takes one item and no other: the rest is there for the next call. Returns `None` when the time is
/// over, and at once when no channel has a sender or an item any more.
pub fn first_of<T>(channels: &[Receiver<T>], limit: Duration) -> Option<(usize, T)> {
    let end = Instant::now() + limit;
    let mut waiting = Select::new();
    for channel in channels {
        waiting.recv(channel);
    }
    for _ in channels {
        let operation = waiting.select_deadline(end).ok()?;
        let index = operation.index();
        match operation.recv(&channels[index]) {
            Ok(item) => return Some((index, item)),
            Err(_) => waiting.remove(index),
        }
    }
    None
}
