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
    // The values stand beside the statement, never in it: O'Brien is an author, not a syntax error.
    // `None` goes in as NULL by itself.
    db.execute(
        "INSERT INTO books (title, author, year) VALUES (?1, ?2, ?3)",
        params![title, author, year],
    )?;
    Ok(db.last_insert_rowid())
}

/// Returns the book of this number, or `None` where there is none: that is no error.
pub fn find(db: &Connection, id: i64) -> rusqlite::Result<Option<Book>> {
    // `query_row` calls no row an error; `optional` says what it is here, an answer.
    db.query_row(
        "SELECT id, title, author, year FROM books WHERE id = ?1",
        [id],
        book,
    )
    .map(Some)
}

/// Returns all books, or those of one author, by title and then by number.
pub fn list(db: &Connection, author: Option<&str>) -> rusqlite::Result<Vec<Book>> {
    // Rows have no order of their own, so we ask for one. NULL as the author means all.
    let mut statement = db.prepare(
        "SELECT id, title, author, year FROM books
         WHERE ?1 IS NULL OR author = ?1
         ORDER BY title, id",
    )?;
    statement.query_map([author], book)?.collect()
}

/// Gives a book another title, and says whether there was such a book.
pub fn rename(db: &Connection, id: i64, title: &str) -> rusqlite::Result<bool> {
    // How many rows were changed is the answer: to update nobody is no error.
    let changed = db.execute(
        "UPDATE books SET title = ?2 WHERE id = ?1",
        params![id, title],
    )?;
    Ok(changed == 1)
}

/// Removes a book, and says whether there was such a book.
pub fn remove(db: &Connection, id: i64) -> rusqlite::Result<bool> {
    Ok(db.execute("DELETE FROM books WHERE id = ?1", [id])? == 1)
}

/// A row as a book. The year is read as an `Option`, so NULL stays what it is.
fn book(row: &Row<'_>) -> rusqlite::Result<Book> {
    Ok(Book {
        id: row.get(0)?,
        title: row.get(1)?,
        author: row.get(2)?,
        year: row.get(3)?,
    })
}
