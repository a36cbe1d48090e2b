//! Step 5: an exchange that always ends
//!
//! You ask a stranger's server something. It may not answer, answer one byte a minute for ever, or
//! never read what you send. A timeout for each `read` doesn't help against the second one: every
//! single `read` succeeds. What you want to bound is the whole exchange, so you need a *deadline*:
//! a point in time after which you are done, whatever the server does.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// What an exchange may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that the whole exchange may take, from connecting to the last byte.
    pub time: Duration,
    /// The most bytes that the reply may have.
    pub reply_bytes: usize,
}

/// Why an exchange gave no reply.
#[derive(Debug)]
pub enum ExchangeError {
    /// The time was over. This covers every reason to wait: connecting, sending, receiving.
    TimedOut {
        /// How many bytes of a reply had come by then.
        received: usize,
    },
    /// The reply is longer than allowed.
    ReplyTooLong {
        /// The most bytes that were allowed.
        limit: usize,
    },
    /// The connection failed for another reason.
    Io(io::Error),
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { received } => {
                write!(f, "the time was over after {received} bytes of the reply")
            }
            Self::ReplyTooLong { limit } => write!(f, "the reply has more than {limit} bytes"),
            Self::Io(_) => write!(f, "the connection failed"),
        }
    }
}

impl std::error::Error for ExchangeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// A point in time after which an exchange is over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    ends: Instant,
}

impl Deadline {
    /// Makes a deadline that lies `time` ahead.
    pub fn after(time: Duration) -> Self {
        Self {
            ends: Instant::now() + time,
        }
    }

    /// Returns how much time is left, or `None` if there is none. Never returns `Some` of zero,
    /// because the socket calls refuse a timeout of zero.
    pub fn remaining(&self) -> Option<Duration> {
        // TODO: the time from now until the end, if there is any.
        todo!("how much time is left?")
    }
}

/// Connects to `server`, sends `request`, says that this was all (a half-close), and returns what
/// the server sends until it closes its side.
///
/// Ends when `limits.time` is over, whatever the server does or doesn't do.
///
/// # Errors
///
/// [`ExchangeError::TimedOut`] if the time was over first.
/// [`ExchangeError::ReplyTooLong`] as soon as more than `limits.reply_bytes` have come.
/// [`ExchangeError::Io`] for any other failure of the connection.
pub fn exchange(
    server: SocketAddr,
    request: &[u8],
    limits: Limits,
) -> Result<Vec<u8>, ExchangeError> {
    // TODO: every call that can wait gets the time that is left *now*.
    todo!("connect, send, half-close, receive, all before the deadline")
}
