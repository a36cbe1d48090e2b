//! From SQLite to PostgreSQL, in one transaction on either side.
//!
//! 1. One read transaction of SQLite sees one moment of the database until the end.
//! 2. Every value is looked at, and every column gets a carrier.
//! 3. One transaction of PostgreSQL creates the tables, takes the rows by binary COPY, gives them
//!    back to be checked, and gets keys, indexes, defaults and sequences last: an index is built
//!    quicker from a full table, and keys that refer to each other need all rows first.
//!
//! A COPY into one table by many connections could not be undone as one, so one connection writes,
//! however many threads read.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Instant;

use postgres::Client;
use postgres::error::SqlState;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::carrier::{Carrier, as_text, shown};
use super::digest::{Digest, RowHash};
use super::error::{Error, said};
use super::family::Family;
use super::names::{self, Names, Rules, literal, quoted};
use super::plan::TablePlan;
use super::profile::Profile;
use super::report::{
    Event, OnUnrepresentable, Options, Report, TableReport, Teller, Unrepresentable,
};
use super::schema::{self, ForeignKey, Origin, Schema, Table};
use super::sql;
use super::wire::{Broken, HEADER, TRAILER, Tuples};

/// Bytes that travel together.
const CHUNK: usize = 256 * 1024;
/// Chunks that may wait for PostgreSQL.
const WAITING: usize = 4;
/// Rows between two words of progress.
const STRIDE: u64 = 16_384;

/// Opens the source for reading and takes its snapshot.
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    if !path.exists() {
        return Err(Error::NoFile {
            path: path.display().to_string(),
        });
    }
    let failed = |source| Error::sqlite(format!("read {}", path.display()), source);
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    db.busy_timeout(std::time::Duration::from_secs(30))
        .map_err(failed)?;
    // A transaction begins to see with its first read.
    db.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
        .map_err(failed)?;
    Ok(db)
}

/// Copies all of a SQLite database, or nothing.
pub(crate) fn copy(
    path: &Path,
    client: &mut Client,
    options: &Options,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let db = open(path)?;
    let mut schema = schema::read(&db)?;
    select(&mut schema, options)?;
    for (kind, name) in &schema.left_out {
        teller.note(format!("{kind} {name:?} is not copied"));
    }
    let target = target_schema(client, options)?;

    let mut tables = Names::new(Rules::Postgres);
    let mut plans = Vec::new();
    for table in &schema.tables {
        let profiles = scan(&db, table, teller)?;
        plans.push(TablePlan::new(
            table,
            &profiles,
            &target,
            &mut tables,
            options.on_unrepresentable,
            teller,
        ));
    }
    let taken = existing(client, &target)?;
    let clashes: Vec<&str> = plans
        .iter()
        .map(|plan| &plan.name[..])
        .filter(|name| taken.iter().any(|taken| taken == name))
        .collect();
    if !clashes.is_empty() && !options.replace {
        return Err(Error::Exists {
            names: clashes.join(", "),
        });
    }
    if options.dry_run {
        for plan in &plans {
            let started = Instant::now();
            let mut rows = Rows::new(plan, options.on_unrepresentable);
            rows.read(&db, teller, &mut |_| Ok(Vec::new()))?;
            teller.copied(rows.report(plan, started));
        }
        return Ok(());
    }

    let run = |client: &mut Client, sql: &str, act: &str| {
        client
            .batch_execute(sql)
            .map_err(|source| Error::postgres(act, source))
    };
    run(
        client,
        "BEGIN; SET LOCAL client_min_messages = error; SET LOCAL statement_timeout = 0; \
         SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL maintenance_work_mem = '128MB'",
        "begin a transaction",
    )?;
    run(
        client,
        &format!(
            "DO $$ BEGIN IF to_regnamespace({}) IS NULL THEN CREATE SCHEMA {}; END IF; END $$",
            literal(&quoted(&target)),
            quoted(&target)
        ),
        "create the schema",
    )?;
    if !clashes.is_empty() {
        let paths: Vec<String> = clashes
            .iter()
            .map(|name| format!("{}.{}", quoted(&target), quoted(name)))
            .collect();
        run(
            client,
            &format!("DROP TABLE {}", paths.join(", ")),
            "drop the tables that are replaced",
        )?;
    }
    let mut nulled = Vec::new();
    for plan in &mut plans {
        nulled.push(table_over(&db, client, plan, options, teller)?);
    }
    for name in taken {
        tables.reserve(&name);
    }
    for (plan, nulled) in plans.iter().zip(&nulled) {
        finish(client, plan, nulled, &mut tables, teller)?;
    }
    for plan in &plans {
        foreign_keys(&db, client, plan, &plans, teller)?;
    }
    run(client, "COMMIT", "commit")
}

