//! Step 1: what is where on a page?
//!
//! A page is a tree, and a CSS selector says which of its elements you mean: `article h2` every `h2`
//! somewhere inside an `article`, `article > p` only those directly inside. You write three small
//! functions, each around one selector.

use scraper::{Html, Selector};
use url::Url;

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, from the scheme on: `https://site.example/a`.
    pub url: String,
    /// What the reader clicks on.
    pub text: String,
}

/// Returns the text of each `h2` inside an `article`, in the order of the page.
///
/// The text is what a reader sees: of all elements inside, and with single spaces.
pub fn headlines(page: &str) -> Vec<String> {
    // TODO: parse the page, select the headlines, collect their texts.
    todo!("find each h2 inside an article")
}

/// Returns the text of the first `p` that stands directly inside an `article`.
pub fn first_paragraph(page: &str) -> Option<String> {
    // TODO: a paragraph in a quotation or a picture's caption inside the article is not meant.
    todo!("find the first p that is a child of an article")
}

/// Returns the links inside of `main` that may be followed, in the order of the page.
///
/// A link is an `a` with an `href`. One whose `rel` has the word `nofollow` is left out. Addresses
/// are relative to `url`, the page's own, or to the page's `<base href="…">` where it has one.
pub fn links(page: &str, url: &Url) -> Vec<Link> {
    // TODO: make each address absolute; one that cannot be is no link.
    todo!("find the links, and where they lead")
}
