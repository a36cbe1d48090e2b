//! Stage 1: each migration has a number, and the database remembers which it has.
//!
//! What breaks it: a crash between two statements, or between the last and the number. The next start
//! runs the first statement again, which fails, and somebody has to mend the tables by hand.

use super::{Error, Migration, Watch, check_order, run_statements};
use crate::{Database, values};

// ANCHOR: run
/// Applies what is missing, in order; returns the versions.
///
/// # Errors
///
/// [`Error`], and a part of the migration may be done.
pub fn run(
    database: &mut dyn Database,
    migrations: &[Migration],
    watch: Watch<'_>,
) -> Result<Vec<i64>, Error> {
    check_order(migrations)?;
    make_list(database)?;
    let newest = newest(database)?;
    let mut done = Vec::new();
    for migration in migrations.iter().filter(|one| one.version > newest) {
        run_statements(database, migration, watch)?;
        watch("remember the number");
        remember(database, migration)?;
        done.push(migration.version);
    }
    Ok(done)
}
// ANCHOR_END: run

pub(super) fn make_list(database: &mut dyn Database) -> Result<(), Error> {
    Ok(database.batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
    )?)
}

pub(super) fn newest(database: &mut dyn Database) -> Result<i64, Error> {
    let rows = database.query(
        "SELECT coalesce(max(version), 0) FROM schema_migrations",
        &[],
    )?;
    Ok(rows.first().map_or(Ok(0), |row| row.get(0))?)
}

pub(super) fn remember(database: &mut dyn Database, migration: &Migration) -> Result<(), Error> {
    database.execute(
        "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)",
        values![migration.version, &migration.name],
    )?;
    Ok(())
}
