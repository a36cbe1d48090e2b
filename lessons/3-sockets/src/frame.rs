//! Where a message ends: TCP carries bytes, so the programs must agree on marks between messages.
//!
//! Two agreements are in use everywhere. A **line** ends with a newline: people can type it, and no
//! message may hold a newline. A **length-prefixed frame** says first how many bytes follow: any
//! bytes may be in it, and the length must be checked before it is believed.
//!
//! Both decoders take bytes as they come, split anywhere, and hold no more than one unfinished
//! message of bounded size, whatever the peer sends.

use std::fmt;

/// Why a line cannot be used. The decoder itself goes on with the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// The line is longer than allowed; the rest of it is skipped.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The line is not UTF-8.
    NotUtf8 {
        /// Where the first wrong byte is, counted from 0.
        at: usize,
    },
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => {
                write!(f, "the line is longer than {limit} bytes and was skipped")
            }
            Self::NotUtf8 { at } => {
                write!(
                    f,
                    "the line is not UTF-8 (byte {at} is wrong) and was skipped"
                )
            }
        }
    }
}

impl std::error::Error for LineError {}

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
    /// The beginning of a line whose end has not come yet.
    unfinished: Vec<u8>,
    /// The present line was too long and reported; its rest is of no interest.
    skipping: bool,
}

impl LineDecoder {
    /// Makes a decoder that refuses lines longer than `max_line_bytes` (the ending not counted).
    #[must_use]
    pub const fn new(max_line_bytes: usize) -> Self {
        Self {
            max_line_bytes,
            unfinished: Vec::new(),
            skipping: false,
        }
    }

    // ANCHOR: decode_line
    /// Takes bytes from the front of `input` up to the next line's end and returns that line, or
    /// takes all of it and returns `None` when no line ends there.
    ///
    /// A line that is too long is reported at the end of the input in which it outgrew the limit, even
    /// if it never ends. (One byte above the limit is no proof: it may be the `\r` of the ending.)
    pub fn decode(&mut self, input: &mut &[u8]) -> Option<Result<String, LineError>> {
        while let Some(end) = input.iter().position(|&byte| byte == b'\n') {
            let piece = &input[..end];
            *input = &input[end + 1..];
            if self.skipping {
                self.skipping = false; // the line after this one is a new one
                continue;
            }
            return Some(self.finish_with(piece));
        }
        let piece = std::mem::take(input);
        if self.skipping {
            return None;
        }
        // One byte more than the limit may be held: it may be the `\r` of the ending.
        if self.unfinished.len() + piece.len() > self.max_line_bytes + 1 {
            self.unfinished = Vec::new();
            self.skipping = true;
            return Some(Err(LineError::TooLong {
                limit: self.max_line_bytes,
            }));
        }
        self.unfinished.extend_from_slice(piece);
        None
    }
    // ANCHOR_END: decode_line

    /// Returns what stood after the last newline when the stream ended: a half-sent line.
    ///
    /// It is for the caller to decide what a line without an end is worth.
    pub fn finish(&mut self) -> Option<Result<String, LineError>> {
        self.skipping = false;
        let line = std::mem::take(&mut self.unfinished);
        (!line.is_empty()).then(|| self.check(line))
    }

    /// Returns how many bytes of an unfinished line are held; never more than the limit and one.
    #[must_use]
    pub const fn held_bytes(&self) -> usize {
        self.unfinished.len()
    }

    /// Puts a line's last piece to what is held, and takes the `\r` of the ending away.
    fn finish_with(&mut self, piece: &[u8]) -> Result<String, LineError> {
        let mut line = std::mem::take(&mut self.unfinished);
        // Looked at before the bytes are joined, so that a huge piece is never copied.
        if line.len() + piece.len() > self.max_line_bytes + 1 {
            return Err(LineError::TooLong {
                limit: self.max_line_bytes,
            });
        }
        line.extend_from_slice(piece);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        self.check(line)
    }

    fn check(&self, line: Vec<u8>) -> Result<String, LineError> {
        if line.len() > self.max_line_bytes {
            return Err(LineError::TooLong {
                limit: self.max_line_bytes,
            });
        }
        // Only a whole line is looked at: a character may be split between two reads.
        String::from_utf8(line).map_err(|error| LineError::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
        })
    }
}