/// Keeps the tables that were asked for.
fn select(schema: &mut Schema, options: &Options) -> Result<(), Error> {
    if options.tables.is_empty() {
        return Ok(());
    }
    for asked in &options.tables {
        if !schema
            .tables
            .iter()
            .any(|table| table.name.eq_ignore_ascii_case(asked))
        {
            let known: Vec<&str> = schema.tables.iter().map(|table| &table.name[..]).collect();
            return Err(Error::NoTable {
                name: asked.clone(),
                known: known.join(", "),
            });
        }
    }
    schema.tables.retain(|table| {
        options
            .tables
            .iter()
            .any(|asked| table.name.eq_ignore_ascii_case(asked))
    });
    Ok(())
}

fn target_schema(client: &mut Client, options: &Options) -> Result<String, Error> {
    if let Some(schema) = &options.schema {
        return Ok(schema.clone());
    }
    let row = client
        .query_one("SELECT coalesce(current_schema()::text, 'public')", &[])
        .map_err(|source| Error::postgres("ask for the current schema", source))?;
    Ok(row.get(0))
}

/// What the target's schema holds already: tables, views, indexes and sequences share their names.
fn existing(client: &mut Client, schema: &str) -> Result<Vec<String>, Error> {
    let rows = client
        .query(
            "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1::text::name",
            &[&schema],
        )
        .map_err(|source| Error::postgres("list what is there", source))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Looks at every value of a table.
fn scan(db: &Connection, table: &Table, teller: &mut Teller<'_>) -> Result<Vec<Profile>, Error> {
    let failed = |source| Error::sqlite(format!("read table {:?}", table.name), source);
    let mut profiles: Vec<Profile> = table
        .columns
        .iter()
        .map(|column| Profile::new(Family::of(&column.declared)))
        .collect();
    let columns = names::list(table.columns.iter().map(|column| &column.name));
    let mut statement = db
        .prepare(&format!(
            "SELECT {columns} FROM main.{}",
            quoted(&table.name)
        ))
        .map_err(failed)?;
    let mut rows = statement.raw_query();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        for (place, profile) in profiles.iter_mut().enumerate() {
            profile.see(row.get_ref_unwrap(place));
        }
        count += 1;
        if count % STRIDE == 0 {
            teller.tell(Event::Scanning {
                table: &table.name,
                rows: count,
            });
        }
    }
    Ok(profiles)
}

/// Reads a table's rows and turns them into what PostgreSQL takes.
struct Rows<'p, 's> {
    plan: &'p TablePlan<'s>,
    policy: OnUnrepresentable,
    digest: Digest,
    changed: u64,
    /// Columns in which a value became NULL.
    nulled: Vec<bool>,
}

impl<'p, 's> Rows<'p, 's> {
    fn new(plan: &'p TablePlan<'s>, policy: OnUnrepresentable) -> Self {
        Self {
            plan,
            policy,
            digest: Digest::default(),
            changed: 0,
            nulled: vec![false; plan.columns.len()],
        }
    }

    fn report(&self, plan: &TablePlan<'_>, started: Instant) -> TableReport {
        TableReport {
            source: plan.table.name.clone(),
            target: plan.name.clone(),
            digest: self.digest,
            changed: self.changed,
            took: started.elapsed(),
        }
    }

