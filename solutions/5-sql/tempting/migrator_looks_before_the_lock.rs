//! Step 5: a migrator.
//!
//! Tables change, and every copy of the program must bring its own database to the same form: in
//! order, each step once, nothing half done, also when two copies start at the same moment.

use rusqlite::{Connection, TransactionBehavior};

/// One step from one form of the tables to the next.
#[derive(Debug, Clone, Copy)]
pub struct Migration<'a> {
    /// Its place in the order.
    pub version: i64,
    /// What it does.
    pub sql: &'a str,
}

/// Why a database was not brought up to date.
#[derive(Debug)]
pub enum MigrateError {
    /// This one was applied, and its text is another now.
    Edited(i64),
    /// This one was applied, and is not among the migrations any more.
    Missing(i64),
    /// This one failed. It left nothing; those before it stay.
    Failed(i64, rusqlite::Error),
    /// The database refused something else.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Applies what is not applied yet, in the order of the versions, and returns which that was.
///
/// What was applied is recorded in `migrations (version INTEGER PRIMARY KEY, sql TEXT NOT NULL)`,
/// which this function makes where it is not there. Each migration and its record are one
/// transaction. Before anything is applied, the record is compared with the migrations.
pub fn migrate(
    db: &mut Connection,
    migrations: &[Migration<'_>],
) -> Result<Vec<i64>, MigrateError> {
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, sql TEXT NOT NULL)",
    )?;
    let mut ordered = migrations.to_vec();
    ordered.sort_by_key(|migration| migration.version);
    for (version, sql) in recorded(db)? {
        match ordered
            .iter()
            .find(|migration| migration.version == version)
        {
            None => return Err(MigrateError::Missing(version)),
            Some(migration) if migration.sql != sql => return Err(MigrateError::Edited(version)),
            Some(_) => {}
        }
    }
    let mut applied = Vec::new();
    let done = recorded(db)?;
    for migration in ordered {
        // The lock first, then the look: what was true before we had the lock may be so no more.
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let is_done = done
            .iter()
            .any(|(version, _)| *version == migration.version);
        if is_done {
            continue;
        }
        // Both in one transaction: a crash between them would leave a step that is done and unknown.
        transaction
            .execute_batch(migration.sql)
            .map_err(|error| MigrateError::Failed(migration.version, error))?;
        transaction.execute(
            "INSERT INTO migrations (version, sql) VALUES (?1, ?2)",
            (migration.version, migration.sql),
        )?;
        transaction.commit()?;
        applied.push(migration.version);
    }
    Ok(applied)
}

/// What the database has, in order.
fn recorded(db: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    db.prepare("SELECT version, sql FROM migrations ORDER BY version")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
