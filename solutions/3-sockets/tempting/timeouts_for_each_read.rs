//! Tempting: `sock.settimeout(limit)`, once. Each read gets the whole time again, so a server that
//! sends a byte now and then holds the exchange for ever.

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
    length: Duration,
}

impl Deadline {
    /// Makes a deadline that lies `time` ahead.
    pub fn after(time: Duration) -> Self {
        Self {
            ends: Instant::now() + time,
            length: time,
        }
    }

    /// Returns how much time is left, or `None` if there is none. Never returns `Some` of zero,
    /// because the socket calls refuse a timeout of zero.
    pub fn remaining(&self) -> Option<Duration> {
        // `ends - now` would not do: since an `Instant` can't be negative, it gives zero when the
        // deadline has passed, and `set_read_timeout` refuses zero.
        self.ends
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
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
    let deadline = Deadline::after(limits.time);
    // Plain `connect` waits as long as the system likes, on Linux a minute or two.
    let mut stream = TcpStream::connect_timeout(&server, left(deadline, 0)?)
        .map_err(|error| failed(error, 0))?;

    send(&mut stream, request, deadline)?;
    // "That was all, I am still reading." Without it a server that reads to the end never answers.
    stream
        .shutdown(Shutdown::Write)
        .map_err(|error| failed(error, 0))?;
    receive(&mut stream, limits.reply_bytes, deadline)
}

/// Sends all of `bytes` before the deadline.
fn send(stream: &mut TcpStream, bytes: &[u8], deadline: Deadline) -> Result<(), ExchangeError> {
    let mut rest = bytes;
    while !rest.is_empty() {
        // `write_all` would use one timeout for each of its own writes, and a server that reads a
        // little now and then could stretch it at will.
        stream
            .set_write_timeout(Some(left(deadline, 0)?))
            .map_err(|error| failed(error, 0))?;
        // In pieces: some systems count the time anew whenever a part of a large piece has fitted.
        let piece = &rest[..rest.len().min(64 << 10)];
        match stream.write(piece) {
            Ok(0) => return Err(ExchangeError::Io(io::ErrorKind::WriteZero.into())),
            Ok(sent) => rest = &rest[sent..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error, 0)),
        }
    }
    Ok(())
}

/// Reads until the server closes its side, or the deadline is over, or the reply is too long.
fn receive(
    stream: &mut TcpStream,
    max_bytes: usize,
    deadline: Deadline,
) -> Result<Vec<u8>, ExchangeError> {
    let mut reply = Vec::new();
    let mut buffer = [0; 16 << 10];
    loop {
        let received = reply.len();
        // The heart of it: each read gets what is left of the whole, not the whole again.
        let time = deadline.length;
        stream
            .set_read_timeout(Some(time))
            .map_err(|error| failed(error, received))?;
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(reply),
            Ok(n) => reply.extend(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error, received)),
        }
        // A deadline bounds the time only. In five seconds a fast server can fill the memory.
        if reply.len() > max_bytes {
            return Err(ExchangeError::ReplyTooLong { limit: max_bytes });
        }
    }
}

/// Returns the time that is left, or the error that says it is over.
fn left(deadline: Deadline, received: usize) -> Result<Duration, ExchangeError> {
    deadline
        .remaining()
        .ok_or(ExchangeError::TimedOut { received })
}

/// Tells a timeout from the other failures of a connection.
fn failed(error: io::Error, received: usize) -> ExchangeError {
    match error.kind() {
        // The same event has two names: `connect_timeout`, and `read` on Windows, say `TimedOut`;
        // `read` and `write` on Unix say `WouldBlock`.
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ExchangeError::TimedOut { received },
        _ => ExchangeError::Io(error),
    }
}
