//! The parts of the tour, in the order in which they are played.

pub mod tables;
pub mod crud;
pub mod types;
pub mod injection;
pub mod crash;
pub mod isolation;
pub mod writers;
pub mod plan;
pub mod inserts;
pub mod pool;
pub mod migrate;
pub mod race;
pub mod evolve;
pub mod queue;
pub mod copy;

use std::sync::OnceLock;

use ::tour::Stage;
use database::{Address, Database, Kind};
use postgres_sandbox::Sandbox;
use tempfile::TempDir;

/// An empty database to play on. It goes when this does.
pub struct Ground {
    pub address: Address,
    _folder: Option<TempDir>,
    _postgres: Option<postgres_sandbox::Database>,
}

impl Ground {
    pub fn sqlite() -> ::tour::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            address: Address::Sqlite(folder.path().join("tour.db")),
            _folder: Some(folder),
            _postgres: None,
        })
    }

    /// An empty database on one server for the whole tour; `None` where the learner does without, which
    /// is said.
    pub fn postgres(stage: &mut Stage) -> ::tour::Result<Option<Self>> {
        // The server ends with this process, so nobody has to drop it.
        static SERVER: OnceLock<Result<Sandbox, String>> = OnceLock::new();
        let server = SERVER.get_or_init(|| {
            Sandbox::start().map_err(|error| match error {
                postgres_sandbox::Error::Skipped => String::new(),
                error => error.with_causes(),
            })
        });
        match server {
            Ok(server) => {
                let database = server.fresh_database()?;
                Ok(Some(Self {
                    address: Address::parse(database.url())?,
                    _folder: None,
                    _postgres: Some(database),
                }))
            }
            Err(skipped) if skipped.is_empty() => {
                stage.line("PostgreSQL: skipped, since COURSE_SKIP names postgres");
                Ok(None)
            }
            Err(error) => Err(error.as_str().into()),
        }
    }

    /// Both databases, empty.
    pub fn both(stage: &mut Stage) -> ::tour::Result<Vec<Self>> {
        let mut both = vec![Self::sqlite()?];
        both.extend(Self::postgres(stage)?);
        Ok(both)
    }

    pub fn kind(&self) -> Kind {
        self.address.kind()
    }

    pub fn open(&self) -> ::tour::Result<Box<dyn Database>> {
        Ok(self.address.open()?)
    }

    /// The address as another process takes it.
    pub fn text(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => path.display().to_string(),
            Address::Postgres(url) => url.clone(),
        }
    }
}

/// What came of a statement, in a few words: how many rows, or what the refusal means.
pub fn outcome<T>(result: &Result<T, database::Error>, done: impl FnOnce(&T) -> String) -> String {
    match result {
        Ok(value) => done(value),
        Err(error) => match error.cause() {
            Some(cause) => format!("refused: {cause:?}"),
            None => format!("refused: {error}"),
        },
    }
}

/// The single number that a question answers with.
pub fn number(database: &mut dyn Database, sql: &str) -> ::tour::Result<i64> {
    let rows = database.query(sql, &[])?;
    Ok(rows.first().ok_or("no row")?.get(0)?)
}
