//! The plan: what each table of SQLite will be called and be made of in PostgreSQL.

use super::carrier::Carrier;
use super::family::Family;
use super::names::{self, Names, Rules, literal, quoted};
use super::profile::Profile;
use super::report::{OnUnrepresentable, Teller};
use super::schema::{Collation, Index, Table, Term};
use super::sql::{self, Known};

/// One table's plan.
#[derive(Debug)]
pub(crate) struct TablePlan<'s> {
    pub(crate) table: &'s Table,
    /// Its name in PostgreSQL.
    pub(crate) name: String,
    /// With its schema, in quotes.
    pub(crate) path: String,
    pub(crate) columns: Vec<ColumnPlan>,
}

/// One column's plan.
#[derive(Debug)]
pub(crate) struct ColumnPlan {
    pub(crate) name: String,
    pub(crate) carrier: Carrier,
    /// Whether NULL may not be stored: declared, and held by every row.
    pub(crate) not_null: bool,
    pub(crate) has_nulls: bool,
    /// What would have carried it, had all values been of one kind.
    pub(crate) instead_of: Option<Carrier>,
    /// The expression that PostgreSQL computes it by; otherwise its values are copied.
    pub(crate) generated: Option<String>,
}

impl<'s> TablePlan<'s> {
    /// Decides names and carriers, and notes what is unusual.
    pub(crate) fn new(
        table: &'s Table,
        profiles: &[Profile],
        schema: &str,
        tables: &mut Names,
        policy: OnUnrepresentable,
        teller: &mut Teller<'_>,
    ) -> Self {
        let name = tables.take(&table.name);
        if name != table.name {
            teller.note(format!("table {:?} is called {name:?}", table.name));
        }
        let mut columns_taken = Names::of_columns(Rules::Postgres);
        let mut columns = Vec::new();
        for (place, (column, profile)) in table.columns.iter().zip(profiles).enumerate() {
            let taken = columns_taken.take(&column.name);
            if taken != column.name {
                teller.note(format!(
                    "column {:?} of table {:?} is called {taken:?}",
                    column.name, table.name
                ));
            }
            let in_key = table.primary_key.contains(&place)
                || table
                    .foreign_keys
                    .iter()
                    .any(|key| key.columns.contains(&place))
                || table.indexes.iter().any(|index| {
                    index
                        .terms
                        .iter()
                        .any(|term| term.what.as_ref().ok() == Some(&place))
                });
            let choice = Carrier::choose(Family::of(&column.declared), profile, in_key);
            let mut carrier = choice.carrier;
            if choice.mixed && policy == OnUnrepresentable::Text {
                carrier = Carrier::AsText;
                teller.note(format!(
                    "column {:?} of table {:?} holds values of several kinds, so all of it is text",
                    column.name, table.name
                ));
            } else if let Some(note) = choice.note {
                teller.note(format!(
                    "column {:?} of table {:?} {note}",
                    column.name, table.name
                ));
            }
            if policy == OnUnrepresentable::Text && matches!(carrier, Carrier::Text(Some(_))) {
                // An escaped value may need more room than was declared.
                carrier = Carrier::Text(None);
            }
            if let Collation::Other(collation) = &column.collation {
                teller.note(format!(
                    "column {:?} of table {:?} compares by {collation}, which PostgreSQL does not know; there it compares bytes",
                    column.name, table.name
                ));
            }
            columns.push(ColumnPlan {
                name: taken,
                carrier,
                not_null: (column.not_null || table.rowid_alias == Some(place))
                    && profile.nulls == 0,
                has_nulls: profile.nulls > 0,
                instead_of: (carrier == Carrier::AsText).then_some(choice.carrier),
                generated: None,
            });
        }
        if table.is_virtual {
            teller.note(format!(
                "table {:?} is virtual: its rows are copied, what it computes is not",
                table.name
            ));
        }
        Self {
            path: format!("{}.{}", quoted(schema), quoted(&name)),
            name,
            table,
            columns,
        }
    }

    /// The columns as expressions may name them: as they are, and with booleans as numbers, which
    /// is what SQLite's expressions take them for.
    pub(crate) fn known(&self) -> [Vec<Known>; 2] {
        [false, true].map(|as_numbers| {
            self.table
                .columns
                .iter()
                .zip(&self.columns)
                .map(|(column, plan)| Known {
                    name: column.name.clone(),
                    becomes: if as_numbers && plan.carrier == Carrier::Boolean {
                        format!("({}::int)", quoted(&plan.name))
                    } else {
                        quoted(&plan.name)
                    },
                })
                .collect()
        })
    }

    /// Whether this column is computed in PostgreSQL.
    pub(crate) fn computes(&self, place: usize) -> bool {
        self.columns[place].generated.is_some()
    }

