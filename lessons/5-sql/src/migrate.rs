//! How tables change: migrations, in four stages. Each stage is whole, and mends what breaks the one
//! before.
//!
//! 1. [`s1_numbers`]: each migration has a number, and the database remembers which it has
//! 2. [`s2_transaction`]: a migration and its number are one transaction; a crash leaves nothing behind
//! 3. [`s3_lock`]: two programs that start at once take turns
//! 4. [`s4_checksum`]: what was applied is compared with what the program says now
//!
//! Use the last. [`crate::well_kept`] is the same by a crate that others keep.

pub mod s1_numbers;
pub mod s2_transaction;
pub mod s3_lock;
pub mod s4_checksum;
mod error;

pub use self::error::{Difference, Error};
pub use self::s4_checksum::{Applied, applied, is_current, run, run_watched};

// ANCHOR: migration
/// One change of the tables. It is never edited once it was applied anywhere: what it forgot is the
/// next migration's to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order.
    pub version: i64,
    /// What it does, in a word or two.
    pub name: String,
    /// Its statements, one each, so that the one that fails can be named.
    pub statements: Vec<String>,
}
// ANCHOR_END: migration

impl Migration {
    /// Makes a migration.
    pub fn new<S: Into<String>>(
        version: i64,
        name: impl Into<String>,
        statements: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            version,
            name: name.into(),
            statements: statements.into_iter().map(Into::into).collect(),
        }
    }

    /// Returns its text as it is recorded: the statements, each with its semicolon.
    pub fn source(&self) -> String {
        let statements = self.statements.iter();
        statements
            .map(|statement| format!("{statement};\n"))
            .collect()
    }
}

/// Who watches a migrator hears what it is about to do, before each step. A test stops it there.
pub type Watch<'a> = &'a mut dyn FnMut(&str);

/// Refuses versions that are out of order or there twice.
fn check_order(migrations: &[Migration]) -> Result<(), Error> {
    for pair in migrations.windows(2) {
        if let [one, next] = pair
            && one.version >= next.version
        {
            return Err(Error::Order {
                version: next.version,
                after: one.version,
            });
        }
    }
    Ok(())
}

/// Runs the statements of a migration.
fn run_statements(
    database: &mut dyn crate::Database,
    migration: &Migration,
    watch: Watch<'_>,
) -> Result<(), Error> {
    for (number, sql) in (1..).zip(&migration.statements) {
        watch(sql);
        let word = sql.split_whitespace().next().unwrap_or_default();
        let ends_it = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"]
            .iter()
            .any(|control| word.trim_end_matches(';').eq_ignore_ascii_case(control));
        if ends_it {
            return Err(Error::Control {
                version: migration.version,
                number,
            });
        }
        database
            .execute(sql, &[])
            .map_err(|source| Error::Statement {
                version: migration.version,
                name: migration.name.clone(),
                number,
                of: migration.statements.len(),
                source,
            })?;
    }
    Ok(())
}
