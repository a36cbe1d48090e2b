//! What can go wrong when a site starts.

use std::io;
use std::net::SocketAddr;

/// What can go wrong when a [`Site`](crate::Site) starts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another program listens there already, or the address is not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The thread that accepts connections could not be started.
    #[error("cannot start the thread that accepts connections")]
    Spawn(#[source] io::Error),
}
