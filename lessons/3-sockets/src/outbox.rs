//! What a client has not read yet: a queue of bytes with a limit.
//!
//! A server that writes straight into a socket waits for the slowest client. So each client has an
//! outbox; whoever speaks puts lines in and goes on. The outbox is bounded: a client that never
//! reads would otherwise cost memory without end. When it is full the client is disconnected, with
//! a reason, and the others notice nothing.

use std::collections::VecDeque;
use std::fmt;

/// An empty outbox keeps no more memory than this, so that thousands of idle clients cost little.
const KEPT_BYTES: usize = 1024;

/// The outbox has no room for this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// How many bytes are waiting.
    pub waiting: usize,
    /// How many may.
    pub limit: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waiting, limit } = self;
        write!(
            f,
            "{waiting} bytes are waiting to be read and {limit} are allowed"
        )
    }
}

impl std::error::Error for Full {}

/// A bounded queue of bytes for one client.
#[derive(Debug)]
pub struct Outbox {
    limit: usize,
    bytes: VecDeque<u8>,
    /// Whether the last byte that was sent stood inside a line.
    in_line: bool,
}

impl Outbox {
    /// Makes an empty outbox that holds at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            bytes: VecDeque::new(),
            in_line: false,
        }
    }

    // ANCHOR: push_line
    /// Appends a line and its newline. Never waits.
    ///
    /// # Errors
    ///
    /// [`Full`] when it does not fit; then nothing of it was taken.
    pub fn push_line(&mut self, line: &str) -> Result<(), Full> {
        if self.bytes.len() + line.len() + 1 > self.limit {
            return Err(Full {
                waiting: self.bytes.len(),
                limit: self.limit,
            });
        }
        self.append(line);
        Ok(())
    }
    // ANCHOR_END: push_line

    /// Appends one more line even if the outbox is full, because it is the last.
    pub fn push_last_line(&mut self, line: &str) {
        self.append(line);
    }

    // ANCHOR: replace_with
    /// Drops every line that is not yet being sent and puts a last one in their place.
    ///
    /// This frees the memory at once. A line that has begun to go out stays whole, or the client
    /// would read the last words as its end. The last words are taken even if they are above the
    /// limit.
    pub fn replace_with(&mut self, last_words: &str) {
        let begun = if self.in_line {
            self.bytes
                .iter()
                .position(|&byte| byte == b'\n')
                .map_or(0, |end| end + 1)
        } else {
            0
        };
        self.bytes.truncate(begun);
        self.bytes.shrink_to(KEPT_BYTES);
        self.append(last_words);
    }
    // ANCHOR_END: replace_with

    /// Returns the next bytes to send, as much as lies in one piece; empty when nothing is waiting.
    #[must_use]
    pub fn front(&self) -> &[u8] {
        self.bytes.as_slices().0
    }

    /// Removes bytes from the front because they were sent.
    ///
    /// # Panics
    ///
    /// When more was sent than was waiting.
    pub fn consume(&mut self, sent: usize) {
        if sent == 0 {
            return;
        }
        self.in_line = self.bytes[sent - 1] != b'\n';
        self.bytes.drain(..sent);
        if self.bytes.is_empty() {
            self.bytes.clear(); // starts again at the front, so that the next batch is one piece
            self.bytes.shrink_to(KEPT_BYTES);
        }
    }

    /// Returns how many bytes are waiting.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns whether nothing is waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn append(&mut self, line: &str) {
        self.bytes.extend(line.as_bytes());
        self.bytes.push_back(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(mut outbox: Outbox) -> String {
        let mut bytes = Vec::new();
        while !outbox.is_empty() {
            let piece = outbox.front().to_vec();
            outbox.consume(piece.len());
            bytes.extend(piece);
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_that_does_not_fit_is_refused_whole_and_the_rest_stays() {
        let mut outbox = Outbox::new(10);
        outbox.push_line("12345").unwrap();

        let refused = outbox.push_line("6789");

        assert_eq!(
            refused,
            Err(Full {
                waiting: 6,
                limit: 10
            })
        );
        outbox.push_line("678").unwrap();
        assert_eq!(drained(outbox), "12345\n678\n");
    }

    #[test]
    fn last_words_replace_the_lines_that_wait_but_not_the_one_that_has_begun() {
        let mut outbox = Outbox::new(100);
        for line in ["first", "second", "third"] {
            outbox.push_line(line).unwrap();
        }
        outbox.consume("first\nsec".len());

        outbox.replace_with("goodbye");

        assert_eq!(drained(outbox), "ond\ngoodbye\n");
    }

    #[test]
    fn last_words_replace_all_when_no_line_has_begun() {
        let mut outbox = Outbox::new(100);
        outbox.push_line("first").unwrap();
        outbox.push_line("second").unwrap();
        outbox.consume("first\n".len());

        outbox.replace_with("goodbye");

        assert_eq!(drained(outbox), "goodbye\n");
    }

    #[test]
    fn an_outbox_that_was_full_and_is_empty_gives_its_memory_back() {
        let mut outbox = Outbox::new(1 << 20);
        while outbox
            .push_line("a line of a chat that nobody reads")
            .is_ok()
        {}

        outbox.consume(outbox.len());

        assert!(
            outbox.bytes.capacity() <= 2 * KEPT_BYTES,
            "{}",
            outbox.bytes.capacity()
        );
    }
}
