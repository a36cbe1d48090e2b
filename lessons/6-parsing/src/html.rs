//! From bytes to text, and from text to tags, links and text, in one pass.
//!
//! ```text
//! bytes ──decode──> text ──walk──> Parts: metas, links, headings, dates, lines
//!        (encoding)       (once)
//! ```
//!
//! Browsers repair broken HTML by rules that the standard writes down, so two browsers make the same
//! page of it. This module follows those rules as far as they decide what stands inside of what, and
//! builds no tree: a tree costs many times what all questions to it cost. The tests hold it against
//! the full tree of `html5ever`, page by page.
//!
//! 1. [`encoding`]: which encoding a page is in
//! 2. [`scan`]: the pieces of a page: start tags, end tags, text; [`entities`]: `&amp;`
//! 3. [`tag`], [`open`]: what stands inside of what
//! 4. [`hints`]: what names of classes say
//! 5. [`parts`]: what the rules ask for
//! 6. [`links`]: where a page leads, and what it asks of robots

pub mod encoding;
pub mod scan;
pub mod entities;
pub mod tag;
pub mod open;
pub mod hints;
pub mod parts;
pub mod links;

pub use self::encoding::{Decoded, Told, decode};
pub use self::links::{Directives, Link};
pub use self::parts::Parts;

#[cfg(test)]
mod tree_tests;
