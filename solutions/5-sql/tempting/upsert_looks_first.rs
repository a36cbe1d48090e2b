//! Step 3: insert, or update what is there.
//!
//! A crawler meets the same page again and again. The first time it is a new row; from then on the
//! row is there and only some of it changes. One statement does both, and no other program can
//! come between its halves.

use rusqlite::{Connection, params};

/// Notes that a page was seen at a moment, and returns how often it has been seen now.
///
/// The table is
///
/// ```text
/// pages (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL DEFAULT 1,
///        first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, note TEXT)
/// ```
///
/// `first_seen` is set once. `last_seen` is the latest moment, also when reports come late. The
/// number and the note of a page that is known stay as they are: other tables refer to the number,
/// and somebody wrote the note.
pub fn saw(db: &Connection, url: &str, at: i64) -> rusqlite::Result<i64> {
    // `excluded` is the row that we tried to insert. What is not named stays as it is.
    // One statement: between a SELECT and an INSERT another program could have come.
    let known: Option<i64> =
        db.query_row("SELECT max(seen) FROM pages WHERE url = ?1", [url], |row| {
            row.get(0)
        })?;
    if let Some(seen) = known {
        return db.query_row(
            "UPDATE pages SET seen = ?2, last_seen = max(last_seen, ?3) WHERE url = ?1 RETURNING seen",
            params![url, seen + 1, at],
            |row| row.get(0),
        );
    }
    db.query_row(
        "INSERT INTO pages (url, first_seen, last_seen) VALUES (?1, ?2, ?2)
         ON CONFLICT (url) DO UPDATE SET
             seen = seen + 1,
             last_seen = max(last_seen, excluded.last_seen)
         RETURNING seen",
        params![url, at],
        |row| row.get(0),
    )
}
