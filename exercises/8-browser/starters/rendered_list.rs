//! Step 3: scrape a list that a script renders
//!
//! The page `/js/books` of the practice site comes empty. A script fetches ten books, and ten more for
//! every press of the button "More books", until all are there and the button hides. Above the list
//! it says how far it is: `Loading …`, and then `20 of 57 books`.

use std::fmt;
use std::time::Duration;

use browser::{Error, Session};

/// No ten books take longer than this.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A book of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// The year of publication.
    pub year: i64,
}

/// Why there is no list.
#[derive(Debug)]
pub enum ListError {
    /// The browser refused, or something did not come in time.
    Browser(Error),
    /// An entry is not of the form `title, by author (year)`.
    Unreadable(String),
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser(_) => write!(f, "the browser refused"),
            Self::Unreadable(entry) => write!(f, "cannot read the entry {entry:?}"),
        }
    }
}

impl std::error::Error for ListError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Browser(error) => Some(error),
            Self::Unreadable(_) => None,
        }
    }
}

impl From<Error> for ListError {
    fn from(error: Error) -> Self {
        Self::Browser(error)
    }
}

/// Opens the page and returns all books of its list, in the order of the list.
///
/// # Errors
///
/// [`ListError::Unreadable`] with the text of the first entry that is no book, [`ListError::Browser`].
pub fn books(session: &Session, url: &str) -> Result<Vec<Book>, ListError> {
    // TODO: open, wait until loaded, press for more until the button is gone, then read the list.
    todo!("read the whole list")
}
