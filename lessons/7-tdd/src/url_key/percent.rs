//! The one spelling of a percent-encoded text.

// ANCHOR: normalised
/// Returns the spelling that RFC 3986 prefers for a path, a query, or a user's name or password.
///
/// What is unreserved is decoded, since its code means nothing else; what no URI may hold is encoded;
/// reserved characters stay as they were written, since `/` and `%2F` may mean two things.
/// A `%` that starts no code stands for itself (URL Standard, "percent-decode") and becomes `%25`:
/// left alone, it could start a code that nobody has written, once its neighbours are decoded.
///
/// Source: RFC 3986, sections 2.2, 2.3 and 6.2.2.
pub(super) fn normalised(part: &str) -> String {
    let mut spelled = String::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((byte, is_code, after)) = next_byte(rest) {
        if is_unreserved(byte) || (!is_code && is_reserved(byte)) {
            spelled.push(char::from(byte));
        } else {
            spelled.push('%');
            spelled.push(hex_digit(byte >> 4));
            spelled.push(hex_digit(byte & 0xf));
        }
        rest = after;
    }
    spelled
}
// ANCHOR_END: normalised

/// Takes one byte off the front: the byte that is meant, whether a code stood for it, and the rest.
fn next_byte(text: &[u8]) -> Option<(u8, bool, &[u8])> {
    if let [b'%', high, low, rest @ ..] = text
        && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
    {
        return Some((high * 16 + low, true, rest));
    }
    text.split_first().map(|(byte, rest)| (*byte, false, rest))
}

/// Letters, digits and four signs: RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What may stand as itself in a path or a query: RFC 3986, sections 2.2, 3.3 and 3.4. `#`, `[` and
/// `]` are reserved too, but have no place there.
fn is_reserved(byte: u8) -> bool {
    b"/?:@!$&'()*+,;=".contains(&byte)
}

fn hex_value(digit: u8) -> Option<u8> {
    // The value of one digit is below 16, so no bit is lost.
    char::from(digit).to_digit(16).map(|value| value as u8)
}

fn hex_digit(value: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(value)])
}
