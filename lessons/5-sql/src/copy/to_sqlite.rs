//! From PostgreSQL to SQLite, in one transaction on either side.
//!
//! SQLite fixes checks, defaults and foreign keys when a table is created, so each is tried before:
//! what SQLite does not take is left out and reported. The rows come by binary COPY under one
//! snapshot, go into one transaction of SQLite, and are read again from it before the commit.

use std::path::Path;
use std::time::Instant;

use postgres::Client;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement};

use super::catalog::{self, Catalog, Column, Reads, Table};
use super::decimal;
use super::digest::{Digest, RowHash};
use super::error::{Error, brief};
use super::moment::{self, Kind};
use super::names::{self, Names, Rules, literal, quoted};
use super::profile::write_uuid;
use super::report::{
    Event, OnUnrepresentable, Options, Report, TableReport, Teller, Unrepresentable,
};
use super::sql::{self, Known};
use super::wire::{Broken, Fields, Tuples};

/// Rows between two words of progress.
const STRIDE: u64 = 16_384;

/// One table's plan.
struct TablePlan<'c> {
    table: &'c Table,
    name: String,
    columns: Vec<String>,
    /// The column that is another name for the rowid, and whether its numbers are never reused.
    rowid: Option<usize>,
    /// What was tried and taken: pieces of `CREATE TABLE`.
    pieces: Vec<Piece>,
}

/// A piece of `CREATE TABLE` that SQLite may refuse.
#[derive(Clone)]
enum Piece {
    Default(usize, String),
    Generated(usize, String),
    Check(String),
    ForeignKey(String),
}

/// Copies all of a PostgreSQL database, or nothing.
pub(crate) fn run(
    client: &mut Client,
    path: &Path,
    options: &Options,
    mut teller: Teller<'_>,
) -> Result<Report, Error> {
    let was_there = path.exists();
    let outcome = copy(client, path, options, &mut teller);
    // SQLite makes the file when it begins; a copy that did not happen leaves none behind.
    let is_empty = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
    if !was_there && is_empty {
        let _ = std::fs::remove_file(path);
    }
    outcome.map(|()| teller.report)
}

fn copy(
    client: &mut Client,
    path: &Path,
    options: &Options,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    // Without row_security = off a policy would hide rows in silence; with it PostgreSQL refuses.
    client
        .batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off; \
             SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
             SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; \
             SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3; \
             SET LOCAL bytea_output = 'hex'; SET LOCAL search_path = pg_catalog",
        )
        .map_err(|source| Error::postgres("begin a transaction", source))?;
    let mut catalog = catalog::read(client, options.schema.as_deref())?;
    select(&mut catalog, options)?;
    for note in &catalog.left_out {
        teller.note(note.clone());
    }
    catalog.tables.retain(|table| {
        if table.columns.is_empty() {
            teller.note(format!(
                "table {} is not copied: it has no column, and SQLite asks for one",
                table.path
            ));
        }
        !table.columns.is_empty()
    });
    let opened = |source| Error::sqlite(format!("open {}", path.display()), source);
    // A database without a name is a private file that SQLite removes itself.
    let db = if options.dry_run {
        Connection::open("").map_err(opened)?
    } else {
        Connection::open(path).map_err(opened)?
    };
    db.busy_timeout(std::time::Duration::from_secs(30))
        .map_err(opened)?;
    db.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \
         PRAGMA cache_size = -16000; BEGIN IMMEDIATE",
    )
    .map_err(|source| Error::sqlite("begin a transaction", source))?;

    let mut names = Names::new(Rules::Sqlite);
    let mut plans = plans(&catalog, &mut names, teller);
    let taken = existing(&db)?;
    let clashes: Vec<&str> = plans
        .iter()
        .map(|plan| &plan.name[..])
        .filter(|name| taken.iter().any(|taken| taken.eq_ignore_ascii_case(name)))
        .collect();
    if !clashes.is_empty() && !options.replace {
        return Err(Error::Exists {
            names: clashes.join(", "),
        });
    }
    for name in &clashes {
        execute(
            &db,
            &format!("DROP TABLE main.{}", quoted(name)),
            "drop a table that is replaced",
        )?;
    }
    for name in existing(&db)? {
        names.reserve(&name);
    }
    add_foreign_keys(&mut plans, teller);
    for plan in &mut plans {
        fit(&db, plan, teller)?;
        table_over(&db, client, plan, options, teller)?;
    }
    for plan in &plans {
        indexes(&db, plan, &mut names, teller)?;
        sequence(&db, plan)?;
    }
    orphans(&db, &plans, teller)?;
    if options.dry_run {
        return Ok(());
    }
    execute(&db, "COMMIT", "commit")
}

