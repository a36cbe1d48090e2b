//! Tempting: one lock for all transfers. No deadlock, and everybody waits for everybody.

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

/// Held by whoever moves money.
static COUNTER: Mutex<()> = Mutex::new(());

/// Moves `amount` from one account to another.
///
/// Nobody who locks both accounts ever sees the money in neither or in both. Transfers between other
/// accounts go on meanwhile.
///
/// # Errors
///
/// [`TransferError`] says why nothing was moved.
pub fn transfer(from: &Account, to: &Account, amount: u64) -> Result<(), TransferError> {
    if from.number == to.number {
        return Err(TransferError::SameAccount);
    }
    let _turn = COUNTER.lock();
    let (mut source, mut target);
    if from.number < to.number {
        source = from.balance.lock();
        target = to.balance.lock();
    } else {
        target = to.balance.lock();
        source = from.balance.lock();
    }
    let Some(left) = source.checked_sub(amount) else {
        return Err(TransferError::NotEnough { balance: *source });
    };
    *source = left;
    *target += amount;
    Ok(())
}

/// Returns what is in all these accounts together, at one moment. Each account is in the list once.
pub fn total(accounts: &[&Account]) -> u64 {
    let mut sorted = accounts.to_vec();
    sorted.sort_unstable_by_key(|account| account.number);
    let balances: Vec<MutexGuard<'_, u64>> = sorted
        .iter()
        .map(|account| account.balance.lock())
        .collect();
    balances.iter().map(|balance| **balance).sum()
}
