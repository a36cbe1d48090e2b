//! A queue of jobs in a table: several processes on several machines share one list of things to do.
//!
//! A worker claims jobs for a while, its lease. When it finishes one, it says so. When it dies, the
//! lease runs out and another worker claims the job. A worker that was only slow and comes back late
//! is told that the job is no longer its own.

use std::time::Duration;

use crate::transaction::now_ms;
use crate::{Database, Error, Kind, Transaction, values};

/// What a queue keeps, for a migration of its owner: the statements that make the table.
pub fn schema(kind: Kind) -> [String; 2] {
    let id = kind.choose(
        "INTEGER PRIMARY KEY",
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    );
    let integer = kind.choose("INTEGER", "BIGINT");
    [
        format!(
            "CREATE TABLE jobs (
    id          {id},
    name        TEXT      NOT NULL UNIQUE,  -- a job that is there already is not added again
    payload     TEXT      NOT NULL,
    state       TEXT      NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'done', 'failed')),
    worker      TEXT,
    lease_until {integer},                     -- milliseconds since 1970, by the database's clock
    tries       {integer} NOT NULL DEFAULT 0,
    why         TEXT,
    CHECK ((state = 'claimed') = (lease_until IS NOT NULL))
)"
        ),
        // Only what is still to do: the index stays small however many jobs are done.
        "CREATE INDEX jobs_to_do ON jobs (id) WHERE state IN ('waiting', 'claimed')".to_owned(),
    ]
}

/// A job that somebody works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What is to be done.
    pub payload: String,
    /// Which try this is; the first is 1. It is also what tells this claim from a later one.
    pub tries: u32,
}

/// How many jobs stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nobody works on it.
    pub waiting: u32,
    /// Somebody does, or did and died.
    pub claimed: u32,
    /// It is done.
    pub done: u32,
    /// It was given up.
    pub failed: u32,
}

/// Adds jobs, as name and payload, all or none; returns how many were new.
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn push<'a>(
    database: &mut dyn Database,
    jobs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<u64, Error> {
    let mut transaction = Transaction::begin(database)?;
    let mut added = 0;
    for (name, payload) in jobs {
        added += transaction.execute(
            "INSERT INTO jobs (name, payload) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            values![name, payload],
        )?;
    }
    transaction.commit()?;
    Ok(added)
}

// ANCHOR: claim
/// Claims up to `n_jobs` for a worker: the oldest that wait, or whose lease has run out. Each job goes
/// to one worker.
///
/// PostgreSQL's `SKIP LOCKED` passes over rows that another worker is claiming at this moment; without
/// it all workers would wait for the same first row. SQLite needs no such words: it has one writer.
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn claim(
    database: &mut dyn Database,
    worker: &str,
    n_jobs: u32,
    lease: Duration,
) -> Result<Vec<Job>, Error> {
    let kind = database.kind();
    let (now, skip_locked) = (now_ms(kind), kind.choose("", "FOR UPDATE SKIP LOCKED"));
    let rows = database.query(
        &format!(
            "UPDATE jobs SET state = 'claimed', worker = $1, lease_until = {now} + $2, tries = tries + 1
              WHERE id IN (SELECT id FROM jobs
                            WHERE state = 'waiting' OR (state = 'claimed' AND lease_until <= {now})
                            ORDER BY id LIMIT $3 {skip_locked})
          RETURNING id, name, payload, tries"
        ),
        values![worker, milliseconds(lease), n_jobs],
    )?;
    let job = |row: &crate::Row| {
        Ok(Job {
            id: row.get(0)?,
            name: row.get(1)?,
            payload: row.get(2)?,
            tries: row.get(3)?,
        })
    };
    let mut jobs: Vec<Job> = rows.iter().map(job).collect::<Result<_, Error>>()?;
    // RETURNING promises no order.
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}
// ANCHOR_END: claim

// ANCHOR: finish
/// Says that a job is done, inside the transaction that stores its result. Returns whether it was still
/// this worker's: if not, its lease ran out and somebody else has it, so take everything back.
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn finish(database: &mut dyn Database, worker: &str, job: &Job) -> Result<bool, Error> {
    end(database, worker, job, "done", None)
}
// ANCHOR_END: finish

/// Gives a job up for good, and says why. Returns as [`finish`].
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn give_up(
    database: &mut dyn Database,
    worker: &str,
    job: &Job,
    why: &str,
) -> Result<bool, Error> {
    end(database, worker, job, "failed", Some(why))
}

/// Puts a job back, for any worker to claim. Returns as [`finish`].
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn put_back(database: &mut dyn Database, worker: &str, job: &Job) -> Result<bool, Error> {
    end(database, worker, job, "waiting", None)
}

fn end(
    database: &mut dyn Database,
    worker: &str,
    job: &Job,
    state: &str,
    why: Option<&str>,
) -> Result<bool, Error> {
    let changed = database.execute(
        "UPDATE jobs SET state = $1, why = $2, worker = NULL, lease_until = NULL
          WHERE id = $3 AND state = 'claimed' AND worker = $4 AND tries = $5",
        values![state, why, job.id, worker, job.tries],
    )?;
    Ok(changed == 1)
}

/// Lengthens the lease of a job that takes longer. Returns as [`finish`].
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn extend(
    database: &mut dyn Database,
    worker: &str,
    job: &Job,
    lease: Duration,
) -> Result<bool, Error> {
    let now = now_ms(database.kind());
    let changed = database.execute(
        &format!(
            "UPDATE jobs SET lease_until = {now} + $1
              WHERE id = $2 AND state = 'claimed' AND worker = $3 AND tries = $4"
        ),
        values![milliseconds(lease), job.id, worker, job.tries],
    )?;
    Ok(changed == 1)
}

/// Returns how many jobs stand how. When `waiting` and `claimed` are 0, all is done.
///
/// # Errors
///
/// [`Error::Sql`] when the database refuses.
pub fn counts(database: &mut dyn Database) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    for row in database.query("SELECT state, count(*) FROM jobs GROUP BY state", &[])? {
        let state: String = row.get(0)?;
        let place = match state.as_str() {
            "waiting" => &mut counts.waiting,
            "claimed" => &mut counts.claimed,
            "done" => &mut counts.done,
            _ => &mut counts.failed,
        };
        *place = row.get(1)?;
    }
    Ok(counts)
}

fn milliseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 2)
}
