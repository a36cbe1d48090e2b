//! A SQLite database's schema, read from its pragmas and, where they are silent, from its SQL.

use rusqlite::{Connection, OptionalExtension as _};

use super::error::Error;
use super::names::literal;
use super::sql;

/// Everything a database defines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    /// Kind and name of what cannot be carried: views, triggers.
    pub(crate) left_out: Vec<(&'static str, String)>,
}

/// A table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The places of the primary key's columns, in the key's order.
    pub(crate) primary_key: Vec<usize>,
    /// The column that is another name for the rowid.
    pub(crate) rowid_alias: Option<usize>,
    /// How a row is named when it is spoken of: `rowid` or one of its other names.
    pub(crate) rowid: Option<&'static str>,
    /// What `sqlite_sequence` says.
    pub(crate) sequence: Option<i64>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) checks: Vec<(Option<String>, String)>,
    /// A virtual table's rows are copied, what it computes is not.
    pub(crate) is_virtual: bool,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) declared: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) collation: Collation,
    pub(crate) generated: Option<String>,
}

/// How texts are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Collation {
    /// Byte by byte: PostgreSQL's "C".
    #[default]
    Binary,
    /// ASCII letters without their case.
    NoCase,
    /// Without blanks at the end.
    RightTrim,
    /// One that a program defined.
    Other(String),
}

impl Collation {
    fn named(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "BINARY" | "" => Self::Binary,
            "NOCASE" => Self::NoCase,
            "RTRIM" => Self::RightTrim,
            _ => Self::Other(name.to_owned()),
        }
    }
}

/// Where an index comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Created,
    Unique,
    PrimaryKey,
}

/// An index.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) unique: bool,
    pub(crate) terms: Vec<Term>,
    pub(crate) predicate: Option<String>,
}

/// One term of an index.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// A column's place, or an expression.
    pub(crate) what: Result<usize, String>,
    pub(crate) collation: Collation,
    pub(crate) descending: bool,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<usize>,
    pub(crate) parent: String,
    /// The parent's columns; empty for its primary key.
    pub(crate) parent_columns: Vec<String>,
    pub(crate) on_update: String,
    pub(crate) on_delete: String,
    pub(crate) deferred: bool,
}

/// Reads the whole schema.
pub(crate) fn read(db: &Connection) -> Result<Schema, Error> {
    let failed = |source| Error::sqlite("read the schema", source);
    let mut schema = Schema::default();
    let mut names = db
        .prepare("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
        .map_err(failed)?;
    let rows: Vec<(String, String, bool)> = names
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .and_then(Iterator::collect)
        .map_err(failed)?;
    for (name, kind, without_rowid) in rows {
        if name.starts_with("sqlite_") {
            continue;
        }
        match kind.as_str() {
            "table" | "virtual" => {
                let table =
                    table(db, &name, without_rowid, kind == "virtual").map_err(|source| {
                        Error::sqlite(format!("read the schema of table {name:?}"), source)
                    })?;
                schema.tables.push(table);
            }
            "view" => schema.left_out.push(("view", name)),
            _ => schema.left_out.push(("part of a virtual table,", name)),
        }
    }
    let mut triggers = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
        .map_err(failed)?;
    let triggers: Vec<String> = triggers
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(failed)?;
    schema
        .left_out
        .extend(triggers.into_iter().map(|name| ("trigger", name)));
    Ok(schema)
}

fn table(
    db: &Connection,
    name: &str,
    without_rowid: bool,
    is_virtual: bool,
) -> rusqlite::Result<Table> {
    let create: Option<String> = db
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1",
            [name],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    let text = match &create {
        Some(create) if !is_virtual => sql::create_table(create),
        _ => sql::TableText::default(),
    };
    let mut table = Table {
        name: name.to_owned(),
        checks: text.checks,
        is_virtual,
        ..Table::default()
    };

    let mut key: Vec<(i64, usize)> = Vec::new();
    let mut statement = db.prepare(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid",
    )?;
    let mut rows = statement.query([name])?;
    // Hidden columns of a virtual table have a place in indexes' counting, but hold nothing.
    while let Some(row) = rows.next()? {
        let hidden: i64 = row.get(5)?;
        if hidden == 1 {
            continue;
        }
        let column: String = row.get(0)?;
        let place: i64 = row.get(4)?;
        if place > 0 {
            key.push((place, table.columns.len()));
        }
        let collation = if is_virtual {
            Collation::Binary
        } else {
            let (_, collation, ..) = db.column_metadata(Some("main"), name, &column)?;
            collation.map_or(Collation::Binary, |name| {
                Collation::named(&name.to_string_lossy())
            })
        };
        let generated = (hidden == 2 || hidden == 3)
            .then(|| {
                text.columns
                    .iter()
                    .find(|written| written.name.eq_ignore_ascii_case(&column))
                    .and_then(|written| written.generated.clone())
            })
            .flatten();
        table.columns.push(Column {
            name: column,
            declared: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            not_null: row.get(2)?,
            default: row.get(3)?,
            collation,
            generated,
        });
    }
    key.sort_unstable();
    table.primary_key = key.into_iter().map(|(_, column)| column).collect();

    table.indexes = indexes(db, &table)?;
    let has_key_index = table
        .indexes
        .iter()
        .any(|index| index.origin == Origin::PrimaryKey);
    if let [only] = table.primary_key[..]
        && !without_rowid
        && !has_key_index
        && table.columns[only].declared.eq_ignore_ascii_case("INTEGER")
    {
        table.rowid_alias = Some(only);
    }
    if !without_rowid {
        table.rowid = ["rowid", "_rowid_", "oid"].into_iter().find(|alias| {
            !table
                .columns
                .iter()
                .any(|column| column.name.eq_ignore_ascii_case(alias))
        });
    }
    let has_sequences: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence')",
        [],
        |row| row.get(0),
    )?;
    if has_sequences {
        table.sequence = db
            .query_row(
                "SELECT seq FROM sqlite_sequence WHERE name = ?1 AND typeof(seq) = 'integer'",
                [name],
                |row| row.get(0),
            )
            .optional()?;
    }
    table.foreign_keys = foreign_keys(db, &table, &text.deferred_parents)?;
    Ok(table)
}