    /// Hands over full chunks; gets an empty one for each.
    fn read(
        &mut self,
        db: &Connection,
        teller: &mut Teller<'_>,
        send: &mut dyn FnMut(Vec<u8>) -> Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        let table = self.plan.table;
        let failed = |source| Error::sqlite(format!("read table {:?}", table.name), source);
        let mut columns = names::list(table.columns.iter().map(|column| &column.name));
        if let Some(rowid) = table.rowid {
            columns = format!("{columns}, {rowid}");
        }
        let mut statement = db
            .prepare(&format!(
                "SELECT {columns} FROM main.{}",
                quoted(&table.name)
            ))
            .map_err(failed)?;
        let mut rows = statement.raw_query();
        let sent = (0..self.plan.columns.len())
            .filter(|place| !self.plan.computes(*place))
            .count();
        let count = (sent as i16).to_be_bytes();
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 4);
        chunk.extend_from_slice(HEADER);
        while let Some(row) = rows.next().map_err(failed)? {
            chunk.extend_from_slice(&count);
            self.row(row, &mut chunk, teller)?;
            if self.digest.rows.is_multiple_of(STRIDE) {
                teller.tell(Event::Copying {
                    table: &table.name,
                    rows: self.digest.rows,
                });
            }
            if chunk.len() >= CHUNK {
                chunk = send(chunk)?;
                chunk.clear();
            }
        }
        chunk.extend_from_slice(&TRAILER);
        send(chunk)?;
        Ok(())
    }

    #[inline]
    fn row(
        &mut self,
        row: &Row<'_>,
        chunk: &mut Vec<u8>,
        teller: &mut Teller<'_>,
    ) -> Result<(), Error> {
        let mut hash = RowHash::new();
        for (place, column) in self.plan.columns.iter().enumerate() {
            let value = row.get_ref_unwrap(place);
            let before = chunk.len();
            if let Err(reason) = column.carrier.encode(value, chunk, &mut hash) {
                self.substitute(row, place, reason, chunk, &mut hash, teller)?;
            } else if let Some(before) = column.instead_of
                && !before.takes(value)
            {
                self.changed += 1;
                let reason = format!("is none for a column of {}", before.spoken());
                let what = self.unrepresentable(row, place, reason);
                teller.changed(&what);
            }
            if self.plan.computes(place) {
                chunk.truncate(before);
            }
        }
        self.digest.add(hash);
        Ok(())
    }

    #[cold]
    fn substitute(
        &mut self,
        row: &Row<'_>,
        place: usize,
        reason: String,
        chunk: &mut Vec<u8>,
        hash: &mut RowHash,
        teller: &mut Teller<'_>,
    ) -> Result<(), Error> {
        let column = &self.plan.columns[place];
        let value = row.get_ref_unwrap(place);
        let what = self.unrepresentable(row, place, reason);
        let in_key = self.plan.table.primary_key.contains(&place);
        let encoded = match self.policy {
            OnUnrepresentable::Null if !in_key => {
                self.nulled[place] = true;
                column.carrier.encode(ValueRef::Null, chunk, hash)
            }
            OnUnrepresentable::Text if column.carrier.is_text() => {
                column
                    .carrier
                    .encode(ValueRef::Text(as_text(value).as_bytes()), chunk, hash)
            }
            _ => Err(String::new()),
        };
        if encoded.is_err() {
            return Err(Error::Unrepresentable(Box::new(what)));
        }
        self.changed += 1;
        teller.changed(&what);
        Ok(())
    }

    fn unrepresentable(&self, row: &Row<'_>, place: usize, reason: String) -> Unrepresentable {
        let table = self.plan.table;
        let which = match table.rowid {
            Some(name) => format!("{name} {}", shown(row.get_ref_unwrap(table.columns.len()))),
            None => {
                let keys: Vec<String> = table
                    .primary_key
                    .iter()
                    .map(|key| {
                        format!(
                            "{:?} = {}",
                            table.columns[*key].name,
                            shown(row.get_ref_unwrap(*key))
                        )
                    })
                    .collect();
                format!("key {}", keys.join(", "))
            }
        };
        Unrepresentable {
            table: table.name.clone(),
            column: table.columns[place].name.clone(),
            row: which,
            value: shown(row.get_ref_unwrap(place)),
            reason,
        }
    }
}

