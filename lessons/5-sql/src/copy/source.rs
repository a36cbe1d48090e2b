//! The source: connections to one SQLite file that all see the same moment of it.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::Error;
use super::family::Family;
use super::names::{self, quoted};
use super::profile::Profile;
use super::report::{Event, Teller};
use super::schema::Table;

/// Rows between two words of progress.
pub(crate) const STRIDE: u64 = 16_384;
/// How often a moment without a commit is waited for.
const ATTEMPTS: u32 = 200;

/// Connections that all see one moment.
#[derive(Debug)]
pub(crate) struct Readers {
    connections: Vec<Connection>,
}

impl Readers {
    /// Opens the source so many times, and begins a read transaction on each.
    ///
    /// SQLite has no snapshot that one connection could hand to another. But a connection can ask
    /// whether others have committed since it asked last: if nobody did while all transactions
    /// began, they all see the same. Where writers never pause so long, one connection has to do.
    pub(crate) fn open(path: &Path, jobs: usize, teller: &mut Teller<'_>) -> Result<Self, Error> {
        if jobs > 1 {
            let failed = |source| Error::sqlite(format!("read {}", path.display()), source);
            let watch = connect(path)?;
            let version = || -> Result<i64, Error> {
                watch
                    .query_row("PRAGMA data_version", [], |row| row.get(0))
                    .map_err(failed)
            };
            for _ in 0..ATTEMPTS {
                let before = version()?;
                let connections = (0..jobs).map(|_| begin(path)).collect::<Result<_, _>>()?;
                if version()? == before {
                    return Ok(Self { connections });
                }
            }
            teller.note("writers never paused, so one thread reads".to_owned());
        }
        Ok(Self {
            connections: vec![begin(path)?],
        })
    }

    /// The connection for everything but rows.
    pub(crate) fn first(&self) -> &Connection {
        &self.connections[0]
    }

    /// Does something with each part of a table's rows, each part in a thread of its own. The part
    /// is a condition for the end of a SELECT.
    pub(crate) fn each_part<T: Send>(
        &mut self,
        table: &Table,
        work: impl Fn(&Connection, &str) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let parts = self.parts(table)?;
        if let [whole] = &parts[..] {
            return Ok(vec![work(self.first(), whole)?]);
        }
        let work = &work;
        let outcomes: Vec<Result<T, Error>> = thread::scope(|scope| {
            let workers: Vec<_> = self
                .connections
                .iter_mut()
                .zip(&parts)
                .map(|(db, part)| scope.spawn(move || work(db, part)))
                .collect();
            let joined = workers.into_iter().map(|worker| match worker.join() {
                Ok(outcome) => outcome,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.collect()
        });
        let mut done = Vec::new();
        let mut stopped = None;
        for outcome in outcomes {
            match outcome {
                Ok(part) => done.push(part),
                // The others stopped because of this one, or this one because of the others.
                Err(flow @ Error::Flow { .. }) => stopped = stopped.or(Some(flow)),
                Err(reason) => return Err(reason),
            }
        }
        stopped.map_or(Ok(done), Err)
    }

    /// Ranges of the rowid, as many as there are connections.
    fn parts(&self, table: &Table) -> Result<Vec<String>, Error> {
        let whole = vec![String::new()];
        let jobs = self.connections.len() as i128;
        let Some(rowid) = table.rowid.filter(|_| jobs > 1 && !table.is_virtual) else {
            return Ok(whole);
        };
        let (first, last): (Option<i64>, Option<i64>) = self
            .first()
            .query_row(
                &format!(
                    "SELECT min({rowid}), max({rowid}) FROM main.{}",
                    quoted(&table.name)
                ),
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(|source| Error::sqlite(format!("read table {:?}", table.name), source))?;
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(whole);
        };
        let (first, width) = (i128::from(first), i128::from(last) - i128::from(first) + 1);
        let edge = |part: i128| first + width * part / jobs;
        Ok((0..jobs)
            .map(|part| {
                format!(
                    " WHERE {rowid} BETWEEN {} AND {}",
                    edge(part),
                    edge(part + 1) - 1
                )
            })
            .collect())
    }

    /// Looks at every value of a table.
    pub(crate) fn scan(
        &mut self,
        table: &Table,
        teller: &mut Teller<'_>,
    ) -> Result<Vec<Profile>, Error> {
        let total = AtomicU64::new(0);
        let teller = Mutex::new(teller);
        let parts = self.each_part(table, |db, part| {
            scan(db, table, part, |more| {
                let rows = total.fetch_add(more, Ordering::Relaxed) + more;
                tell(
                    &teller,
                    Event::Scanning {
                        table: &table.name,
                        rows,
                    },
                );
            })
        })?;
        let mut parts = parts.into_iter();
        let mut profiles = parts.next().unwrap_or_default();
        for part in parts {
            for (profile, other) in profiles.iter_mut().zip(&part) {
                profile.merge(other);
            }
        }
        Ok(profiles)
    }
}

/// Passes an event on from any thread.
pub(crate) fn tell(teller: &Mutex<&mut Teller<'_>>, event: Event<'_>) {
    // A thread that panicked while it told something has ended the copy already.
    if let Ok(mut teller) = teller.lock() {
        teller.tell(event);
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    if !path.exists() {
        return Err(Error::NoFile {
            path: path.display().to_string(),
        });
    }
    let failed = |source| Error::sqlite(format!("read {}", path.display()), source);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(failed)?;
    db.busy_timeout(Duration::from_secs(30)).map_err(failed)?;
    Ok(db)
}

fn begin(path: &Path) -> Result<Connection, Error> {
    let db = connect(path)?;
    // A transaction begins to see with its first read.
    db.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
        .map_err(|source| Error::sqlite(format!("read {}", path.display()), source))?;
    Ok(db)
}

fn scan(
    db: &Connection,
    table: &Table,
    part: &str,
    progress: impl Fn(u64),
) -> Result<Vec<Profile>, Error> {
    let failed = |source| Error::sqlite(format!("read table {:?}", table.name), source);
    let mut profiles: Vec<Profile> = table
        .columns
        .iter()
        .map(|column| Profile::new(Family::of(&column.declared)))
        .collect();
    let columns = names::list(table.columns.iter().map(|column| &column.name));
    let mut statement = db
        .prepare(&format!(
            "SELECT {columns} FROM main.{}{part}",
            quoted(&table.name)
        ))
        .map_err(failed)?;
    let mut rows = statement.raw_query();
    let mut count: u64 = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        for (place, profile) in profiles.iter_mut().enumerate() {
            profile.see(row.get_ref_unwrap(place));
        }
        count += 1;
        if count.is_multiple_of(STRIDE) {
            progress(STRIDE);
        }
    }
    Ok(profiles)
}
