//! One table over: created, filled, and read back.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Instant;

use postgres::Client;

use super::digest::{Digest, RowHash};
use super::error::{Error, said};
use super::keys::attempt;
use super::plan::TablePlan;
use super::report::{Event, OnUnrepresentable, Options, Teller};
use super::rows::{CHUNK, Rows, chunk};
use super::source::{Readers, STRIDE, tell};
use super::sql;
use super::wire::{Broken, HEADER, TRAILER, Tuples};

/// Chunks that may wait for PostgreSQL.
const WAITING: usize = 4;

// ANCHOR: table_over
/// Creates a table, fills it and reads it back; returns in which columns values became NULL.
pub(crate) fn table_over(
    source: &mut Readers,
    client: &mut Client,
    plan: &mut TablePlan<'_>,
    options: &Options,
    teller: &mut Teller<'_>,
) -> Result<Vec<bool>, Error> {
    let started = Instant::now();
    let mut first = true;
    loop {
        create(client, plan, options.on_unrepresentable, first, teller)?;
        first = false;
        let rows = load(source, client, plan, options.on_unrepresentable, teller)?;
        let back = read_back(client, plan, teller)?;
        if back == rows.digest {
            let report = rows.report(started);
            teller.copied(report);
            return Ok(rows.nulled);
        }
        if plan.columns.iter().all(|column| column.generated.is_none()) {
            return Err(Error::Differs {
                table: plan.table.name.clone(),
                sent: rows.digest.rows,
                found: back.rows,
                hint: if rows.digest.rows == back.rows {
                    " with other values"
                } else {
                    ""
                },
            });
        }
        // The expression is understood there, and computes something else.
        for column in &mut plan.columns {
            column.generated = None;
        }
        teller.note(format!(
            "generated columns of table {:?} compute other values in PostgreSQL, so they are ordinary columns there",
            plan.table.name
        ));
        let drop = format!("DROP TABLE {}", plan.path);
        client
            .batch_execute(&drop)
            .map_err(|source| Error::postgres("drop a table again", source))?;
    }
}
// ANCHOR_END: table_over

fn create(
    client: &mut Client,
    plan: &mut TablePlan<'_>,
    policy: OnUnrepresentable,
    try_generated: bool,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    if try_generated {
        for place in 0..plan.columns.len() {
            let Some(expression) = &plan.table.columns[place].generated else {
                continue;
            };
            let mut refusal = None;
            for known in plan.known() {
                plan.columns[place].generated = Some(sql::to_postgres(expression, &known));
                refusal = attempt_and_undo(client, &plan.create(policy))?;
                if refusal.is_none() {
                    break;
                }
            }
            if let Some(refusal) = refusal {
                plan.columns[place].generated = None;
                teller.note(format!(
                    "generated column {:?} of table {:?} is an ordinary column there, with its values{}",
                    plan.table.columns[place].name,
                    plan.table.name,
                    said(&refusal)
                ));
            }
        }
    }
    client
        .batch_execute(&plan.create(policy))
        .map_err(|source| Error::postgres(format!("create table {:?}", plan.name), source))
}

/// Whether a statement would be taken; its effect is undone.
fn attempt_and_undo(client: &mut Client, sql: &str) -> Result<Option<postgres::Error>, Error> {
    let undone = format!("SAVEPOINT probe; {sql}; ROLLBACK TO probe; RELEASE probe");
    attempt(client, &undone)
}

/// Reads all rows without sending them anywhere.
pub(crate) fn try_over(
    source: &mut Readers,
    plan: &TablePlan<'_>,
    policy: OnUnrepresentable,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let started = Instant::now();
    let rows = read(source, plan, policy, teller, |_| Ok(chunk()))?;
    teller.copied(rows.report(started));
    Ok(())
}

/// Reads all parts of a table, each in its thread.
fn read<'p, 's>(
    source: &mut Readers,
    plan: &'p TablePlan<'s>,
    policy: OnUnrepresentable,
    teller: &mut Teller<'_>,
    send: impl Fn(Vec<u8>) -> Result<Vec<u8>, Error> + Sync,
) -> Result<Rows<'p, 's>, Error> {
    let total = AtomicU64::new(0);
    let teller = Mutex::new(teller);
    let parts = source.each_part(plan.table, |db, part| {
        let mut rows = Rows::new(plan, policy);
        let progress = |more| {
            let rows = total.fetch_add(more, Ordering::Relaxed) + more;
            tell(
                &teller,
                Event::Copying {
                    table: &plan.table.name,
                    rows,
                },
            );
        };
        rows.read(db, part, &teller, &progress, &mut |full| send(full))?;
        Ok(rows)
    })?;
    Ok(parts
        .into_iter()
        .reduce(Rows::merge)
        .unwrap_or_else(|| Rows::new(plan, policy)))
}