fn execute(db: &Connection, sql: &str, act: &str) -> Result<(), Error> {
    db.execute_batch(sql)
        .map_err(|source| Error::sqlite(act, source))
}

fn select(catalog: &mut Catalog, options: &Options) -> Result<(), Error> {
    if options.tables.is_empty() {
        return Ok(());
    }
    let is = |table: &Table, asked: &str| {
        table.name == asked || format!("{}.{}", table.schema, table.name) == asked
    };
    for asked in &options.tables {
        if !catalog.tables.iter().any(|table| is(table, asked)) {
            let known: Vec<&str> = catalog.tables.iter().map(|table| &table.name[..]).collect();
            return Err(Error::NoTable {
                name: asked.clone(),
                known: known.join(", "),
            });
        }
    }
    catalog
        .tables
        .retain(|table| options.tables.iter().any(|asked| is(table, asked)));
    Ok(())
}

fn existing(db: &Connection) -> Result<Vec<String>, Error> {
    let failed = |source| Error::sqlite("list what is there", source);
    let mut statement = db
        .prepare("SELECT name FROM main.sqlite_schema")
        .map_err(failed)?;
    statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(failed)
}

fn plans<'c>(
    catalog: &'c Catalog,
    names: &mut Names,
    teller: &mut Teller<'_>,
) -> Vec<TablePlan<'c>> {
    let mut plans = Vec::new();
    // Names of the schema `public` keep their names before others may take them.
    let (public, others): (Vec<&Table>, Vec<&Table>) = catalog
        .tables
        .iter()
        .partition(|table| table.schema == "public");
    let alone = public.is_empty()
        && others
            .windows(2)
            .all(|pair| pair[0].schema == pair[1].schema);
    for table in public.into_iter().chain(others) {
        let wanted = if table.schema == "public" || alone {
            table.name.clone()
        } else {
            format!("{}_{}", table.schema, table.name)
        };
        let name = names.take(&wanted);
        if name != table.name {
            teller.note(format!("table {} is called {name:?}", table.path));
        }
        let mut columns_taken = Names::of_columns(Rules::Sqlite);
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let taken = columns_taken.take(&column.name);
                if taken != column.name {
                    teller.note(format!(
                        "column {:?} of table {:?} is called {taken:?}",
                        column.name, table.name
                    ));
                }
                taken
            })
            .collect();
        let rowid = table
            .constraints
            .iter()
            .find(|constraint| constraint.kind == "p")
            .and_then(|key| match key.columns[..] {
                [only] => place(table, only),
                _ => None,
            })
            .filter(|place| {
                matches!(
                    table.columns[*place].reads,
                    Reads::Int2 | Reads::Int4 | Reads::Int8
                )
            });
        let mut plan = TablePlan {
            table,
            name,
            columns,
            rowid,
            pieces: Vec::new(),
        };
        plan.gather(teller);
        plans.push(plan);
    }
    plans
}

/// A column's place by its number.
fn place(table: &Table, number: i16) -> Option<usize> {
    table
        .columns
        .iter()
        .position(|column| column.number == number)
}

