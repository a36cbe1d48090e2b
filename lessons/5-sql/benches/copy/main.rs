//! A whole database over to PostgreSQL, and back: `cargo course bench copy [ROWS]`.
//!
//! One file of mixed rows is copied by our `copy`, by `pgloader` where it is installed, and, as the
//! limit, by `psql \copy` from a CSV of the same rows, which reads no SQLite, chooses no types and
//! checks nothing. `cargo course bench copy hostile` copies small awkward databases by ours and by
//! `pgloader` instead, and says what became of each. In the first, each gets an empty database of one private server, the same key and index, and
//! is charged for what it made the server do: CPU seconds are the client's and the server's.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its figures"
)]

mod hostile;

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use postgres_sandbox::Sandbox;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What one run cost.
struct Cost {
    wall: Duration,
    client: f64,
    server: f64,
    peak_kib: u64,
}

fn main() -> Outcome<()> {
    if std::env::args().any(|word| word == "hostile") {
        return hostile::run();
    }
    let rows = std::env::args()
        .skip(1)
        .find_map(|word| word.replace('_', "").parse().ok())
        .unwrap_or(2_000_000u64);
    if cfg!(debug_assertions) {
        println!("not optimised: these figures mean nothing");
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("mixed.db");
    let csv = folder.path().join("mixed.csv");
    generate(&file, &csv, rows)?;
    println!(
        "{rows} rows of 10 columns, {} MB as SQLite, {} MB as CSV",
        fs::metadata(&file)?.len() / 1_000_000,
        fs::metadata(&csv)?.len() / 1_000_000
    );
    let sandbox = Sandbox::private()?;
    let server = sandbox.server_id().ok_or("a private server has a number")?;
    println!(
        "\n{:<34} {:>8} {:>9} {:>8} {:>8} {:>8} {:>8}",
        "", "seconds", "rows/s", "CPU s", "client", "server", "peak MB"
    );

    let target = sandbox.fresh_database()?;
    let mut ours = Command::new(env!("CARGO_BIN_EXE_copy"));
    ours.arg(&file).arg(target.url());
    let copied = measure(&mut ours, server)?;
    show("copy, SQLite to PostgreSQL", rows, &copied);

    let limit = sandbox.fresh_database()?;
    let script = folder.path().join("limit.sql");
    fs::write(&script, limit_script(&csv))?;
    let mut psql = Command::new("psql");
    psql.arg(limit.url())
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(&script);
    let limit_cost = measure(&mut psql, server)?;
    show("psql \\copy of a CSV, the limit", rows, &limit_cost);

    let peer = sandbox.fresh_database()?;
    match installed("pgloader") {
        false => println!("pgloader is not installed: sudo apt-get install pgloader"),
        true => {
            let mut pgloader = Command::new("pgloader");
            pgloader.arg(&file).arg(pgloader_address(peer.url())?);
            let cost = measure(&mut pgloader, server)?;
            show("pgloader, SQLite to PostgreSQL", rows, &cost);
            ratio(
                "pgloader's time, in ours",
                cost.wall.as_secs_f64(),
                copied.wall.as_secs_f64(),
            );
            ratio("pgloader's CPU, in ours", cost.cpu(), copied.cpu());
        }
    }
    ratio("our CPU, in \\copy's", copied.cpu(), limit_cost.cpu());
    ratio(
        "our time, in \\copy's",
        copied.wall.as_secs_f64(),
        limit_cost.wall.as_secs_f64(),
    );

    let back = folder.path().join("back.db");
    let mut ours = Command::new(env!("CARGO_BIN_EXE_copy"));
    ours.arg(target.url()).arg(&back);
    let returned = measure(&mut ours, server)?;
    println!();
    show("copy, PostgreSQL to SQLite", rows, &returned);
    if installed("sqlite3") {
        let out = folder.path().join("out.csv");
        let imported = folder.path().join("imported.db");
        let mut both = Command::new("sh");
        both.arg("-c")
            .arg(
                "psql \"$1\" -q -c \"\\\\copy mixed to '$2' csv\" && \
                 sqlite3 \"$3\" \"CREATE TABLE mixed (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, age INTEGER, score REAL, active BOOLEAN, born DATE, created TIMESTAMP, note TEXT, data TEXT)\" \
                 \".mode csv\" \".import '$2' mixed\" \"CREATE INDEX mixed_email ON mixed (email)\"",
            )
            .arg("sh")
            .arg(target.url())
            .arg(&out)
            .arg(&imported);
        let cost = measure(&mut both, server)?;
        show("\\copy and sqlite3 .import, the limit", rows, &cost);
        ratio("our CPU, in theirs", returned.cpu(), cost.cpu());
    }
    Ok(())
}

impl Cost {
    fn cpu(&self) -> f64 {
        self.client + self.server
    }
}

fn show(what: &str, rows: u64, cost: &Cost) {
    let seconds = cost.wall.as_secs_f64();
    println!(
        "{what:<34} {seconds:>8.2} {:>9.0} {:>8.2} {:>8.2} {:>8.2} {:>8}",
        rows as f64 / seconds,
        cost.cpu(),
        cost.client,
        cost.server,
        cost.peak_kib / 1024
    );
}

fn ratio(what: &str, one: f64, other: f64) {
    println!("  {what}: {:.2} times", one / other);
}

fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Mixed rows, the same ones in SQLite and as CSV.
fn generate(file: &Path, csv: &Path, rows: u64) -> Outcome<()> {
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; \
         CREATE TABLE mixed (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, email TEXT, age INTEGER, \
         score REAL, active BOOLEAN, born DATE, created TIMESTAMP, note TEXT, data BLOB)",
    )?;
    let mut insert = db.prepare("INSERT INTO mixed VALUES (?,?,?,?,?,?,?,?,?,?)")?;
    let mut out = BufWriter::new(File::create(csv)?);
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for id in 1..=rows {
        let bits = random();
        let name = format!("Žofie \"{:x}\", {}", bits & 0xffff, bits >> 40);
        let email = (bits % 7 != 0).then(|| format!("{:x}@example.org", bits >> 20));
        let age = (bits % 5 != 0).then_some((bits % 100) as i64);
        let score = (bits >> 11) as f64 / 1e9;
        let active = (bits & 1) as i64;
        let born = format!(
            "{:04}-{:02}-{:02}",
            1940 + bits % 70,
            1 + bits % 12,
            1 + (bits >> 8) % 28
        );
        let created = format!(
            "{born} {:02}:{:02}:{:02}",
            bits % 24,
            (bits >> 5) % 60,
            (bits >> 9) % 60
        );
        let note = match bits % 4 {
            0 => None,
            1 => Some(String::new()),
            _ => Some("a line of text that says little, ".repeat(1 + (bits >> 30) as usize % 3)),
        };
        let data = random().to_le_bytes();
        insert.execute(rusqlite::params![
            id, name, email, age, score, active, born, created, note, data
        ])?;
        let quoted = |text: &Option<String>| {
            text.as_ref().map_or_else(String::new, |text| {
                format!("\"{}\"", text.replace('"', "\"\""))
            })
        };
        let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(
            out,
            "{id},{},{},{},{score:?},{active},{born},{created},{},\\x{hex}",
            quoted(&Some(name)),
            quoted(&email),
            age.map_or_else(String::new, |age| age.to_string()),
            quoted(&note),
        )?;
    }
    drop(insert);
    db.execute_batch("CREATE INDEX mixed_email ON mixed (email); COMMIT")?;
    out.flush()?;
    Ok(())
}

