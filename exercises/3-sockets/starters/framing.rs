//! Step 1: where does a line end?
//!
//! TCP delivers a stream of bytes. It keeps their order, and it keeps nothing else: what was sent
//! with one call may arrive in five pieces, and what was sent with five calls may arrive in one.
//! So a program that talks in lines must find the lines itself. You build the part that does it.

/// Why a line can't be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineError {
    /// The line is longer than `limit` bytes. Said once for each such line.
    TooLong {
        /// The most bytes that a line may have, its ending not counted.
        limit: usize,
    },
    /// The bytes of the line are not UTF-8, so there is no text to hand over.
    NotUtf8,
    /// The peer went away in the middle of a line.
    Unfinished {
        /// How many bytes of that line had arrived.
        bytes: usize,
    },
}

/// Turns the bytes of a connection into lines, whichever way the network cuts them.
#[derive(Debug)]
pub struct LineDecoder {
    max_line_bytes: usize,
    // TODO: what must be remembered from one `feed` to the next?
}

impl LineDecoder {
    /// Makes a decoder for lines of at most `max_line_bytes` bytes, their ending not counted.
    pub fn new(max_line_bytes: usize) -> Self {
        Self { max_line_bytes }
    }

    /// Takes the bytes that one `recv` brought, and returns every line that is whole now, in order.
    ///
    /// # Format
    ///
    /// ```text
    /// hello\n        a line ends with a line feed
    /// hello\r\n      or with carriage return and line feed; neither belongs to the text
    /// \n             an empty line is a line
    /// ```
    ///
    /// # Errors
    ///
    /// A bad line takes its place among the others as an `Err`. The lines after it are not harmed.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<String, LineError>> {
        // TODO: return the lines that these bytes complete, and keep the rest for later.
        todo!("find the whole lines in what has come so far")
    }

    /// Returns how many bytes of an unfinished line are being kept: 0 after a whole line, and 0 in the
    /// rest of a refused one.
    pub fn buffered(&self) -> usize {
        // TODO: this must never grow much beyond `max_line_bytes`, whatever is fed.
        todo!("count the bytes that wait for the rest of their line")
    }

    /// Says that the peer has closed its side, so nothing more will come.
    ///
    /// # Errors
    ///
    /// [`LineError::Unfinished`] if the stream ended in the middle of a line. A line that was refused as
    /// too long is not complained of twice: a stream that ends in the rest of one ends with `Ok`.
    pub fn finish(self) -> Result<(), LineError> {
        // TODO: half a line is not a line. Did the stream end cleanly?
        todo!("tell a clean end from half a line")
    }
}
