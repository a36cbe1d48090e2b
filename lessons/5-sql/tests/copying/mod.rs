//! What tests of the copy share: small databases, and a comparison that is not the copy's own.

#![allow(dead_code, reason = "not every test file uses all of it")]

use std::path::{Path, PathBuf};

use database::copy::{Event, OnUnrepresentable, Options, Report, copy};
use postgres::{Client, NoTls, SimpleQueryMessage};
use postgres_sandbox::{Database, Sandbox};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

/// A SQLite file in a folder of its own.
pub struct File {
    _folder: TempDir,
    pub path: PathBuf,
}

impl File {
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            path: folder.path().join("test.db"),
            _folder: folder,
        }
    }

    pub fn text(&self) -> &str {
        self.path.to_str().expect("a temporary folder is text")
    }

    pub fn open(&self) -> Connection {
        Connection::open(&self.path).expect("it opens")
    }
}

/// Makes a SQLite file; foreign keys are not enforced, as is SQLite's habit.
pub fn source(sql: &str) -> File {
    let file = File::fresh();
    let db = file.open();
    db.execute_batch("PRAGMA foreign_keys = OFF")
        .expect("it may");
    db.execute_batch(sql).expect("the test's own SQL");
    file
}

/// An empty PostgreSQL database.
pub struct Target {
    database: Database,
}

impl Target {
    /// `None` where PostgreSQL is to be done without.
    pub fn fresh() -> Option<Self> {
        let database = Sandbox::for_tests()?.fresh_database().expect("a database");
        Some(Self { database })
    }

    pub fn url(&self) -> &str {
        self.database.url()
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.url(), NoTls).expect("it answers")
    }

    pub fn run(&self, sql: &str) {
        self.connect()
            .batch_execute(sql)
            .expect("the test's own SQL");
    }

    /// All rows as text, by the simple protocol.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let messages = self
            .connect()
            .simple_query(sql)
            .expect("the test's own SQL");
        messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(
                    (0..row.len())
                        .map(|at| row.get(at).map(str::to_owned))
                        .collect(),
                ),
                _ => None,
            })
            .collect()
    }

    /// The first field of the first row; empty where there is none.
    pub fn ask(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        rows.first()
            .and_then(|row| row.first().cloned().flatten())
            .unwrap_or_default()
    }
}

fn options(policy: OnUnrepresentable) -> Options {
    Options {
        on_unrepresentable: policy,
        ..Options::default()
    }
}

/// Copies a file, which has to succeed with nothing changed.
pub fn copied(file: &File, target: &Target) -> Report {
    let report = copy(file.text(), target.url(), &Options::default(), &mut |_| ());
    let report = report.unwrap_or_else(|error| panic!("it is copied: {error}: {error:?}"));
    assert_eq!(report.changed, 0);
    report
}

/// Copies a file, which has to be refused; returns the message.
pub fn refused(file: &File, target: &Target, policy: OnUnrepresentable) -> String {
    match copy(file.text(), target.url(), &options(policy), &mut |_| ()) {
        Ok(report) => panic!("it is refused, and was copied: {report:?}"),
        Err(error) => error.to_string(),
    }
}

/// Copies a file under a policy that changes values; returns a line for each of them.
pub fn reported(file: &File, target: &Target, policy: OnUnrepresentable) -> Vec<String> {
    let mut named = Vec::new();
    let report = copy(file.text(), target.url(), &options(policy), &mut |event| {
        if let Event::Changed(what) = event {
            named.push(what.to_string());
        }
    });
    let report =
        report.unwrap_or_else(|error| panic!("it is copied under {policy:?}: {error}: {error:?}"));
    assert_eq!(
        report.changed,
        named.len() as u64,
        "the report counts what was named"
    );
    named
}

/// Compares every value of every table, by the text that PostgreSQL shows.
pub fn check_arrived(file: &File, target: &Target) {
    let db = file.open();
    for table in tables(&db) {
        let (columns, mut sent) = rows(&db, &table);
        let name = table.replace('"', "\"\"");
        let selected: Vec<String> = columns
            .iter()
            .map(|column| format!("\"{}\"::text", column.replace('"', "\"\"")))
            .collect();
        let mut found = target.rows(&format!(
            "SET timezone = 'UTC'; SELECT {} FROM \"{name}\"",
            selected.join(", ")
        ));
        assert_eq!(sent.len(), found.len(), "rows of {table}");
        // The order of rows means nothing: each one that was sent takes one that was found.
        for row in sent.drain(..) {
            let at = found.iter().position(|candidate| {
                row.iter()
                    .zip(candidate)
                    .all(|(value, text)| is_the_same(value, text.as_deref()))
            });
            let at = at.unwrap_or_else(|| panic!("{table}: {row:?} is not among {found:?}"));
            found.swap_remove(at);
        }
    }
}

pub fn tables(db: &Connection) -> Vec<String> {
    let mut statement = db
        .prepare(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        )
        .expect("SQLite lists its tables");
    let names = statement.query_map([], |row| row.get(0)).expect("it runs");
    names.collect::<Result<_, _>>().expect("names are text")
}

pub fn rows(db: &Connection, table: &str) -> (Vec<String>, Vec<Vec<Value>>) {
    let name = table.replace('"', "\"\"");
    let mut statement = db
        .prepare(&format!("SELECT * FROM \"{name}\""))
        .expect("the table is there");
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let count = columns.len();
    let rows = statement
        .query_map([], |row| (0..count).map(|at| row.get(at)).collect())
        .expect("it runs")
        .collect::<Result<_, _>>()
        .expect("values");
    (columns, rows)
}

/// Whether PostgreSQL's text shows the value that SQLite holds.
pub fn is_the_same(value: &Value, text: Option<&str>) -> bool {
    let Some(text) = text else {
        return *value == Value::Null;
    };
    match value {
        Value::Null => false,
        Value::Integer(integer) => {
            text == integer.to_string()
                || (text == "true" && *integer == 1)
                || (text == "false" && *integer == 0)
                || text.split_once('.').is_some_and(|(whole, rest)| {
                    whole == integer.to_string() && rest.bytes().all(|byte| byte == b'0')
                })
        }
        Value::Real(real) => match text {
            "Infinity" => *real == f64::INFINITY,
            "-Infinity" => *real == f64::NEG_INFINITY,
            number => number.parse() == Ok(*real),
        },
        Value::Text(expected) => {
            expected == text
                || moment(expected).is_some_and(|moment_sent| Some(moment_sent) == moment(text))
        }
        Value::Blob(blob) => {
            let digits: String = blob.iter().map(|byte| format!("{byte:02x}")).collect();
            text == format!("\\x{digits}")
        }
    }
}

/// A moment without what only writing adds: `T`, the zone zero, zeros at the end of a fraction.
fn moment(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if !(19..=32).contains(&bytes.len()) || bytes[4] != b'-' || bytes[13] != b':' {
        return None;
    }
    let plain = text.replacen('T', " ", 1);
    let plain = plain
        .trim_end_matches('Z')
        .trim_end_matches("+00:00")
        .trim_end_matches("+00");
    Some(match plain.split_once('.') {
        Some((head, fraction)) => format!("{head}.{}", fraction.trim_end_matches('0'))
            .trim_end_matches('.')
            .to_owned(),
        None => plain.to_owned(),
    })
}

/// Whether a path holds a database without any table.
pub fn is_empty(path: &Path) -> bool {
    !path.exists() || {
        let db = Connection::open(path).expect("it opens");
        tables(&db).is_empty()
    }
}
