//! What can go wrong when a site starts.

use std::error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// What can go wrong when a [`Site`](crate::Site) starts.
///
/// Written by hand: the usual derive takes half as long to build as all the rest of this crate's tree,
/// and the first lesson waits for it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Another program listens there already, or the address is not this machine's.
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The thread that accepts connections could not be started.
    Spawn(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, .. } => write!(formatter, "cannot listen on {address}"),
            Self::Spawn(_) => {
                formatter.write_str("cannot start the thread that accepts connections")
            }
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Spawn(source) => Some(source),
        }
    }
}
