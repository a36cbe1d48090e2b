//! Every test of behaviour runs on both databases, each time on an empty one.

#![allow(dead_code, reason = "not every test file uses all of it")]

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use database::{Address, Database, Kind};
use postgres_sandbox::Sandbox;
use tempfile::TempDir;

/// No wait is longer, on a machine however busy.
pub const LIMIT: Duration = Duration::from_secs(60);

/// An empty database; it goes when this does.
pub struct Empty {
    pub address: Address,
    _folder: Option<TempDir>,
    _postgres: Option<postgres_sandbox::Database>,
}

impl Empty {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            address: Address::Sqlite(folder.path().join("test.db")),
            _folder: Some(folder),
            _postgres: None,
        }
    }

    /// `None` where PostgreSQL is to be done without.
    pub fn postgres() -> Option<Self> {
        let database = Sandbox::for_tests()?.fresh_database().expect("a database");
        Some(Self {
            address: Address::parse(database.url()).expect("an address"),
            _folder: None,
            _postgres: Some(database),
        })
    }

    pub fn kind(&self) -> Kind {
        self.address.kind()
    }

    pub fn open(&self) -> Box<dyn Database> {
        self.address.open().expect("it opens")
    }

    /// The address as another process takes it.
    pub fn text(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => path.display().to_string(),
            Address::Postgres(url) => url.clone(),
        }
    }
}

/// Runs a test on an empty SQLite and on an empty PostgreSQL.
pub fn on_both(test: impl Fn(Empty)) {
    test(Empty::sqlite());
    if let Some(postgres) = Empty::postgres() {
        test(postgres);
    }
}

/// This test program, started again to play a part in a process of its own.
pub struct Actor {
    pub process: Child,
    pub lines: std::io::Lines<BufReader<ChildStdout>>,
    pub input: Option<ChildStdin>,
}

const PART: &str = "SPINDLE_TEST_PART";

impl Actor {
    /// Starts the test `stage` of this program with a part to play, and some words for it.
    pub fn start(words: &[&str]) -> Self {
        let mut process = Command::new(env::current_exe().expect("this program has a path"))
            .args(["--exact", "stage", "--nocapture"])
            .env(PART, words.join("\n"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("this program starts again");
        let output = process.stdout.take().expect("it is piped");
        Self {
            input: process.stdin.take(),
            process,
            lines: BufReader::new(output).lines(),
        }
    }

    /// Waits for a line that begins with `> `, and returns the rest of it; `None` when there is no more.
    pub fn hear(&mut self) -> Option<String> {
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("> ").map(|(_, rest)| rest.to_owned()))
    }

    pub fn tell(&mut self, word: &str) {
        let input = self.input.as_mut().expect("it is piped");
        writeln!(input, "{word}").expect("it listens");
    }

    pub fn kill(mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }

    pub fn end(mut self) {
        drop(self.input.take());
        assert!(self.process.wait().expect("it ended").success());
    }
}

/// In the process of an [`Actor`]: the words it was started with.
pub fn my_part() -> Option<Vec<String>> {
    let part = env::var(PART).ok()?;
    Some(part.split('\n').map(str::to_owned).collect())
}

#[allow(clippy::print_stdout, reason = "the one who started it listens")]
pub fn say(word: &str) {
    println!("\n> {word}");
}

/// A point where two threads meet. Who waits in vain panics, so that a failure of the other is a failure
/// and no hang.
#[derive(Default)]
pub struct Meeting {
    arrived: Mutex<u32>,
    changed: Condvar,
}

impl Meeting {
    /// Waits until `n_threads` are here.
    pub fn wait_for(&self, n_threads: u32) {
        let mut arrived = self.arrived.lock().expect("nobody panics with it");
        *arrived += 1;
        self.changed.notify_all();
        let (arrived, ended) = self
            .changed
            .wait_timeout_while(arrived, LIMIT, |arrived| *arrived < n_threads)
            .expect("nobody panics with it");
        drop(arrived);
        assert!(!ended.timed_out(), "the other never came");
    }
}

/// What `cargo` built of this package.
pub fn program(name: &str) -> PathBuf {
    match name {
        "reading-list" => PathBuf::from(env!("CARGO_BIN_EXE_reading-list")),
        _ => panic!("no program {name}"),
    }
}
