//! What follows the rows: indexes, keys, defaults, checks and sequences, in PostgreSQL's words.
//!
//! Each is tried inside a savepoint. What PostgreSQL refuses is reported, and the rows stay.

use postgres::Client;
use postgres::error::SqlState;

use super::carrier::Carrier;
use super::error::{Error, said};
use super::names::{self, Names, Rules, literal, quoted};
use super::plan::TablePlan;
use super::report::Teller;
use super::schema::{self, Origin};
use super::sql;

/// Runs a statement that may fail without harm; returns the refusal.
pub(crate) fn attempt(client: &mut Client, sql: &str) -> Result<Option<postgres::Error>, Error> {
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

/// Indexes, keys, defaults, checks and the sequence of a table that is full.
pub(crate) fn finish(
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
    for (place, column) in plan.columns.iter().enumerate() {
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
