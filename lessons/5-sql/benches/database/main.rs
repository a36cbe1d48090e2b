//! How many rows a second? `just bench database` (or `cargo bench -p lesson-5 --bench database`),
//! `--quick` for a short run, `--python PROGRAM` for another Python than `python3`.
//!
//! Rows of a number and 45 letters are inserted
//!
//! - one by one, each a transaction of its own, the statement parsed each time;
//! - in one transaction, the statement still parsed each time;
//! - in one transaction, the statement prepared once;
//! - in bulk: 100 rows a statement into SQLite, `COPY` into PostgreSQL;
//!
//! and the same by Python's `sqlite3` and `psycopg2`, where they are installed. SQLite is a file with a
//! write-ahead log and `synchronous = NORMAL`; PostgreSQL is a private server with `fsync=off`, so
//! neither waits for the disk at a commit. On a server that keeps data, "one by one" is slower still.
//!
//! It prints a table and draws `target/bench/5-sql-inserts.svg`, the plot of the chapter. Read ratios,
//! not absolute numbers; each is the median of several runs.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reports"
)]

mod plot;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use postgres::{Client, NoTls};
use postgres_sandbox::Sandbox;
use rusqlite::Connection;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const TEXT: &str = "a line of text that is neither short nor long";
const CREATE: &str = "DROP TABLE IF EXISTS lines; \
                      CREATE TABLE lines (id BIGINT PRIMARY KEY, text TEXT NOT NULL)";

/// What is measured, in the order in which it is shown.
const WAYS: [(&str, &str); 4] = [
    ("each", "one by one"),
    ("together", "one transaction"),
    ("prepared", "… and prepared"),
    ("bulk", "bulk"),
];

/// Rows a second, by who and in which way; one value a run.
type Figures = BTreeMap<(&'static str, String), Vec<f64>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|word| word == "--bench") {
        println!("this is a benchmark: cargo bench -p lesson-5 --bench database [-- --quick]");
        return ExitCode::SUCCESS;
    }
    let quick = arguments.iter().any(|word| word == "--quick");
    let python = arguments
        .iter()
        .position(|word| word == "--python")
        .and_then(|index| arguments.get(index + 1))
        .map_or("python3", String::as_str);
    match compare(quick, python) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(quick: bool, python: &str) -> Result {
    let (rows, runs) = if quick { (5_000, 1) } else { (50_000, 5) };
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::start().map_err(|error| error.with_causes())?;
    let server = sandbox.fresh_database()?;
    let script = folder.path().join("peer.py");
    fs::write(&script, include_str!("peer.py"))?;
    let file = |name: &str| folder.path().join(name);

    let mut figures = Figures::new();
    for _ in 0..runs {
        sqlite(&mut figures, &file("ours.db"), rows)?;
        postgres(&mut figures, server.url(), rows)?;
        let theirs = file("theirs.db");
        let peers = [
            (
                "Python sqlite3",
                "sqlite",
                theirs.to_str().unwrap_or_default(),
            ),
            ("Python psycopg2", "postgres", server.url()),
        ];
        for (who, kind, address) in peers {
            peer(
                &mut figures,
                who,
                &[python, script.to_str().unwrap_or_default(), kind, address],
                rows,
            );
        }
    }
    let medians: BTreeMap<(&str, String), f64> = figures
        .into_iter()
        .map(|(key, mut rates)| {
            rates.sort_by(f64::total_cmp);
            (key, rates[rates.len() / 2])
        })
        .collect();
    report(&medians)
}

/// Measures one way: rows a second.
fn measure(
    figures: &mut Figures,
    who: &'static str,
    way: &str,
    rows: u32,
    body: impl FnOnce(u32) -> Result,
) -> Result {
    let started = Instant::now();
    body(rows)?;
    let rate = f64::from(rows) / started.elapsed().as_secs_f64();
    figures.entry((who, way.to_owned())).or_default().push(rate);
    Ok(())
}

