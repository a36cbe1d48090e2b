//! Copies a whole database, SQLite to PostgreSQL or back: `just copy FROM TO`.
//!
//! ```text
//! cargo course copy app.db postgres://me@localhost/app
//! cargo course copy postgres://me@localhost/app app.db --on-unrepresentable text
//! ```
//!
//! Exit codes: 0 everything arrived as it was; 1 nothing was copied; 2 the command was not
//! understood; 3 everything arrived, and some values were changed as the command asked.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what a command-line program does"
)]

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use database::copy::{Event, OnUnrepresentable, Options, Report, copy};

/// Copy a whole database, SQLite to PostgreSQL or back: all of it arrives, or nothing does.
#[derive(Debug, Parser)]
#[command(
    name = "copy",
    after_help = "Exit codes: 0 all arrived as it was; 1 nothing was copied; 2 not understood;\n3 all arrived, and values were changed as you asked."
)]
struct Arguments {
    /// Where from: a SQLite file or a postgres:// URL.
    from: String,
    /// Where to: a postgres:// URL or a SQLite file.
    to: String,
    /// Look at every value and say what would happen; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Only these tables, with commas between them.
    #[arg(long, value_delimiter = ',')]
    tables: Vec<String>,
    /// What to do with a value that the target cannot hold.
    #[arg(long, value_enum, default_value_t = Policy::Fail)]
    on_unrepresentable: Policy,
    /// How many threads read a SQLite file; from PostgreSQL it has no effect, one thread reads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
    /// Drop the target's tables of the same names, in the same transaction.
    #[arg(long)]
    replace: bool,
    /// PostgreSQL's schema: into this one (default: the connection's), or only from this one.
    #[arg(long)]
    schema: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Policy {
    /// Stop, name it, and copy nothing.
    Fail,
    /// Store NULL instead, and report it.
    Null,
    /// Store it as text, and report it.
    Text,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = Options {
        tables: arguments.tables,
        on_unrepresentable: match arguments.on_unrepresentable {
            Policy::Fail => OnUnrepresentable::Fail,
            Policy::Null => OnUnrepresentable::Null,
            Policy::Text => OnUnrepresentable::Text,
        },
        dry_run: arguments.dry_run,
        jobs: usize::from(arguments.jobs),
        replace: arguments.replace,
        schema: arguments.schema,
    };
    let started = Instant::now();
    let mut progress = Progress::new();
    let outcome = copy(&arguments.from, &arguments.to, &options, &mut |event| {
        progress.show(&event);
    });
    progress.clear();
    match outcome {
        Ok(report) => {
            summary(&report, started.elapsed(), options.dry_run);
            ExitCode::from(if report.changed > 0 { 3 } else { 0 })
        }
        Err(error) => {
            eprintln!("error: {:#}", anyhow::Error::from(error));
            ExitCode::FAILURE
        }
    }
}

fn summary(report: &Report, took: Duration, dry_run: bool) {
    let tables = report.tables.len();
    let rows = report.rows();
    let seconds = took.as_secs_f64();
    if dry_run {
        println!("Dry run: {tables} tables with {rows} rows would be copied; nothing was written.");
    } else {
        println!(
            "Copied {tables} tables with {rows} rows in {seconds:.1} s, read back and compared."
        );
    }
    if report.changed > 0 {
        println!(
            "{} values were changed, each is named above.",
            report.changed
        );
    }
    if !report.notes.is_empty() {
        println!(
            "{} things are otherwise there, each is named above.",
            report.notes.len()
        );
    }
}

/// A line that is written over on a terminal, and plain lines elsewhere.
struct Progress {
    terminal: bool,
    line: bool,
    table: String,
    since: Instant,
    shown: Instant,
}

impl Progress {
    fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            line: false,
            table: String::new(),
            since: Instant::now(),
            shown: Instant::now(),
        }
    }

    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Scanning { table, rows } => self.progress("looking at", table, *rows),
            Event::Copying { table, rows } => self.progress("copying", table, *rows),
            Event::Verifying { table, rows } => self.progress("reading back", table, *rows),
            Event::Copied(table) => {
                self.clear();
                let rows = table.digest.rows;
                let rate = rows as f64 / table.took.as_secs_f64().max(1e-9);
                println!(
                    "{:<32} {rows:>10} rows  {rate:>9.0} rows/s  sum {:032x}",
                    table.target, table.digest.sum
                );
            }
            Event::Changed(what) => {
                self.clear();
                println!("changed: {what}");
            }
            Event::Note(note) => {
                self.clear();
                println!("note: {note}");
            }
            _ => {}
        }
    }

    fn progress(&mut self, act: &str, table: &str, rows: u64) {
        let key = format!("{act} {table}");
        if self.table != key {
            self.table = key;
            self.since = Instant::now();
        }
        let pause = Duration::from_millis(if self.terminal { 100 } else { 2_000 });
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let rate = rows as f64 / self.since.elapsed().as_secs_f64().max(1e-3);
        let text = format!("{act} {table}: {rows} rows, {rate:.0} rows/s");
        if self.terminal {
            let cut: String = text.chars().take(78).collect();
            eprint!("\r\x1b[2K{cut}");
            let _ = std::io::stderr().flush();
            self.line = true;
        } else {
            eprintln!("{text}");
        }
    }

    fn clear(&mut self) {
        if self.line {
            eprint!("\r\x1b[2K");
            self.line = false;
        }
    }
}
