//! Changing a table under a program that goes on working: expand, backfill, contract.
//!
//! The table `items` says with `finished`, 0 or 1, whether a book was read. It is to have a `status` of
//! three values instead. The program cannot change at the same instant as the table, so there are three
//! editions of it, of which neighbours can work side by side:
//!
//! ```text
//! tables:    finished │ expand: status may be null │ backfill │ contract: finished is gone
//! programs:  Old ─────┴──────────┐                 │          │
//!                        Both ───┴─────────────────┴───┐      │
//!                                                 New ─┴──────┴─────
//! ```

use crate::migrate::Migration;
use crate::{Database, Error, Kind, values};

/// What a program knows of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Reads and writes `finished`.
    Old,
    /// Writes both, and reads `status` where there is one. It works from the expansion on.
    Both,
    /// Knows `status` alone. It works once every row has one.
    New,
}

/// The table as it was.
pub fn start(kind: Kind) -> Migration {
    let id = kind.choose(
        "INTEGER PRIMARY KEY",
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    );
    Migration::new(
        1,
        "items",
        [format!(
            "CREATE TABLE items (id {id}, title TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0)"
        )],
    )
}

// ANCHOR: expand
/// Adds the new column. It may be null, so no row is touched, and a program that does not know it goes
/// on as before.
pub fn expand() -> Migration {
    Migration::new(2, "expand", ["ALTER TABLE items ADD COLUMN status TEXT"])
}
// ANCHOR_END: expand

// ANCHOR: backfill
/// Fills the new column of at most `batch` rows; returns how many. Call it until that is 0. Each call is
/// a short transaction, so others wait for a batch and not for the table; and after a crash it goes on
/// where it was.
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn backfill(database: &mut dyn Database, batch: u32) -> Result<u64, Error> {
    let skip_locked = database.kind().choose("", "FOR UPDATE SKIP LOCKED");
    database.execute(
        &format!(
            "UPDATE items SET status = CASE finished WHEN 1 THEN 'read' ELSE 'to read' END
              WHERE id IN (SELECT id FROM items WHERE status IS NULL ORDER BY id LIMIT $1 {skip_locked})"
        ),
        values![batch],
    )
}
// ANCHOR_END: backfill

// ANCHOR: contract
/// Makes the new column mandatory and drops the old one. It fails, and changes nothing, when a row is
/// left without a status.
pub fn contract(kind: Kind) -> Vec<Migration> {
    let set_not_null = "ALTER TABLE items ALTER COLUMN status SET NOT NULL";
    let drop_finished = "ALTER TABLE items DROP COLUMN finished";
    match kind {
        Kind::Sqlite => vec![Migration::new(3, "contract", [set_not_null, drop_finished])],
        // SET NOT NULL would read the whole table while nobody may use it. A constraint that is checked
        // later, by VALIDATE, reads it while others read and write, and SET NOT NULL believes it.
        Kind::Postgres => vec![
            Migration::new(
                3,
                "promise",
                [
                    "ALTER TABLE items ADD CONSTRAINT has_status CHECK (status IS NOT NULL) NOT VALID",
                ],
            ),
            Migration::new(
                4,
                "check",
                ["ALTER TABLE items VALIDATE CONSTRAINT has_status"],
            ),
            Migration::new(
                5,
                "contract",
                [
                    set_not_null,
                    drop_finished,
                    "ALTER TABLE items DROP CONSTRAINT has_status",
                ],
            ),
        ],
    }
}
// ANCHOR_END: contract

/// Adds a book, as an edition of the program does it.
///
/// # Errors
///
/// [`Error::Sql`] when the table is not one that this edition works with.
pub fn add(
    database: &mut dyn Database,
    edition: Edition,
    title: &str,
    finished: bool,
) -> Result<(), Error> {
    let status = if finished { "read" } else { "to read" };
    match edition {
        Edition::Old => database.execute(
            "INSERT INTO items (title, finished) VALUES ($1, $2)",
            values![title, finished],
        ),
        Edition::Both => database.execute(
            "INSERT INTO items (title, finished, status) VALUES ($1, $2, $3)",
            values![title, finished, status],
        ),
        Edition::New => database.execute(
            "INSERT INTO items (title, status) VALUES ($1, $2)",
            values![title, status],
        ),
    }?;
    Ok(())
}

/// Returns how many books there are and how many of them were read, as an edition of the program sees
/// it.
///
/// # Errors
///
/// [`Error::Sql`] when the table is not one that this edition works with.
pub fn count(database: &mut dyn Database, edition: Edition) -> Result<(i64, i64), Error> {
    let sql = match edition {
        Edition::Old => "SELECT count(*), count(CASE WHEN finished = 1 THEN 1 END) FROM items",
        Edition::Both => {
            "SELECT count(*), count(CASE WHEN coalesce(status, CASE finished WHEN 1 THEN 'read' END) = 'read' \
             THEN 1 END) FROM items"
        }
        Edition::New => "SELECT count(*), count(CASE WHEN status = 'read' THEN 1 END) FROM items",
    };
    match database.query(sql, &[])?.first() {
        Some(row) => Ok((row.get(0)?, row.get(1)?)),
        None => Ok((0, 0)),
    }
}
