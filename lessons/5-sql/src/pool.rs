//! A few connections for many threads: a pool.

use std::time::Duration;

use r2d2::ManageConnection;

use crate::{Address, Cause, Database, Error};

/// Makes and checks connections for [`r2d2::Pool`].
#[derive(Debug)]
pub struct Manager {
    address: Address,
}

/// A pool of connections; a clone is another handle of the same pool.
pub type Pool = r2d2::Pool<Manager>;

// ANCHOR: pool
/// Makes a pool of at most `size` connections. [`r2d2::Pool::get`] waits for a free one, for `patience`
/// at most.
///
/// For PostgreSQL a connection is a process of the server and costs milliseconds to make, so one keeps
/// a few. For SQLite it is a file handle, and since only one can write at a time, more than one is of
/// use for readers alone.
///
/// # Errors
///
/// [`Error::Open`] when the first connection cannot be made.
pub fn pool(address: &Address, size: u32, patience: Duration) -> Result<Pool, Error> {
    // A pool would go on trying until the patience ends; a wrong address is better told at once.
    drop(address.open()?);
    let manager = Manager {
        address: address.clone(),
    };
    Ok(r2d2::Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(1))
        .connection_timeout(patience)
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(manager))
}

impl ManageConnection for Manager {
    type Connection = Box<dyn Database>;
    type Error = Error;

    fn connect(&self) -> Result<Self::Connection, Error> {
        self.address.open()
    }

    /// Asks before each loan: the server may have been restarted since the last.
    fn is_valid(&self, database: &mut Self::Connection) -> Result<(), Error> {
        database.batch("SELECT 1")
    }

    fn has_broken(&self, database: &mut Self::Connection) -> bool {
        match database.batch("ROLLBACK") {
            // A loan that ended in the middle of a transaction must not hand it to the next one.
            Ok(()) => false,
            Err(error) => error.cause() == Some(Cause::Disconnected),
        }
    }
}
// ANCHOR_END: pool