/// Creates a table, fills it and reads it back; returns in which columns values became NULL.
fn table_over(
    db: &Connection,
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
        let mut rows = Rows::new(plan, options.on_unrepresentable);
        load(db, client, &mut rows, teller)?;
        let back = read_back(client, plan, teller)?;
        if back == rows.digest {
            let report = rows.report(plan, started);
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

/// Runs a statement that may fail without harm; returns the refusal.
fn attempt(client: &mut Client, sql: &str) -> Result<Option<postgres::Error>, Error> {
    let failed = |source| Error::postgres("use a savepoint", source);
    client.batch_execute("SAVEPOINT attempt").map_err(failed)?;
    match client.batch_execute(sql) {
        Ok(()) => {
            client.batch_execute("RELEASE attempt").map_err(failed)?;
            Ok(None)
        }
        Err(refusal) if refusal.is_closed() => Err(failed(refusal)),
        Err(refusal) => {
            client
                .batch_execute("ROLLBACK TO attempt; RELEASE attempt")
                .map_err(failed)?;
            Ok(Some(refusal))
        }
    }
}

/// One thread reads SQLite, another talks to PostgreSQL, and few chunks wait between them.
fn load(
    db: &Connection,
    client: &mut Client,
    rows: &mut Rows<'_, '_>,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let plan = rows.plan;
    let act = || format!("send table {:?}", plan.table.name);
    let statement = format!(
        "COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE)",
        plan.path,
        plan.sent_columns()
    );
    if plan.columns.is_empty() || plan.sent_columns().is_empty() {
        return rows.read(db, teller, &mut |_| Ok(Vec::new()));
    }
    let (full, filled) = mpsc::sync_channel::<Option<Vec<u8>>>(WAITING);
    let (empty, emptied) = mpsc::sync_channel::<Vec<u8>>(WAITING + 2);
    thread::scope(|scope| {
        let writer = thread::Builder::new()
            .name("copy to PostgreSQL".to_owned())
            .spawn_scoped(scope, move || write(client, &statement, &filled, &empty))
            .map_err(|source| Error::Flow { act: act(), source })?;
        let read = rows.read(db, teller, &mut |chunk| {
            // A closed channel means that the writer failed; it says why when it is joined.
            full.send(Some(chunk)).map_err(|_| Error::Flow {
                act: act(),
                source: std::io::ErrorKind::BrokenPipe.into(),
            })?;
            Ok(emptied
                .try_recv()
                .unwrap_or_else(|_| Vec::with_capacity(CHUNK + CHUNK / 4)))
        });
        if read.is_ok() {
            // Without this last word the writer gives up what it has sent.
            let _ = full.send(None);
        }
        drop(full);
        let written = match writer.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        match (written, read) {
            (Err(refused), _) => Err(refused.error(act())),
            (Ok(()), read) => read,
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
    while let Ok(chunk) = filled.recv() {
        let Some(chunk) = chunk else {
            return copy.finish().map(|_| ()).map_err(Refused::Postgres);
        };
        if let Err(broken) = copy.write_all(&chunk).and_then(|()| copy.flush()) {
            // The stream only says that it is closed; the server's reason comes with the end.
            return match copy.finish() {
                Err(reason) => Err(Refused::Postgres(reason)),
                Ok(_) => Err(Refused::Flow(broken)),
            };
        }
        // One huge value must not be held for the rest of the table.
        if chunk.capacity() <= 2 * CHUNK {
            let _ = empty.try_send(chunk);
        }
    }
    Ok(())
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

/// Indexes, keys, defaults, checks and the sequence of a table that is full.
fn finish(
    client: &mut Client,
    plan: &TablePlan<'_>,
    nulled: &[bool],
    names: &mut Names,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let table = plan.table;
    // Indexes with names of their own come first: the names of the others make way.
    for index in table
        .indexes
        .iter()
        .filter(|index| index.origin == Origin::Created)
    {
        let name = names.take(&index.name);
        if name != index.name {
            teller.note(format!("index {:?} is called {name:?}", index.name));
        }
        let mut refusal = None;
        for known in plan.known() {
            refusal = attempt(client, &plan.create_index(index, Some(&name), &known))?;
            if refusal.is_none() {
                break;
            }
        }
        if let Some(refusal) = refusal {
            index_refused(client, plan, index, Some(&name), &refusal, teller)?;
        }
        if index
            .terms
            .iter()
            .any(|term| matches!(term.collation, schema::Collation::NoCase))
        {
            teller.note(format!(
                "index {name:?} of table {:?} ignores case as NOCASE does: it holds lower(…), so compare with lower(…)",
                table.name
            ));
        }
    }
    primary_key(client, plan, teller)?;
    for index in table
        .indexes
        .iter()
        .filter(|index| index.origin == Origin::Unique)
    {
        unique(client, plan, index, teller)?;
    }
    for place in 0..plan.columns.len() {
        let column = &plan.columns[place];
        if column.not_null && nulled[place] {
            teller.note(format!(
                "column {:?} of table {:?} allows NULL there, since values became NULL",
                table.columns[place].name, table.name
            ));
        } else if column.not_null {
            let sql = format!(
                "ALTER TABLE {} ALTER {} SET NOT NULL",
                plan.path,
                quoted(&column.name)
            );
            client
                .batch_execute(&sql)
                .map_err(|source| Error::postgres("forbid NULL", source))?;
        } else if table.columns[place].not_null {
            teller.note(format!(
                "column {:?} of table {:?} holds NULL although it is NOT NULL, and allows it there",
                table.columns[place].name, table.name
            ));
        }
        if plan.computes(place) || table.rowid_alias == Some(place) {
            continue;
        }
        if let Some(default) = plan.default(place) {
            let sql = format!(
                "ALTER TABLE {} ALTER {} SET DEFAULT {default}",
                plan.path,
                quoted(&column.name)
            );
            if let Some(refusal) = attempt(client, &sql)? {
                teller.note(format!(
                    "the default {} of column {:?} of table {:?} is not carried{}",
                    table.columns[place].default.as_deref().unwrap_or_default(),
                    table.columns[place].name,
                    table.name,
                    said(&refusal)
                ));
            }
        }
    }
    for (name, expression) in &table.checks {
        let mut refusal = None;
        for known in plan.known() {
            let named = name.as_ref().map_or_else(String::new, |name| {
                format!(
                    "CONSTRAINT {} ",
                    quoted(&Names::new(Rules::Postgres).take(name))
                )
            });
            let sql = format!(
                "ALTER TABLE {} ADD {named}CHECK ({})",
                plan.path,
                sql::to_postgres(expression, &known)
            );
            refusal = attempt(client, &sql)?;
            if refusal.is_none() {
                break;
            }
        }
        if let Some(refusal) = refusal {
            teller.note(format!(
                "the check ({expression}) of table {:?} is not carried{}",
                table.name,
                said(&refusal)
            ));
        }
    }
    sequence(client, plan)
}

/// An index that PostgreSQL does not build: a long text is kept unique by its hash, the rest is
/// reported.
fn index_refused(
    client: &mut Client,
    plan: &TablePlan<'_>,
    index: &schema::Index,
    name: Option<&str>,
    refusal: &postgres::Error,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let too_long = refusal.code() == Some(&SqlState::PROGRAM_LIMIT_EXCEEDED);
    if too_long && index.unique && index.predicate.is_none() {
        let [plain, _] = plan.known();
        let terms: Vec<String> = index
            .terms
            .iter()
            .map(|term| {
                let is_text = term
                    .what
                    .as_ref()
                    .is_ok_and(|place| plan.columns[*place].carrier.is_text());
                let is_blob = term
                    .what
                    .as_ref()
                    .is_ok_and(|place| plan.columns[*place].carrier == Carrier::Bytea);
                let text = plan.term(term, &plain).0.replace(" DESC", "");
                if is_text {
                    format!("sha256(replace({text}, '\\', '\\\\')::bytea)")
                } else if is_blob {
                    format!("sha256({text})")
                } else {
                    text
                }
            })
            .collect();
        let sql = format!(
            "CREATE UNIQUE INDEX {} ON {} ({})",
            name.map_or_else(String::new, quoted),
            plan.path,
            terms.join(", ")
        );
        if attempt(client, &sql)?.is_none() {
            teller.note(format!(
                "a unique key of table {:?} holds values too long for an index, and is kept by their SHA-256",
                plan.table.name
            ));
            return Ok(());
        }
    }
    teller.note(format!(
        "index {:?} of table {:?} is not carried{}",
        index.name,
        plan.table.name,
        said(refusal)
    ));
    Ok(())
}

fn primary_key(
    client: &mut Client,
    plan: &TablePlan<'_>,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let table = plan.table;
    if table.primary_key.is_empty() {
        return Ok(());
    }
    let columns = names::list(
        table
            .primary_key
            .iter()
            .map(|place| &plan.columns[*place].name),
    );
    let has_nulls = table
        .primary_key
        .iter()
        .any(|place| plan.columns[*place].has_nulls);
    let what = if has_nulls { "UNIQUE" } else { "PRIMARY KEY" };
    if has_nulls {
        teller.note(format!(
            "the primary key of table {:?} holds NULL, which SQLite allows, so it is a unique key there",
            table.name
        ));
    }
    let refusal = attempt(
        client,
        &format!("ALTER TABLE {} ADD {what} ({columns})", plan.path),
    )?;
    let index = table
        .indexes
        .iter()
        .find(|index| index.origin == Origin::PrimaryKey);
    match (refusal, index) {
        (None, Some(index)) => {
            // The plain key is there; one that ignores case is stricter, and comes beside it.
            let [plain, _] = plan.known();
            if index.terms.iter().any(|term| !plan.term(term, &plain).1) {
                stricter(client, plan, index, teller)?;
            }
            Ok(())
        }
        (None, None) => Ok(()),
        (Some(refusal), Some(index)) => index_refused(client, plan, index, None, &refusal, teller),
        (Some(refusal), None) => Err(Error::postgres(
            format!("give table {:?} its key", table.name),
            refusal,
        )),
    }
}

fn unique(
    client: &mut Client,
    plan: &TablePlan<'_>,
    index: &schema::Index,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let [plain, _] = plan.known();
    if index.terms.iter().any(|term| !plan.term(term, &plain).1) {
        return stricter(client, plan, index, teller);
    }
    let places = index
        .terms
        .iter()
        .filter_map(|term| term.what.as_ref().ok());
    let columns = names::list(places.map(|place| &plan.columns[*place].name));
    match attempt(
        client,
        &format!("ALTER TABLE {} ADD UNIQUE ({columns})", plan.path),
    )? {
        None => Ok(()),
        Some(refusal) => index_refused(client, plan, index, None, &refusal, teller),
    }
}

/// A unique index over `lower(…)` or `rtrim(…)`.
fn stricter(
    client: &mut Client,
    plan: &TablePlan<'_>,
    index: &schema::Index,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let [plain, _] = plan.known();
    match attempt(client, &plan.create_index(index, None, &plain))? {
        None => {
            teller.note(format!(
                "a key of table {:?} is unique without regard to case or blanks at the end, by an index over lower(…) or rtrim(…)",
                plan.table.name
            ));
            Ok(())
        }
        Some(refusal) => index_refused(client, plan, index, None, &refusal, teller),
    }
}

/// Where the next row's number continues.
fn sequence(client: &mut Client, plan: &TablePlan<'_>) -> Result<(), Error> {
    let Some(place) = plan.table.rowid_alias else {
        return Ok(());
    };
    let column = &plan.columns[place].name;
    let known = plan.table.sequence.unwrap_or(0);
    let sql = format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), greatest(last, 1), last >= 1) \
         FROM (SELECT greatest(max({}), {known}) AS last FROM {}) AS rows",
        literal(&plan.path),
        literal(column),
        quoted(column),
        plan.path
    );
    client.batch_execute(&sql).map_err(|source| {
        Error::postgres(format!("set the sequence of table {:?}", plan.name), source)
    })
}

/// Foreign keys come when all tables are full, so that cycles are no matter.
fn foreign_keys(
    db: &Connection,
    client: &mut Client,
    plan: &TablePlan<'_>,
    plans: &[TablePlan<'_>],
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    for key in &plan.table.foreign_keys {
        let child = &plan.table.name;
        let parent = plans
            .iter()
            .find(|plan| plan.table.name.eq_ignore_ascii_case(&key.parent));
        let Some(parent) = parent else {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is not carried: that table is not copied",
                key.parent
            ));
            continue;
        };
        let columns = names::list(key.columns.iter().map(|place| &plan.columns[*place].name));
        let parent_columns = names::list(parent_columns(key, parent).iter());
        let action = |when: &str, action: &str| match action {
            "NO ACTION" => String::new(),
            action => format!(" ON {when} {action}"),
        };
        let definition = format!(
            "ALTER TABLE {} ADD FOREIGN KEY ({columns}) REFERENCES {} ({parent_columns}){}{}{}",
            plan.path,
            parent.path,
            action("UPDATE", &key.on_update),
            action("DELETE", &key.on_delete),
            if key.deferred {
                " DEFERRABLE INITIALLY DEFERRED"
            } else {
                ""
            },
        );
        let mut refusal = attempt(client, &definition)?;
        let not_unique = |refusal: &Option<postgres::Error>| {
            refusal
                .as_ref()
                .is_some_and(|refusal| refusal.code() == Some(&SqlState::INVALID_FOREIGN_KEY))
        };
        if not_unique(&refusal) {
            // Unique there without regard to case: then it is unique in itself too.
            let unique = format!("ALTER TABLE {} ADD UNIQUE ({parent_columns})", parent.path);
            if attempt(client, &unique)?.is_none() {
                refusal = attempt(client, &definition)?;
            }
        }
        let orphans = refusal
            .as_ref()
            .is_some_and(|refusal| refusal.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION));
        if orphans && attempt(client, &format!("{definition} NOT VALID"))?.is_none() {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is NOT VALID there, since rows refer to nothing: {}",
                key.parent,
                orphan_rows(db, child, &key.parent)?
            ));
        } else if let Some(refusal) = refusal {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is not carried{}",
                key.parent,
                said(&refusal)
            ));
        }
    }
    Ok(())
}

