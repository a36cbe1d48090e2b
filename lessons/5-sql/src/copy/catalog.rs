//! A PostgreSQL database's schema, read from its catalog.

use std::collections::HashMap;

use postgres::{Client, Row};

use super::error::Error;
use super::moment::{Kind, Pattern, Zone};
use super::names::quoted;

/// Everything a database defines.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) tables: Vec<Table>,
    /// Sentences about what cannot be carried.
    pub(crate) left_out: Vec<String>,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) oid: u32,
    pub(crate) schema: String,
    pub(crate) name: String,
    /// With its schema, in quotes; `ONLY` before it where other tables inherit from it.
    pub(crate) path: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) indexes: Vec<Index>,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) number: i16,
    pub(crate) name: String,
    /// The type's name, for messages.
    pub(crate) spoken: String,
    /// The type's name in SQLite.
    pub(crate) declared: String,
    /// How its bytes are read.
    pub(crate) reads: Reads,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) generated: bool,
    /// What `sqlite_sequence` will say: the last number given out.
    pub(crate) sequence: Option<i64>,
    /// The domain's name, where the type is one.
    pub(crate) domain: Option<String>,
    /// The labels of an enum.
    pub(crate) labels: Vec<String>,
}

/// How a value arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reads {
    Boolean,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric,
    Bytes,
    Uuid,
    Moment(Pattern),
    /// Text as it is sent.
    Text,
    /// Anything else, put into text by the server.
    AsText,
}

/// A constraint.
#[derive(Debug)]
pub(crate) struct Constraint {
    pub(crate) name: String,
    /// `p`rimary key, `u`nique, `f`oreign key, `c`heck, and others.
    pub(crate) kind: String,
    pub(crate) columns: Vec<i16>,
    pub(crate) parent: u32,
    pub(crate) parent_columns: Vec<i16>,
    pub(crate) on_update: &'static str,
    pub(crate) on_delete: &'static str,
    pub(crate) deferred: bool,
    pub(crate) expression: Option<String>,
    pub(crate) definition: String,
}

/// An index that no constraint owns.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) unique: bool,
    pub(crate) method: String,
    pub(crate) terms: Vec<String>,
    pub(crate) descending: Vec<bool>,
    pub(crate) predicate: Option<String>,
    pub(crate) nulls_equal: bool,
}

/// A type: its name, kind and, for a domain, what it is made of.
type Types = HashMap<u32, (String, String, u32)>;

/// Reads the whole schema, of one schema or of all.
pub(crate) fn read(client: &mut Client, only: Option<&str>) -> Result<Catalog, Error> {
    let mut catalog = Catalog::default();
    let types = types(client)?;
    let labels = labels(client)?;
    let relations = query(
        client,
        "SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, \
                EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid) \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT c.relispartition \
           AND n.nspname <> 'information_schema' AND left(n.nspname::text, 3) <> 'pg_' \
           AND ($1::text IS NULL OR n.nspname = $1::text) \
           AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass \
                           AND d.objid = c.oid AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i')))) \
         ORDER BY 2, 3",
        &[&only],
    )?;
    for row in relations {
        let (schema, name): (String, String) = (row.get(1), row.get(2));
        let kind: String = row.get(3);
        let path = format!("{}.{}", quoted(&schema), quoted(&name));
        let what = match kind.as_str() {
            "v" => "view",
            "m" => "materialised view",
            "f" => "foreign table",
            "S" => "sequence that no column owns,",
            _ => {
                let inherited = kind == "r" && row.get::<_, bool>(4);
                let oid = row.get(0);
                let columns = columns(client, oid, &path, &types, &labels)?;
                let constraints = constraints(client, oid)?;
                let indexes = indexes(client, oid)?;
                catalog.tables.push(Table {
                    oid,
                    schema,
                    name,
                    path: if inherited {
                        format!("ONLY {path}")
                    } else {
                        path
                    },
                    columns,
                    constraints,
                    indexes,
                });
                continue;
            }
        };
        catalog
            .left_out
            .push(format!("{what} {path} is not copied"));
    }
    let triggers = query(
        client,
        "SELECT t.tgname::text, c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
         WHERE NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY 2, 1",
        &[],
    )?;
    for row in triggers {
        let (trigger, table): (String, String) = (row.get(0), row.get(1));
        catalog.left_out.push(format!(
            "trigger {trigger:?} of table {table:?} is not copied"
        ));
    }
    Ok(catalog)
}

fn query(
    client: &mut Client,
    sql: &str,
    parameters: &[&(dyn postgres::types::ToSql + Sync)],
) -> Result<Vec<Row>, Error> {
    client
        .query(sql, parameters)
        .map_err(|source| Error::postgres("read the catalog", source))
}

fn types(client: &mut Client) -> Result<Types, Error> {
    let rows = query(
        client,
        "SELECT oid, typname::text, typtype::text, typbasetype FROM pg_type",
        &[],
    )?;
    Ok(rows
        .iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3))))
        .collect())
}

fn labels(client: &mut Client) -> Result<HashMap<u32, Vec<String>>, Error> {
    let rows = query(
        client,
        "SELECT enumtypid, enumlabel::text FROM pg_enum ORDER BY enumtypid, enumsortorder",
        &[],
    )?;
    let mut labels: HashMap<u32, Vec<String>> = HashMap::new();
    for row in rows {
        labels.entry(row.get(0)).or_default().push(row.get(1));
    }
    Ok(labels)
}

