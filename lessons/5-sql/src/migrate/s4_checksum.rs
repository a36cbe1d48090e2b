//! Stage 4: what was applied is compared with what the program says now. New: each migration is
//! recorded with its text, a checksum of that, and the time.

use super::s3_lock::lock;
use super::{Difference, Error, Migration, Watch, check_order, run_statements};
use crate::{Database, Kind, Transaction, values};

/// A migration that the database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its place in the order.
    pub version: i64,
    /// What it does.
    pub name: String,
    /// A checksum of its name and text, 16 hexadecimal digits.
    pub checksum: String,
    /// Its text.
    pub source: String,
    /// When it was applied, UTC: `2026-11-22T19:30:00.123Z`.
    pub applied_at: String,
}

/// Applies what is missing, in order; returns the versions that this call applied.
///
/// # Errors
///
/// [`Error`]; nothing of the migration that failed is kept, and those before it are.
pub fn run(database: &mut dyn Database, migrations: &[Migration]) -> Result<Vec<i64>, Error> {
    run_watched(database, migrations, &mut |_| {})
}

// ANCHOR: run
/// Does as [`run`], and tells each step before it is taken.
///
/// # Errors
///
/// As [`run`].
pub fn run_watched(
    database: &mut dyn Database,
    migrations: &[Migration],
    watch: Watch<'_>,
) -> Result<Vec<i64>, Error> {
    check_order(migrations)?;
    let mut done = Vec::new();
    loop {
        watch("begin");
        let mut transaction = Transaction::begin(database)?;
        watch("lock");
        lock(&mut transaction)?;
        make_list(&mut transaction)?;
        let applied = applied(&mut transaction)?;
        // New! The past must be what the program believes it was.
        let next = compare(&applied, migrations)?;
        let Some(migration) = next else {
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

/// Whether nothing is missing. It takes no lock, so it waits for nobody who writes.
///
/// It may be used to leave out [`run`] and never to leave out its lock: `run` looks again.
///
/// # Errors
///
/// [`Error`], when what was applied is not what the program has.
pub fn is_current(database: &mut dyn Database, migrations: &[Migration]) -> Result<bool, Error> {
    check_order(migrations)?;
    // Without a list no migrator was here; whatever else keeps us from reading it, `run` meets as well.
    let Ok(applied) = applied(database) else {
        return Ok(false);
    };
    Ok(compare(&applied, migrations)?.is_none())
}

// ANCHOR: compare
/// Compares what the database has with what the program has; returns the next to apply.
fn compare<'a>(
    applied: &[Applied],
    migrations: &'a [Migration],
) -> Result<Option<&'a Migration>, Error> {
    for past in applied {
        let Some(now) = migrations.iter().find(|one| one.version == past.version) else {
            return Err(Error::Missing {
                version: past.version,
                name: past.name.clone(),
            });
        };
        if past.checksum != checksum(now) {
            let heading = |name: &str, source: &str| format!("-- {name}\n{source}");
            let (was, is) = (
                heading(&past.name, &past.source),
                heading(&now.name, &now.source()),
            );
            // The record itself may have been tampered with: then the texts are the same.
            let unseen = Difference {
                line: 0,
                applied: Some(past.checksum.clone()),
                now: Some(checksum(now)),
            };
            return Err(Error::Edited {
                version: past.version,
                name: past.name.clone(),
                difference: Difference::between(&was, &is).unwrap_or(unseen),
            });
        }
    }
    let is_new = |one: &&Migration| applied.iter().all(|past| past.version != one.version);
    let next = migrations.iter().find(is_new);
    if let (Some(next), Some(newest)) = (next, applied.last())
        && next.version < newest.version
    {
        return Err(Error::Late {
            version: next.version,
            name: next.name.clone(),
            newest: newest.version,
        });
    }
    Ok(next)
}
// ANCHOR_END: compare

/// Returns what the database has, in order. It has a list only once a migrator was here.
///
/// # Errors
///
/// [`Error::Database`] when there is no list, or it cannot be read.
pub fn applied(database: &mut dyn Database) -> Result<Vec<Applied>, Error> {
    let rows = database.query(
        "SELECT version, name, checksum, source, applied_at FROM schema_migrations ORDER BY version",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Applied {
                version: row.get(0)?,
                name: row.get(1)?,
                checksum: row.get(2)?,
                source: row.get(3)?,
                applied_at: row.get(4)?,
            })
        })
        .collect()
}

fn make_list(database: &mut dyn Database) -> Result<(), Error> {
    Ok(database.batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version    BIGINT PRIMARY KEY,
            name       TEXT NOT NULL,
            checksum   TEXT NOT NULL,
            source     TEXT NOT NULL,
            applied_at TEXT NOT NULL
        )",
    )?)
}

fn remember(database: &mut dyn Database, migration: &Migration) -> Result<(), Error> {
    let now = match database.kind() {
        Kind::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
        Kind::Postgres => {
            "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        }
    };
    database.execute(
        &format!(
            "INSERT INTO schema_migrations (version, name, checksum, source, applied_at) \
             VALUES ($1, $2, $3, $4, {now})"
        ),
        values![
            migration.version,
            &migration.name,
            checksum(migration),
            migration.source()
        ],
    )?;
    Ok(())
}

// ANCHOR: checksum
/// FNV-1a of name and text. It tells an edit from none; it is no defence against somebody who wants to
/// deceive, who could write into the list as well.
///
/// Source: <http://www.isthe.com/chongo/tech/comp/fnv/> (in the public domain).
fn checksum(migration: &Migration) -> String {
    let text = format!("{}\0{}", migration.name, migration.source());
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}
// ANCHOR_END: checksum