impl TablePlan<'_> {
    /// Collects what SQLite may or may not take.
    fn gather(&mut self, teller: &mut Teller<'_>) {
        let known = self.known();
        for (place, column) in self.table.columns.iter().enumerate() {
            if let Some(expression) = &column.default {
                let piece = if column.generated {
                    Piece::Generated(place, sql::to_sqlite(expression, &known))
                } else {
                    Piece::Default(place, default(column, expression))
                };
                self.pieces.push(piece);
            }
            if !column.labels.is_empty() {
                let labels: Vec<String> =
                    column.labels.iter().map(|label| literal(label)).collect();
                self.pieces.push(Piece::Check(format!(
                    "{} IN ({})",
                    quoted(&self.columns[place]),
                    labels.join(", ")
                )));
            }
            if let Some(domain) = &column.domain {
                teller.note(format!(
                    "column {:?} of table {:?} is of the domain {domain}, whose own checks are not carried",
                    column.name, self.table.name
                ));
            }
            if column.sequence.is_some() && self.rowid != Some(place) {
                teller.note(format!(
                    "column {:?} of table {:?} has a sequence, which SQLite has only for an integer primary key",
                    column.name, self.table.name
                ));
            }
        }
        for constraint in &self.table.constraints {
            match constraint.kind.as_str() {
                "c" => {
                    if let Some(expression) = &constraint.expression {
                        self.pieces
                            .push(Piece::Check(sql::to_sqlite(expression, &known)));
                    }
                }
                "p" | "f" => {}
                "u" if !constraint.definition.contains("NULLS NOT DISTINCT") => {}
                _ => teller.note(format!(
                    "constraint {:?} of table {:?} is not carried: {}",
                    constraint.name, self.table.name, constraint.definition
                )),
            }
        }
    }

    fn known(&self) -> Vec<Known> {
        self.table
            .columns
            .iter()
            .zip(&self.columns)
            .map(|(column, name)| Known {
                name: column.name.clone(),
                becomes: quoted(name),
            })
            .collect()
    }

    fn computes(&self, place: usize) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Generated(of, _) if *of == place))
    }

    fn list(&self, numbers: &[i16]) -> String {
        let places = numbers
            .iter()
            .filter_map(|number| place(self.table, *number));
        names::list(places.map(|place| &self.columns[place]))
    }

    fn create(&self, pieces: &[Piece]) -> String {
        let mut parts = Vec::new();
        for (place, (column, name)) in self.table.columns.iter().zip(&self.columns).enumerate() {
            let mut part = format!("{} {}", quoted(name), column.declared);
            if self.rowid == Some(place) {
                let once = if column.sequence.is_some() {
                    " AUTOINCREMENT"
                } else {
                    ""
                };
                part = format!("{} INTEGER PRIMARY KEY{once}", quoted(name));
            }
            if column.not_null {
                part += " NOT NULL";
            }
            for piece in pieces {
                match piece {
                    Piece::Default(of, text) if *of == place => {
                        part += &format!(" DEFAULT ({text})")
                    }
                    Piece::Generated(of, text) if *of == place => {
                        part += &format!(" GENERATED ALWAYS AS ({text}) STORED");
                    }
                    _ => {}
                }
            }
            parts.push(part);
        }
        for constraint in &self.table.constraints {
            let columns = self.list(&constraint.columns);
            match constraint.kind.as_str() {
                "p" if self.rowid.is_none() => parts.push(format!("PRIMARY KEY ({columns})")),
                "u" if !constraint.definition.contains("NULLS NOT DISTINCT") => {
                    parts.push(format!("UNIQUE ({columns})"));
                }
                _ => {}
            }
        }
        for piece in pieces {
            match piece {
                Piece::Check(text) => parts.push(format!("CHECK ({text})")),
                Piece::ForeignKey(text) => parts.push(text.clone()),
                _ => {}
            }
        }
        format!(
            "CREATE TABLE main.{} ({})",
            quoted(&self.name),
            parts.join(", ")
        )
    }
}