fn columns(
    client: &mut Client,
    table: u32,
    path: &str,
    types: &Types,
    labels: &HashMap<u32, Vec<String>>,
) -> Result<Vec<Column>, Error> {
    let rows = query(
        client,
        "SELECT a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod), a.atttypid, a.attnotnull, \
                a.attgenerated::text <> '', pg_get_expr(d.adbin, d.adrelid), \
                pg_get_serial_sequence($2, a.attname::text) \
         FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        &[&table, &path],
    )?;
    let mut columns = Vec::new();
    for row in rows {
        let spoken: String = row.get(2);
        let mut oid: u32 = row.get(3);
        while let Some((_, _, base)) = types.get(&oid).filter(|(_, kind, _)| kind == "d") {
            oid = *base;
        }
        let base = types.get(&oid).map_or("", |(name, _, _)| name.as_str());
        let (declared, reads) = carried(base, &spoken);
        let owned: Option<String> = row.get(7);
        let default: Option<String> = row.get(6);
        let free = default
            .as_deref()
            .and_then(|default| default.strip_prefix("nextval('"))
            .and_then(|rest| rest.split_once("'::regclass"))
            .map(|(name, _)| name.replace("''", "'"));
        let sequence = match owned.or(free) {
            Some(sequence) => last_value(client, &sequence)?,
            None => None,
        };
        columns.push(Column {
            number: row.get(0),
            name: row.get(1),
            declared,
            reads,
            not_null: row.get(4),
            generated: row.get(5),
            default: default
                .filter(|default| sequence.is_none() || !default.starts_with("nextval(")),
            sequence,
            domain: types
                .get(&row.get(3))
                .filter(|(_, kind, _)| kind == "d")
                .map(|(name, ..)| name.clone()),
            labels: labels.get(&oid).cloned().unwrap_or_default(),
            spoken,
        });
    }
    Ok(columns)
}

/// The last number that a sequence gave out.
fn last_value(client: &mut Client, sequence: &str) -> Result<Option<i64>, Error> {
    let rows = query(
        client,
        &format!("SELECT last_value, is_called FROM {sequence}"),
        &[],
    )?;
    Ok(rows.first().map(|row| {
        let last: i64 = row.get(0);
        if row.get(1) {
            last
        } else {
            last.saturating_sub(1)
        }
    }))
}

/// What SQLite calls a type, and how its values are read. The names are chosen for SQLite's
/// affinity: no text may be taken for a number.
fn carried(base: &str, spoken: &str) -> (String, Reads) {
    let moment = |kind, zone| Reads::Moment(Pattern::postgres(kind, zone));
    let (declared, reads) = match base {
        "bool" => ("BOOLEAN", Reads::Boolean),
        "int2" => ("SMALLINT", Reads::Int2),
        "int4" => ("INTEGER", Reads::Int4),
        "int8" => ("BIGINT", Reads::Int8),
        "oid" => ("INTEGER", Reads::Oid),
        "float4" => ("REAL", Reads::Float4),
        "float8" => ("REAL", Reads::Float8),
        "numeric" => ("TEXT", Reads::Numeric),
        "bytea" => ("BLOB", Reads::Bytes),
        "uuid" => ("UUID", Reads::Uuid),
        "date" => ("DATE", moment(Kind::Date, Zone::None)),
        "time" => ("TIME", moment(Kind::Time, Zone::None)),
        "timestamp" => ("TIMESTAMP", moment(Kind::Timestamp, Zone::None)),
        "timestamptz" => ("TIMESTAMPTZ", moment(Kind::Timestamp, Zone::Colon)),
        "text" | "name" => ("TEXT", Reads::Text),
        "varchar" | "bpchar" => {
            let declared = match spoken.split_once('(') {
                Some((_, limit)) if spoken.starts_with("character") => {
                    let word = if base == "varchar" { "VARCHAR" } else { "CHAR" };
                    format!("{word}({limit}")
                }
                _ => "TEXT".to_owned(),
            };
            return (declared, Reads::Text);
        }
        "citext" => ("TEXT COLLATE NOCASE", Reads::Text),
        _ => ("TEXT", Reads::AsText),
    };
    (declared.to_owned(), reads)
}

fn constraints(client: &mut Client, table: u32) -> Result<Vec<Constraint>, Error> {
    let rows = query(
        client,
        "SELECT conname::text, contype::text, coalesce(conkey, '{}'), confrelid, coalesce(confkey, '{}'), \
                confupdtype::text, confdeltype::text, condeferred, pg_get_expr(conbin, conrelid), \
                pg_get_constraintdef(oid) \
         FROM pg_constraint WHERE conrelid = $1 AND contype <> 'n' ORDER BY contype DESC, conname",
        &[&table],
    )?;
    let action = |letter: String| match letter.as_str() {
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        "r" => "RESTRICT",
        _ => "NO ACTION",
    };
    Ok(rows
        .iter()
        .map(|row| Constraint {
            name: row.get(0),
            kind: row.get(1),
            columns: row.get(2),
            parent: row.get(3),
            parent_columns: row.get(4),
            on_update: action(row.get(5)),
            on_delete: action(row.get(6)),
            deferred: row.get(7),
            expression: row.get(8),
            definition: row.get(9),
        })
        .collect())
}

fn indexes(client: &mut Client, table: u32) -> Result<Vec<Index>, Error> {
    let rows = query(
        client,
        "SELECT c.relname::text, i.indisunique, m.amname::text, pg_get_expr(i.indpred, i.indrelid), \
                ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts::int) k), \
                ARRAY(SELECT (i.indoption[k - 1] & 1) = 1 FROM generate_series(1, i.indnkeyatts::int) k), \
                coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam \
         WHERE i.indrelid = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x')) \
         ORDER BY 1",
        &[&table],
    )?;
    Ok(rows
        .iter()
        .map(|row| Index {
            name: row.get(0),
            unique: row.get(1),
            method: row.get(2),
            predicate: row.get(3),
            terms: row.get(4),
            descending: row.get(5),
            nulls_equal: row.get(6),
        })
        .collect())
}