/// Why the frames of a stream cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The announced length is above the limit. Nothing was allocated for it.
    TooLong {
        /// What the peer announced, in bytes.
        announced: u32,
        /// The limit, in bytes.
        limit: u32,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::TooLong { announced, limit } = self;
        write!(
            f,
            "a frame of {announced} bytes was announced and {limit} are allowed"
        )
    }
}

impl std::error::Error for FrameError {}

/// Cuts a stream of bytes into length-prefixed frames.
///
/// # Format
///
/// Four bytes of length, most significant first (`u32`, "network byte order"), then that many bytes.
///
/// ```
/// use sockets::frame::{FrameDecoder, encode_frame};
///
/// let bytes = encode_frame(b"any\nbytes", 80)?;
/// assert_eq!(bytes, b"\0\0\0\x09any\nbytes");
/// let mut decoder = FrameDecoder::new(80);
/// assert_eq!(decoder.decode(&mut &bytes[..6]), None); // split anywhere
/// assert_eq!(decoder.decode(&mut &bytes[6..]), Some(Ok(b"any\nbytes".to_vec())));
/// # Ok::<(), sockets::frame::FrameError>(())
/// ```
#[derive(Debug)]
pub struct FrameDecoder {
    max_frame_bytes: u32,
    /// The bytes of the length that have come, and how many.
    header: [u8; 4],
    header_bytes: usize,
    payload: Vec<u8>,
    broken: Option<FrameError>,
}

impl FrameDecoder {
    /// Makes a decoder that refuses frames longer than `max_frame_bytes`.
    #[must_use]
    pub const fn new(max_frame_bytes: u32) -> Self {
        Self {
            max_frame_bytes,
            header: [0; 4],
            header_bytes: 0,
            payload: Vec::new(),
            broken: None,
        }
    }

    // ANCHOR: decode_frame
    /// Takes bytes from the front of `input` up to the end of the next frame and returns its
    /// payload, or takes all of it and returns `None`.
    ///
    /// # Errors
    ///
    /// After an announced length above the limit no later frame can be trusted, so the decoder
    /// repeats the error for ever: close the connection.
    pub fn decode(&mut self, input: &mut &[u8]) -> Option<Result<Vec<u8>, FrameError>> {
        if let Some(error) = self.broken {
            return Some(Err(error));
        }
        let header = take(input, self.header.len() - self.header_bytes);
        self.header[self.header_bytes..][..header.len()].copy_from_slice(header);
        self.header_bytes += header.len();
        if self.header_bytes < self.header.len() {
            return None;
        }
        // The length is the peer's claim. It is checked before anything is done with it.
        let announced = u32::from_be_bytes(self.header);
        if announced > self.max_frame_bytes {
            let error = FrameError::TooLong {
                announced,
                limit: self.max_frame_bytes,
            };
            self.broken = Some(error);
            return Some(Err(error));
        }
        // The payload grows with the bytes that really come, not with those that were announced: a
        // thousand peers that announce a megabyte each and send nothing cost nothing.
        let missing = announced as usize - self.payload.len();
        self.payload.extend_from_slice(take(input, missing));
        if self.payload.len() < announced as usize {
            return None;
        }
        self.header_bytes = 0;
        Some(Ok(std::mem::take(&mut self.payload)))
    }
    // ANCHOR_END: decode_frame

    /// Returns how many bytes of an unfinished frame are held; never more than the limit and four.
    #[must_use]
    pub const fn held_bytes(&self) -> usize {
        self.header_bytes + self.payload.len()
    }
}

/// Puts the length before the payload.
///
/// # Errors
///
/// [`FrameError::TooLong`] when the payload is above the limit.
pub fn encode_frame(payload: &[u8], max_frame_bytes: u32) -> Result<Vec<u8>, FrameError> {
    let announced = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    if announced > max_frame_bytes || payload.len() > announced as usize {
        return Err(FrameError::TooLong {
            announced,
            limit: max_frame_bytes,
        });
    }
    let mut frame = Vec::with_capacity(4 + payload.len());
    frame.extend_from_slice(&announced.to_be_bytes());
    frame.extend_from_slice(payload);
    Ok(frame)
}

/// Takes up to `count` bytes from the front of `input`.
fn take<'a>(input: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (front, rest) = input.split_at(count.min(input.len()));
    *input = rest;
    front
}
