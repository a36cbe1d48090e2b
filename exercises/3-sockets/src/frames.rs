//! Step 3: a message that says how long it is
//!
//! Lines are fine for text. A picture contains line feeds, so it needs another way to say where it
//! ends: it says first how long it is. HTTP/2, PostgreSQL, Kafka and `multiprocessing.connection`
//! in Python do that. You build both ends, and you don't believe what a stranger announces.

use std::fmt;
use std::io::{self, Read, Write};

/// Why a frame could not be read or written.
#[derive(Debug)]
pub enum FrameError {
    /// The frame is longer than allowed.
    TooLong {
        /// How many bytes it has, or says that it has.
        bytes: u64,
        /// The most bytes that a frame may have, its header not counted.
        limit: usize,
    },
    /// The stream ended in the middle of a frame.
    Truncated,
    /// The stream itself failed.
    Io(io::Error),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => {
                write!(f, "a frame of {bytes} bytes, but {limit} are allowed")
            }
            Self::Truncated => write!(f, "the stream ended in the middle of a frame"),
            Self::Io(_) => write!(f, "the stream failed"),
        }
    }
}

impl std::error::Error for FrameError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// Lets `?` turn an error of the stream into a [`FrameError`].
impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Sends `payload` as one frame.
///
/// # Format
///
/// ```text
/// 00 00 00 05  68 65 6c 6c 6f
/// length = 5   h  e  l  l  o      the length has four bytes, the most significant one first
/// ```
///
/// # Errors
///
/// [`FrameError::TooLong`] if `payload` has more than `max_bytes`; then nothing has been sent.
/// [`FrameError::Io`] if the writer fails.
pub fn write_frame(
    writer: &mut impl Write,
    payload: &[u8],
    max_bytes: usize,
) -> Result<(), FrameError> {
    // TODO: check the length, send the header, send the payload.
    todo!("send a frame")
}

/// Receives the next frame. `Ok(None)` means that the stream ended cleanly, between two frames.
///
/// Reads not one byte more than the frame has: what follows belongs to the next call.
///
/// # Errors
///
/// [`FrameError::TooLong`] if more than `max_bytes` are announced; then nothing but the header has been read.
/// [`FrameError::Truncated`] if the stream ends in the middle of the header or of the payload.
/// [`FrameError::Io`] if the reader fails.
pub fn read_frame(reader: &mut impl Read, max_bytes: usize) -> Result<Option<Vec<u8>>, FrameError> {
    // TODO: read the header, check what it announces, read the payload.
    todo!("receive a frame")
}
