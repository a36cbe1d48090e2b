//! Echo: the smallest useful server, over four kinds of socket.
//!
//! An echo server sends back whatever it receives. Over TCP and Unix sockets that is a stream for
//! each peer; over UDP one datagram at a time, and no connection at all.
//!
//! Source: RFC 862, the echo protocol.

use std::path::Path;
use std::time::Duration;

use crate::Error;
use crate::address::{Address, Protocol};

/// A running echo server. It ends, and its threads are joined, when it is dropped.
#[derive(Debug)]
pub struct Echo {
    address: Address,
}

impl Echo {
    /// Starts a server on the given address: `127.0.0.1:0`, `[::1]:0`, or a path.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken or the family is missing on this machine;
    /// [`Error::Protocol`] for UDP on a path, which this lesson leaves out.
    pub fn start(protocol: Protocol, address: &Address) -> Result<Self, Error> {
        let _ = (protocol, address);
        todo!()
    }

    /// Returns the address the server really has: port 0 has become a free port.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Stops the server, waits for its threads, and returns how many bytes it echoed.
    #[must_use]
    pub fn stop(self) -> u64 {
        todo!()
    }
}

/// Sends the message to an echo server and returns what came back.
///
/// # Errors
///
/// [`Error::Connect`], or [`Error::TimedOut`] when the answer is not whole within `limit`.
pub fn ask(
    protocol: Protocol,
    address: &Address,
    message: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, Error> {
    let _ = (protocol, address, message, limit);
    todo!()
}

/// Returns a path for a Unix socket in the folder of temporary files that no other has.
#[must_use]
pub fn temporary_path(folder: &Path) -> std::path::PathBuf {
    folder.join(format!("echo-{}.sock", std::process::id()))
}
