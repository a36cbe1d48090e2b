//! What can go wrong with a copy.

use super::report::Unrepresentable;

/// Why a copy did not happen. The target is then as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither a file nor a PostgreSQL URL, or both sides are of one kind.
    #[error(
        "cannot copy from {from} to {to}: one side must be a SQLite file and the other a postgres:// URL"
    )]
    Sides {
        /// What was given as the source.
        from: String,
        /// What was given as the target.
        to: String,
    },
    /// There is no such SQLite file.
    #[error("there is no SQLite file {path}")]
    NoFile {
        /// The path as it was given.
        path: String,
    },
    /// A table that was asked for is not there.
    #[error("the source has no table {name:?}; it has: {known}")]
    NoTable {
        /// What was asked for.
        name: String,
        /// What is there.
        known: String,
    },
    /// The target already has tables of these names.
    #[error(
        "the target already has {names}; drop them, choose another schema or file, or say --replace"
    )]
    Exists {
        /// The tables.
        names: String,
    },
    /// A value that the target cannot hold.
    #[error("{0}; nothing was copied. Mend the value, or say --on-unrepresentable null or text")]
    Unrepresentable(Box<Unrepresentable>),
    /// The rows that were read back differ from those that were sent.
    #[error(
        "table {table:?} differs after the copy: {sent} rows were sent and {found} read back{hint}; nothing was copied"
    )]
    Differs {
        /// Which table.
        table: String,
        /// How many rows went out.
        sent: u64,
        /// How many came back.
        found: u64,
        /// Said where the counts agree.
        hint: &'static str,
    },
    /// A row of PostgreSQL was not shaped as its protocol says.
    #[error("table {table:?} sent bytes that are no row")]
    Wire {
        /// Which table.
        table: String,
    },
    /// SQLite refused.
    #[error("cannot {act} (SQLite)")]
    Sqlite {
        /// What was being done.
        act: String,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// PostgreSQL refused.
    #[error("cannot {act} (PostgreSQL{})", said(.source))]
    Postgres {
        /// What was being done.
        act: String,
        /// What PostgreSQL said.
        #[source]
        source: postgres::Error,
    },
    /// The connection broke while rows were flowing.
    #[error("cannot {act}")]
    Flow {
        /// What was being done.
        act: String,
        /// What the connection said.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn sqlite(act: impl Into<String>, source: rusqlite::Error) -> Self {
        Self::Sqlite {
            act: act.into(),
            source,
        }
    }

    pub(crate) fn postgres(act: impl Into<String>, source: postgres::Error) -> Self {
        Self::Postgres {
            act: act.into(),
            source,
        }
    }
}

/// SQLite's own words: `rusqlite::Error` repeats the whole statement.
pub(crate) fn brief(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// The server's own words: `postgres::Error` says only "db error".
pub(crate) fn said(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(String::new, |error| {
        let detail = error
            .detail()
            .map_or_else(String::new, |detail| format!("; {detail}"));
        format!(": {}{detail}", error.message())
    })
}