/// The same table, filled first and indexed then, as ours is.
fn limit_script(csv: &Path) -> String {
    format!(
        "BEGIN;\n\
         CREATE TABLE mixed (id bigint NOT NULL, name varchar(80) COLLATE \"C\" NOT NULL, email text COLLATE \"C\", \
         age bigint, score double precision, active boolean, born date, created timestamp, note text COLLATE \"C\", data bytea);\n\
         \\copy mixed from '{}' csv\n\
         ALTER TABLE mixed ADD PRIMARY KEY (id);\n\
         CREATE INDEX mixed_email ON mixed (email);\n\
         COMMIT;\n",
        csv.display()
    )
}

/// pgloader writes the folder of a socket in its own way.
fn pgloader_address(url: &str) -> Outcome<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (user, rest) = rest.split_once('@').ok_or("the address names a user")?;
    let (place, name) = rest.split_once('/').ok_or("the address names a database")?;
    let place = place.replace("%2F", "/").replace("%2f", "/");
    Ok(format!("postgresql://{user}@unix:{place}:5432/{name}"))
}

/// Runs a program to its end and says what it cost, here and on the server.
fn measure(command: &mut Command, server: u32) -> Outcome<Cost> {
    let before = tree(server);
    let own = children();
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("it is piped")?;
    let errors = child.stderr.take().ok_or("it is piped")?;
    let readers = [
        std::thread::spawn(move || std::io::read_to_string(output)),
        std::thread::spawn(move || std::io::read_to_string(errors)),
    ];
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(high_water(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let wall = started.elapsed();
    let client = children() - own;
    let said: Vec<String> = readers
        .into_iter()
        .filter_map(|reader| reader.join().ok()?.ok())
        .collect();
    if !status.success() {
        return Err(format!("{command:?} failed:\n{}", said.concat()).into());
    }
    // The backend has ended when the server has counted it among its children.
    std::thread::sleep(Duration::from_millis(300));
    Ok(Cost {
        wall,
        client,
        server: tree(server) - before,
        peak_kib,
    })
}

/// The most memory a process has had.
fn high_water(process: u32) -> u64 {
    fs::read_to_string(format!("/proc/{process}/status"))
        .ok()
        .and_then(|status| {
            let line = status
                .lines()
                .find(|line| line.starts_with("VmHWM"))?
                .to_owned();
            line.split_whitespace().nth(1)?.parse().ok()
        })
        .unwrap_or(0)
}

/// Parent, own CPU seconds and those of ended children.
fn times(process: u32) -> Option<(u32, f64, f64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold blanks.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    Some((
        fields.get(1)?.parse().ok()?,
        (ticks(11)? + ticks(12)?) / 100.0,
        (ticks(13)? + ticks(14)?) / 100.0,
    ))
}

fn children() -> f64 {
    times(std::process::id()).map_or(0.0, |(_, _, children)| children)
}

/// CPU seconds of a process and all that it started.
fn tree(root: u32) -> f64 {
    let processes: Vec<(u32, (u32, f64, f64))> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, times(process)?)))
        .collect();
    let mut members = vec![root];
    let mut at = 0;
    while let Some(parent) = members.get(at).copied() {
        members.extend(
            processes
                .iter()
                .filter(|(process, (of, ..))| *of == parent && !members.contains(process))
                .map(|(process, _)| *process)
                .collect::<Vec<_>>(),
        );
        at += 1;
    }
    processes
        .iter()
        .filter(|(process, _)| members.contains(process))
        .map(|(_, (_, own, children))| own + children)
        .sum()
}
