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
    // TODO: one statement that inserts or updates, and says what came of it.
    todo!("insert the page, or update it")
}
