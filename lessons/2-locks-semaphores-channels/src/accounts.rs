//! Two locks at once, in an order that everybody keeps.
//!
//! To move money one needs both accounts, and each is behind a lock of its own. Whoever locks "from"
//! first and "to" second can meet somebody who goes the other way: each holds what the other one
//! needs, and both wait for ever. That is a deadlock, and it takes four conditions at once:
//!
//! 1. a thing is held by one at a time (mutual exclusion);
//! 2. who holds one thing waits for another (hold and wait);
//! 3. nobody takes it away (no preemption);
//! 4. they wait in a ring (circular wait).
//!
//! Take one away and there is none. The cheapest to take away is the fourth: give the locks an order,
//! and let everybody lock in that order.
//!
//! Source: E. G. Coffman, M. Elphick, A. Shoshani, [*System
//! Deadlocks*](https://doi.org/10.1145/356586.356588), 1971.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// An account: its number, which is its place in the order of locking, and the money in it.
#[derive(Debug)]
pub struct Account {
    number: u32,
    balance: Mutex<i64>,
}

impl Account {
    /// Opens an account. Numbers must differ; see [`move_money`].
    pub fn new(number: u32, balance: i64) -> Self {
        let balance = Mutex::new(balance);
        Self { number, balance }
    }

    /// Returns the money in it.
    pub fn balance(&self) -> i64 {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, i64> {
        self.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: ordered
/// Moves money from one account to another, if there is enough; returns whether there was.
///
/// Both locks are held while it moves, so nobody ever sees it gone from one and not yet in the
/// other. The lower number is locked first, whichever way the money goes.
///
/// Two accounts of the same number have no order: then nothing is moved.
pub fn move_money(from: &Account, to: &Account, amount: i64) -> bool {
    if from.number == to.number {
        // The same account twice would be locked twice, and the second lock would wait for the first.
        return false;
    }
    let (mut source, mut target);
    if from.number < to.number {
        source = from.lock();
        target = to.lock();
    } else {
        target = to.lock();
        source = from.lock();
    }
    if *source < amount {
        return false;
    }
    *source -= amount;
    *target += amount;
    true
}
// ANCHOR_END: ordered
