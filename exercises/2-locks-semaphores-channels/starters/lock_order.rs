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
    // TODO: hold both accounts, then look, then move.
    todo!("move money without a deadlock")
}

/// Returns what is in all these accounts together, at one moment. Each account is in the list once.
pub fn total(accounts: &[&Account]) -> u64 {
    // TODO: hold all of them before you read the first.
    todo!("add up the accounts as they are at one moment")
}
