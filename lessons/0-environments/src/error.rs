//! What can go wrong with throw-away projects, named by the act that failed.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::cargo::Version;

/// Says which act failed, on what, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no `cargo` to run.
    #[error(
        "no `cargo` in the folders of PATH ({path}); install Rust from https://rustup.rs, or add \
         the folder of cargo to PATH: export PATH=\"$HOME/.cargo/bin:$PATH\""
    )]
    NoCargo {
        /// The value of `PATH`.
        path: String,
    },
    /// The `cargo` is too old for what is to be shown.
    #[error("{} is version {found}, and {needed} or later is needed; update it: rustup update", program.display())]
    OldCargo {
        /// The program that was found.
        program: PathBuf,
        /// Its version.
        found: Version,
        /// The oldest that will do.
        needed: Version,
    },
    /// What is called `cargo` does not say which version it is.
    #[error("{} does not tell its version; try it by hand: cargo --version\nit says: {said}", program.display())]
    NotCargo {
        /// The program that was found.
        program: PathBuf,
        /// What it said instead.
        said: String,
    },
    /// The temporary folder cannot be written.
    #[error(
        "cannot make a folder in {}: {source}; name one that you may write to: TMPDIR=$HOME/tmp",
        parent.display()
    )]
    TemporaryFolder {
        /// The temporary folder.
        parent: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A file of a throw-away project cannot be written, read or taken away.
    #[error("cannot {act} {}: {source}", path.display())]
    File {
        /// What was to be done with it.
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A program cannot be started or waited for.
    #[error("cannot run {}: {source}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A program did not end within its limit, and was ended.
    #[error("`{command}` was still running after {limit:?} and was ended")]
    TooSlow {
        /// What was typed.
        command: String,
        /// The limit that passed.
        limit: Duration,
    },
    /// The folder is being taken away, so nothing is started in it any more.
    #[error("interrupted")]
    Interrupted,
}
