//! Stage 2: a migration and its number are one transaction. New: [`Transaction`].
//!
//! Both databases can take back a `CREATE TABLE`; not every database can.
//!
//! What breaks it: two programs that start at once both find a migration missing, and both run it.

use super::s1_numbers::{make_list, newest, remember};
use super::{Error, Migration, Watch, check_order, run_statements};
use crate::{Database, Transaction};

// ANCHOR: run
/// Applies what is missing, in order; returns the versions.
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
    make_list(database)?;
    let newest = newest(database)?;
    let mut done = Vec::new();
    for migration in migrations.iter().filter(|one| one.version > newest) {
        watch("begin"); // New!
        let mut transaction = Transaction::begin(database)?;
        run_statements(&mut transaction, migration, watch)?;
        watch("remember the number");
        remember(&mut transaction, migration)?;
        watch("commit"); // New!
        transaction.commit()?;
        done.push(migration.version);
    }
    Ok(done)
}
// ANCHOR_END: run
