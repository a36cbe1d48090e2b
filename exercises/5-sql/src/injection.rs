//! Step 4: what people type stays a value.
//!
//! People type titles, patterns and the names of columns. None of it may become part of a statement,
//! and each of the three needs another remedy.

use rusqlite::{Connection, params_from_iter};

/// Why a search was not made.
#[derive(Debug)]
pub enum SearchError {
    /// One cannot sort by this.
    UnknownColumn(String),
    /// The database refused.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for SearchError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Returns the titles that contain a text, sorted by `title`, `author` or `year`, and then by `id`.
///
/// The text means itself: `50%` finds "50% off" and not "500 pages", `_` finds an underscore.
/// Letters of ASCII are found in either case. The table is
/// `books (id INTEGER PRIMARY KEY, title TEXT, author TEXT, year INTEGER)`.
pub fn search(db: &Connection, text: &str, sort: &str) -> Result<Vec<String>, SearchError> {
    // TODO: a pattern that means itself, as a parameter, and an order that is yours.
    todo!("find the titles")
}

/// Removes the books of these titles, and returns how many there were. No titles, no books.
pub fn remove_titles(db: &Connection, titles: &[&str]) -> Result<usize, SearchError> {
    // TODO: one place in the statement for each title.
    todo!("remove the books")
}
