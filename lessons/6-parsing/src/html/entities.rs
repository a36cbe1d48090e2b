//! Character references: `&amp;`, `&eacute`, `&#8217;`.
//!
//! Source: the HTML standard, <https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state>;
//! `entities.txt` is its list of names, sorted, each with its code points.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr;

/// Where a text stands decides one case: `?a=1&copy=2` is no copyright sign in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between tags.
    Text,
    /// In the value of an attribute.
    Attribute,
}

/// Replaces the character references of a text.
pub fn unescape(text: &str, place: Place) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    unescape_into(&text[first..], place, &mut out);
    Cow::Owned(out)
}

/// Appends a text with its character references replaced.
pub fn unescape_into(text: &str, place: Place, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = reference(rest, place, out).unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = &rest[used..];
    }
    out.push_str(rest);
}

/// Reads the reference at the beginning of `text`; returns how many bytes it takes.
fn reference(text: &str, place: Place, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(text, out);
    }
    // No name is longer than 31 letters.
    let name = bytes[1..]
        .iter()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let closed = bytes.get(1 + name) == Some(&b';');
    // Nearly every reference of the web is one of these.
    let common = match &bytes[1..=name] {
        b"amp" => Some('&'),
        b"quot" => Some('"'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"nbsp" => Some('\u{a0}'),
        _ => None,
    };
    if closed && let Some(common) = common {
        out.push(common);
        return Some(name + 2);
    }
    if closed && let Some(codes) = named(&text[1..name + 2]) {
        push(codes, out);
        return Some(name + 2);
    }
    // A hundred old names do without the semicolon, and may be followed by anything: `&copy2024`.
    for length in (2..=name.min(6)).rev() {
        if let Some(codes) = named(&text[1..=length]) {
            let next = bytes.get(1 + length);
            let part_of_query = next.is_some_and(|b| *b == b'=' || b.is_ascii_alphanumeric());
            if place == Place::Attribute && part_of_query {
                return None;
            }
            push(codes, out);
            return Some(1 + length);
        }
    }
    None
}

fn numeric(text: &str, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let (radix, start) = match bytes.get(2) {
        Some(b'x' | b'X') => (16, 3),
        _ => (10, 2),
    };
    let digits = bytes[start..]
        .iter()
        .take_while(|byte| (**byte as char).is_digit(radix))
        .count();
    if digits == 0 {
        return None;
    }
    let code = bytes[start..start + digits]
        .iter()
        .filter_map(|byte| (*byte as char).to_digit(radix))
        .fold(0_u32, |code, digit| {
            code.saturating_mul(radix).saturating_add(digit)
        });
    out.push(character(code));
    let closed = bytes.get(start + digits) == Some(&b';');
    Some(start + digits + usize::from(closed))
}

/// The numbers from 0x80 to 0x9f are meant as windows-1252, in which curly quotes stand there.
fn character(code: u32) -> char {
    const WINDOWS: [u16; 32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
        0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
    ];
    let code = match code {
        0 => 0xfffd,
        0x80..=0x9f => u32::from(WINDOWS[(code - 0x80) as usize]),
        _ => code,
    };
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn push(codes: &str, out: &mut String) {
    let codes = codes.split(' ');
    out.extend(codes.filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)));
}

fn named(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        include_str!("entities.txt")
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect()
    });
    let at = NAMES.binary_search_by_key(&name, |(known, _)| known).ok()?;
    Some(NAMES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_each_kind_are_replaced() {
        for (written, meant) in [
            ("a &amp; b", "a & b"),
            ("&lt;&gt;&quot;&nbsp;.", "<>\"\u{a0}."),
            ("&eacute;&Eacute", "éÉ"),
            ("&copy2024", "©2024"),
            ("&notit; &notin;", "¬it; ∉"),
            ("&#8217;&#x2019;&#146;", "’’’"),
            (
                "&#65 &#0; &#x110000; &#xd800;",
                "A \u{fffd} \u{fffd} \u{fffd}",
            ),
            ("&NotEqualTilde;", "≂̸"),
            (
                "& &; &# &#x; &unknown; &ampamp",
                "& &; &# &#x; &unknown; &amp",
            ),
        ] {
            assert_eq!(unescape(written, Place::Text), meant, "{written}");
        }
    }

    #[test]
    fn an_address_keeps_its_parameters() {
        let href = "?a=1&copy=2&amp;b&lt";

        assert_eq!(unescape(href, Place::Attribute), "?a=1&copy=2&b<");
    }
}
