//! All or nothing, one moment, and there and back again.

mod copying;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use copying::{File, Target, check_arrived, copied, rows, source, tables};
use database::copy::{Options, copy};
use proptest::prelude::*;
use rusqlite::types::Value;

/// The longest that any wait of these tests may take.
const PATIENCE: Duration = Duration::from_secs(120);

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_copy"))
}

/// Many rows, so that a copy of them can be met half-way.
fn large() -> File {
    source(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE numbers (id INTEGER PRIMARY KEY, half INTEGER, name TEXT);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
         INSERT INTO numbers SELECT i, i / 2, 'row ' || i FROM n;
         CREATE TABLE pairs (a INTEGER, b INTEGER); INSERT INTO pairs VALUES (0, 0);",
    )
}

#[test]
fn a_copy_sees_one_moment_while_a_writer_goes_on() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = large();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let db = file.open();
            let mut commits = 0;
            while !stop.load(Ordering::Relaxed) {
                // In every moment each number stands in both tables, and a equals b.
                db.execute_batch(
                    "BEGIN; INSERT INTO numbers (half) VALUES (1); UPDATE pairs SET a = a + 1; \
                     UPDATE pairs SET b = b + 1; INSERT INTO pairs SELECT a, b FROM pairs LIMIT 1; COMMIT",
                )
                .expect("a reader is in nobody's way");
                commits += 1;
            }
            commits
        });

        copied(&file, &target);

        stop.store(true, Ordering::Relaxed);
        let commits: i64 = writer.join().expect("the writer ends");
        assert!(commits > 0, "the writer went on meanwhile");
    });
    assert_eq!(
        target.ask("SELECT count(*)::text FROM pairs WHERE a <> b"),
        "0"
    );
    assert_eq!(
        target.ask(
            "SELECT ((SELECT count(*) FROM numbers) - 60000 = (SELECT max(a) FROM pairs))::text"
        ),
        "true",
        "both tables are of one moment"
    );
}

#[test]
fn a_copy_from_postgresql_sees_one_moment_while_a_writer_goes_on() {
    let Some(origin) = Target::fresh() else {
        return;
    };
    origin.run(
        "CREATE TABLE a (n bigint); CREATE TABLE z (n bigint); \
         INSERT INTO a SELECT generate_series(1, 50000); INSERT INTO z SELECT generate_series(1, 50000)",
    );
    let file = File::fresh();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut client = origin.connect();
            while !stop.load(Ordering::Relaxed) {
                client
                    .batch_execute(
                        "BEGIN; INSERT INTO a VALUES (0); INSERT INTO z VALUES (0); COMMIT",
                    )
                    .expect("a reader is in nobody's way");
            }
        });

        let report = copy(origin.url(), file.text(), &Options::default(), &mut |_| ());

        stop.store(true, Ordering::Relaxed);
        writer.join().expect("the writer ends");
        report.expect("it is copied");
    });
    let db = file.open();
    let count = |table: &str| -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .expect("it is there")
    };
    assert_eq!(count("a"), count("z"), "both tables are of one moment");
}

