//! From bytes to lines, and from a line to what it says.
//!
//! Source: RFC 9309 section 2.2 for the grammar. What it does not cover, misspelt fields, a missing
//! colon and lines without end, is done as Google's reader is documented to do it.

/// Where a line stands in a file, and what it says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of the line, counted from 1.
    pub number: usize,
    /// The line without spaces at its ends and without comment; bytes that are no UTF-8 are replaced.
    pub text: String,
}

/// The fields that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
}

/// A line that says something: `field: value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Statement<'a> {
    pub field: Field,
    pub value: &'a [u8],
}

/// A line is cut after so many bytes, as Google cuts it: eight times the longest URL that Internet
/// Explorer took.
pub const MAX_LINE_BYTES: usize = 2083 * 8 - 1;

/// A field begins with one of these, whatever its case. The misspelt ones are those seen in many files.
const FIELDS: [(&str, Field); 14] = [
    ("user-agent", Field::UserAgent),
    ("useragent", Field::UserAgent),
    ("user agent", Field::UserAgent),
    ("allow", Field::Allow),
    ("disallow", Field::Disallow),
    ("dissallow", Field::Disallow),
    ("dissalow", Field::Disallow),
    ("disalow", Field::Disallow),
    ("diasllow", Field::Disallow),
    ("disallaw", Field::Disallow),
    ("crawl-delay", Field::CrawlDelay),
    ("crawldelay", Field::CrawlDelay),
    ("sitemap", Field::Sitemap),
    ("site-map", Field::Sitemap),
];

// ANCHOR: statements
/// Returns the lines that say something, each with its place.
pub(super) fn statements(file: &[u8]) -> impl Iterator<Item = (Line, Statement<'_>)> {
    let numbered = (1..).zip(lines(readable(file)));
    numbered.filter_map(|(number, line)| {
        let line = &line[..line.len().min(MAX_LINE_BYTES)];
        // From `#` on it is a comment, also behind a rule.
        let end = line.iter().position(|byte| *byte == b'#');
        let line = line[..end.unwrap_or(line.len())].trim_ascii();
        let statement = statement(line)?;
        let text = String::from_utf8_lossy(line).into_owned();
        Some((Line { number, text }, statement))
    })
}
// ANCHOR_END: statements

/// Returns the part of a file that is read: without byte order mark, and of a file that is too long
/// the whole lines within the limit. Half a line is left out: cut short, `/private` closes more than
/// was meant.
fn readable(file: &[u8]) -> &[u8] {
    // Half a mark is skipped as well, as Google does.
    let mark = b"\xef\xbb\xbf";
    let skipped = file.iter().zip(mark).take_while(|(a, b)| a == b).count();
    let file = &file[skipped..];
    if file.len() <= super::MAX_ROBOTS_BYTES {
        return file;
    }
    let within = &file[..super::MAX_ROBOTS_BYTES];
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    // The limit may fall on the end of a line.
    if is_end(&file[within.len()]) {
        return within;
    }
    &within[..within.iter().rposition(is_end).map_or(0, |end| end + 1)]
}

/// Splits at LF, at CR and at CR LF, which is one ending: so that numbers are those of an editor.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(file);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            rest = None;
            return Some(bytes);
        };
        let ending = if bytes[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        rest = Some(&bytes[end + ending..]);
        Some(&bytes[..end])
    })
}

// ANCHOR: statement
/// Tells what a line says: `Disallow: /a`, and also `disalow /a`.
fn statement(line: &[u8]) -> Option<Statement<'_>> {
    let (key, value) = match line.iter().position(|byte| *byte == b':') {
        Some(colon) => {
            let (key, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
            // The colon of `Sitemap https://…` and of `Disallow /a:b` is not the one that was forgotten.
            match split_at_space(line) {
                Some((word, rest)) if key.len() > word.len() && is_target(rest) => (word, rest),
                _ => (key, value),
            }
        }
        // Without a colon a line counts only if it is exactly two words: else it is prose.
        None => match split_at_space(line)? {
            (_, value) if value.iter().any(u8::is_ascii_whitespace) => return None,
            two_words => two_words,
        },
    };
    let begins = |name: &str| {
        key.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    let (_, field) = FIELDS.iter().find(|(name, _)| begins(name))?;
    Some(Statement {
        field: *field,
        value,
    })
}
// ANCHOR_END: statement

/// Splits a line into its first word and the rest.
fn split_at_space(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = line.iter().position(u8::is_ascii_whitespace)?;
    Some((&line[..space], line[space..].trim_ascii_start()))
}

/// Returns whether this can only be a value: a path or an address.
fn is_target(value: &[u8]) -> bool {
    value.starts_with(b"/") || value.starts_with(b"*") || value.starts_with(b"http")
}