/// Some threads read SQLite, one talks to PostgreSQL, and few chunks wait between them.
fn load<'p, 's>(
    source: &mut Readers,
    client: &mut Client,
    plan: &'p TablePlan<'s>,
    policy: OnUnrepresentable,
    teller: &mut Teller<'_>,
) -> Result<Rows<'p, 's>, Error> {
    let act = || format!("send table {:?}", plan.table.name);
    let columns = plan.sent_columns();
    if columns.is_empty() {
        // Every column is computed: rows without a value cannot travel by COPY.
        let rows = read(source, plan, policy, teller, |_| Ok(chunk()))?;
        for _ in 0..rows.digest.rows {
            client
                .batch_execute(&format!("INSERT INTO {} DEFAULT VALUES", plan.path))
                .map_err(|source| Error::postgres(act(), source))?;
        }
        return Ok(rows);
    }
    let statement = format!(
        "COPY {} ({columns}) FROM STDIN (FORMAT binary, FREEZE)",
        plan.path
    );
    let (full, filled) = mpsc::sync_channel::<Option<Vec<u8>>>(WAITING);
    let (empty, emptied) = mpsc::sync_channel::<Vec<u8>>(WAITING + 2);
    let emptied = Mutex::new(emptied);
    thread::scope(|scope| {
        let writer = thread::Builder::new()
            .name("copy to PostgreSQL".to_owned())
            .spawn_scoped(scope, move || write(client, &statement, &filled, &empty))
            .map_err(|source| Error::Flow { act: act(), source })?;
        let rows = read(source, plan, policy, teller, |chunk_full| {
            // A closed channel means that the writer failed; it says why when it is joined.
            full.send(Some(chunk_full)).map_err(|_| Error::Flow {
                act: act(),
                source: std::io::ErrorKind::BrokenPipe.into(),
            })?;
            let used = emptied
                .lock()
                .ok()
                .and_then(|emptied| emptied.try_recv().ok());
            Ok(used.unwrap_or_else(chunk))
        });
        if rows.is_ok() {
            // Without this last word the writer gives up what it has sent.
            let _ = full.send(None);
        }
        drop(full);
        let written = match writer.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        match (written, rows) {
            // The writer's reason explains why the readers found the channel closed.
            (Err(refused), Err(Error::Flow { .. }) | Ok(_)) => Err(refused.error(act())),
            (_, rows) => rows,
        }
    })
}

/// Why the writing thread stopped.
enum Refused {
    Postgres(postgres::Error),
    Flow(std::io::Error),
}

impl Refused {
    fn error(self, act: String) -> Error {
        match self {
            Self::Postgres(source) => Error::postgres(act, source),
            Self::Flow(source) => Error::Flow { act, source },
        }
    }
}

fn write(
    client: &mut Client,
    statement: &str,
    filled: &Receiver<Option<Vec<u8>>>,
    empty: &SyncSender<Vec<u8>>,
) -> Result<(), Refused> {
    use std::io::Write as _;

    let mut copy = client.copy_in(statement).map_err(Refused::Postgres)?;
    let mut outcome = copy.write_all(HEADER);
    while let (Ok(()), Ok(next)) = (&outcome, filled.recv()) {
        let Some(full) = next else {
            outcome = copy.write_all(&TRAILER);
            if outcome.is_ok() {
                return copy.finish().map(drop).map_err(Refused::Postgres);
            }
            break;
        };
        outcome = copy.write_all(&full).and_then(|()| copy.flush());
        // One huge value must not be held for the rest of the table.
        if full.capacity() <= 2 * CHUNK {
            let _ = empty.try_send(full);
        }
    }
    match outcome {
        // The readers stopped without a last word: leaving without `finish` takes all of it back.
        Ok(()) => Ok(()),
        // The stream only says that it is closed; the server's reason comes with the end.
        Err(broken) => match copy.finish() {
            Err(reason) => Err(Refused::Postgres(reason)),
            Ok(_) => Err(Refused::Flow(broken)),
        },
    }
}

/// Asks PostgreSQL for the rows again and adds up what it sends.
fn read_back(
    client: &mut Client,
    plan: &TablePlan<'_>,
    teller: &mut Teller<'_>,
) -> Result<Digest, Error> {
    let table = &plan.table.name;
    let act = || format!("read back table {table:?}");
    let statement = format!(
        "COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)",
        plan.all_columns(),
        plan.path
    );
    let reader = client
        .copy_out(&statement)
        .map_err(|source| Error::postgres(act(), source))?;
    let broken = |broken| match broken {
        Broken::Read(source) => Error::Flow { act: act(), source },
        Broken::Shape => Error::Wire {
            table: table.clone(),
        },
    };
    let mut tuples = Tuples::new(reader);
    let mut digest = Digest::default();
    let mut scratch = Vec::new();
    while let Some(fields) = tuples.next().map_err(broken)? {
        let mut hash = RowHash::new();
        let mut sound = fields.len() == plan.columns.len();
        for (column, bytes) in plan.columns.iter().zip(fields.iter()) {
            sound &= column
                .carrier
                .hash_back(bytes, &mut hash, &mut scratch)
                .is_some();
        }
        if !sound {
            return Err(broken(Broken::Shape));
        }
        digest.add(hash);
        if digest.rows % STRIDE == 0 {
            teller.tell(Event::Verifying {
                table,
                rows: digest.rows,
            });
        }
    }
    tuples.finish().map_err(broken)?;
    Ok(digest)
}
