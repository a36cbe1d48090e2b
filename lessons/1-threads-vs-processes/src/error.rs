//! What can go wrong, named by the act that failed.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::team::Panicked;

/// Says which act failed, on what, and why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system gives no more threads.
    #[error("cannot start thread {worker}: {source}")]
    Thread {
        /// The name that it was to have.
        worker: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A worker panicked.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// A child process could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A pipe to or from a child process failed.
    #[error("cannot {doing} {worker}: {source}")]
    Pipe {
        /// What was being done: `read from`, `write to`.
        doing: &'static str,
        /// The child's name.
        worker: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A child process that was to end well did not.
    #[error("{worker} ended with {status}")]
    Ended {
        /// The child's name.
        worker: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A message is longer than both sides agreed on.
    #[error("a message of {length} bytes is longer than {max}")]
    TooLong {
        /// Its length.
        length: u64,
        /// The most that is allowed.
        max: u64,
    },
    /// A message is not what both sides agreed on.
    #[error("the message makes no sense: {0}")]
    Protocol(String),
    /// A file could not be downloaded.
    #[error("cannot download {path}: {source}")]
    Download {
        /// The path that was asked for.
        path: String,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// A server answered, but not with the file.
    #[error("cannot download {path}: the server answered {status}")]
    Status {
        /// The path that was asked for.
        path: String,
        /// The first line of the answer.
        status: String,
    },
    /// A download did not end within its limit.
    #[error("{path} did not arrive within {limit:?}")]
    TimedOut {
        /// The path that was asked for.
        path: String,
        /// The limit that passed.
        limit: Duration,
    },
    /// rayon could not start its threads.
    #[error("cannot start rayon's threads: {0}")]
    Rayon(#[from] rayon::ThreadPoolBuildError),
    /// A Python program failed or said something unexpected.
    #[error("the Python twin {script} failed: {why}")]
    Python {
        /// The script.
        script: String,
        /// What it said.
        why: String,
    },
}
