//! From text to tags: the tokenizer of the HTML standard, as one walk that copies nothing.
//!
//! Source: the HTML standard, <https://html.spec.whatwg.org/multipage/parsing.html#tokenization>.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::entities::{Place, unescape};

/// An attribute of a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name as written, in any case.
    pub name: &'a str,
    /// The value as written; empty where there is none.
    pub value: &'a str,
    /// Whether character references in the value still stand for what they mean.
    pub escaped: bool,
}

/// The attributes of a start tag. Of two with one name the first counts.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'s, 'a>(pub &'s [Attribute<'a>]);

impl<'a> Attributes<'_, 'a> {
    /// Returns the value of an attribute, its character references replaced. `name` is in small letters.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let found = self.find(name)?;
        Some(if found.escaped {
            unescape(found.value, Place::Attribute)
        } else {
            Cow::Borrowed(found.value)
        })
    }

    /// Returns the value as it is written, for values in which references do not matter.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.find(name).map(|found| found.value)
    }

    fn find(&self, name: &str) -> Option<&Attribute<'a>> {
        self.0
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

/// A piece of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `<name …>`; its attributes are the scanner's until the next token.
    Start {
        /// The name as written.
        name: &'a str,
        /// Whether it ends with `/>`.
        closed: bool,
    },
    /// `</name>`.
    End {
        /// The name as written.
        name: &'a str,
    },
    /// Text, its character references not replaced yet.
    Text(&'a str),
    /// The inside of `<script>`, `<style>` and the like, in which `<` and `&` are letters.
    Raw(&'a str),
}

/// How many attributes of one tag are kept. A page needs twenty; a hostile one has a million.
const MAX_ATTRIBUTES: usize = 128;

/// Walks over a page.
#[derive(Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    attributes: Vec<Attribute<'a>>,
}

