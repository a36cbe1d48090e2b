//! Dining philosophers: a ring of forks, and two ways for all to eat.
//!
//! Each philosopher thinks, takes the fork on the left and the one on the right, eats, and puts both
//! back. If all take the left one at the same moment, nobody ever gets a right one. The ring can be
//! broken in two places:
//!
//! - [`Manners::Order`]: forks have numbers, and everybody takes the lower one first. So the last
//!   philosopher takes the right one first, and the ring of waiting is open there.
//! - [`Manners::Seats`]: there is one seat fewer than there are philosophers, so somebody at the table
//!   always has two forks within reach. The seats are a semaphore.
//!
//! Source: E. W. Dijkstra, [*Hierarchical ordering of sequential
//! processes*](https://www.cs.utexas.edu/~EWD/transcriptions/EWD03xx/EWD310.html), 1971.

use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::Semaphore;

/// How they agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// The lower fork first.
    Order,
    /// One seat fewer than philosophers.
    Seats,
}

/// What a philosopher is doing, for whoever draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Wants to eat, and waits.
    Waits,
    /// Has one fork, and reaches for the other.
    Reaches {
        /// The number of the fork that it has.
        has: usize,
    },
    /// Has both forks.
    Eats,
    /// Has put them back.
    Thinks,
}

// ANCHOR: dine
/// Lets each of `philosophers` eat `meals` times, on a thread of their own; returns how often each
/// has eaten. `meal` is called while a philosopher has both forks.
///
/// # Panics
///
/// With fewer than two philosophers: one alone would have to take the same fork twice.
pub fn dine(
    philosophers: usize,
    meals: usize,
    manners: Manners,
    observe: impl Fn(usize, Does) + Sync,
    meal: impl Fn(usize) + Sync,
) -> Vec<usize> {
    assert!(philosophers > 1, "one philosopher has one fork");
    let forks: Vec<Mutex<()>> = (0..philosophers).map(|_| Mutex::new(())).collect();
    let seats = Semaphore::new(philosophers - 1);
    let (observe, meal) = (&observe, &meal);
    let life = |me: usize| {
        let (left, right) = (me, (me + 1) % philosophers);
        let mut eaten = 0;
        for _ in 0..meals {
            observe(me, Does::Waits);
            let seat = (manners == Manners::Seats)
                .then(|| seats.acquire().expect("nobody closes the dining room"));
            let (first, second) = match manners {
                Manners::Order => (left.min(right), left.max(right)),
                Manners::Seats => (left, right),
            };
            let one = forks[first].lock().unwrap_or_else(PoisonError::into_inner);
            observe(me, Does::Reaches { has: first });
            let other = forks[second].lock().unwrap_or_else(PoisonError::into_inner);
            observe(me, Does::Eats);
            meal(me);
            eaten += 1;
            observe(me, Does::Thinks);
            drop((one, other, seat));
        }
        eaten
    };
    thread::scope(|scope| {
        let life = &life;
        let all: Vec<_> = (0..philosophers)
            .map(|me| scope.spawn(move || life(me)))
            .collect();
        all.into_iter()
            .map(|philosopher| philosopher.join().expect("a meal does not panic"))
            .collect()
    })
}
// ANCHOR_END: dine
