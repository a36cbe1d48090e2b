//! Step 4: two locks, and no deadlock
//!
//! Ann sends Bob money while Bob sends Ann money. One thread holds Ann's account and wants Bob's,
//! the other holds Bob's and wants Ann's, and both wait for ever. Four things must come together for
//! a deadlock: a lock excludes others, whoever holds one waits for another, nobody takes a lock
//! away, and those who wait form a circle. Break the circle.
//!
//! The mutex here is parking_lot's. It knows who holds what and who waits for what, so the tests
//! can tell you where your threads wait, instead of waiting with them.

use std::fmt;

use parking_lot::{Mutex, MutexGuard};

/// An account at a bank. No two accounts have the same number.
#[derive(Debug)]
pub struct Account {
    /// Which account this is.
    pub number: u32,
    /// How much is in it.
    pub balance: Mutex<u64>,
}

impl Account {
    /// Opens an account.
    pub fn new(number: u32, balance: u64) -> Self {
        Self {
            number,
            balance: Mutex::new(balance),
        }
    }
}

/// Why no money was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    /// An account cannot send money to itself.
    SameAccount,
    /// There is less in the account than should be taken out.
    NotEnough {
        /// How much there is.
        balance: u64,
    },
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameAccount => write!(f, "an account cannot send money to itself"),
            Self::NotEnough { balance } => write!(f, "there is only {balance} in the account"),
        }
    }
}

impl std::error::Error for TransferError {}

/// Moves `amount` from one account to another.
///
/// Nobody who locks both accounts ever sees the money in neither or in both. Transfers between other
/// accounts go on meanwhile.
///
/// # Errors
///
/// [`TransferError`] says why nothing was moved.
pub fn transfer(from: &Account, to: &Account, amount: u64) -> Result<(), TransferError> {
    // Equal numbers must go first: this mutex is not re-entrant, and a thread that locks it twice
    // waits for itself. That is a circle too, a small one.
    if from.number == to.number {
        return Err(TransferError::SameAccount);
    }
    // Everybody locks the lower number first. Then whoever waits for an account holds only lower
    // ones, so nobody can be waiting for somebody who waits for him: there is no circle.
    let (mut source, mut target);
    if from.number < to.number {
        source = from.balance.lock();
        target = to.balance.lock();
    } else {
        target = to.balance.lock();
        source = from.balance.lock();
    }
    // Looked at now, while both are held. What was true before may have changed.
    let Some(left) = source.checked_sub(amount) else {
        return Err(TransferError::NotEnough { balance: *source });
    };
    *source = left;
    *target += amount;
    Ok(())
}

/// Returns what is in all these accounts together, at one moment. Each account is in the list once.
pub fn total(accounts: &[&Account]) -> u64 {
    // The same order as in `transfer`, whatever the order of the list. An order that only one of the
    // two functions keeps is no order.
    let mut sorted = accounts.to_vec();
    sorted.sort_unstable_by_key(|account| account.number);
    // The guards are kept, so nothing moves until all are read. Locked one after another, money that
    // is on its way would be counted twice or not at all.
    let balances: Vec<MutexGuard<'_, u64>> = sorted
        .iter()
        .map(|account| account.balance.lock())
        .collect();
    balances.iter().map(|balance| **balance).sum()
}
