//! Producers and consumers through four kinds of queue, with one check.

use std::sync::{Arc, Barrier, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::queue;

/// A kind of queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`queue`](mod@crate::queue): a mutex and two condition variables, by hand.
    Ours,
    /// `std::sync::mpsc::sync_channel`. It has one receiver, so several consumers share that behind
    /// a mutex.
    Std,
    /// `crossbeam_channel::bounded`.
    Crossbeam,
    /// `crossbeam_channel::unbounded`: nobody ever waits for room, and nothing limits the memory.
    Unbounded,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ours, Self::Std, Self::Crossbeam, Self::Unbounded];

    /// Returns its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "Mutex + Condvar",
            Self::Std => "std mpsc",
            Self::Crossbeam => "crossbeam",
            Self::Unbounded => "unbounded",
        }
    }
}

/// How many hand over what to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Threads that send.
    pub producers: usize,
    /// Threads that receive.
    pub consumers: usize,
    /// Items that the queue holds, where it is bounded.
    pub capacity: usize,
    /// Items in all.
    pub items: u64,
}

/// What came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// How many items were received.
    pub items: u64,
    /// The sum of their numbers. Two wrong items could make up for each other in it, so this finds
    /// what is lost or doubled by chance and not by intent.
    pub sum: u64,
    /// From the first send to the last receive.
    pub took: Duration,
}

impl Load {
    /// Returns whether each item came out once: their count and their sum are right.
    pub fn is_whole(&self, passed: &Passed) -> bool {
        let expected = self.items * self.items.saturating_sub(1) / 2;
        passed.items == self.items && passed.sum == expected
    }
}

/// Passes the numbers from 0 to `load.items` through a queue.
pub fn pass(kind: Kind, load: &Load) -> Passed {
    match kind {
        Kind::Ours => {
            let (sender, receiver) = queue::bounded(load.capacity);
            drive(
                load,
                (sender, receiver),
                |sender, item| sender.send(item).is_ok(),
                |receiver| receiver.recv().ok(),
            )
        }
        Kind::Std => {
            let (sender, receiver) = mpsc::sync_channel(load.capacity);
            drive(
                load,
                (sender, Arc::new(Mutex::new(receiver))),
                |sender, item| sender.send(item).is_ok(),
                |receiver| {
                    let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
                    receiver.recv().ok()
                },
            )
        }
        Kind::Crossbeam => drive(
            load,
            crossbeam_channel::bounded(load.capacity),
            |sender, item| sender.send(item).is_ok(),
            |receiver| receiver.recv().ok(),
        ),
        Kind::Unbounded => drive(
            load,
            crossbeam_channel::unbounded(),
            |sender, item| sender.send(item).is_ok(),
            |receiver| receiver.recv().ok(),
        ),
    }
}

/// The same for every queue: each thread has a half of its own, all start together, and the queue
/// ends when the last sender is gone.
fn drive<S: Clone + Send, R: Clone + Send>(
    load: &Load,
    (sender, receiver): (S, R),
    send: impl Fn(&S, u64) -> bool + Sync,
    receive: impl Fn(&R) -> Option<u64> + Sync,
) -> Passed {
    let producers = load.producers.max(1) as u64;
    let consumers = load.consumers.max(1);
    let start = Barrier::new(producers as usize + consumers + 1);
    let (start, send, receive) = (&start, &send, &receive);
    thread::scope(|scope| {
        for producer in 0..producers {
            let sender = sender.clone();
            scope.spawn(move || {
                start.wait();
                // The numbers are dealt out in turn, so every producer has as many.
                (producer..load.items)
                    .step_by(producers as usize)
                    .all(|item| send(&sender, item))
            });
        }
        let threads: Vec<_> = (0..consumers)
            .map(|_| {
                let receiver = receiver.clone();
                scope.spawn(move || {
                    start.wait();
                    std::iter::from_fn(|| receive(&receiver))
                        .fold((0, 0), |(items, sum): (u64, u64), item| {
                            (items + 1, sum + item)
                        })
                })
            })
            .collect();
        // These two would keep the queue open for ever.
        drop((sender, receiver));
        // Before the others can begin, for on a busy machine they may have ended before we go on.
        let started = Instant::now();
        start.wait();
        let mut passed = Passed {
            items: 0,
            sum: 0,
            took: Duration::ZERO,
        };
        for thread in threads {
            let (items, sum) = thread.join().expect("adding up does not panic");
            passed.items += items;
            passed.sum += sum;
        }
        passed.took = started.elapsed();
        passed
    })
}
