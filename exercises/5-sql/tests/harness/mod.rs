//! What the tests of this lesson share: comparisons that say what they mean, databases that go away,
//! and waits with a limit. Nothing here needs to be read to solve an exercise.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each step uses the part that it needs"
)]

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

/// The longest that a test waits for anything. A right answer needs much less.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Compares what came with what was expected, and says in words what it means if they differ.
macro_rules! same {
    ($came:expr, $expected:expr, $($why:tt)+) => {{
        let (came, expected) = (&$came, &$expected);
        if came != expected {
            panic!("\n\nexpected: {expected:?}\ncame:     {came:?}\n\n{}\n", format_args!($($why)+));
        }
    }};
}
pub(crate) use same;

/// A database in the memory of the test.
pub fn memory(sql: &str) -> Connection {
    let db = Connection::open_in_memory().expect("memory is there");
    db.execute_batch(sql).expect("the test's own SQL");
    db
}

/// A database in a file that several connections share, and that goes away with the test.
pub struct File {
    folder: TempDir,
}

impl File {
    pub fn new(sql: &str) -> Self {
        let file = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        let db = file.open();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
            .expect("SQLite knows these");
        db.execute_batch(sql).expect("the test's own SQL");
        file
    }

    /// One more connection, which waits when another one writes.
    pub fn open(&self) -> Connection {
        let db = Connection::open(self.folder.path().join("test.db")).expect("it opens");
        db.busy_timeout(LIMIT / 2).expect("SQLite can wait");
        db
    }
}

/// All rows of a question as one text: values with commas, rows with semicolons.
#[track_caller]
pub fn ask(db: &Connection, sql: &str) -> String {
    let mut statement = db.prepare(sql).expect("the test's own SQL");
    let count = statement.column_count();
    let rows = statement
        .query_map([], |row| {
            let values = (0..count).map(|place| row.get::<_, rusqlite::types::Value>(place));
            let values = values.collect::<Result<Vec<_>, _>>()?;
            Ok(values.iter().map(shown).collect::<Vec<_>>().join(","))
        })
        .expect("it runs");
    let rows: Vec<String> = rows.map(|row| row.expect("a row")).collect();
    rows.join(";")
}

fn shown(value: &rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Real(real) => format!("{real:?}"),
        Value::Text(text) => text.clone(),
        Value::Blob(blob) => format!("{blob:?}"),
    }
}

/// Runs the same work in several threads at once, and returns what each came to.
#[track_caller]
pub fn together<T: Send + 'static>(
    threads: usize,
    complaint: &str,
    work: impl Fn(usize) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let (finished, outcome) = mpsc::channel();
    for number in 0..threads {
        let (finished, work) = (finished.clone(), work.clone());
        thread::spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work(number));
        });
    }
    drop(finished);
    (0..threads)
        .map(|_| match outcome.recv_timeout(LIMIT) {
            Ok(value) => value,
            Err(RecvTimeoutError::Timeout) => {
                panic!("\n\nThis was not over after {LIMIT:?}, so the test stopped waiting.\n{complaint}\n")
            }
            Err(RecvTimeoutError::Disconnected) => {
                panic!("\n\nA thread of the test panicked; its message stands above.\n{complaint}\n")
            }
        })
        .collect()
}
