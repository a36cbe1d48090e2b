//! How much an answer may cost: time and bytes.
//!
//! A server can be slow, silent, endless or hostile, and a client without limits is at its mercy. Each
//! limit holds one way to be expensive.

use std::time::{Duration, Instant};

use crate::Error;

// ANCHOR: limits
/// What one exchange may cost, redirects included. A retry is an exchange of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a connection may take to come about: name, TCP and TLS.
    pub connect: Duration,
    /// How long the server may keep us waiting: for the head of its answer, and then for each further
    /// piece of the body.
    pub silence: Duration,
    /// How long the whole exchange may take, from the name to the last byte of the body.
    ///
    /// It is looked at before each request and each read. One that began in time may still take one
    /// `silence`: so an exchange ends at the latest after `whole` and one `silence`.
    pub whole: Duration,
    /// How many bytes of body may come over the wire, as they are: packed where they are packed.
    pub wire_bytes: u64,
    /// How many bytes the body may have after unpacking. A bomb is small on the wire.
    pub body_bytes: u64,
}
// ANCHOR_END: limits

impl Default for Limits {
    /// Made for pages: 10 s to connect, 15 s of silence, 60 s for the whole, 16 MiB on the wire,
    /// 32 MiB unpacked. A download needs others.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(15),
            whole: Duration::from_secs(60),
            wire_bytes: 16 * 1024 * 1024,
            body_bytes: 32 * 1024 * 1024,
        }
    }
}

/// The moment by which an exchange must be over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Option<Instant>,
    limit: Duration,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        // A limit beyond the end of the clock is none.
        let end = Instant::now().checked_add(limit);
        Self { end, limit }
    }

    /// Goes on as long as there is time.
    ///
    /// # Errors
    ///
    /// [`Error::TooSlow`] when there is none.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.passed() {
            return Err(self.error());
        }
        Ok(())
    }

    /// Tells whether the time is over.
    pub(crate) fn passed(&self) -> bool {
        self.end.is_some_and(|end| end <= Instant::now())
    }

    pub(crate) fn error(&self) -> Error {
        Error::TooSlow { limit: self.limit }
    }
}
