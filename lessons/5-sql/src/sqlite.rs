//! SQLite: a library, a file, one writer at a time.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use crate::database::Driver;
use crate::{Database, Error, Kind, Row, Value};

/// A connection to a database in a file.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a statement waits for a lock before it is refused as busy.
    pub busy_timeout: Duration,
    /// Whether writers append to a log beside the file, so that readers and the writer do not wait for
    /// each other. The file remembers it.
    pub write_ahead_log: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(10),
            write_ahead_log: true,
        }
    }
}

impl Sqlite {
    /// Opens a file, and makes it where there is none; `:memory:` is a database without a file.
    ///
    /// # Errors
    ///
    /// [`Error::Open`], for example when the folder does not exist or the file is something else.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_with(path, Settings::default())
    }

    // ANCHOR: open
    /// Opens a file with other settings than the usual ones.
    ///
    /// # Errors
    ///
    /// As [`Sqlite::open`].
    pub fn open_with(path: &Path, settings: Settings) -> Result<Self, Error> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(settings.busy_timeout)?;
            // Off by default, for the sake of programs from before 2009.
            connection.pragma_update(None, "foreign_keys", true)?;
            if settings.write_ahead_log {
                switch_to_log(&connection, settings.busy_timeout)?;
                // A killed process loses nothing. After a power cut the last moments may be missing.
                connection.pragma_update(None, "synchronous", "NORMAL")?;
            }
            connection.set_prepared_statement_cache_capacity(64);
            Ok(connection)
        };
        let connection = open().map_err(|source: rusqlite::Error| Error::Open {
            place: path.display().to_string(),
            source: source.into(),
        })?;
        Ok(Self { connection })
    }
    // ANCHOR_END: open

    /// Takes a connection that was opened elsewhere.
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }
}

/// Switches a file to the write-ahead log, which it then remembers. For that SQLite needs the file for
/// itself, and when two programs open a new file at once it refuses one of them without the usual wait.
/// So the waiting is ours.
fn switch_to_log(connection: &Connection, patience: Duration) -> Result<(), rusqlite::Error> {
    let started = Instant::now();
    loop {
        let switched = connection.pragma_update(None, "journal_mode", "WAL");
        let is_busy = switched.as_ref().is_err_and(|error| {
            error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
        });
        if !is_busy || started.elapsed() >= patience {
            return switched;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

impl Database for Sqlite {
    fn kind(&self) -> Kind {
        Kind::Sqlite
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        let refused = |source| Error::sql(sql, source);
        let before = self.connection.total_changes();
        let mut statement = self.connection.prepare_cached(sql).map_err(refused)?;
        bind(&mut statement, sql, values)?;
        let mut rows = statement.raw_query();
        // Also a statement that answers, as INSERT … RETURNING does, is run to its end.
        while rows.next().map_err(refused)?.is_some() {}
        drop(rows);
        drop(statement);
        // `changes` would repeat an older number after a statement that changes nothing.
        Ok(self.connection.total_changes().saturating_sub(before))
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let refused = |source| Error::sql(sql, source);
        let mut statement = self.connection.prepare_cached(sql).map_err(refused)?;
        bind(&mut statement, sql, values)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(refused)? {
            let values: Result<Vec<Value>, rusqlite::Error> = (0..columns)
                .map(|column| read(row.get_ref(column)?, column))
                .collect();
            each(Row(values.map_err(refused)?))?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.connection
            .execute_batch(sql)
            .map_err(|source| Error::sql(sql, source))
    }

    fn driver(&mut self) -> Driver<'_> {
        Driver::Sqlite(&mut self.connection)
    }
}

// ANCHOR: bind
/// Puts each value in its place. SQLite counts places by their first use: in `… $2 … $1` the place
/// with the number 1 is called `$2`, so it is the name that decides.
fn bind(statement: &mut Statement<'_>, sql: &str, values: &[Value]) -> Result<(), Error> {
    let mut wanted = 0;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).unwrap_or_default();
        let number: usize = name.trim_start_matches('$').parse().unwrap_or(index);
        wanted = wanted.max(number);
        if let Some(value) = values.get(number.wrapping_sub(1)) {
            statement
                .raw_bind_parameter(index, value)
                .map_err(|source| Error::sql(sql, source))?;
        }
    }
    if wanted == values.len() {
        return Ok(());
    }
    Err(Error::Parameters {
        sql: sql.to_owned(),
        wanted,
        given: values.len(),
    })
}
// ANCHOR_END: bind

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Real(value) => ValueRef::Real(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

fn read(value: ValueRef<'_>, column: usize) -> Result<Value, rusqlite::Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        // SQLite stores as text whatever bytes it is given as text.
        ValueRef::Text(bytes) => Value::Text(
            str::from_utf8(bytes)
                .map_err(|source| rusqlite::Error::Utf8Error(column, source))?
                .to_owned(),
        ),
        ValueRef::Blob(value) => Value::Blob(value.to_owned()),
    })
}
