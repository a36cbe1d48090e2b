//! Why there is no server.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

/// Why there is no server to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The learner asked to do without.
    #[error("COURSE_SKIP names postgres, so no PostgreSQL is started")]
    Skipped,
    /// The programs are not installed.
    #[error(
        "PostgreSQL is not installed: no folder with initdb and postgres on PATH or where systems keep it; \
         `cargo course setup` installs it, COURSE_SKIP=postgres does without"
    )]
    Missing,
    /// We are root, PostgreSQL refuses root, and there is nobody else to be.
    #[error(
        "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as"
    )]
    NoUser,
    /// `DATABASE_URL` is no address of PostgreSQL.
    #[error(
        "DATABASE_URL is not an address of PostgreSQL: it begins with postgres:// or is a list like host=… dbname=…"
    )]
    Url,
    /// The file system refused.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was being done, for example `make`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program did not start.
    #[error("cannot start {}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program ended badly.
    #[error("{} failed, and says:\n{log}", program.display())]
    Failed {
        /// The program.
        program: PathBuf,
        /// The end of what it printed.
        log: String,
    },
    /// The server did not become ready in time.
    #[error("PostgreSQL was not ready after {seconds} s; its log ends:\n{log}")]
    NotReady {
        /// How long we waited.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// Nobody answers.
    #[error("cannot connect to {place}")]
    Connect {
        /// The address, without a password.
        place: String,
        /// Why.
        #[source]
        source: postgres::Error,
    },
    /// No database could be made.
    #[error("cannot create database {name}; the role needs the right CREATEDB")]
    Create {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: postgres::Error,
    },
}

impl Error {
    /// Returns the message and those of its causes, as one line.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}
