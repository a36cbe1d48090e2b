//! From markup to the text that a person would read.

use crate::html::entities::Place;
use crate::xml::text_of;

/// Elements of HTML that people put into titles.
const INLINE: [&str; 30] = [
    "a", "abbr", "b", "big", "br", "cite", "code", "del", "div", "em", "font", "h1", "h2", "h3",
    "i", "img", "ins", "mark", "p", "q", "s", "small", "span", "strike", "strong", "sub", "sup",
    "tt", "u", "wbr",
];

/// Joins lines and runs of spaces to single spaces.
pub fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Returns the text of a piece of HTML: tags off, references replaced. What ends a line in a browser is a space here.
pub fn plain(html: &str) -> String {
    let mut rest = html;
    let mut spaced = String::with_capacity(html.len());
    while let Some(at) = rest.find('<') {
        spaced.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = tag_name(&rest[1..]);
        if matches!(
            name.as_str(),
            "br" | "p" | "div" | "li" | "td" | "tr" | "h1" | "h2" | "h3"
        ) {
            spaced.push(' ');
        }
        spaced.push('<');
        rest = &rest[1..];
    }
    spaced.push_str(rest);
    collapsed(&text_of(&spaced, Place::Text))
}

// ANCHOR: looks_like_html
/// Returns whether a text that may be HTML is: it has a tag that people use, or a reference that was escaped.
/// `x < y` and `AT&T` are neither.
pub fn looks_like_html(text: &str) -> bool {
    let has_tag = text
        .split('<')
        .skip(1)
        .any(|behind| behind.contains('>') && INLINE.contains(&tag_name(behind).as_str()));
    let has_reference = text.split('&').skip(1).any(|behind| {
        let end = behind.bytes().take(32).position(|byte| byte == b';');
        end.is_some_and(|end| {
            let name = behind[..end].trim_start_matches('#');
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    });
    has_tag || has_reference
}
// ANCHOR_END: looks_like_html

/// Returns the name of the tag behind a `<`, in small letters.
fn tag_name(behind: &str) -> String {
    let name = behind.strip_prefix('/').unwrap_or(behind);
    let letters = name
        .chars()
        .take(12)
        .take_while(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