/// A default in SQLite's words.
fn default(column: &Column, expression: &str) -> String {
    let bare = expression.trim().to_ascii_lowercase();
    let zoned =
        matches!(column.reads, Reads::Moment(pattern) if pattern.zone != moment::Zone::None);
    let moment = match column.reads {
        Reads::Moment(pattern) => Some(pattern.kind),
        _ => None,
    };
    if bare.starts_with("now()")
        || bare.starts_with("current_timestamp")
        || bare.starts_with("localtimestamp")
    {
        match moment {
            Some(Kind::Date) => return "CURRENT_DATE".to_owned(),
            Some(Kind::Timestamp) if zoned => {
                return "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')".to_owned();
            }
            _ => return "CURRENT_TIMESTAMP".to_owned(),
        }
    }
    let translated = sql::to_sqlite(expression, &[]);
    if column.reads == Reads::Numeric && bare.parse::<f64>().is_ok() {
        // As a number it would lose the zeros at its end.
        return literal(&bare);
    }
    if column.reads == Reads::Bytes
        && let Some(digits) = translated.strip_prefix("'\\x")
    {
        return format!("x'{digits}");
    }
    translated
}

/// Foreign keys among the tables that are copied.
fn add_foreign_keys(plans: &mut [TablePlan<'_>], teller: &mut Teller<'_>) {
    let mut added: Vec<(usize, Piece)> = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        for key in plan.table.constraints.iter().filter(|key| key.kind == "f") {
            let Some(parent) = plans.iter().find(|parent| parent.table.oid == key.parent) else {
                teller.note(format!(
                    "foreign key {:?} of table {:?} is not carried: its parent is not copied",
                    key.name, plan.table.name
                ));
                continue;
            };
            let deferred = if key.deferred {
                " DEFERRABLE INITIALLY DEFERRED"
            } else {
                ""
            };
            added.push((
                at,
                Piece::ForeignKey(format!(
                    "FOREIGN KEY ({}) REFERENCES {} ({}) ON UPDATE {} ON DELETE {}{deferred}",
                    plan.list(&key.columns),
                    quoted(&parent.name),
                    parent.list(&key.parent_columns),
                    key.on_update,
                    key.on_delete,
                )),
            ));
        }
    }
    for (at, piece) in added {
        plans[at].pieces.push(piece);
    }
}

/// Tries each piece, and keeps those that SQLite takes.
fn fit(db: &Connection, plan: &mut TablePlan<'_>, teller: &mut Teller<'_>) -> Result<(), Error> {
    let takes = |pieces: &[Piece]| -> Result<Option<rusqlite::Error>, Error> {
        execute(db, "SAVEPOINT attempt", "use a savepoint")?;
        let outcome = db.execute_batch(&plan.create(pieces)).and_then(|()| {
            // SQLite looks at a default only when it is used.
            pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Default(_, text) => Some(text),
                    _ => None,
                })
                .try_for_each(|text| db.prepare(&format!("SELECT {text}")).map(drop))
        });
        execute(
            db,
            "ROLLBACK TO attempt; RELEASE attempt",
            "use a savepoint",
        )?;
        Ok(outcome.err())
    };
    if takes(&plan.pieces)?.is_none() {
        return Ok(());
    }
    let mut kept: Vec<Piece> = Vec::new();
    let mut refused = Vec::new();
    for piece in &plan.pieces {
        kept.push(piece.clone());
        if let Some(refusal) = takes(&kept)? {
            kept.pop();
            let what = match piece {
                Piece::Default(place, text) => {
                    format!("the default {text} of column {:?}", plan.columns[*place])
                }
                Piece::Generated(place, text) => format!(
                    "the expression {text} of generated column {:?} (its values are copied)",
                    plan.columns[*place]
                ),
                Piece::Check(text) => format!("the check ({text})"),
                Piece::ForeignKey(text) => text.clone(),
            };
            refused.push(format!(
                "{what} of table {:?} is not carried: {}",
                plan.name,
                brief(&refusal)
            ));
        }
    }
    plan.pieces = kept;
    refused.into_iter().for_each(|note| teller.note(note));
    Ok(())
}

