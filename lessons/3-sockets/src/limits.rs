//! How many sockets a process may hold: each is an open file, and the system counts those.
//!
//! Source: `man 2 getrlimit`, `RLIMIT_NOFILE`.

use crate::Error;

/// The limits on open files of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFiles {
    /// What holds now; the process may raise it itself up to `hard`.
    pub soft: u64,
    /// What only root may raise; `u64::MAX` for no limit.
    pub hard: u64,
}

/// Returns the limits on open files of this process.
#[must_use]
pub fn open_files() -> OpenFiles {
    todo!()
}

/// Raises the soft limit so that `wanted` files can be open, and returns the limits then.
///
/// A limit that is high enough is left as it is.
///
/// # Errors
///
/// [`Error::OpenFiles`] when the hard limit is too low; nothing was changed then.
pub fn allow_open_files(wanted: u64) -> Result<OpenFiles, Error> {
    let _ = wanted;
    todo!()
}
