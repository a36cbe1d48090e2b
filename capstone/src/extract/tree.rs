//! From bytes to a tree, and the elements of the tree that matter.

use std::collections::HashMap;

use encoding_rs::Encoding;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use scraper::{ElementRef, Html, HtmlTreeSink, Node};

use super::ExtractError;

// ANCHOR: decode
/// Turns bytes into text. The encoding is, in this order: a byte order mark, the header, the page's
/// own word for it, UTF-8 where that fits, and at last windows-1252, in which every byte is something.
///
/// Source: the HTML standard, <https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let declared = || declared_encoding(&bytes[..bytes.len().min(1_024)]);
    let guessed = || {
        if std::str::from_utf8(bytes).is_ok() {
            encoding_rs::UTF_8
        } else {
            encoding_rs::WINDOWS_1252
        }
    };
    let encoding = charset
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .or_else(declared)
        .unwrap_or_else(guessed);
    // `decode` itself looks for a byte order mark first, and replaces what does not fit.
    encoding.decode(bytes).0.into_owned()
}
// ANCHOR_END: decode

/// Finds `<meta charset=…>`, `<meta … content="text/html; charset=…">` or `<?xml encoding=…?>` at the
/// beginning of a page.
fn declared_encoding(start: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let tag = start.split('<').find_map(|tag| {
        let word = if tag.starts_with("meta") {
            "charset"
        } else {
            tag.starts_with("?xml").then_some("encoding")?
        };
        let (_, value) = tag.split_once(word)?;
        let value = value
            .trim_start()
            .strip_prefix('=')?
            .trim_start()
            .trim_start_matches(['"', '\'']);
        let end = value
            .find(|c: char| c.is_whitespace() || "\"'/>;?".contains(c))
            .unwrap_or(value.len());
        Encoding::for_label(&value.as_bytes()[..end])
    })?;
    // A page whose tag can be read as ASCII is not in UTF-16, whatever it says.
    let wide = tag == encoding_rs::UTF_16LE || tag == encoding_rs::UTF_16BE;
    Some(if wide { encoding_rs::UTF_8 } else { tag })
}

// ANCHOR: parse
/// How much text the parser gets at a time; afterwards the depth of the tree is measured.
const PIECE: usize = 4_096;

/// Builds the tree of a page, and gives up when its elements stand in each other too deep.
///
/// For each start tag the parser walks through the elements that are open. A page of 200,000 `<div>`
/// and nothing else therefore takes it hours. Counting tags beforehand does not help, since which of
/// them are open only the parser knows. So it is fed in pieces, and the depth is measured as it grows.
pub fn parse(text: &str, max_nesting: usize) -> Result<Html, ExtractError> {
    let mut parser = driver::parse_document(
        HtmlTreeSink::new(Html::new_document()),
        ParseOpts::default(),
    );
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(
            rest.floor_char_boundary(PIECE)
                .max(rest.chars().next().map_or(0, char::len_utf8)),
        );
        parser.process(piece.into());
        rest = after;
        let tree = parser.tokenizer.sink.sink.0.borrow();
        let depth = tree
            .tree
            .nodes()
            .next_back()
            .map_or(0, |last| last.ancestors().count());
        if depth > max_nesting {
            return Err(ExtractError::TooNested(max_nesting));
        }
    }
    Ok(parser.finish())
}
// ANCHOR_END: parse

/// The elements that some rule asks for, found in one walk over the tree.
pub(super) struct Elements<'a> {
    named: HashMap<&'static str, Vec<ElementRef<'a>>>,
    /// The elements with an `itemprop`.
    pub(super) properties: Vec<ElementRef<'a>>,
}

impl<'a> Elements<'a> {
    const NAMES: [&'static str; 12] = [
        "html", "base", "meta", "link", "script", "title", "body", "main", "article", "h1", "a",
        "area",
    ];

    pub(super) fn of(tree: &'a Html) -> Self {
        let mut elements = Self {
            named: HashMap::new(),
            properties: Vec::new(),
        };
        for element in tree.tree.nodes().filter_map(ElementRef::wrap) {
            let name = element.value().name();
            if let Some(name) = Self::NAMES.iter().find(|known| **known == name) {
                elements.named.entry(name).or_default().push(element);
            }
            if element.attr("itemprop").is_some() {
                elements.properties.push(element);
            }
        }
        elements
    }

    /// Returns the elements of that name in the order of the page.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = ElementRef<'a>> + Clone {
        debug_assert!(Self::NAMES.contains(&name), "{name} is not collected");
        self.named
            .get(name)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .copied()
    }

    /// Returns the first element of that name with that attribute, and the attribute's value.
    pub(super) fn first_with(&self, name: &str, attribute: &str) -> Option<&'a str> {
        self.named(name)
            .find_map(|element| element.value().attr(attribute))
    }

    /// Returns the elements that have `property` among their `itemprop`s.
    pub(super) fn property(&self, property: &str) -> impl Iterator<Item = ElementRef<'a>> {
        self.properties
            .iter()
            .copied()
            .filter(move |element| has_word(element.attr("itemprop"), property))
    }
}

/// Returns whether an attribute that is a list of words holds `word`, in any case.
pub(super) fn has_word(attribute: Option<&str>, word: &str) -> bool {
    attribute.is_some_and(|words| {
        words
            .split_ascii_whitespace()
            .any(|known| known.eq_ignore_ascii_case(word))
    })
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

pub(super) fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "noscript" | "template" | "button" | "select" | "textarea" | "svg"
    )
}

pub(super) fn is_block(name: &str) -> bool {
    is_heading(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "br"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hgroup"
                | "hr"
                | "li"
                | "main"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
        )
}

/// Returns whether this element opens something that stands beside the page's own matter: navigation,
/// related posts, comments.
pub(super) fn stands_beside(element: &ElementRef<'_>) -> bool {
    const WORDS: [&str; 9] = [
        "related",
        "comment",
        "sidebar",
        "widget",
        "recommend",
        "popular",
        "teaser",
        "see-also",
        "newsletter",
    ];
    match element.value().name() {
        "nav" | "aside" | "form" => true,
        "footer" => !within(element, &["article"]),
        "html" | "body" | "main" | "article" => false,
        _ => {
            let names = [element.attr("class"), element.attr("id")];
            names.into_iter().flatten().any(|name| {
                let name = name.to_ascii_lowercase();
                WORDS.iter().any(|word| name.contains(word))
            })
        }
    }
}

/// Returns whether the element or anything around it [`stands_beside`] the page's own matter.
pub(super) fn is_beside(element: &ElementRef<'_>) -> bool {
    stands_beside(element)
        || element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|around| stands_beside(&around))
}

pub(super) fn within(element: &ElementRef<'_>, names: &[&str]) -> bool {
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|around| names.contains(&around.value().name()))
}

/// Returns the text of an element as a person reads it: white space collapsed, scripts and buttons left out.
pub(super) fn text_of(element: &ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(part) => {
                let mut around = node
                    .ancestors()
                    .take_while(|around| around.id() != element.id());
                if !around.any(|around| {
                    around
                        .value()
                        .as_element()
                        .is_some_and(|e| is_hidden(e.name()))
                }) {
                    text.push_str(part);
                }
            }
            Node::Element(part) if part.name() == "br" => text.push(' '),
            _ => {}
        }
    }
    clean(&text)
}

/// Collapses white space and removes control characters: neither is ever part of a title or name.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(256));
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
        } else if !c.is_control() {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}