/// Creates a table, fills it and reads it back.
fn table_over(
    db: &Connection,
    client: &mut Client,
    plan: &mut TablePlan<'_>,
    options: &Options,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let started = Instant::now();
    loop {
        execute(
            db,
            &plan.create(&plan.pieces),
            &format!("create table {:?}", plan.name),
        )?;
        let (sent, changed) = load(db, client, plan, options.on_unrepresentable, teller)?;
        let back = read_back(db, plan, teller)?;
        let broken_check = broken_check(db, plan)?;
        if sent == back && !broken_check {
            teller.copied(TableReport {
                source: plan.table.name.clone(),
                target: plan.name.clone(),
                digest: sent,
                changed,
                took: started.elapsed(),
            });
            return Ok(());
        }
        let before = plan.pieces.len();
        plan.pieces
            .retain(|piece| !matches!(piece, Piece::Check(_) | Piece::Generated(..)));
        if plan.pieces.len() == before {
            return Err(Error::Differs {
                table: plan.table.name.clone(),
                sent: sent.rows,
                found: back.rows,
                hint: if sent.rows == back.rows {
                    " with other values"
                } else {
                    ""
                },
            });
        }
        teller.note(format!(
            "checks and generated expressions of table {:?} mean something else in SQLite and are not carried",
            plan.table.name
        ));
        execute(
            db,
            &format!("DROP TABLE main.{}", quoted(&plan.name)),
            "drop a table again",
        )?;
    }
}

/// Whether SQLite finds a row that PostgreSQL's check let pass.
fn broken_check(db: &Connection, plan: &TablePlan<'_>) -> Result<bool, Error> {
    for piece in &plan.pieces {
        if let Piece::Check(text) = piece {
            let found = db
                .query_row(
                    &format!(
                        "SELECT EXISTS (SELECT 1 FROM main.{} WHERE NOT ({text}))",
                        quoted(&plan.name)
                    ),
                    [],
                    |row| row.get(0),
                )
                .map_err(|source| Error::sqlite("check the rows", source))?;
            if found {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn load(
    db: &Connection,
    client: &mut Client,
    plan: &TablePlan<'_>,
    policy: OnUnrepresentable,
    teller: &mut Teller<'_>,
) -> Result<(Digest, u64), Error> {
    let table = plan.table;
    let act = || format!("read table {}", table.path);
    let broken = |broken| match broken {
        Broken::Read(source) => Error::Flow { act: act(), source },
        Broken::Shape => Error::Wire {
            table: table.name.clone(),
        },
    };
    let selected: Vec<String> = table
        .columns
        .iter()
        .map(|column| match column.reads {
            Reads::AsText => format!("{}::text", quoted(&column.name)),
            _ => quoted(&column.name),
        })
        .collect();
    let reader = client
        .copy_out(&format!(
            "COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)",
            selected.join(", "),
            table.path
        ))
        .map_err(|source| Error::postgres(act(), source))?;
    let places: Vec<usize> = (0..plan.columns.len())
        .filter(|place| !plan.computes(*place))
        .collect();
    let insert = if places.is_empty() {
        format!("INSERT INTO main.{} DEFAULT VALUES", quoted(&plan.name))
    } else {
        format!(
            "INSERT INTO main.{} ({}) VALUES ({})",
            quoted(&plan.name),
            names::list(places.iter().map(|place| &plan.columns[*place])),
            vec!["?"; places.len()].join(", ")
        )
    };
    let wrote = |source| Error::sqlite(format!("write table {:?}", plan.name), source);
    let mut statement = db.prepare(&insert).map_err(wrote)?;
    let mut tuples = Tuples::new(reader);
    let mut digest = Digest::default();
    let mut changed = 0;
    let mut scratch = Vec::new();
    while let Some(fields) = tuples.next().map_err(broken)? {
        if fields.len() != table.columns.len() {
            return Err(broken(Broken::Shape));
        }
        let mut hash = RowHash::new();
        let mut parameter = 0;
        for (place, (column, bytes)) in table.columns.iter().zip(fields.iter()).enumerate() {
            scratch.clear();
            let value =
                value(column.reads, bytes, &mut scratch).ok_or_else(|| broken(Broken::Shape))?;
            let value = match value {
                ValueRef::Real(real) if real.is_nan() => {
                    let what = unrepresentable(plan, place, fields, digest.rows);
                    if policy == OnUnrepresentable::Fail
                        || (policy == OnUnrepresentable::Null && column.not_null)
                    {
                        return Err(Error::Unrepresentable(Box::new(what)));
                    }
                    changed += 1;
                    teller.changed(&what);
                    match policy {
                        OnUnrepresentable::Text => ValueRef::Text(b"NaN"),
                        _ => ValueRef::Null,
                    }
                }
                value => value,
            };
            hash_stored(value, &mut hash);
            if !plan.computes(place) {
                parameter += 1;
                bind(&mut statement, parameter, value).map_err(wrote)?;
            }
        }
        digest.add(hash);
        statement.raw_execute().map_err(wrote)?;
        if digest.rows % STRIDE == 0 {
            teller.tell(Event::Copying {
                table: &table.name,
                rows: digest.rows,
            });
        }
    }
    tuples.finish().map_err(broken)?;
    Ok((digest, changed))
}

fn bind(statement: &mut Statement<'_>, at: usize, value: ValueRef<'_>) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(value))
}

/// SQLite stores -0.0 as 0.0: it is one number.
fn hash_stored(value: ValueRef<'_>, hash: &mut RowHash) {
    match value {
        ValueRef::Real(real) => hash.real(real + 0.0),
        value => hash.value(value),
    }
}

/// A value of PostgreSQL as SQLite holds it; `None` for bytes that are no value of the type.
#[inline]
fn value<'a>(
    reads: Reads,
    bytes: Option<&'a [u8]>,
    scratch: &'a mut Vec<u8>,
) -> Option<ValueRef<'a>> {
    let Some(bytes) = bytes else {
        return Some(ValueRef::Null);
    };
    Some(match reads {
        Reads::Boolean => ValueRef::Integer(i64::from(*bytes.first()?)),
        Reads::Int2 => ValueRef::Integer(i64::from(i16::from_be_bytes(bytes.try_into().ok()?))),
        Reads::Int4 => ValueRef::Integer(i64::from(i32::from_be_bytes(bytes.try_into().ok()?))),
        Reads::Int8 => ValueRef::Integer(i64::from_be_bytes(bytes.try_into().ok()?)),
        Reads::Oid => ValueRef::Integer(i64::from(u32::from_be_bytes(bytes.try_into().ok()?))),
        Reads::Float4 => ValueRef::Real(f64::from(f32::from_be_bytes(bytes.try_into().ok()?))),
        Reads::Float8 => ValueRef::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        Reads::Bytes => ValueRef::Blob(bytes),
        Reads::Text | Reads::AsText => ValueRef::Text(bytes),
        Reads::Numeric => {
            decimal::decode(bytes, scratch)?;
            ValueRef::Text(scratch)
        }
        Reads::Uuid => {
            write_uuid(bytes, scratch);
            ValueRef::Text(scratch)
        }
        Reads::Moment(pattern) => {
            let wire = match pattern.kind {
                Kind::Date => i64::from(i32::from_be_bytes(bytes.try_into().ok()?)),
                _ => i64::from_be_bytes(bytes.try_into().ok()?),
            };
            moment::format(pattern, wire, scratch);
            ValueRef::Text(scratch)
        }
    })
}