fn sqlite(figures: &mut Figures, path: &Path, rows: u32) -> Result {
    const WHO: &str = "SQLite";
    let db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let insert = "INSERT INTO lines VALUES ($1, $2)";
    db.execute_batch(CREATE)?;
    measure(figures, WHO, "each", rows / 10, |rows| {
        for id in 0..rows {
            db.execute(insert, (id, TEXT))?;
        }
        Ok(())
    })?;
    db.execute_batch(CREATE)?;
    measure(figures, WHO, "together", rows, |rows| {
        db.execute_batch("BEGIN")?;
        for id in 0..rows {
            db.execute(insert, (id, TEXT))?;
        }
        Ok(db.execute_batch("COMMIT")?)
    })?;
    db.execute_batch(CREATE)?;
    measure(figures, WHO, "prepared", rows, |rows| {
        db.execute_batch("BEGIN")?;
        let mut statement = db.prepare(insert)?;
        for id in 0..rows {
            statement.execute((id, TEXT))?;
        }
        Ok(db.execute_batch("COMMIT")?)
    })?;
    db.execute_batch(CREATE)?;
    measure(figures, WHO, "bulk", rows, |rows| {
        const AT_ONCE: u32 = 100;
        let places = vec!["(?, ?)"; AT_ONCE as usize].join(", ");
        db.execute_batch("BEGIN")?;
        let mut statement = db.prepare(&format!("INSERT INTO lines VALUES {places}"))?;
        for first in (0..rows).step_by(AT_ONCE as usize) {
            for offset in 0..AT_ONCE {
                let place = 2 * offset as usize;
                statement.raw_bind_parameter(place + 1, first + offset)?;
                statement.raw_bind_parameter(place + 2, TEXT)?;
            }
            statement.raw_execute()?;
        }
        Ok(db.execute_batch("COMMIT")?)
    })
}

fn postgres(figures: &mut Figures, url: &str, rows: u32) -> Result {
    const WHO: &str = "PostgreSQL";
    let mut db = Client::connect(url, NoTls)?;
    let insert = "INSERT INTO lines VALUES ($1, $2)";
    db.batch_execute(CREATE)?;
    measure(figures, WHO, "each", rows / 10, |rows| {
        for id in 0..rows {
            db.execute(insert, &[&i64::from(id), &TEXT])?;
        }
        Ok(())
    })?;
    db.batch_execute(CREATE)?;
    measure(figures, WHO, "together", rows / 5, |rows| {
        let mut transaction = db.transaction()?;
        for id in 0..rows {
            transaction.execute(insert, &[&i64::from(id), &TEXT])?;
        }
        Ok(transaction.commit()?)
    })?;
    db.batch_execute(CREATE)?;
    measure(figures, WHO, "prepared", rows / 2, |rows| {
        let mut transaction = db.transaction()?;
        let statement = transaction.prepare(insert)?;
        for id in 0..rows {
            transaction.execute(&statement, &[&i64::from(id), &TEXT])?;
        }
        Ok(transaction.commit()?)
    })?;
    db.batch_execute(CREATE)?;
    measure(figures, WHO, "bulk", rows, |rows| {
        let mut copy = db.copy_in("COPY lines FROM STDIN")?;
        for id in 0..rows {
            writeln!(copy, "{id}\t{TEXT}")?;
        }
        copy.finish()?;
        Ok(())
    })
}

/// Runs the same in Python. Who is not there is left out, and that is said.
fn peer(figures: &mut Figures, who: &'static str, words: &[&str], rows: u32) {
    let output = Command::new(words[0])
        .args(&words[1..])
        .arg(rows.to_string())
        .output();
    let lines = match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => {
            let problem = String::from_utf8_lossy(&output.stderr).into_owned();
            let last = problem.lines().last().unwrap_or_default();
            return eprintln!("without {who}: {last}");
        }
        Err(error) => return eprintln!("without {who}: {}: {error}", words[0]),
    };
    for line in lines.lines() {
        if let [way, rows, seconds] = line.split_whitespace().collect::<Vec<_>>()[..]
            && let (Ok(rows), Ok(seconds)) = (rows.parse::<f64>(), seconds.parse::<f64>())
        {
            let rates = figures.entry((who, way.to_owned())).or_default();
            rates.push(rows / seconds);
        }
    }
}

fn report(medians: &BTreeMap<(&str, String), f64>) -> Result {
    const WHO: [&str; 4] = ["SQLite", "Python sqlite3", "PostgreSQL", "Python psycopg2"];
    println!("rows a second");
    print!("{:<18}", "");
    for who in WHO {
        print!("{who:>16}");
    }
    println!();
    let mut bars = Vec::new();
    for (way, words) in WAYS {
        print!("{words:<18}");
        for who in WHO {
            match medians.get(&(who, way.to_owned())) {
                Some(rate) => {
                    print!("{:>16}", rounded(*rate));
                    bars.push((who, words, *rate));
                }
                None => print!("{:>16}", "-"),
            }
        }
        println!();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join("5-sql-inserts.svg");
    fs::write(&file, plot::svg(&bars))?;
    println!("\ndrawn: target/bench/5-sql-inserts.svg");
    Ok(())
}

/// Two figures are all that is known: 123,456 is shown as 120,000.
fn rounded(rate: f64) -> String {
    let scale = 10_f64.powf(rate.log10().floor() - 1.0);
    let number = (rate / scale).round() * scale;
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
