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
    // A column's name cannot be a parameter. What was typed only chooses among names of ours.
    let column = match sort {
        "title" => "title",
        "author" => "author",
        "year" => "year",
        other => other,
    };
    // In a pattern `%` and `_` are signs, so they are escaped, and the escape sign first of all.
    let pattern = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let mut statement = db.prepare(&format!(
        "SELECT title FROM books WHERE title LIKE ?1 ESCAPE '\\' ORDER BY {column}, id"
    ))?;
    let titles = statement.query_map([format!("%{pattern}%")], |row| row.get(0))?;
    Ok(titles.collect::<Result<_, _>>()?)
}

/// Removes the books of these titles, and returns how many there were. No titles, no books.
pub fn remove_titles(db: &Connection, titles: &[&str]) -> Result<usize, SearchError> {
    // As many places as values: the statement grows, and it still holds nothing that was typed.
    let places = vec!["?"; titles.len()].join(", ");
    let removed = db.execute(
        &format!("DELETE FROM books WHERE title IN ({places})"),
        params_from_iter(titles),
    )?;
    Ok(removed)
}
