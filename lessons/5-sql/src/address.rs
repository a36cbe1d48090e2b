//! Which database: a file for SQLite, an address for PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Database, Error, Postgres, Sqlite};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A library that keeps a database in one file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Kind {
    /// Returns the first where the database is SQLite, the second where it is PostgreSQL: for the few
    /// words of SQL that differ.
    pub fn choose<T>(self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.choose("SQLite", "PostgreSQL"))
    }
}

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file, or `:memory:`.
    Sqlite(PathBuf),
    /// An address like `postgres://user@host/name`.
    Postgres(String),
}

// ANCHOR: address
impl Address {
    /// Understands what somebody typed: `postgres://…` is a server, all else that has no scheme is the
    /// name of a file, with or without `sqlite:` before it.
    ///
    /// # Errors
    ///
    /// [`Error::Address`] for another scheme, and for nothing at all.
    pub fn parse(typed: &str) -> Result<Self, Error> {
        if typed.starts_with("postgres://") || typed.starts_with("postgresql://") {
            return Ok(Self::Postgres(typed.to_owned()));
        }
        let file = typed
            .strip_prefix("sqlite://")
            .or_else(|| typed.strip_prefix("sqlite:"))
            .unwrap_or(typed);
        if file.is_empty() || file.contains("://") {
            return Err(Error::Address(self::shown(typed)));
        }
        Ok(Self::Sqlite(PathBuf::from(file)))
    }

    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] when there is no such server or file.
    pub fn open(&self) -> Result<Box<dyn Database>, Error> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(Sqlite::open(path)?),
            Self::Postgres(url) => Box::new(Postgres::connect(url)?),
        })
    }
}
// ANCHOR_END: address

impl Address {
    /// Returns which of the two databases it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }
}

/// A file is SQLite's.
impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::Sqlite(path)
    }
}

/// A file is SQLite's.
impl From<&PathBuf> for Address {
    fn from(path: &PathBuf) -> Self {
        Self::Sqlite(path.clone())
    }
}

/// A file is SQLite's.
impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }
}

/// Another of the same.
impl From<&Address> for Address {
    fn from(address: &Address) -> Self {
        address.clone()
    }
}

/// As it may be shown: without a password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&shown(url)),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Leaves out a password, and the options, which may hold one too.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_or_refused() {
        let check = |typed: &str, expected: Option<Kind>| {
            assert_eq!(
                Address::parse(typed).ok().map(|address| address.kind()),
                expected,
                "{typed}"
            );
        };

        check("books.db", Some(Kind::Sqlite));
        check("sqlite:books.db", Some(Kind::Sqlite));
        check("sqlite:///tmp/books.db", Some(Kind::Sqlite));
        check(":memory:", Some(Kind::Sqlite));
        check("postgres://me@host/books", Some(Kind::Postgres));
        check("postgresql://host", Some(Kind::Postgres));
        check("mysql://host/books", None);
        check("", None);
        check("sqlite:", None);
    }

    #[test]
    fn a_password_is_never_shown() {
        for typed in [
            "postgres://me:secret@host/books",
            "postgres://me:se@secret@host/books?password=secret",
        ] {
            let address = Address::parse(typed).expect("an address");

            assert_eq!(address.to_string(), "postgres://me@host/books");
            assert!(!format!("{address:?}").contains("secret"));
        }
        let refused = Address::parse("mysql://me:secret@host").expect_err("unknown");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}
