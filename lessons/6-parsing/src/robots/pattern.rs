//! Paths and patterns: written in one form, then matched in one pass.
//!
//! Two spellings of one path must compare equal, so both sides are written in the same form first
//! (RFC 9309 section 2.2.2). Then `*` and `$` are all that is left to understand (section 2.2.3).

use memchr::memmem;

/// What a rule matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    bytes: Vec<u8>,
    /// The same with the reserved characters of its query escaped, where that makes a difference.
    in_query: Option<Vec<u8>>,
    ends: bool,
    octets: usize,
}

/// A URL's path and query, ready to be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    bytes: Vec<u8>,
    in_query: Option<Vec<u8>>,
}

impl Pattern {
    /// Reads the value of an `Allow` or `Disallow` line.
    pub fn new(value: &[u8]) -> Self {
        let (value, ends) = match value {
            [rest @ .., b'$'] => (rest, true),
            _ => (value, false),
        };
        let bytes = normalised(value, b"*$");
        // A rule's length is what its author wrote, in the one form: `$` in the middle is one byte.
        let octets = bytes.len() + usize::from(ends);
        // Within a pattern `$` means itself.
        let bytes = replaced(bytes, b'$', b"%24");
        Self {
            in_query: query_escaped(&bytes),
            bytes,
            ends,
            octets,
        }
    }

    /// Returns the length that decides between two rules that match, in bytes.
    pub fn octets(&self) -> usize {
        self.octets
    }

    // ANCHOR: matches
    /// Returns whether the pattern matches the beginning of a path (all of it, if it ends with `$`).
    pub fn matches(&self, path: &Path) -> bool {
        if self.octets == 0 {
            // An empty `Disallow:` closes nothing.
            return false;
        }
        if covers(&self.bytes, self.ends, &path.bytes) {
            return true;
        }
        // Behind `?` a `/` and its escape `%2F` mean the same (the RFC's second example).
        (self.in_query.is_some() || path.in_query.is_some())
            && covers(
                self.in_query.as_ref().unwrap_or(&self.bytes),
                self.ends,
                path.in_query.as_ref().unwrap_or(&path.bytes),
            )
    }
    // ANCHOR_END: matches
}

impl Path {
    /// Takes path and query out of a URL. What stands in front of the path may be missing, and so
    /// may the path: then it is `/`.
    pub fn of(url: &str) -> Self {
        let bytes = normalised(path_and_query(url).as_bytes(), b"");
        Self {
            in_query: query_escaped(&bytes),
            bytes,
        }
    }

    /// Returns the path in the one form in which it is compared.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Returns whether this is the robots.txt itself.
    pub(super) fn is_robots_txt(&self) -> bool {
        self.bytes == b"/robots.txt"
    }
}

// ANCHOR: covers
/// Matches piece by piece: the pieces between the stars must come one after another.
///
/// Each is looked for once, from where the one before it ended, and taken where it comes first. That is
/// never wrong: an earlier place leaves more room for the rest. So there is nothing to go back for,
/// and the time is pattern plus path, whatever a hostile file contains.
fn covers(pattern: &[u8], ends: bool, path: &[u8]) -> bool {
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        // No star at all.
        return !ends || rest.is_empty();
    };
    for piece in pieces {
        match memmem::find(rest, piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    if ends {
        rest.ends_with(last)
    } else {
        memmem::find(rest, last).is_some()
    }
}
// ANCHOR_END: covers

// ANCHOR: normalised
/// Writes a path in one form, so that `/caf%c3%a9`, `/caf%C3%A9` and `/café` are the same.
///
/// The escape of a letter, digit or `-._~` is undone, any other gets capital digits, and a byte that
/// may not stand in a URL is escaped. `special` bytes stay as they are; elsewhere `*` and `$` are
/// escaped too, so that only `%2A` in a pattern matches a star in a path.
fn normalised(path: &[u8], special: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut i = 0;
    while i < path.len() {
        if let Some(value) = escape_at(path, i) {
            if is_unreserved(value) {
                out.push(value);
            } else {
                push_escape(&mut out, value);
            }
            i += 3;
            continue;
        }
        let byte = path[i];
        let stays = match byte {
            b'*' | b'$' => special.contains(&byte),
            _ => is_unreserved(byte) || b":/?#[]@!&'()+,;=".contains(&byte),
        };
        if stays {
            out.push(byte);
        } else {
            push_escape(&mut out, byte);
        }
        i += 1;
    }
    out
}
// ANCHOR_END: normalised

/// Escapes the reserved characters behind the first `?`, the RFC's `?baz=https%3A%2F%2Ffoo.bar`. The
/// signs that divide a query (`=`, `&`, `;`, `+`) mean something else when they are escaped, and stay.
fn query_escaped(path: &[u8]) -> Option<Vec<u8>> {
    let query = path.iter().position(|byte| *byte == b'?')? + 1;
    let is_reserved = |byte: &u8| b":/?#[]@".contains(byte);
    if !path[query..].iter().any(is_reserved) {
        return None;
    }
    let mut out = path[..query].to_vec();
    for byte in &path[query..] {
        if is_reserved(byte) {
            push_escape(&mut out, *byte);
        } else {
            out.push(*byte);
        }
    }
    Some(out)
}

/// Returns path and query of a URL, without its fragment.
fn path_and_query(url: &str) -> std::borrow::Cow<'_, str> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let start = if url.starts_with("//") { 2 } else { 0 };
    let is_end = |c: char| matches!(c, '/' | '?' | ';');
    let path = url[start..].find(is_end).map(|at| at + start);
    // `://` behind the first `/` belongs to the path.
    let host = match url.find("://") {
        Some(scheme) if path.is_some_and(|path| path > scheme) => scheme + 3,
        _ => start,
    };
    match url[host..].find(is_end).map(|at| &url[host + at..]) {
        None => "/".into(),
        Some(path) if path.starts_with('/') => path.into(),
        Some(path) => format!("/{path}").into(),
    }
}

fn escape_at(path: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = path.get(at..at + 3)? else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| DIGITS[usize::from(value)];
    out.extend([b'%', digit(byte >> 4), digit(byte & 15)]);
}

/// Returns whether a byte never needs an escape (RFC 3986, section 2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn replaced(bytes: Vec<u8>, from: u8, to: &[u8]) -> Vec<u8> {
    if !bytes.contains(&from) {
        return bytes;
    }
    let pieces: Vec<&[u8]> = bytes.split(|byte| *byte == from).collect();
    pieces.join(to)
}
