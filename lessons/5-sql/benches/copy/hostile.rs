//! Small awkward databases through both programs: what arrives, what is said, what hangs.

// The comparison is the one of the tests.
#[path = "../../tests/copying/mod.rs"]
mod copying;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use copying::{Target, check_arrived, source};

use super::{Outcome, installed, pgloader_address};

/// The longest that a program may think about a database of three rows.
const PATIENCE: Duration = Duration::from_secs(30);

/// What it is called, how it is made, how many keys and checks there should be, and a question
/// whose answer should be `1`.
struct Case(&'static str, String, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let long = "n".repeat(70);
    vec![
        Case("64-bit integers", "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t VALUES (1, 9223372036854775807), (2, -9223372036854775808)".into(), "p", "SELECT 1"),
        Case("real numbers among integers", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (1.5), (1e300)".into(), "", "SELECT 1"),
        Case("every bit of a real number", "CREATE TABLE t (a REAL); INSERT INTO t VALUES (0.1), (5e-324), (1e308)".into(), "", "SELECT 1"),
        Case("booleans 0 and 1 with a check", "CREATE TABLE t (a BOOLEAN CHECK (a IN (0, 1))); INSERT INTO t VALUES (1), (0), (NULL)".into(), "c", "SELECT 1"),
        Case("a 2 among booleans", "CREATE TABLE t (a BOOLEAN); INSERT INTO t VALUES (1), (2)".into(), "", "SELECT 1"),
        Case("dates and moments", "CREATE TABLE t (a DATE, b DATETIME); INSERT INTO t VALUES ('2024-02-29', '2024-01-02 03:04:05'), (NULL, '1969-12-31 23:59:59')".into(), "", "SELECT 1"),
        Case("0000-00-00 and Unix time", "CREATE TABLE t (a DATE, b DATETIME); INSERT INTO t VALUES ('0000-00-00', 1700000000)".into(), "", "SELECT 1"),
        Case("NULL, '' and the empty blob", "CREATE TABLE t (a TEXT, b BLOB); INSERT INTO t VALUES (NULL, NULL), ('', x'')".into(), "", "SELECT 1"),
        Case("tabs, line ends, backslashes", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('\\N'), ('\\.'), (char(9, 10, 13, 92))".into(), "", "SELECT 1"),
        Case("names that need quotes", "CREATE TABLE \"my \"\"t\" (\"group\" INT, \"A b\" INT); INSERT INTO \"my \"\"t\" VALUES (1, 2)".into(), "", "SELECT 1"),
        Case("composite keys, cycles", "CREATE TABLE a (x INT, y TEXT, b INT REFERENCES b(id), PRIMARY KEY (x, y)); CREATE TABLE b (id INTEGER PRIMARY KEY, x INT, y TEXT, FOREIGN KEY (x, y) REFERENCES a (x, y)); INSERT INTO a VALUES (1, 'k', 1); INSERT INTO b VALUES (1, 1, 'k')".into(), "ffpp", "SELECT 1"),
        Case("a sequence behind a deleted row", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT); INSERT INTO t VALUES (1, 'x'), (500, 'y'); DELETE FROM t WHERE id = 500".into(), "p", "INSERT INTO t (a) VALUES ('z') RETURNING (id = 501)::int"),
        Case("a generated column", "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO t VALUES (3)".into(), "", "SELECT count(*) FROM pg_attribute WHERE attgenerated = 's'"),
        Case("unique without case", "CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ('Ann')".into(), "", "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%UNIQUE%lower%'"),
        Case("partial and expression indexes", "CREATE TABLE t (a TEXT, b INT); CREATE UNIQUE INDEX i ON t (lower(a)) WHERE b > 1; INSERT INTO t VALUES ('A', 2), ('a', 1)".into(), "", "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%UNIQUE%lower%WHERE%'"),
        Case("text among integers", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), ('one')".into(), "", "SELECT 1"),
        Case("NUL in text", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('a' || char(0) || 'b')".into(), "", "SELECT 1"),
        Case("text that is not UTF-8", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT))".into(), "", "SELECT 1"),
        Case("a blob among texts", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (x'0078')".into(), "", "SELECT 1"),
        Case("two names of 71 bytes", format!("CREATE TABLE {long}1 (a INT); CREATE TABLE {long}2 (a INT); INSERT INTO {long}1 VALUES (1)"), "", "SELECT 1"),
    ]
}

/// Prints what became of each database.
pub fn run() -> Outcome<()> {
    let peer = installed("pgloader");
    if !peer {
        println!("pgloader is not installed: sudo apt-get install pgloader");
    }
    // What differs is found by assertions of the tests; here it is no failure but an answer.
    std::panic::set_hook(Box::new(|_| ()));
    println!("{:<34} {:<26} pgloader", "", "copy");
    for case in cases() {
        let ours = verdict(&case, |file, url| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_copy"));
            command.args([file, url]);
            Ok(command)
        })?;
        let theirs = if peer {
            verdict(&case, |file, url| {
                let mut command = Command::new("pgloader");
                command.args(["--with", "quote identifiers"]);
                command.arg(file).arg(pgloader_address(url)?);
                Ok(command)
            })?
        } else {
            "-".to_owned()
        };
        println!("{:<34} {ours:<26} {theirs}", case.0);
    }
    Ok(())
}

fn verdict(case: &Case, command: impl Fn(&str, &str) -> Outcome<Command>) -> Outcome<String> {
    let Case(_, sql, keys, question) = case;
    let target = Target::fresh().ok_or("COURSE_SKIP names postgres")?;
    let file = source(sql);
    let mut child = command(file.text(), target.url())?
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok("hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let code = status.code().unwrap_or(-1);
    let tables: i64 = target
        .ask("SELECT count(*)::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        .parse()?;
    if !status.success() && tables == 0 {
        return Ok(format!("refused, exit {code}"));
    }
    if sql.contains("nnnnnnnn") {
        // Renamed: the rows are there under other names.
        let rows = target.ask("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'");
        return Ok(format!("{rows} tables, renamed, exit {code}"));
    }
    let same = std::panic::catch_unwind(|| check_arrived(&file, &target)).is_ok();
    let found = target.ask(
        "SELECT string_agg(contype::text, '' ORDER BY contype) FROM pg_constraint c \
         JOIN pg_class r ON r.oid = conrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
         WHERE nspname = 'public' AND contype IN ('p', 'u', 'f', 'c')",
    );
    let answer = std::panic::catch_unwind(|| target.ask(question)).unwrap_or_default();
    Ok(match (same, found == *keys && answer == "1") {
        (true, true) => format!("exact, exit {code}"),
        (true, false) => format!("rows exact, keys lost, exit {code}"),
        (false, _) => format!("changed or lost, exit {code}"),
    })
}
