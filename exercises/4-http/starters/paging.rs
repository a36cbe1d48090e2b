//! Step 3: a list that comes in pages, as one iterator.
//!
//! An API gives ten books at a time, and says in a header where the next ten are (RFC 8288):
//!
//! ```text
//! Link: <http://host/api/books?page=1>; rel="first", <http://host/api/books?page=3>; rel="next"
//! ```
//!
//! Whoever wants books does not want to hear of pages. You build an iterator of books that turns the
//! pages by itself, no sooner than it must.

use std::collections::{HashSet, VecDeque};

use reqwest::Url;

/// One page, as the transport hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is on it.
    pub items: Vec<String>,
    /// The `Link` header, where there is one.
    pub link: Option<String>,
}

/// What turns an address into a page.
pub trait Transport {
    /// Fetches a page, or says why it could not.
    fn get(&mut self, url: &Url) -> Result<Page, String>;
}

/// Why the list broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingError {
    /// A page could not be fetched.
    Fetch(String),
    /// The next page is one that was there before: the list would never end.
    Loop(String),
    /// The next page is on another host or port, or by another scheme, and nobody asked us to go there.
    Elsewhere(String),
    /// The address of the next page is no address.
    BadLink(String),
}

/// Returns the address behind `rel="next"` in a `Link` header, as it stands there.
///
/// # Format
///
/// Links are parted by commas, and each is an address in angle brackets followed by parameters that are
/// parted by semicolons. An address may hold commas and semicolons. `rel` may stand anywhere
/// among the parameters, with quotes or without, in any case, and its value may be several words:
/// `rel="last next"`. Values in quotes hold no quotes here, but may hold anything else.
pub fn next_link(header: &str) -> Option<&str> {
    // TODO: find the address in brackets whose rel has the word next.
    todo!("read the Link header")
}

/// All items of a list, whichever page they are on.
#[derive(Debug)]
pub struct Items<T> {
    transport: T,
    // TODO: which page is next, which items wait, which pages were there?
}

impl<T: Transport> Items<T> {
    /// Begins a list at its first page. Nothing is fetched yet.
    pub fn new(transport: T, first: Url) -> Self {
        // TODO: remember where to begin.
        todo!("begin the list")
    }
}

impl<T: Transport> Iterator for Items<T> {
    type Item = Result<String, PagingError>;

    /// Returns the next item. A page is fetched when its first item is asked for, and not before. What
    /// was fetched before something went wrong is handed over first; then comes the error, once, and
    /// then nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        // TODO: an item that waits, else the next page. An empty page is not the end.
        todo!("hand over the next item")
    }
}
