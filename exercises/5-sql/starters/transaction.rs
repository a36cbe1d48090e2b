//! Step 2: all of it or nothing.
//!
//! Money goes from one account to another: two updates that mean something only together. Between
//! them a program may be killed, a statement may fail, and another program may do the same.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

/// Why a transfer was not made. Nothing has changed then.
#[derive(Debug)]
pub enum TransferError {
    /// There is no account of this number.
    NoAccount(i64),
    /// The account holds less than was to be taken.
    TooLittle {
        /// What it holds.
        balance: i64,
    },
    /// The database refused.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for TransferError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// One transfer: from this account, to that one, so much.
pub type Transfer = (i64, i64, i64);

/// Makes all the transfers in their order, or none of them. The table is
/// `accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)`.
///
/// Other programs do the same on the same file at the same time; the connection waits for them
/// when it must.
pub fn transfer(db: &mut Connection, transfers: &[Transfer]) -> Result<(), TransferError> {
    // TODO: begin, check and move for each transfer, and commit when all are made.
    todo!("make all the transfers or none")
}
