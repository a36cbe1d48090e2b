//! A limit for a whole exchange, not only for each read.
//!
//! A read timeout bounds one call. A peer that sends a byte now and then keeps every call short and
//! the exchange endless. A deadline is a point in time: each call gets what is left of it.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::Error;

/// A point in time by which an exchange must be over.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    limit: Duration,
    end: Instant,
}

impl Deadline {
    /// Sets the deadline `limit` from now.
    #[must_use]
    pub fn after(limit: Duration) -> Self {
        Self {
            limit,
            end: Instant::now() + limit,
        }
    }

    /// Returns the limit it was made with.
    #[must_use]
    pub const fn limit(&self) -> Duration {
        self.limit
    }

    // ANCHOR: remaining
    /// Returns how much time is left.
    ///
    /// # Errors
    ///
    /// `io::ErrorKind::TimedOut` when nothing is left.
    pub fn remaining(&self) -> io::Result<Duration> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // A socket takes a timeout of zero as "wait for ever", and rounds down to microseconds.
        Ok(left.max(Duration::from_millis(1)))
    }
    // ANCHOR_END: remaining

    /// Names the act behind an error: [`Error::TimedOut`] with this limit when time was over.
    pub fn error(self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| match source.kind() {
            io::ErrorKind::TimedOut => Error::TimedOut {
                doing,
                limit: self.limit,
            },
            _ => Error::Socket { doing, source },
        }
    }
}

// ANCHOR: deadline_stream
/// A stream whose every call gets only what is left until the deadline.
#[derive(Debug)]
pub struct DeadlineStream<'a> {
    socket: SockRef<'a>,
    deadline: Deadline,
}

impl<'a> DeadlineStream<'a> {
    /// Bounds all further reads and writes together. Takes any blocking socket: a `TcpStream`, a
    /// `UnixStream`, a `UdpSocket`.
    #[must_use]
    pub fn new(stream: &'a impl AsFd, deadline: Deadline) -> Self {
        Self {
            socket: SockRef::from(stream),
            deadline,
        }
    }
}

impl Read for DeadlineStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket
            .set_read_timeout(Some(self.deadline.remaining()?))?;
        (&*self.socket)
            .read(buffer)
            .map_err(would_block_means_timed_out)
    }
}
// ANCHOR_END: deadline_stream

impl Write for DeadlineStream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket
            .set_write_timeout(Some(self.deadline.remaining()?))?;
        (&*self.socket)
            .write(bytes)
            .map_err(would_block_means_timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a socket has no buffer of ours
    }
}

/// A passed timeout has two names: Unix systems answer as if the socket were non-blocking.
fn would_block_means_timed_out(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}