fn parent_columns(key: &ForeignKey, parent: &TablePlan<'_>) -> Vec<String> {
    if key.parent_columns.is_empty() {
        let places = parent.table.primary_key.iter();
        return places
            .map(|place| parent.columns[*place].name.clone())
            .collect();
    }
    key.parent_columns
        .iter()
        .map(|name| {
            let place = parent
                .table
                .columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(name));
            place.map_or_else(|| name.clone(), |place| parent.columns[place].name.clone())
        })
        .collect()
}

/// The rows that refer to nothing: the first few, and how many.
fn orphan_rows(db: &Connection, table: &str, parent: &str) -> Result<String, Error> {
    const SHOWN: usize = 10;
    let failed = |source| Error::sqlite("check foreign keys", source);
    let mut statement = db
        .prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?1)")
        .map_err(failed)?;
    let mut rows = statement.query([table]).map_err(failed)?;
    let mut shown = Vec::new();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        let to: String = row.get(1).map_err(failed)?;
        if !to.eq_ignore_ascii_case(parent) {
            continue;
        }
        count += 1;
        if let Some(rowid) = row.get::<_, Option<i64>>(0).map_err(failed)?
            && shown.len() < SHOWN
        {
            shown.push(rowid.to_string());
        }
    }
    let rows = if count == 1 { "row" } else { "rows" };
    Ok(match shown.len() {
        0 => format!("{count} {rows}"),
        few if few == count => format!("{count} {rows}, rowid {}", shown.join(", ")),
        _ => format!("{count} {rows}, rowid {}, …", shown.join(", ")),
    })
}

/// All of it, from the source's path to the report.
pub(crate) fn run(
    path: &Path,
    client: &mut Client,
    options: &Options,
    mut teller: Teller<'_>,
) -> Result<Report, Error> {
    copy(path, client, options, &mut teller)?;
    Ok(teller.report)
}
