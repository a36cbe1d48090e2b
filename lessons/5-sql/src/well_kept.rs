//! Where the stages end: the same migrations by `refinery`, a crate that others keep.
//!
//! It records number, name, checksum and time, and refuses edited and missing migrations, as
//! [`crate::migrate`] does. Two things are left to us. Unless told to apply all that is missing in one
//! transaction (`set_grouped`), it commits a migration and its record apart, and a crash between the
//! two leaves a migration that is done and not recorded. And it has no lock.

use refinery::{Runner, Target};

use crate::database::Driver;
use crate::migrate::Migration;
use crate::{Database, Error, values};

/// The number by which programs that use this module keep each other out: `refinery` in ASCII.
const LOCK: i64 = 0x7265_6669_6e65_7279;

/// Why `refinery` did not change the tables.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WellKeptError {
    /// It refused, or the database did.
    #[error("cannot migrate; nothing was changed")]
    Refinery(#[source] Box<refinery::Error>),
    /// The lock could not be had.
    #[error("cannot keep other migrators out")]
    Lock(#[from] Error),
}

// ANCHOR: run
/// Applies what is missing, all in one transaction; returns the versions that this call applied.
///
/// # Errors
///
/// [`WellKeptError`]; nothing was changed.
pub fn run(
    database: &mut dyn Database,
    migrations: &[Migration],
) -> Result<Vec<i64>, WellKeptError> {
    run_to(database, migrations, Target::Latest)
}

fn run_to(
    database: &mut dyn Database,
    migrations: &[Migration],
    target: Target,
) -> Result<Vec<i64>, WellKeptError> {
    let migrations: Result<Vec<refinery::Migration>, refinery::Error> = migrations
        .iter()
        .map(|one| {
            // Its names are of letters, digits and `_`.
            let name = one.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            refinery::Migration::unapplied(&format!("V{}__{name}", one.version), &one.source())
        })
        .collect();
    let migrations = migrations.map_err(refused)?;
    let runner = Runner::new(&migrations)
        .set_grouped(true)
        .set_target(target);
    let report = match database.driver() {
        Driver::Postgres(client) => {
            // This lock belongs to the connection, since refinery's transactions begin and end inside.
            let locked = |source| Error::sql("SELECT pg_advisory_lock", source);
            client
                .batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))
                .map_err(locked)?;
            let report = runner.run(&mut **client);
            client
                .batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))
                .map_err(locked)?;
            report
        }
        // SQLite has no such lock, but its writers take turns: who came second finds the tables there
        // and is refused. Looking again, it finds all applied.
        Driver::Sqlite(connection) => runner.run(connection).or_else(|_| runner.run(connection)),
    };
    let applied = report.map_err(refused)?;
    let applied = applied.applied_migrations().iter();
    Ok(applied.map(|one| i64::from(one.version())).collect())
}
// ANCHOR_END: run

/// Records migrations as applied without running them: for tables that were made by other means.
///
/// # Errors
///
/// [`WellKeptError`]; nothing was changed.
pub fn adopt(database: &mut dyn Database, migrations: &[Migration]) -> Result<(), WellKeptError> {
    run_to(database, migrations, Target::Fake).map(drop)
}

/// Returns version and name of what `refinery` applied, in order; nothing where it never was.
///
/// # Errors
///
/// [`Error::Sql`] when the database cannot be read.
pub fn applied(database: &mut dyn Database) -> Result<Vec<(i64, String)>, Error> {
    let list = "refinery_schema_history";
    let has_list = database.kind().choose(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
    );
    let has_list = database.query(has_list, values![list])?;
    if has_list.first().map_or(Ok(0), |row| row.get::<i64>(0))? == 0 {
        return Ok(Vec::new());
    }
    let rows = database.query(
        &format!("SELECT version, name FROM {list} ORDER BY version"),
        &[],
    )?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

fn refused(error: refinery::Error) -> WellKeptError {
    WellKeptError::Refinery(Box::new(error))
}
