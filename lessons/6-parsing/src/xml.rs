//! XML as the web serves it: read where it can be understood, refused where it is an attack.
//!
//! A strict XML reader stops at the first mistake, and the standard wants it so. A feed with a bare `&` in
//! a title is then no feed at all. Feed readers salvage instead, and so does [`Scanner`]: it finds tags and leaves their
//! nesting to whoever knows what should be inside what.
//!
//! Three things are never salvaged, because harmless documents do not have them: entities that the
//! document declares itself (they can grow a kilobyte into gigabytes, or name a file of this machine),
//! elements nested a hundred deep, and documents beyond a size, also when they arrive compressed.

pub mod unpack;

use std::borrow::Cow;

use memchr::{memchr, memmem};

use crate::html::entities::{Place, unescape};

/// Elements may be nested so deep, outside of text that is HTML.
pub const MAX_DEPTH: usize = 100;

/// Why a document is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document is longer than the limit, perhaps only after it was unpacked.
    #[error("longer than {limit} bytes, unpacked")]
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// It says that it is compressed, and it is not.
    #[error("cannot unpack gzip")]
    Gzip(#[source] std::io::Error),
    /// The document declares entities of its own.
    #[error("refused: it declares entities, which can expand without end or name files")]
    Entities,
    /// Elements are nested too deep.
    #[error("refused: elements nested more than {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// It is something else.
    #[error("not a {wanted}: {found}")]
    NotA {
        /// What was looked for.
        wanted: &'static str,
        /// What it looks like instead.
        found: &'static str,
    },
    /// It begins like JSON and cannot be read as JSON.
    #[error("cannot read JSON")]
    Json(#[source] serde_json::Error),
}

/// What comes next in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `<name …>`, or `<name …/>` when `empty`.
    Start(Tag<'a>),
    /// `</name>`; its name as it is written.
    End(&'a str),
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name as it is written, prefix included.
    pub name: &'a str,
    /// Whether it ends at once, `/>`.
    pub empty: bool,
    inside: &'a str,
}

/// Walks over the tags of a document. Whatever stands between them is asked for with [`Scanner::inner`].
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Once an ending is known not to come any more it is not looked for again: else a document full of
    /// beginnings would cost its length for each.
    no_more: [bool; 3],
}

/// The endings that are looked for from afar.
const ENDINGS: [&str; 3] = ["]]>", "-->", "?>"];

impl<'a> Scanner<'a> {
    /// Begins at the beginning.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            no_more: [false; 3],
        }
    }

    // ANCHOR: next
    /// Returns the next tag. Comments, instructions and marked sections are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Entities`] at a declaration of an entity.
    pub fn next_token(&mut self) -> Result<Option<Token<'a>>, Error> {
        while let Some(found) = memchr(b'<', self.rest().as_bytes()) {
            self.at += found;
            let rest = self.rest();
            if let Some(after) = self.passed_over() {
                self.at = after;
            } else if let Some(word) = rest.strip_prefix("<!") {
                if starts_with_ignoring_case(word, "doctype") {
                    self.doctype()?;
                } else if starts_with_ignoring_case(word, "entity") {
                    return Err(Error::Entities);
                } else {
                    self.at += 2;
                }
            } else if let Some(token) = self.tag() {
                return Ok(Some(token));
            } else {
                // `a < b`: no tag.
                self.at += 1;
            }
        }
        self.at = self.text.len();
        Ok(None)
    }
    // ANCHOR_END: next

    // ANCHOR: inner
    /// Returns what stands between here and the end tag of `name`, and goes behind that tag. If the tag
    /// was forgotten the text ends where `is_next` recognises a tag by its name (`/item` for an end tag).
    pub fn inner(&mut self, name: &str, is_next: impl Fn(&str) -> bool) -> &'a str {
        let start = self.at;
        while let Some(found) = memchr(b'<', self.rest().as_bytes()) {
            self.at += found;
            if let Some(after) = self.passed_over() {
                self.at = after;
                continue;
            }
            let end = self.at;
            let ends_here = match name_at(&self.rest()[1..]) {
                closing
                    if closing
                        .strip_prefix('/')
                        .is_some_and(|it| it.eq_ignore_ascii_case(name)) =>
                {
                    let close = memchr(b'>', self.rest().as_bytes());
                    self.at = close.map_or(self.text.len(), |close| end + close + 1);
                    true
                }
                other => !other.is_empty() && is_next(other),
            };
            if ends_here {
                return &self.text[start..end];
            }
            self.at += 1;
        }
        self.at = self.text.len();
        &self.text[start..]
    }
    // ANCHOR_END: inner

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Returns where a comment, an instruction or a marked section that begins here ends.
    fn passed_over(&mut self) -> Option<usize> {
        let rest = self.rest();
        let (kind, start) = if rest.starts_with("<![CDATA[") {
            (0, 9)
        } else if rest.starts_with("<!--") {
            (1, 4)
        } else if rest.starts_with("<?") {
            (2, 2)
        } else {
            return None;
        };
        if self.no_more[kind] {
            return Some(self.at + start);
        }
        let end = memmem::find(&rest.as_bytes()[start..], ENDINGS[kind].as_bytes());
        self.no_more[kind] = end.is_none();
        let behind = end.map_or(start, |end| start + end + ENDINGS[kind].len());
        Some(self.at + behind)
    }

    /// Goes behind a document type. One that only names a file is passed over: nothing is loaded.
    fn doctype(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let bracket = memchr(b'[', rest.as_bytes());
        let end = memchr(b'>', rest.as_bytes()).unwrap_or(rest.len() - 1);
        match bracket {
            Some(open) if open < end => {
                let close = memchr(b']', &rest.as_bytes()[open..]);
                let close = close.map_or(rest.len(), |close| open + close);
                let subset = rest[open..close].to_ascii_lowercase();
                if subset.contains("<!entity") {
                    return Err(Error::Entities);
                }
                self.at += close;
            }
            _ => self.at += end + 1,
        }
        Ok(())
    }

    fn tag(&mut self) -> Option<Token<'a>> {
        let rest = &self.rest()[1..];
        let name = name_at(rest);
        if name.is_empty() || name == "/" {
            return None;
        }
        if let Some(name) = name.strip_prefix('/') {
            let end = memchr(b'>', rest.as_bytes());
            self.at += end.map_or(rest.len() + 1, |end| end + 2);
            return Some(Token::End(name));
        }
        let behind = &rest[name.len()..];
        let (end, next) = tag_end(behind);
        self.at += 1 + name.len() + next;
        let inside = &behind[..end];
        Some(Token::Start(Tag {
            name,
            empty: inside.ends_with('/'),
            inside: inside.strip_suffix('/').unwrap_or(inside),
        }))
    }
}

