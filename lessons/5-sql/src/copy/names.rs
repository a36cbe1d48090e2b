//! Names: what a database allows, and what a name becomes that it does not.
//!
//! PostgreSQL cuts a name after 63 bytes and says so in a notice only; two long names with the same
//! beginning then collide. SQLite compares names without regard to ASCII case, so two tables of
//! PostgreSQL may be one there. Here a name that cannot stay gets a name that can, with the hash of
//! the whole name at its end, and the report says which became which.

use std::collections::HashSet;

/// PostgreSQL's limit (`NAMEDATALEN` less the closing zero).
/// Source: <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
const LIMIT: usize = 63;

/// Columns that every PostgreSQL table has already.
/// Source: <https://www.postgresql.org/docs/current/ddl-system-columns.html>
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// Whose rules a name has to obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// At most 63 bytes, not empty; case matters.
    Postgres,
    /// Not beginning with `sqlite_`; ASCII case does not matter.
    Sqlite,
}

/// One space of names, in which each is unique.
#[derive(Debug)]
pub(crate) struct Names {
    rules: Rules,
    taken: HashSet<String>,
}

impl Names {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            taken: HashSet::new(),
        }
    }

    /// The names of a table's columns.
    pub(crate) fn of_columns(rules: Rules) -> Self {
        let mut names = Self::new(rules);
        if rules == Rules::Postgres {
            names.taken.extend(SYSTEM_COLUMNS.map(str::to_owned));
        }
        names
    }

    /// Marks a name as used by something that is there already.
    pub(crate) fn reserve(&mut self, name: &str) {
        self.taken.insert(self.key(name));
    }

    fn key(&self, name: &str) -> String {
        match self.rules {
            Rules::Postgres => name.to_owned(),
            Rules::Sqlite => name.to_ascii_lowercase(),
        }
    }

    fn is_allowed(&self, name: &str) -> bool {
        let in_itself = match self.rules {
            Rules::Postgres => !name.is_empty() && name.len() <= LIMIT,
            Rules::Sqlite => !name.to_ascii_lowercase().starts_with("sqlite_"),
        };
        in_itself && !self.taken.contains(&self.key(name))
    }

    /// Returns the name itself where it may stay, and otherwise one made from it; takes it.
    pub(crate) fn take(&mut self, name: &str) -> String {
        let mut chosen = name.to_owned();
        let mut attempt = 0u32;
        while !self.is_allowed(&chosen) {
            let stem = if name.is_empty() {
                "unnamed"
            } else if self.rules == Rules::Sqlite && !self.taken.contains(&self.key(name)) {
                // Only the reserved beginning is wrong with it.
                chosen = format!("_{name}");
                if self.is_allowed(&chosen) {
                    break;
                }
                name
            } else {
                name
            };
            let end = format!("_{:08x}", hash(name, attempt));
            let room = stem.floor_char_boundary(LIMIT - end.len());
            chosen = format!("{}{end}", &stem[..room]);
            attempt += 1;
        }
        self.reserve(&chosen);
        chosen
    }
}

/// FNV-1a, so that a name becomes the same name in every run.
fn hash(name: &str, attempt: u32) -> u32 {
    name.bytes().fold(0x811c_9dc5 ^ attempt, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// A name in double quotes, as both databases read it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text in single quotes, as both databases read it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names in double quotes with commas between them.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| quoted(name)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_may_stay_stays() {
        let mut names = Names::new(Rules::Postgres);

        assert_eq!(names.take("Order \"x\""), "Order \"x\"");
    }

    #[test]
    fn two_long_names_with_one_beginning_stay_two_and_end_between_characters() {
        let mut names = Names::new(Rules::Postgres);
        let long = "é".repeat(40);

        let one = names.take(&long);
        let two = names.take(&format!("{long}x"));

        assert_ne!(one, two);
        assert!(one.len() <= LIMIT && two.len() <= LIMIT);
    }

    #[test]
    fn names_that_differ_only_in_case_are_two_for_postgresql_and_one_for_sqlite() {
        let mut postgres = Names::new(Rules::Postgres);
        let mut sqlite = Names::new(Rules::Sqlite);

        assert_eq!(
            (postgres.take("Users"), postgres.take("users")),
            ("Users".into(), "users".into())
        );
        assert_eq!(sqlite.take("Users"), "Users");
        assert_ne!(sqlite.take("users"), "users");
    }

    #[test]
    fn a_system_column_and_a_reserved_table_get_other_names() {
        assert_ne!(Names::of_columns(Rules::Postgres).take("xmin"), "xmin");
        assert_eq!(Names::new(Rules::Sqlite).take("sqlite_x"), "_sqlite_x");
    }
}
