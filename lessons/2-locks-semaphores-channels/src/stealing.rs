//! Work that is taken, not dealt out.
//!
//! Dealt out beforehand, uneven work leaves some workers idle while one has all the long items.
//! With one queue for all, everybody is busy to the end and everybody meets at the queue's lock.
//! Work stealing has a queue for each worker, its own end for its owner and the other end for the
//! others: a worker takes from its own, and when that is empty it steals from somebody else's.
//!
//! It is how rayon shares out work. The queues here are crossbeam's.
//!
//! Source: R. D. Blumofe, C. E. Leiserson, [*Scheduling multithreaded computations by work
//! stealing*](https://doi.org/10.1145/324133.324234), 1999; the queue is D. Chase and Y. Lev's.

use std::thread;

use crossbeam_deque::{Steal, Stealer, Worker};

/// How the items come to the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Each worker gets the same number of items, and no other one.
    Dealt,
    /// The same, but who has nothing left takes from the others.
    Stolen,
}

/// What one worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Items that it did.
    pub items: usize,
    /// Those of them that it took from another worker.
    pub stolen: usize,
}

// ANCHOR: steal
/// Does each item once, on so many workers; returns what each of them did.
///
/// The items are dealt out in runs: the first worker gets the first ones.
pub fn share_out<T: Send + Sync>(
    items: &[T],
    workers: usize,
    sharing: Sharing,
    work: impl Fn(usize, &T) + Sync,
) -> Vec<Share> {
    let workers = workers.max(1);
    let queues: Vec<Worker<&T>> = (0..workers).map(|_| Worker::new_fifo()).collect();
    let stealers: Vec<Stealer<&T>> = queues.iter().map(Worker::stealer).collect();
    let run = items.len().div_ceil(workers).max(1);
    for (queue, run) in queues.iter().zip(items.chunks(run)) {
        run.iter().for_each(|item| queue.push(item));
    }

    let (work, stealers) = (&work, &stealers);
    thread::scope(|scope| {
        let threads: Vec<_> = queues
            .into_iter()
            .enumerate()
            .map(|(me, queue)| {
                scope.spawn(move || {
                    let mut share = Share::default();
                    loop {
                        let item = match (queue.pop(), sharing) {
                            (Some(item), _) => item,
                            (None, Sharing::Dealt) => return share,
                            (None, Sharing::Stolen) => match steal(stealers, me) {
                                Some(item) => {
                                    share.stolen += 1;
                                    item
                                }
                                // No item makes new ones here, so empty everywhere is the end.
                                None => return share,
                            },
                        };
                        work(me, item);
                        share.items += 1;
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the work does not panic"))
            .collect()
    })
}

/// Takes an item from another worker, beginning with the next one, so that not all rob the first.
fn steal<'a, T>(stealers: &[Stealer<&'a T>], me: usize) -> Option<&'a T> {
    let others = (1..stealers.len()).map(|step| &stealers[(me + step) % stealers.len()]);
    for other in others {
        loop {
            match other.steal() {
                Steal::Success(item) => return Some(item),
                Steal::Empty => break,
                Steal::Retry => {} // somebody else was at it at the same moment
            }
        }
    }
    None
}
// ANCHOR_END: steal
