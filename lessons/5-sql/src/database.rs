//! One trait for both databases: a statement with `$1`, `$2` … for its values, and rows back.

use std::fmt;

use crate::{Error, Kind, Row, Value};

/// The driver below, for what only one database can do.
#[derive(Debug)]
pub enum Driver<'a> {
    /// SQLite's.
    Sqlite(&'a mut rusqlite::Connection),
    /// PostgreSQL's.
    Postgres(&'a mut DebugClient),
}

/// PostgreSQL's client, which does not show itself.
pub struct DebugClient(pub(crate) postgres::Client);

impl fmt::Debug for DebugClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl std::ops::Deref for DebugClient {
    type Target = postgres::Client;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for DebugClient {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

// ANCHOR: database
/// A connection to a database, SQLite or PostgreSQL.
///
/// A value never becomes part of a statement's text: it stands beside it, in the place that the
/// statement calls `$1`. Both databases know that spelling.
///
/// Name the columns that you want rather than `*`: then a migration that adds one changes nothing for
/// you.
pub trait Database: fmt::Debug + Send {
    /// Returns which database it is.
    fn kind(&self) -> Kind;

    /// Runs one statement, and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// [`Error::Sql`] when the database refuses, [`Error::Parameters`] when the values do not fit.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error>;

    /// Runs one statement, and hands over each row of its answer as it comes.
    ///
    /// # Errors
    ///
    /// As [`Database::execute`]; and the first error of `each`, which ends it.
    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Runs several statements without values, separated by semicolons.
    ///
    /// # Errors
    ///
    /// [`Error::Sql`] for the first that is refused; those before it are done, unless a transaction is
    /// open.
    fn batch(&mut self, sql: &str) -> Result<(), Error>;

    /// Returns the driver, for what only one of the databases can do.
    fn driver(&mut self) -> Driver<'_>;

    /// Runs one statement, and returns all rows of its answer.
    ///
    /// # Errors
    ///
    /// As [`Database::execute`].
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        self.each(sql, values, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }
}
// ANCHOR_END: database