    /// `CREATE TABLE`, without keys.
    pub(crate) fn create(&self, policy: OnUnrepresentable) -> String {
        let mut parts = Vec::new();
        for (place, plan) in self.columns.iter().enumerate() {
            let mut part = format!("{} {}", quoted(&plan.name), plan.carrier.sql());
            if let Some(expression) = &plan.generated {
                part += &format!(" GENERATED ALWAYS AS ({expression}) STORED");
            }
            if plan.not_null
                && (policy != OnUnrepresentable::Null || self.table.rowid_alias == Some(place))
            {
                part += " NOT NULL";
            }
            if self.table.rowid_alias == Some(place) {
                part += " GENERATED BY DEFAULT AS IDENTITY";
            }
            parts.push(part);
        }
        format!("CREATE TABLE {} ({})", self.path, parts.join(", "))
    }

    /// The columns that are sent, in quotes with commas.
    pub(crate) fn sent_columns(&self) -> String {
        let columns = self.columns.iter().enumerate();
        names::list(
            columns
                .filter(|(place, _)| !self.computes(*place))
                .map(|(_, column)| &column.name),
        )
    }

    /// All columns, in quotes with commas.
    pub(crate) fn all_columns(&self) -> String {
        names::list(self.columns.iter().map(|column| &column.name))
    }

    /// An index's term in PostgreSQL, and whether it is a plain column.
    pub(crate) fn term(&self, term: &Term, known: &[Known]) -> (String, bool) {
        let (text, plain) = match &term.what {
            Ok(place) => {
                let column = &self.columns[*place];
                let name = quoted(&column.name);
                match term.collation {
                    // Under "C" lower() changes ASCII letters alone, which is what NOCASE ignores.
                    Collation::NoCase if column.carrier.is_text() => {
                        (format!("lower({name})"), false)
                    }
                    Collation::RightTrim if column.carrier.is_text() => {
                        (format!("rtrim({name})"), false)
                    }
                    _ => (name, true),
                }
            }
            Err(expression) => (format!("({})", sql::to_postgres(expression, known)), false),
        };
        let order = if term.descending { " DESC" } else { "" };
        (format!("{text}{order}"), plain)
    }

    /// `CREATE INDEX` in the words of `known`.
    pub(crate) fn create_index(
        &self,
        index: &Index,
        name: Option<&str>,
        known: &[Known],
    ) -> String {
        let terms: Vec<String> = index
            .terms
            .iter()
            .map(|term| self.term(term, known).0)
            .collect();
        let predicate = index
            .predicate
            .as_ref()
            .map_or_else(String::new, |predicate| {
                format!(" WHERE {}", sql::to_postgres(predicate, known))
            });
        format!(
            "CREATE {}INDEX {} ON {} ({}){predicate}",
            if index.unique { "UNIQUE " } else { "" },
            name.map_or_else(String::new, quoted),
            self.path,
            terms.join(", "),
        )
    }

    /// A column's default in PostgreSQL's words; `None` for NULL.
    pub(crate) fn default(&self, place: usize) -> Option<String> {
        let text = self.table.columns[place].default.as_ref()?;
        let carrier = self.columns[place].carrier;
        let bare = text
            .trim()
            .trim_start_matches('(')
            .trim_end_matches(')')
            .trim();
        let compact: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '(' | ')'))
            .collect::<String>()
            .to_ascii_lowercase();
        match compact.as_str() {
            "null" => return None,
            "current_timestamp" | "datetime'now'" => {
                return Some(now(carrier, "YYYY-MM-DD HH24:MI:SS"));
            }
            "current_date" | "date'now'" => return Some(now(carrier, "YYYY-MM-DD")),
            "current_time" | "time'now'" => return Some(now(carrier, "HH24:MI:SS")),
            "unixepoch" | "unixepoch'now'" => {
                return Some("floor(extract(epoch FROM now()))::bigint".to_owned());
            }
            "strftime'%s','now'" if !carrier.is_text() => {
                return Some("floor(extract(epoch FROM now()))::bigint".to_owned());
            }
            _ => {}
        }
        let number = bare.parse::<f64>().is_ok();
        Some(match (carrier, compact.as_str()) {
            (Carrier::Boolean, "0" | "false") => "false".to_owned(),
            (Carrier::Boolean, "1" | "true") => "true".to_owned(),
            (Carrier::BigInt | Carrier::SmallInt, "true") => "1".to_owned(),
            (Carrier::BigInt | Carrier::SmallInt, "false") => "0".to_owned(),
            _ if carrier.is_text() && number => literal(bare),
            _ => sql::to_postgres(text, &[]),
        })
    }
}

/// The moment of insertion as SQLite would have written it.
fn now(carrier: Carrier, shape: &str) -> String {
    let utc = "(now() AT TIME ZONE 'utc')";
    match carrier {
        Carrier::Moment(pattern) => match pattern.kind {
            super::moment::Kind::Date => format!("{utc}::date"),
            super::moment::Kind::Time => format!("{utc}::time(0)"),
            super::moment::Kind::Timestamp if pattern.zone == super::moment::Zone::None => {
                format!("date_trunc('second', {utc})")
            }
            super::moment::Kind::Timestamp => "date_trunc('second', now())".to_owned(),
        },
        _ => format!("to_char({utc}, '{shape}')"),
    }
}
