//! What happens when a value becomes part of a statement, and the list of things people type.

use crate::{Database, Error, values};

// ANCHOR: string_built
/// Finds titles of an author, **wrongly**: the author's name becomes part of the statement. Whoever
/// chooses the name chooses the statement.
///
/// It is here to be attacked. Nothing else in the course builds a statement of a value.
///
/// # Errors
///
/// [`Error::Sql`], also for an honest O'Brien.
pub fn titles_by_string(database: &mut dyn Database, author: &str) -> Result<Vec<String>, Error> {
    let sql = format!("SELECT title FROM books WHERE author = '{author}' ORDER BY id");
    let rows = database.query(&sql, &[])?;
    rows.iter().map(|row| row.get(0)).collect()
}
// ANCHOR_END: string_built

// ANCHOR: parameter
/// Finds titles of an author. The statement is fixed, the name stands beside it, and no name can be
/// anything but a name.
///
/// # Errors
///
/// [`Error::Sql`] when the database cannot be read.
pub fn titles_by_parameter(
    database: &mut dyn Database,
    author: &str,
) -> Result<Vec<String>, Error> {
    let sql = "SELECT title FROM books WHERE author = $1 ORDER BY id";
    let rows = database.query(sql, values![author])?;
    rows.iter().map(|row| row.get(0)).collect()
}
// ANCHOR_END: parameter

/// Things that people type into forms to see what breaks, each with what it is after.
///
/// Source: the kinds are those of the OWASP Web Security Testing Guide, section 4.7.5 ("Testing for SQL
/// Injection"), <https://owasp.org/www-project-web-security-testing-guide/>; the texts are ours.
pub const PAYLOADS: [(&str, &str); 18] = [
    ("an honest quote", "O'Brien"),
    ("always true", "' OR '1'='1"),
    ("always true, rest cut off", "' OR 1=1 -- "),
    ("always true, by a block comment", "' OR 1=1 /*"),
    ("another table's rows", "' UNION SELECT note FROM books --"),
    (
        "the tables of SQLite",
        "' UNION SELECT sql FROM sqlite_schema --",
    ),
    (
        "the users of PostgreSQL",
        "' UNION SELECT usename FROM pg_user --",
    ),
    ("a second statement", "'; DROP TABLE books; --"),
    (
        "a second statement that writes",
        "'; UPDATE books SET title = 'gone'; --",
    ),
    ("a number that is none", "1 OR 1=1"),
    (
        "a number with a statement behind it",
        "1; DELETE FROM books",
    ),
    ("a column to sort by", "title; DROP TABLE books"),
    ("a backslash before the quote", "\\' OR 1=1 --"),
    ("a quote of another alphabet", "\u{2019} OR 1=1 --"),
    ("a wide quote", "\u{ff07} OR 1=1 --"),
    ("dollar quotes", "$$; DROP TABLE books; $$"),
    ("a parameter's name", "$1"),
    ("a pattern for everything", "%"),
];
