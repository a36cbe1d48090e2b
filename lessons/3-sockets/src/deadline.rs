//! A limit for a whole exchange, not only for each read.
//!
//! A read timeout bounds one call. A peer that sends a byte now and then keeps every call short and
//! the exchange endless. A deadline is a point in time: each call gets what is left of it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

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

    /// Returns how much time is left.
    ///
    /// # Errors
    ///
    /// `io::ErrorKind::TimedOut` when nothing is left.
    pub fn remaining(&self) -> io::Result<Duration> {
        todo!()
    }
}

/// A stream whose every call gets only what is left until the deadline.
#[derive(Debug)]
pub struct DeadlineStream<'a> {
    stream: &'a TcpStream,
    deadline: Deadline,
}

impl<'a> DeadlineStream<'a> {
    /// Bounds all further reads and writes together.
    #[must_use]
    pub const fn new(stream: &'a TcpStream, deadline: Deadline) -> Self {
        Self { stream, deadline }
    }
}

impl Read for DeadlineStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let _ = (self.stream, self.deadline, buffer);
        todo!()
    }
}

impl Write for DeadlineStream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = bytes;
        todo!()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