#[test]
fn a_copy_that_is_killed_leaves_nothing_in_postgresql() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = large();
    let mut guard = target.connect();
    let mut watch = target.connect();
    // The copy waits at this lock when its rows are sent: it needs the name of the schema's index.
    guard
        .batch_execute("BEGIN; CREATE SCHEMA held")
        .expect("it may");
    let mut child = program()
        .args([file.text(), target.url(), "--schema", "held"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    wait(|| {
        let waiting = watch
            .query_one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()", &[])
            .expect("it answers");
        waiting.get::<_, i64>(0) > 0
    });

    child.kill().expect("it runs");
    child.wait().expect("it ended");
    guard.batch_execute("ROLLBACK").expect("it may");

    wait(|| {
        let others = watch
            .query_one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()", &[])
            .expect("it answers");
        others.get::<_, i64>(0) == 0
    });
    assert_eq!(target.ask("SELECT count(*)::text FROM pg_class WHERE relnamespace::regnamespace::text NOT LIKE 'pg\\_%' AND relnamespace <> 'information_schema'::regnamespace"), "0");
}

#[test]
fn a_copy_that_is_killed_while_rows_flow_leaves_nothing_on_either_side() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = large();
    let mut watch = target.connect();
    let mut child = program()
        .args([file.text(), target.url()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    wait(|| {
        child.try_wait().expect("it can be asked").is_some()
            || watch
                .query_one(
                    "SELECT count(*) FROM pg_stat_progress_copy WHERE datname = current_database()",
                    &[],
                )
                .expect("it answers")
                .get::<_, i64>(0)
                > 0
    });
    child.kill().expect("it runs");
    let ended = child.wait().expect("it ended");
    wait(|| {
        watch
            .query_one("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()", &[])
            .expect("it answers")
            .get::<_, i64>(0)
            == 0
    });

    let tables = target.ask("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'");

    let due = if ended.success() { "2" } else { "0" };
    assert_eq!(tables, due, "all of it, or nothing");
}

#[test]
fn a_copy_that_is_killed_leaves_a_sqlite_file_without_tables() {
    let Some(origin) = Target::fresh() else {
        return;
    };
    origin.run(
        "CREATE TABLE t AS SELECT i, repeat('x', 200) AS text FROM generate_series(1, 400000) AS i",
    );
    let file = File::fresh();
    let mut child = program()
        .args([origin.url(), file.text()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    // SQLite's cache is full long before the end, so that rows are in the file already.
    wait(|| {
        child.try_wait().expect("it can be asked").is_some()
            || std::fs::metadata(&file.path).is_ok_and(|file| file.len() > 4_000_000)
    });

    child.kill().expect("it runs");
    let ended = child.wait().expect("it ended");

    if !ended.success() {
        assert!(
            tables(&file.open()).is_empty(),
            "what was half-way is rolled back"
        );
    }
}

#[test]
fn the_program_says_by_its_exit_code_how_it_went() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = source("CREATE TABLE t (n INT); INSERT INTO t VALUES (1), ('x')");
    let run = |words: &[&str]| {
        let output = program()
            .arg(file.text())
            .args(words)
            .output()
            .expect("it starts");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.code(), said)
    };

    let (refused, message) = run(&[target.url()]);
    let (dry, _) = run(&[target.url(), "--dry-run", "--on-unrepresentable", "null"]);
    let (changed, lines) = run(&[target.url(), "--on-unrepresentable", "null", "--jobs", "2"]);
    let (there, exists) = run(&[target.url()]);
    let (replaced, _) = run(&[target.url(), "--replace", "--on-unrepresentable", "text"]);
    let (missing, _) = run(&["nothing-of-the-kind.db"]);
    let (misused, _) = run(&[]);

    assert_eq!(
        (refused, dry, changed),
        (Some(1), Some(3), Some(3)),
        "{message}"
    );
    assert!(
        message.contains("table \"t\", column \"n\", rowid 2: 'x'"),
        "{message}"
    );
    assert!(
        lines.contains("changed: table \"t\", column \"n\", rowid 2: 'x'"),
        "{lines}"
    );
    assert_eq!(there, Some(1));
    assert!(exists.contains("already has t"), "{exists}");
    assert_eq!((replaced, missing, misused), (Some(3), Some(1), Some(2)));
}

#[test]
fn progress_is_told_in_plain_lines_where_there_is_no_terminal() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = large();
    let mut child = program()
        .args([file.text(), target.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let lines: Vec<String> = output.lines().map_while(Result::ok).collect();

    assert!(child.wait().expect("it ends").success());
    assert!(
        lines
            .iter()
            .all(|line| !line.contains('\r') && !line.contains('\x1b')),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("numbers") && line.contains("rows/s")),
        "{lines:?}"
    );
}

#[test]
fn only_the_tables_that_are_asked_for_go_over() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = source("CREATE TABLE a (x INT); CREATE TABLE b (y INT REFERENCES a(x))");
    let options = |table: &str| Options {
        tables: vec![table.to_owned()],
        ..Options::default()
    };

    let report = copy(file.text(), target.url(), &options("B"), &mut |_| ()).expect("it is copied");
    let error =
        copy(file.text(), target.url(), &options("c"), &mut |_| ()).expect_err("there is no c");

    assert_eq!(report.tables.len(), 1);
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("is not copied")),
        "{:?}",
        report.notes
    );
    assert!(error.to_string().contains("it has: a, b"), "{error}");
}