impl<'a> Tag<'a> {
    /// Returns the attributes: names as they are written, values with their references replaced.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mut rest = self.inside;
        std::iter::from_fn(move || {
            rest = rest.trim_start();
            let end = rest.find(|c: char| c == '=' || c.is_whitespace())?;
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let Some(behind) = rest.strip_prefix('=') else {
                return Some((name, Cow::Borrowed("")));
            };
            let behind = behind.trim_start();
            let (value, after) = match behind.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = &behind[1..];
                    let end = inside.find(quote).unwrap_or(inside.len());
                    (&inside[..end], inside.get(end + 1..).unwrap_or_default())
                }
                _ => {
                    let end = behind.find(char::is_whitespace).unwrap_or(behind.len());
                    behind.split_at(end)
                }
            };
            rest = after;
            Some((name, unescape(value, Place::Attribute)))
        })
    }

    /// Returns the value of an attribute, whatever the case of its name.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = self.attributes();
        attributes.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    }
}

// ANCHOR: text_of
/// Returns the text of an element from what stands inside: references replaced, marked sections as they
/// are, tags and comments left out.
pub fn text_of(inner: &str, place: Place) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        out.push_str(&unescape(&rest[..at], place));
        rest = &rest[at..];
        if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let end = memmem::find(section.as_bytes(), b"]]>");
            out.push_str(&section[..end.unwrap_or(section.len())]);
            rest = end.map_or("", |end| &section[end + 3..]);
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            let end = memmem::find(comment.as_bytes(), b"-->");
            rest = end.map_or("", |end| &comment[end + 3..]);
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            let (_, next) = tag_end(&rest[1..]);
            rest = &rest[1 + next..];
        } else {
            out.push('<');
            rest = &rest[1..];
        }
    }
    out.push_str(&unescape(rest, place));
    out
}
// ANCHOR_END: text_of

/// Returns the name that begins here, with a `/` in front when it is an end tag's.
fn name_at(text: &str) -> &str {
    let begins = |c: char| c.is_alphabetic() || c == '_';
    let slash = usize::from(text.starts_with('/'));
    if !text[slash..].starts_with(begins) {
        return &text[..slash];
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '>' | '<' | '=' | '"' | '\'');
    let end = text[slash..]
        .find(is_end)
        .map_or(text.len(), |end| end + slash);
    let name = &text[..end];
    // `<br/>` has no space; a slash within a name is none of it.
    let slash_inside = name[slash..].find('/').map_or(name.len(), |at| at + slash);
    &name[..slash_inside]
}

/// Returns where a tag ends, at the first `>` that is not quoted, and where what comes next begins.
///
/// A quote that holds a `<` was never closed and does not count; a tag without `>` ends before the next `<`.
fn tag_end(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut quoted_end = None;
    let mut after_equals = false;
    for (at, byte) in bytes.iter().enumerate() {
        match (byte, quote) {
            (b'>', None) => return (at, at + 1),
            (b'>', Some(_)) => quoted_end = quoted_end.or(Some(at)),
            (b'<', _) => return quoted_end.map_or((at, at), |end| (end, end + 1)),
            (b'"' | b'\'', None) if after_equals => quote = Some(byte),
            (byte, Some(open)) if byte == open => (quote, quoted_end) = (None, None),
            _ => {}
        }
        after_equals = *byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    quoted_end.map_or((bytes.len(), bytes.len()), |end| (end, end + 1))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
