//! How the database goes about a question: its plan.

use crate::{Database, Error, Kind, Value};

// ANCHOR: plan
/// Returns the plan of a statement, a line for each step, without running it.
///
/// In SQLite's words `SCAN` reads the whole table and `SEARCH … USING INDEX` goes straight to the rows;
/// in PostgreSQL's `Seq Scan`, and `Index Scan` or `Bitmap Index Scan`.
///
/// # Errors
///
/// As [`Database::query`].
pub fn plan(
    database: &mut dyn Database,
    sql: &str,
    values: &[Value],
) -> Result<Vec<String>, Error> {
    let kind = database.kind();
    let explain = kind.choose("EXPLAIN QUERY PLAN ", "EXPLAIN (COSTS OFF) ");
    // SQLite answers with number, parent, unused, text; PostgreSQL with a text alone.
    let text = kind.choose(3, 0);
    let rows = database.query(&format!("{explain}{sql}"), values)?;
    rows.iter().map(|row| row.get(text)).collect()
}
// ANCHOR_END: plan

/// Whether a plan goes through an index rather than through all rows.
pub fn uses_index(kind: Kind, plan: &[String]) -> bool {
    let word = kind.choose("USING INDEX", "Index ");
    let covering = kind.choose("USING COVERING INDEX", "Index ");
    plan.iter()
        .any(|line| line.contains(word) || line.contains(covering))
}
