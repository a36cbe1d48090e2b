//! Step 6: a copy that is verified.
//!
//! Rows go from one database to another. Afterwards somebody asks: is it all there, and is it the
//! same? You answer by reading back what arrived, and by a checksum that does not depend on the
//! order in which a database hands out its rows.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, Statement, params_from_iter};

/// How many rows, and the sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// How many rows.
    pub rows: u64,
    /// The same for the same rows, in whatever order.
    pub sum: u64,
}

/// Why a copy was not made. The target is then as it was.
#[derive(Debug)]
pub enum CopyError {
    /// What was read back is not what was sent.
    Differs {
        /// What was sent.
        sent: Digest,
        /// What was read back.
        found: Digest,
    },
    /// A database refused.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for CopyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// A name in double quotes, so that it may be any name. This one is done already.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Copies all rows of a table into the empty table of the same name and columns, verifies them,
/// and returns their digest. All of them arrive as they were, or none.
///
/// Writers go on in the source meanwhile; the copy is of one moment. `progress` is told the number
/// of rows after every hundred.
pub fn copy(
    from: &mut Connection,
    to: &mut Connection,
    table: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Digest, CopyError> {
    let name = quoted(table);
    let all = format!("SELECT * FROM {name}");
    let mut source = from.prepare(&all)?;
    let places = vec!["?"; source.column_count()].join(", ");
    // Dropped without a commit, it takes every row back.
    let target = to.transaction()?;
    let mut sent = Digest::default();
    {
        let mut insert = target.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?;
        // One statement sees one moment. Many, one for each page, would see many.
        let mut rows = source.query([])?;
        while let Some(row) = rows.next()? {
            // Hashed as they pass: a second question might be answered by another moment.
            sent.add(row)?;
            let values = (0..row.as_ref().column_count()).map(|place| row.get::<_, Value>(place));
            insert.execute(params_from_iter(values.collect::<Result<Vec<_>, _>>()?))?;
            if sent.rows % 100 == 0 {
                progress(sent.rows);
            }
        }
    }
    // What arrived is what the target says, not what we sent.
    let found = digest(&mut target.prepare(&all)?)?;
    if found != sent {
        return Err(CopyError::Differs { sent, found });
    }
    target.commit()?;
    Ok(sent)
}

fn digest(statement: &mut Statement<'_>) -> rusqlite::Result<Digest> {
    let mut digest = Digest::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        digest.add(row)?;
    }
    Ok(digest)
}

impl Digest {
    /// Hashes a row by itself and adds it. Sums do not care for order; exclusive or would let two
    /// equal rows cancel each other.
    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let mut hasher = DefaultHasher::new();
        for place in 0..row.as_ref().column_count() {
            let value = row.get_ref(place)?;
            // The class too: NULL, 0, '' and the empty blob are four things.
            value.data_type().to_string().hash(&mut hasher);
            match value {
                ValueRef::Null => {}
                ValueRef::Integer(integer) => integer.hash(&mut hasher),
                ValueRef::Real(real) => real.to_bits().hash(&mut hasher),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.hash(&mut hasher),
            }
        }
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
        Ok(())
    }
}
