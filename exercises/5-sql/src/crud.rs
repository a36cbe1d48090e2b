//! Step 1: create, read, update, delete.
//!
//! A program that keeps something does four things all day: it adds a row, looks rows up, changes
//! one, and removes one. You write these four for a shelf of books, on SQLite.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// A book on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The number that the database gave it.
    pub id: i64,
    /// What is on the cover.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// When it appeared, where somebody knows.
    pub year: Option<i64>,
}

/// Makes the table. This one is done already.
pub fn create_table(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "CREATE TABLE books (
             id     INTEGER PRIMARY KEY,
             title  TEXT NOT NULL,
             author TEXT NOT NULL,
             year   INTEGER
         ) STRICT",
    )
}

/// Adds a book and returns its number.
pub fn add(db: &Connection, title: &str, author: &str, year: Option<i64>) -> rusqlite::Result<i64> {
    // TODO: insert a row with parameters, and return the number that it got.
    todo!("insert the book")
}

/// Returns the book of this number, or `None` where there is none: that is no error.
pub fn find(db: &Connection, id: i64) -> rusqlite::Result<Option<Book>> {
    // TODO: one row, or none.
    todo!("look the book up")
}

/// Returns all books, or those of one author, by title and then by number.
pub fn list(db: &Connection, author: Option<&str>) -> rusqlite::Result<Vec<Book>> {
    // TODO: in a certain order, for all authors or for one.
    todo!("list the books")
}

/// Gives a book another title, and says whether there was such a book.
pub fn rename(db: &Connection, id: i64, title: &str) -> rusqlite::Result<bool> {
    // TODO: change one row, and find out whether there was one.
    todo!("change the title")
}

/// Removes a book, and says whether there was such a book.
pub fn remove(db: &Connection, id: i64) -> rusqlite::Result<bool> {
    // TODO: remove one row, and find out whether there was one.
    todo!("remove the book")
}
