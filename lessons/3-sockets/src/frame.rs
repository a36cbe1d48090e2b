//! Where a message ends: TCP carries bytes, so the programs must agree on marks between messages.
//!
//! Two agreements are in use everywhere. A **line** ends with a newline: people can type it, and no
//! message may hold a newline. A **length-prefixed frame** says first how many bytes follow: any
//! bytes may be in it, and the length must be checked before it is believed.
//!
//! Both decoders take bytes as they come, split anywhere, and hold no more than one unfinished
//! message of bounded size, whatever the peer sends.

/// Why a line cannot be used. The decoder itself goes on with the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The line is longer than allowed; the rest of it is skipped.
    #[error("the line is longer than {limit} bytes and was skipped")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The line is not UTF-8.
    #[error("the line is not UTF-8 (byte {at} is wrong) and was skipped")]
    NotUtf8 {
        /// Where the first wrong byte is, counted from 0.
        at: usize,
    },
}

/// Cuts a stream of bytes into lines.
///
/// # Format
///
/// A line ends with `\n`; one `\r` before it belongs to the ending. What stands after the last
/// newline is not a line yet.
///
/// ```
/// use sockets::frame::LineDecoder;
///
/// let mut decoder = LineDecoder::new(80);
/// let mut bytes = &b"hello\r\nwor"[..];
/// assert_eq!(decoder.decode(&mut bytes), Some(Ok("hello".to_owned())));
/// assert_eq!(decoder.decode(&mut bytes), None); // "wor" waits for the rest of its line
/// ```
#[derive(Debug)]
pub struct LineDecoder {
    max_line_bytes: usize,
}

impl LineDecoder {
    /// Makes a decoder that refuses lines longer than `max_line_bytes` (the ending not counted).
    #[must_use]
    pub const fn new(max_line_bytes: usize) -> Self {
        Self { max_line_bytes }
    }

    /// Takes bytes from the front of `input` up to the next line's end and returns that line, or
    /// takes all of it and returns `None` when no line ends there.
    pub fn decode(&mut self, input: &mut &[u8]) -> Option<Result<String, LineError>> {
        let _ = (input, self.max_line_bytes);
        todo!()
    }

    /// Returns what stood after the last newline when the stream ended: a half-sent line.
    pub fn finish(&mut self) -> Option<Result<String, LineError>> {
        todo!()
    }

    /// Returns how many bytes of an unfinished line are held; never more than the limit and one.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        todo!()
    }
}

/// Why the frames of a stream cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The announced length is above the limit. Nothing was allocated for it.
    #[error("a frame of {announced} bytes was announced and {limit} are allowed")]
    TooLong {
        /// What the peer announced, in bytes.
        announced: u32,
        /// The limit, in bytes.
        limit: u32,
    },
}

/// Cuts a stream of bytes into length-prefixed frames.
///
/// # Format
///
/// Four bytes of length, most significant first (`u32`, "network byte order"), then that many bytes.
#[derive(Debug)]
pub struct FrameDecoder {
    max_frame_bytes: u32,
}

impl FrameDecoder {
    /// Makes a decoder that refuses frames longer than `max_frame_bytes`.
    #[must_use]
    pub const fn new(max_frame_bytes: u32) -> Self {
        Self { max_frame_bytes }
    }

    /// Takes bytes from the front of `input` up to the end of the next frame and returns its
    /// payload, or takes all of it and returns `None`.
    ///
    /// # Errors
    ///
    /// After an announced length above the limit no later frame can be trusted, so the decoder
    /// repeats the error for ever: close the connection.
    pub fn decode(&mut self, input: &mut &[u8]) -> Option<Result<Vec<u8>, FrameError>> {
        let _ = (input, self.max_frame_bytes);
        todo!()
    }
}

/// Puts the length before the payload.
///
/// # Errors
///
/// [`FrameError::TooLong`] when the payload is above the limit.
pub fn encode_frame(payload: &[u8], max_frame_bytes: u32) -> Result<Vec<u8>, FrameError> {
    let _ = (payload, max_frame_bytes);
    todo!()
}
