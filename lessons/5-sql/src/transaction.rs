//! All of it or nothing: transactions, and doing one again that met another.

use crate::database::Driver;
use crate::{Cause, Database, Error, Kind, Row, Value};

// ANCHOR: transaction
/// An open transaction. [`Transaction::commit`] makes it durable; dropping it, as `?` and a panic do,
/// takes everything back.
#[derive(Debug)]
pub struct Transaction<'a> {
    database: &'a mut dyn Database,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Begins one that is going to write.
    ///
    /// SQLite takes its one write lock now (`IMMEDIATE`), and waits for it as long as the connection's
    /// timeout allows. With a plain `BEGIN` it would be taken at the first write; then, if somebody
    /// wrote since our first read, there is nothing to wait for and the transaction is lost.
    ///
    /// # Errors
    ///
    /// [`Cause::Busy`] when another writer keeps SQLite's lock for too long.
    pub fn begin(database: &'a mut dyn Database) -> Result<Self, Error> {
        let sql = database.kind().choose("BEGIN IMMEDIATE", "BEGIN");
        Self::begin_as(database, sql)
    }

    /// Begins one that reads, and sees one state of the database however often it looks.
    ///
    /// # Errors
    ///
    /// [`Error::Sql`] when the connection cannot.
    pub fn snapshot(database: &'a mut dyn Database) -> Result<Self, Error> {
        let sql = database
            .kind()
            .choose("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        Self::begin_as(database, sql)
    }

    /// Begins one that behaves as if it were alone, or ends with [`Cause::Conflict`]. SQLite's always
    /// do.
    ///
    /// # Errors
    ///
    /// As [`Transaction::begin`].
    pub fn serializable(database: &'a mut dyn Database) -> Result<Self, Error> {
        let sql = database
            .kind()
            .choose("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE");
        Self::begin_as(database, sql)
    }

    fn begin_as(database: &'a mut dyn Database, sql: &str) -> Result<Self, Error> {
        database.batch(sql)?;
        let open = true;
        Ok(Self { database, open })
    }

    /// Makes all that was done here durable, and visible to others.
    ///
    /// # Errors
    ///
    /// [`Cause::Conflict`] when a transaction that came between forbids it; nothing was done then.
    pub fn commit(mut self) -> Result<(), Error> {
        self.database.batch("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // It fails when the database took all back itself, or is gone; then nothing is left either.
            let _ = self.database.batch("ROLLBACK");
        }
    }
}
// ANCHOR_END: transaction

/// What is done on it is part of the transaction.
impl Database for Transaction<'_> {
    fn kind(&self) -> Kind {
        self.database.kind()
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        self.database.execute(sql, values)
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.database.each(sql, values, each)
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.database.batch(sql)
    }

    fn driver(&mut self) -> Driver<'_> {
        self.database.driver()
    }
}

// ANCHOR: retrying
/// Does a whole transaction, and does it again when it met another one and lost, at most `times`
/// times. What `body` read before is out of date then, so it must read again: hand over all of it.
///
/// # Errors
///
/// The last error; at once, when it is none that a second try could mend.
pub fn retrying<T>(times: u32, mut body: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..times {
        match body() {
            Err(error) if matches!(error.cause(), Some(Cause::Conflict | Cause::Busy)) => {}
            ended => return ended,
        }
    }
    body()
}
// ANCHOR_END: retrying

/// Returns the SQL of the time now in milliseconds since 1970, by the clock of the machine that the
/// database runs on: several machines that share a database share that clock.
pub fn now_ms(kind: Kind) -> &'static str {
    kind.choose(
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    )
}
