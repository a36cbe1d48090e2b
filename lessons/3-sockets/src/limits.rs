//! How many sockets a process may hold: each is an open file, and the system counts those.
//!
//! A process has two limits. The soft one holds; the process may raise it itself, up to the hard
//! one. Many systems start a program with a soft limit of 1024 (macOS: 256), so a server that wants
//! ten thousand clients asks for more before it listens.
//!
//! Source: `man 2 getrlimit`, `RLIMIT_NOFILE`.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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
    let limit = getrlimit(Resource::Nofile);
    OpenFiles {
        soft: limit.current.unwrap_or(u64::MAX),
        hard: limit.maximum.unwrap_or(u64::MAX),
    }
}

// ANCHOR: allow_open_files
/// Raises the soft limit so that `wanted` files can be open, and returns the limits then.
///
/// A limit that is high enough is left as it is.
///
/// # Errors
///
/// [`Error::OpenFiles`] when the hard limit is too low; nothing was changed then.
pub fn allow_open_files(wanted: u64) -> Result<OpenFiles, Error> {
    let now = open_files();
    if now.soft >= wanted {
        return Ok(now);
    }
    if now.hard < wanted {
        return Err(Error::OpenFiles {
            wanted,
            hard: now.hard,
        });
    }
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(wanted),
            maximum,
        },
    )
    // macOS refuses more than kern.maxfilesperproc although the hard limit says "no limit".
    .map_err(|_| Error::OpenFiles {
        wanted,
        hard: now.soft,
    })?;
    Ok(open_files())
}
// ANCHOR_END: allow_open_files
