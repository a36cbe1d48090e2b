//! What goes wrong with a database, sorted by what one can do about it.

use crate::address::Kind;

/// Why a database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no address of a database.
    #[error("{0:?} is no database: give a file name, or postgres://user@host/name")]
    Address(String),
    /// It could not be opened.
    #[error("cannot open {place}")]
    Open {
        /// Which database, without a password.
        place: String,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// It refused a statement.
    #[error("cannot run `{sql}`")]
    Sql {
        /// The beginning of the statement.
        sql: String,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// A statement has other parameters than it was given.
    #[error("`{sql}` takes {wanted} parameters and was given {given}")]
    Parameters {
        /// The beginning of the statement.
        sql: String,
        /// How many places it has.
        wanted: usize,
        /// How many values came.
        given: usize,
    },
    /// A column holds something else than was asked for.
    #[error("column {column} holds {found}, not {wanted}")]
    Column {
        /// Which column; the first is 0.
        column: usize,
        /// What it holds.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
}

impl Error {
    /// Returns what the database's refusal means, where it refused.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Open { source, .. } | Self::Sql { source, .. } => Some(source.cause),
            _ => None,
        }
    }

    /// Returns the message and that of its cause, as one line.
    pub fn in_full(&self) -> String {
        match self {
            Self::Open { source, .. } | Self::Sql { source, .. } => format!("{self}: {source}"),
            _ => self.to_string(),
        }
    }

    pub(crate) fn sql(sql: &str, source: impl Into<Refusal>) -> Self {
        Self::Sql {
            sql: beginning(sql),
            source: source.into(),
        }
    }
}

/// The first line of a statement, or of what is long the first 60 characters.
fn beginning(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

/// What a refusal means for the program, whichever database it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Somebody else holds the lock, and we waited long enough. Try again later.
    Busy,
    /// The transaction met another one and lost. Do all of it again, from its first read.
    Conflict,
    /// A key is there already.
    Unique,
    /// A row refers to one that is not there, or is still referred to.
    ForeignKey,
    /// A value breaks a rule of the table: NOT NULL, CHECK, a type.
    Rule,
    /// There is no room.
    Full,
    /// The file is something else.
    NoDatabase,
    /// The connection is gone; whether the last statement was done, nobody knows.
    Disconnected,
    /// A statement that makes no sense here, and all else.
    Other,
}

/// What a database says when it refuses, in its own words.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What it means.
    pub cause: Cause,
    /// Which database says so.
    pub kind: Kind,
    /// In its own words.
    pub message: String,
    driver: Box<Driver>,
}

impl Refusal {
    /// Returns the error of the driver, for whoever needs more than it means. It is no `source`: the
    /// message says already what it says.
    pub fn driver(&self) -> &(dyn std::error::Error + 'static) {
        match &*self.driver {
            Driver::Sqlite(error) => error,
            Driver::Postgres(error) => error,
        }
    }
}

#[derive(Debug)]
enum Driver {
    Sqlite(rusqlite::Error),
    Postgres(postgres::Error),
}

// ANCHOR: cause
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi;

        let extended = error.sqlite_error().map_or(0, |error| error.extended_code);
        let cause = match (error.sqlite_error_code(), extended) {
            // The transaction read before another one wrote: waiting cannot help, so it is not called
            // busy, although SQLite's first number says so.
            (_, ffi::SQLITE_BUSY_SNAPSHOT) => Cause::Conflict,
            (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => Cause::Busy,
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => Cause::Unique,
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Cause::ForeignKey,
            (Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch), _) => Cause::Rule,
            (Some(ErrorCode::DiskFull), _) => Cause::Full,
            (Some(ErrorCode::NotADatabase), _) => Cause::NoDatabase,
            _ => Cause::Other,
        };
        Self {
            cause,
            kind: Kind::Sqlite,
            message: error.to_string(),
            driver: Box::new(Driver::Sqlite(error)),
        }
    }
}

impl From<postgres::Error> for Refusal {
    fn from(error: postgres::Error) -> Self {
        // Five characters, of which the first two are the class.
        // Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
        let state = error.code().map_or("", |state| state.code());
        let cause = match state {
            "40001" | "40P01" => Cause::Conflict,
            "55P03" | "57014" => Cause::Busy,
            "23505" => Cause::Unique,
            "23503" => Cause::ForeignKey,
            "53100" | "53200" => Cause::Full,
            _ if error.is_closed() => Cause::Disconnected,
            _ => match state.get(..2) {
                Some("23" | "22") => Cause::Rule,
                Some("08" | "57") => Cause::Disconnected,
                _ => Cause::Other,
            },
        };
        // The driver's own words are "db error"; the server's are one level down.
        let message = match error.as_db_error() {
            Some(server) => server.message().to_owned(),
            None => match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
        };
        Self {
            cause,
            kind: Kind::Postgres,
            message,
            driver: Box::new(Driver::Postgres(error)),
        }
    }
}
// ANCHOR_END: cause