#[cold]
fn unrepresentable(
    plan: &TablePlan<'_>,
    place: usize,
    fields: Fields<'_>,
    row: u64,
) -> Unrepresentable {
    let table = plan.table;
    let key = table
        .constraints
        .iter()
        .find(|constraint| constraint.kind == "p");
    let row = key.map_or_else(
        || format!("row {}", row + 1),
        |key| {
            let parts: Vec<String> = key
                .columns
                .iter()
                .filter_map(|number| self::place(table, *number))
                .map(|place| {
                    let mut scratch = Vec::new();
                    let bytes = fields.iter().nth(place).flatten();
                    let value = value(table.columns[place].reads, bytes, &mut scratch)
                        .unwrap_or(ValueRef::Null);
                    format!(
                        "{:?} = {}",
                        table.columns[place].name,
                        super::carrier::shown(value)
                    )
                })
                .collect();
            format!("key {}", parts.join(", "))
        },
    );
    Unrepresentable {
        table: table.name.clone(),
        column: table.columns[place].name.clone(),
        row,
        value: "NaN".to_owned(),
        reason: format!(
            "is a {} that SQLite would store as NULL",
            table.columns[place].spoken
        ),
    }
}

fn read_back(
    db: &Connection,
    plan: &TablePlan<'_>,
    teller: &mut Teller<'_>,
) -> Result<Digest, Error> {
    let failed = |source| Error::sqlite(format!("read back table {:?}", plan.name), source);
    // A table without columns has rows all the same, in PostgreSQL.
    let mut statement = db
        .prepare(&format!(
            "SELECT {} FROM main.{}",
            names::list(&plan.columns),
            quoted(&plan.name)
        ))
        .map_err(failed)?;
    let mut rows = statement.raw_query();
    let mut digest = Digest::default();
    while let Some(row) = rows.next().map_err(failed)? {
        let mut hash = RowHash::new();
        for place in 0..plan.columns.len() {
            hash_stored(row.get_ref_unwrap(place), &mut hash);
        }
        digest.add(hash);
        if digest.rows % STRIDE == 0 {
            teller.tell(Event::Verifying {
                table: &plan.name,
                rows: digest.rows,
            });
        }
    }
    Ok(digest)
}

