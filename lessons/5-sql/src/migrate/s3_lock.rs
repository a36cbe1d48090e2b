//! Stage 3: look and change under one lock. New: the lock, and looking after taking it.
//!
//! SQLite's `BEGIN IMMEDIATE` is such a lock. PostgreSQL has advisory locks: locks on a number that
//! means whatever the programs agree on. Both end with the transaction, also by a crash.
//!
//! What breaks it: somebody edits a migration that some databases have and others do not.

use super::s1_numbers::{make_list, newest, remember};
use super::{Error, Migration, Watch, check_order, run_statements};
use crate::{Database, Kind, Transaction};

/// The number that migrators agree on: `spindle` in ASCII, so that nobody else uses it by chance.
const LOCK: i64 = 0x0073_7069_6e64_6c65;

// ANCHOR: run
/// Applies what is missing, in order; returns the versions that this call applied.
///
/// # Errors
///
/// [`Error`]; nothing of the migration that failed is kept, and those before it are.
pub fn run(
    database: &mut dyn Database,
    migrations: &[Migration],
    watch: Watch<'_>,
) -> Result<Vec<i64>, Error> {
    check_order(migrations)?;
    let mut done = Vec::new();
    loop {
        watch("begin");
        let mut transaction = Transaction::begin(database)?;
        lock(&mut transaction)?; // New!
        make_list(&mut transaction)?;
        // New! Whoever held the lock before may have applied some: look now, not before.
        let newest = newest(&mut transaction)?;
        let Some(migration) = migrations.iter().find(|one| one.version > newest) else {
            transaction.commit()?;
            return Ok(done);
        };
        run_statements(&mut transaction, migration, watch)?;
        watch("remember the number");
        remember(&mut transaction, migration)?;
        watch("commit");
        transaction.commit()?;
        done.push(migration.version);
    }
}
// ANCHOR_END: run

// ANCHOR: lock
/// Waits until no other migrator is at work, and keeps others out until the transaction ends.
pub(super) fn lock(transaction: &mut dyn Database) -> Result<(), Error> {
    if transaction.kind() == Kind::Postgres {
        transaction.batch(&format!("SELECT pg_advisory_xact_lock({LOCK})"))?;
    }
    // SQLite's transaction began with the one lock that there is.
    Ok(())
}
// ANCHOR_END: lock
