//! From the bytes of an answer to text: unpacked, within a limit, in the right encoding.

use std::borrow::Cow;
use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::Error;

// ANCHOR: unpack
/// Unpacks gzip, which begins with the bytes 1f 8b, and counts what comes out: 10 MB of gzip can be 10 GB
/// of zeros. What is not packed is handed back.
///
/// # Errors
///
/// [`Error::TooLarge`] beyond `limit`, packed or not; [`Error::Gzip`] if nothing at all can be unpacked.
pub fn unpack(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, Error> {
    if bytes.len() > limit {
        return Err(Error::TooLarge { limit });
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    // One byte more than the limit, so that "too long" can be told from "just as long".
    let room = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let outcome = MultiGzDecoder::new(bytes)
        .take(room)
        .read_to_end(&mut unpacked);
    if unpacked.len() > limit {
        return Err(Error::TooLarge { limit });
    }
    match outcome {
        // A file cut short on its way still has its beginning.
        Err(source) if unpacked.is_empty() => Err(Error::Gzip(source)),
        _ => Ok(Cow::Owned(unpacked)),
    }
}
// ANCHOR_END: unpack

// ANCHOR: decode
/// Turns the bytes of an XML document into text. `label` is the charset of the `Content-Type` header.
///
/// The document is believed only as far as its bytes agree. Bytes that are UTF-8 and not only ASCII are
/// UTF-8, whatever the declaration says: other encodings hardly ever look so. And what calls itself UTF-8
/// and is not, is what its letters look like, most often windows-1252.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return text;
    }
    if let [b'<', 0, ..] | [0, b'<', ..] = bytes {
        let encoding = if bytes[0] == 0 { UTF_16BE } else { UTF_16LE };
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let told = label
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .or_else(|| declared(bytes))
        // A declaration that can be read byte by byte is not in UTF-16.
        .map(|told| {
            if told == UTF_16LE || told == UTF_16BE {
                UTF_8
            } else {
                told
            }
        });
    let encoding = match std::str::from_utf8(bytes) {
        // Japanese mail's encoding is ASCII with escapes, so it must be told.
        Ok(text)
            if told
                .is_none_or(|told| told == UTF_8 || told.is_single_byte() || !text.is_ascii()) =>
        {
            return Cow::Borrowed(text);
        }
        Err(_) if told.is_none_or(|told| told == UTF_8) => guess(bytes),
        _ => told.unwrap_or(UTF_8),
    };
    encoding.decode_without_bom_handling(bytes).0
}
// ANCHOR_END: decode

fn guess(bytes: &[u8]) -> &'static Encoding {
    // Some damaged letters in a text that is UTF-8 otherwise: replacing them loses less than a guess.
    let text = String::from_utf8_lossy(bytes);
    let damaged = text
        .chars()
        .filter(|c| *c == char::REPLACEMENT_CHARACTER)
        .count();
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    if damaged * 4 < foreign {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(65_536)], true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if found == UTF_8 { WINDOWS_1252 } else { found }
}

/// Reads `<?xml … encoding="…"?>`, also behind junk.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(1024)];
    let at = memchr::memmem::find(start, b"<?xml")?;
    let declaration = &start[at..];
    let end = memchr::memmem::find(declaration, b"?>").unwrap_or(declaration.len());
    let declaration = &declaration[..end];
    let at = memchr::memmem::find(declaration, b"encoding")? + 8;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:".contains(byte);
    let start = at + declaration[at..].iter().position(is_part)?;
    let length = declaration[start..]
        .iter()
        .take_while(|byte| is_part(byte))
        .count();
    Encoding::for_label(&declaration[start..start + length])
}
