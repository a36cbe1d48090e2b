//! A GET spoken over a bare socket, and just enough of the answer read to see what a library saves.
//!
//! Not read here: chunked bodies, compression, redirects, cookies, TLS, kept-alive connections.
//!
//! Source: RFC 9112, sections 3 to 6.

use std::net::SocketAddr;
use std::time::Duration;

use crate::Error;

/// What the exchange may cost at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the status line and headers together.
    pub max_head_bytes: usize,
    /// Bytes of the body.
    pub max_body_bytes: usize,
    /// The whole exchange, from connect to the last byte.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_head_bytes: 16 * 1024,
            max_body_bytes: 1024 * 1024,
            time: Duration::from_secs(5),
        }
    }
}

/// A server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What we sent, byte for byte.
    pub request: String,
    /// The status code: 200, 404.
    pub status: u16,
    /// The words after the status code; clients must not rely on them.
    pub reason: String,
    /// The headers in the order in which they came, names as they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the first header of that name; the case of names does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// Asks for a path and reads the answer.
///
/// # Errors
///
/// [`Error::Connect`], [`Error::TimedOut`], or [`Error::Protocol`] with what could not be read.
pub fn get(address: SocketAddr, host: &str, path: &str, limits: Limits) -> Result<Answer, Error> {
    let _ = (address, host, path, limits);
    todo!()
}
