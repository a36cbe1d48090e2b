//! Step 2: one server, many clients at once
//!
//! An echo server sends back whatever it receives. It is the smallest server that does real work,
//! and it already has to get four things right: it answers at once, it sends *all* of the answer,
//! it notices the end, and no client has to wait for another one.

use std::io::{self, Read, Write};
use std::net::TcpListener;

/// Sends back what arrives on `stream`, at once, until the peer has nothing more to send.
///
/// Returns how many bytes were echoed. The connection is closed when `stream` is dropped,
/// which Rust does at the end of this function.
///
/// # Errors
///
/// What the stream reports. Only [`io::ErrorKind::Interrupted`] is no failure: it means "try again".
pub fn echo<S: Read + Write>(mut stream: S) -> io::Result<u64> {
    // TODO: read what is there, send it back, and stop at the end of the stream.
    todo!("echo until the peer has nothing more to send")
}

/// Accepts the next `clients` connections and echoes to all of them at the same time.
///
/// Returns, once all of them have ended, how many ended without an error.
///
/// # Errors
///
/// What `accept` reports. A client that vanishes is no error of the server.
pub fn serve(listener: &TcpListener, clients: usize) -> io::Result<usize> {
    // TODO: let no client wait for another one. `std::thread::scope` starts threads
    // that may borrow and waits for them (Python: `threading.Thread`, then `join`).
    todo!("accept the clients and serve all of them at the same time")
}
