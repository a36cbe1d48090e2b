//! Where a message in a pipe ends.
//!
//! A pipe is a stream of bytes, as a TCP connection is: what was written by three calls may be
//! read by one. So each message says first how long it is.
//!
//! # Format
//!
//! ```text
//! length of the message, 4 bytes, big-endian | the message
//! 00 00 00 05                                | 68 65 6c 6c 6f
//! ```

use std::io::{self, Read, Write};

/// The longest message, 16 MiB. A length beyond it comes from a program that speaks something else.
pub const MAX_BYTES: u32 = 16 * 1024 * 1024;

/// Writes one message. Whether it is on its way then depends on the writer: see [`Write::flush`].
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] when it is longer than [`MAX_BYTES`]; else what the writer
/// reports.
// ANCHOR: write
pub fn write(mut writer: impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len())
        .ok()
        .filter(|length| *length <= MAX_BYTES)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, too_long(message.len())))?;
    writer.write_all(&length.to_be_bytes())?;
    writer.write_all(message)
}
// ANCHOR_END: write

/// Reads one message into `message`, and returns false when the stream has ended instead.
///
/// # Errors
///
/// [`io::ErrorKind::UnexpectedEof`] when the stream ends inside a message,
/// [`io::ErrorKind::InvalidData`] when the length is more than [`MAX_BYTES`]; else what the reader
/// reports.
// ANCHOR: read
pub fn read(mut reader: impl Read, message: &mut Vec<u8>) -> io::Result<bool> {
    message.clear();
    let mut length = [0; 4];
    let mut filled = 0;
    while filled < length.len() {
        match reader.read(&mut length[filled..]) {
            // Between two messages an end is an end; inside one it is a crash of the other side.
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u32::from_be_bytes(length);
    if length > MAX_BYTES {
        let message = too_long(length as usize);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    // `take` and not a buffer of that size: memory is used only for bytes that really come.
    let came = reader
        .by_ref()
        .take(u64::from(length))
        .read_to_end(message)?;
    match came == length as usize {
        true => Ok(true),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
// ANCHOR_END: read

fn too_long(length: usize) -> String {
    format!("a message of {length} bytes is longer than {MAX_BYTES}")
}