#[test]
fn many_readers_send_what_one_sends() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = large();
    let options = Options {
        jobs: 4,
        ..Options::default()
    };

    let report = copy(file.text(), target.url(), &options, &mut |_| ()).expect("it is copied");

    assert_eq!(report.rows(), 60_001);
    assert_eq!(
        target.ask("SELECT sum(id)::text || count(DISTINCT name) FROM numbers"),
        "180003000060000"
    );
}

/// Waits for an event, not for a time.
fn wait(mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENCE, "it never happened");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A column's declaration, and values that it holds in one storage class.
fn column() -> impl Strategy<Value = (&'static str, Vec<Value>)> {
    let of = |declared: &'static str, value: BoxedStrategy<Value>| {
        let value = prop_oneof![1 => Just(Value::Null), 4 => value];
        proptest::collection::vec(value, 8).prop_map(move |values| (declared, values))
    };
    let text = any::<String>().prop_map(|text| Value::Text(text.replace('\0', "")));
    prop_oneof![
        of("INTEGER", any::<i64>().prop_map(Value::Integer).boxed()),
        of("BIGINT", any::<i64>().prop_map(Value::Integer).boxed()),
        of(
            "SMALLINT",
            any::<i16>()
                .prop_map(|value| Value::Integer(value.into()))
                .boxed()
        ),
        of("BOOLEAN", (0..=1i64).prop_map(Value::Integer).boxed()),
        of(
            "REAL",
            (proptest::num::f64::NORMAL | proptest::num::f64::INFINITE)
                .prop_map(Value::Real)
                .boxed()
        ),
        of("TEXT", text.clone().boxed()),
        of("VARCHAR(4)", text.boxed()),
        of("BLOB", any::<Vec<u8>>().prop_map(Value::Blob).boxed()),
        of(
            "DATE",
            (1..=9999u32, 1..=12u32, 1..=28u32)
                .prop_map(|(year, month, day)| Value::Text(format!(
                    "{year:04}-{month:02}-{day:02}"
                )))
                .boxed()
        ),
        of(
            "TIMESTAMP",
            (1..=9999u32, 0..=23u32, 0..=59u32)
                .prop_map(|(year, hour, second)| Value::Text(format!(
                    "{year:04}-06-15 {hour:02}:30:{second:02}"
                )))
                .boxed()
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_tables_come_back_as_they_went(
        columns in proptest::collection::vec((column(), "[^\0]{1,12}"), 1..7),
        table in "[a-zA-ZžŽ \"'.;]{1,30}",
    ) {
        let Some(target) = Target::fresh() else {
            return Ok(());
        };
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        // SQLite compares names without regard to case, so each gets its place as well.
        let names: Vec<String> = columns.iter().enumerate().map(|(at, (_, name))| format!("{at}{name}")).collect();
        let declared: Vec<String> = columns.iter().zip(&names)
            .map(|(((declared, _), _), name)| format!("{} {declared}", quoted(name)))
            .collect();
        let file = source(&format!("CREATE TABLE {} ({})", quoted(&table), declared.join(", ")));
        let places = vec!["?"; columns.len()].join(", ");
        for row in 0..8 {
            let values = columns.iter().map(|((_, values), _)| values[row].clone());
            file.open()
                .execute(&format!("INSERT INTO {} VALUES ({places})", quoted(&table)), rusqlite::params_from_iter(values))
                .expect("every value has a place");
        }

        copied(&file, &target);
        check_arrived(&file, &target);
        let back = File::fresh();
        copy(target.url(), back.text(), &Options::default(), &mut |_| ()).expect("it comes back");

        let (one, other) = (file.open(), back.open());
        let found = tables(&other);
        prop_assert_eq!(found.len(), 1);
        let sort = |(_, mut rows): (Vec<String>, Vec<Vec<Value>>)| {
            rows.sort_by_key(|row| format!("{row:?}"));
            rows
        };
        prop_assert_eq!(sort(rows(&one, &table)), sort(rows(&other, &found[0])));
    }
}
