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

use postgres::Client;

use super::error::Error;
use super::foreign_keys::foreign_keys;
use super::keys::finish;
use super::load::{table_over, try_over};
use super::names::{Names, Rules, literal, quoted};
use super::plan::TablePlan;
use super::report::{Options, Report, Teller};
use super::schema::{self, Schema};
use super::source::Readers;

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

/// Copies all of a SQLite database, or nothing.
fn copy(
    path: &Path,
    client: &mut Client,
    options: &Options,
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    let mut source = Readers::open(path, options.jobs, teller)?;
    let mut schema = schema::read(source.first())?;
    select(&mut schema, options)?;
    for (kind, name) in &schema.left_out {
        teller.note(format!("{kind} {name:?} is not copied"));
    }
    let target = target_schema(client, options)?;

    let mut tables = Names::new(Rules::Postgres);
    let mut plans = Vec::new();
    for table in &schema.tables {
        let profiles = source.scan(table, teller)?;
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
            try_over(&mut source, plan, options.on_unrepresentable, teller)?;
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
        nulled.push(table_over(&mut source, client, plan, options, teller)?);
    }
    for name in taken {
        tables.reserve(&name);
    }
    for (plan, nulled) in plans.iter().zip(&nulled) {
        finish(client, plan, nulled, &mut tables, teller)?;
    }
    for plan in &plans {
        foreign_keys(source.first(), client, plan, &plans, teller)?;
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