impl<'a> Scanner<'a> {
    /// A scanner at the beginning of a page.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            attributes: Vec::with_capacity(32),
        }
    }

    /// The attributes of the start tag that came last.
    pub fn attributes(&self) -> Attributes<'_, 'a> {
        Attributes(&self.attributes)
    }

    /// Returns the next piece. `foreign` says that the page stands inside of `<svg>` or `<math>`, where
    /// CDATA sections are text.
    pub fn next(&mut self, foreign: bool) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut from = start;
        loop {
            // Text goes on to something that is a tag or a comment.
            let Some(at) = memchr(b'<', bytes.get(from..)?).map(|at| from + at) else {
                self.at = bytes.len();
                return (start < self.at).then(|| Token::Text(&self.text[start..]));
            };
            match bytes.get(at + 1) {
                Some(b) if b.is_ascii_alphabetic() || matches!(b, b'!' | b'?' | b'/') => {
                    if start < at {
                        self.at = at;
                        return Some(Token::Text(&self.text[start..at]));
                    }
                    break;
                }
                _ => from = at + 1,
            }
        }
        match bytes.get(self.at + 1)? {
            b'!' if bytes[self.at..].starts_with(b"<!--") => self.comment(),
            b'!' if foreign && bytes[self.at..].starts_with(b"<![CDATA[") => {
                let start = self.at + 9;
                let end = memmem::find(&bytes[start..], b"]]>").map(|end| start + end);
                self.at = end.map_or(bytes.len(), |end| end + 3);
                return Some(Token::Raw(&self.text[start..end.unwrap_or(bytes.len())]));
            }
            b'/' => match bytes.get(self.at + 2) {
                Some(b) if b.is_ascii_alphabetic() => {
                    let name = self.tag(self.at + 2)?.0;
                    return Some(Token::End { name });
                }
                _ => self.skip_to_greater(),
            },
            b'!' | b'?' => self.skip_to_greater(),
            _ => {
                let (name, closed) = self.tag(self.at + 1)?;
                return Some(Token::Start { name, closed });
            }
        }
        // A comment says nothing; the piece after it does. The loop is here rather than a call, since
        // a page may consist of comments.
        while let Some(rest) = bytes.get(self.at..)
            && rest.starts_with(b"<!--")
        {
            self.comment();
        }
        Some(Token::Text(""))
    }

    fn skip_to_greater(&mut self) {
        let bytes = self.text.as_bytes();
        self.at = memchr(b'>', &bytes[self.at..]).map_or(bytes.len(), |end| self.at + end + 1);
    }

    /// Steps over a comment. `<!-->` and `<!--->` are whole, and `--!>` ends one too.
    fn comment(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at + 4;
        let rest = &bytes[start..];
        if rest.starts_with(b">") {
            self.at = start + 1;
            return;
        }
        if rest.starts_with(b"->") {
            self.at = start + 2;
            return;
        }
        let mut from = 0;
        while let Some(dashes) = memmem::find(&rest[from..], b"--").map(|at| from + at) {
            match (rest.get(dashes + 2), rest.get(dashes + 3)) {
                (Some(b'>'), _) => {
                    self.at = start + dashes + 3;
                    return;
                }
                (Some(b'!'), Some(b'>')) => {
                    self.at = start + dashes + 4;
                    return;
                }
                _ => from = dashes + 1,
            }
        }
        self.at = bytes.len();
    }

    /// Reads a tag whose name begins at `start`; returns the name, and whether it ends with `/>`. A tag
    /// that the page ends in is none.
    fn tag(&mut self, start: usize) -> Option<(&'a str, bool)> {
        let text = self.text;
        let bytes = text.as_bytes();
        self.attributes.clear();
        // Unless the tag is whole, nothing comes after it.
        self.at = bytes.len();
        let mut at = start;
        while !matches!(
            bytes.get(at)?,
            b' ' | b'\n' | b'\t' | b'\r' | 0xc | b'/' | b'>'
        ) {
            at += 1;
        }
        let name = &text[start..at];
        loop {
            while is_space(*bytes.get(at)?) || bytes[at] == b'/' {
                at += 1;
            }
            if bytes[at] == b'>' {
                self.at = at + 1;
                return Some((name, bytes[at - 1] == b'/'));
            }
            let name_start = at;
            at += 1;
            while !matches!(
                bytes.get(at)?,
                b' ' | b'\n' | b'\t' | b'\r' | 0xc | b'/' | b'>' | b'='
            ) {
                at += 1;
            }
            let attribute = &text[name_start..at];
            while is_space(*bytes.get(at)?) {
                at += 1;
            }
            let mut value = "";
            if bytes[at] == b'=' {
                at += 1;
                while is_space(*bytes.get(at)?) {
                    at += 1;
                }
                match bytes[at] {
                    quote @ (b'"' | b'\'') => {
                        let end = at + 1 + memchr(quote, &bytes[at + 1..])?;
                        value = &text[at + 1..end];
                        at = end + 1;
                    }
                    b'>' => {}
                    _ => {
                        let value_start = at;
                        while !is_space(*bytes.get(at)?) && bytes[at] != b'>' {
                            at += 1;
                        }
                        value = &text[value_start..at];
                        // `<a href=x/>`: the slash is part of the value, not of the tag's end.
                        if bytes[at] == b'>' {
                            self.keep(attribute, value);
                            self.at = at + 1;
                            return Some((name, false));
                        }
                    }
                }
            }
            self.keep(attribute, value);
        }
    }

    fn keep(&mut self, name: &'a str, value: &'a str) {
        if self.attributes.len() < MAX_ATTRIBUTES {
            self.attributes.push(Attribute {
                name,
                value,
                escaped: true,
            });
        }
    }

    /// Returns the inside of an element such as `<style>` or `<title>`, which ends with its own end tag
    /// alone, and steps before that tag.
    pub fn until_end_of(&mut self, name: &str) -> &'a str {
        let start = self.at;
        let end = self.end_of(name, start);
        self.at = end;
        &self.text[start..end]
    }

    fn end_of(&self, name: &str, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut from = start;
        while let Some(at) = memmem::find(&bytes[from..], b"</").map(|at| from + at) {
            if is_name_at(bytes, at + 2, name) {
                return at;
            }
            from = at + 2;
        }
        bytes.len()
    }

    /// Returns the inside of a `<script>`. In a comment (`<!--`) an inner `<script>` needs an end tag of
    /// its own: that is how pages once wrote scripts that write scripts.
    pub fn until_end_of_script(&mut self) -> &'a str {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut from = start;
        let end = loop {
            let end = self.end_of("script", from);
            let Some(open) = memmem::find(&bytes[from..end], b"<!--").map(|at| from + at) else {
                break end;
            };
            // `<!-->` is whole, so the dashes count for both.
            let closed = memmem::find(&bytes[open + 2..], b"-->").map(|at| open + 2 + at + 3);
            let inner = self.inner_script(open + 4, closed.unwrap_or(bytes.len()).min(end));
            match (inner, closed) {
                // The inner one swallows an end tag, unless the comment ends before that.
                (true, closed) if closed.is_none_or(|closed| closed > end) => {
                    if end == bytes.len() {
                        break end;
                    }
                    // Still inside the comment: what follows counts as if the comment began here.
                    from = self.after_inner(end, closed.unwrap_or(bytes.len()));
                    if from >= bytes.len() {
                        break bytes.len();
                    }
                    if closed.is_none_or(|closed| from < closed) {
                        // No further `<script>` before the next end tag: that one ends the script.
                        let end = self.end_of("script", from);
                        break end;
                    }
                }
                (_, Some(closed)) if closed <= end => from = closed,
                _ => break end,
            }
        };
        self.at = end;
        &self.text[start..end]
    }

    fn inner_script(&self, from: usize, to: usize) -> bool {
        let bytes = self.text.as_bytes();
        let mut from = from;
        while from < to
            && let Some(at) = memchr(b'<', &bytes[from..to]).map(|at| from + at)
        {
            if is_name_at(bytes, at + 1, "script") {
                return true;
            }
            from = at + 1;
        }
        false
    }

    fn after_inner(&self, end: usize, closed: usize) -> usize {
        (end + "</script".len()).min(closed)
    }

    /// Returns all that is left, as inside of `<plaintext>`.
    pub fn rest(&mut self) -> &'a str {
        let start = self.at;
        self.at = self.text.len();
        &self.text[start..]
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0xc)
}

/// Returns whether the whole name of a tag stands there, in any case.
fn is_name_at(bytes: &[u8], at: usize, name: &str) -> bool {
    let end = at + name.len();
    bytes
        .get(at..end)
        .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && bytes
            .get(end)
            .is_some_and(|b| is_space(*b) || matches!(b, b'/' | b'>'))
}