fn indexes(
    db: &Connection,
    plan: &TablePlan<'_>,
    names: &mut Names,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let known = plan.known();
    for index in &plan.table.indexes {
        if index.method != "btree" || (index.unique && index.nulls_equal) {
            let why = if index.method == "btree" {
                "NULLS NOT DISTINCT"
            } else {
                &index.method
            };
            teller.note(format!(
                "index {:?} of table {:?} is not carried: SQLite has no {why}",
                index.name, plan.table.name
            ));
            continue;
        }
        let name = names.take(&index.name);
        if name != index.name {
            teller.note(format!("index {:?} is called {name:?}", index.name));
        }
        let terms: Vec<String> = index
            .terms
            .iter()
            .zip(&index.descending)
            .map(|(term, descending)| {
                let order = if *descending { " DESC" } else { "" };
                format!("{}{order}", sql::to_sqlite(term, &known))
            })
            .collect();
        let predicate = index
            .predicate
            .as_ref()
            .map_or_else(String::new, |predicate| {
                format!(" WHERE {}", sql::to_sqlite(predicate, &known))
            });
        let sql = format!(
            "CREATE {}INDEX main.{} ON {} ({}){predicate}",
            if index.unique { "UNIQUE " } else { "" },
            quoted(&name),
            quoted(&plan.name),
            terms.join(", ")
        );
        if let Err(refusal) = db.execute_batch(&sql) {
            teller.note(format!(
                "index {:?} of table {:?} is not carried: {}",
                index.name,
                plan.table.name,
                brief(&refusal)
            ));
        }
    }
    Ok(())
}

/// Where the next row's number continues.
fn sequence(db: &Connection, plan: &TablePlan<'_>) -> Result<(), Error> {
    let Some(last) = plan
        .rowid
        .and_then(|place| plan.table.columns[place].sequence)
    else {
        return Ok(());
    };
    let failed =
        |source| Error::sqlite(format!("set the sequence of table {:?}", plan.name), source);
    let set = db
        .execute(
            "UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1",
            (&plan.name, last),
        )
        .map_err(failed)?;
    if set == 0 {
        db.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
            (&plan.name, last),
        )
        .map_err(failed)?;
    }
    Ok(())
}

/// Rows that refer to nothing: PostgreSQL has them only where a key is NOT VALID.
fn orphans(db: &Connection, plans: &[TablePlan<'_>], teller: &mut Teller<'_>) -> Result<(), Error> {
    let failed = |source| Error::sqlite("check foreign keys", source);
    for plan in plans {
        let count: i64 = db
            .query_row(
                "SELECT count(*) FROM pragma_foreign_key_check(?1)",
                [&plan.name],
                |row| row.get(0),
            )
            .map_err(failed)?;
        if count > 0 {
            teller.note(format!(
                "{count} rows of table {:?} refer to nothing",
                plan.table.name
            ));
        }
    }
    Ok(())
}