fn indexes(db: &Connection, table: &Table) -> rusqlite::Result<Vec<Index>> {
    let mut list =
        db.prepare("SELECT name, \"unique\", origin FROM pragma_index_list(?1) ORDER BY seq DESC")?;
    let list: Vec<(String, bool, String)> = list
        .query_map([&table.name], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut indexes = Vec::new();
    for (name, unique, origin) in list {
        let create: Option<String> = db
            .query_row(
                "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
                [&name],
                |row| row.get(0),
            )
            .optional()?
            .flatten();
        let (texts, predicate) = create
            .as_deref()
            .map_or_else(Default::default, sql::create_index);
        let mut info = db.prepare(&format!(
            "SELECT name, \"desc\", coll FROM pragma_index_xinfo({}) WHERE key ORDER BY seqno",
            literal(&name)
        ))?;
        let mut rows = info.query([])?;
        let mut terms = Vec::new();
        while let Some(row) = rows.next()? {
            let column: Option<String> = row.get(0)?;
            let place = column.and_then(|name| {
                table
                    .columns
                    .iter()
                    .position(|column| column.name.eq_ignore_ascii_case(&name))
            });
            terms.push(Term {
                what: place.ok_or_else(|| texts.get(terms.len()).cloned().unwrap_or_default()),
                descending: row.get(1)?,
                collation: Collation::named(&row.get::<_, Option<String>>(2)?.unwrap_or_default()),
            });
        }
        indexes.push(Index {
            name,
            origin: match origin.as_str() {
                "u" => Origin::Unique,
                "pk" => Origin::PrimaryKey,
                _ => Origin::Created,
            },
            unique,
            terms,
            predicate,
        });
    }
    Ok(indexes)
}

fn foreign_keys(
    db: &Connection,
    table: &Table,
    deferred: &[String],
) -> rusqlite::Result<Vec<ForeignKey>> {
    let mut list = db.prepare(
        "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete \
         FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq",
    )?;
    let mut rows = list.query([&table.name])?;
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let parent: String = row.get(1)?;
        if keys.last().is_none_or(|(last, _)| *last != id) {
            keys.push((
                id,
                ForeignKey {
                    columns: Vec::new(),
                    deferred: deferred
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(&parent)),
                    parent,
                    parent_columns: Vec::new(),
                    on_update: row.get(4)?,
                    on_delete: row.get(5)?,
                },
            ));
        }
        let Some((_, key)) = keys.last_mut() else {
            continue;
        };
        let from: String = row.get(2)?;
        key.columns.extend(
            table
                .columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(&from)),
        );
        key.parent_columns.extend(row.get::<_, Option<String>>(3)?);
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}
