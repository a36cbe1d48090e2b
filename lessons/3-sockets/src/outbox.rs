//! What a client has not read yet: a queue of bytes with a limit.
//!
//! A server that writes straight into a socket waits for the slowest client. So each client has an
//! outbox; whoever speaks puts lines in and goes on. The outbox is bounded: a client that never
//! reads would otherwise cost memory without end. When it is full the client is disconnected, with
//! a reason, and the others notice nothing.

/// The outbox has no room for this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{waiting} bytes are waiting to be read and {limit} are allowed")]
pub struct Full {
    /// How many bytes are waiting.
    pub waiting: usize,
    /// How many may.
    pub limit: usize,
}

/// A bounded queue of bytes for one client.
#[derive(Debug)]
pub struct Outbox {
    limit: usize,
}

impl Outbox {
    /// Makes an empty outbox that holds at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Appends a line and its newline.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit; then nothing of it was taken.
    pub fn push_line(&mut self, line: &str) -> Result<(), Full> {
        let _ = (line, self.limit);
        todo!()
    }

    /// Drops every line that is not yet being sent and puts a last one in their place.
    pub fn replace_with(&mut self, last_words: &str) {
        let _ = last_words;
        todo!()
    }

    /// Returns the next bytes to send, as much as lies in one piece.
    #[must_use]
    pub fn front(&self) -> &[u8] {
        todo!()
    }

    /// Removes bytes that were sent.
    pub fn consume(&mut self, sent: usize) {
        let _ = sent;
        todo!()
    }

    /// Returns how many bytes are waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Returns whether nothing is waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
