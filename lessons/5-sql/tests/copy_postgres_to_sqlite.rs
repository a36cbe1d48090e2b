//! From PostgreSQL to SQLite: every ordinary type, exactly or reported.

mod copying;

use copying::{File, Target, is_empty};
use database::copy::{OnUnrepresentable, Options, Report, copy};
use rusqlite::types::Value;

fn copied(target: &Target, file: &File, options: &Options) -> Report {
    copy(target.url(), file.text(), options, &mut |_| ())
        .unwrap_or_else(|error| panic!("it is copied: {error}: {error:?}"))
}

fn ask(file: &File, sql: &str) -> Value {
    file.open()
        .query_row(sql, [], |row| row.get(0))
        .expect("the test's own SQL")
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// A column of one type with one value arrives as this value.
fn check(declared: &str, literal: &str, expected: &Value) {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run(&format!(
        "CREATE TABLE t (id int, v {declared}); INSERT INTO t VALUES (1, {literal}), (2, NULL)"
    ));
    let file = File::fresh();

    let report = copied(&source, &file, &Options::default());

    assert_eq!(report.changed, 0);
    assert_eq!(
        ask(&file, "SELECT v FROM t WHERE id = 1"),
        *expected,
        "{declared} {literal}"
    );
    assert_eq!(
        ask(&file, "SELECT v FROM t WHERE id = 2"),
        Value::Null,
        "{declared}"
    );
}

#[test]
fn numbers_arrive_exactly() {
    check("bigint", "9223372036854775807", &Value::Integer(i64::MAX));
    check("smallint", "-32768", &Value::Integer(-32768));
    check("boolean", "true", &Value::Integer(1));
    check("double precision", "5e-324", &Value::Real(5e-324));
    check(
        "double precision",
        "'-Infinity'",
        &Value::Real(f64::NEG_INFINITY),
    );
    check("real", "0.1", &Value::Real(f64::from(0.1f32)));
    check(
        "numeric",
        "123456789012345678901234567890.10",
        &text("123456789012345678901234567890.10"),
    );
    check("numeric(10,3)", "-0.5", &text("-0.500"));
    check("numeric", "'NaN'", &text("NaN"));
    check("oid", "4294967295", &Value::Integer(4_294_967_295));
}

#[test]
fn moments_arrive_as_text_that_sqlite_understands() {
    check("date", "'2024-02-29'", &text("2024-02-29"));
    check("date", "'infinity'", &text("infinity"));
    check("date", "'0044-03-15 BC'", &text("0044-03-15 BC"));
    check("time", "'23:59:59.5'", &text("23:59:59.5"));
    check(
        "timestamp",
        "'2024-01-02 03:04:05.000001'",
        &text("2024-01-02 03:04:05.000001"),
    );
    check(
        "timestamptz",
        "'2024-01-02 03:04:05+02'",
        &text("2024-01-02 01:04:05+00:00"),
    );
    check(
        "interval",
        "'1 year 2 days 3 hours'",
        &text("1 year 2 days 03:00:00"),
    );
}

#[test]
fn texts_and_bytes_arrive_exactly() {
    check("text", "''", &text(""));
    check("varchar(5)", "'123'", &text("123"));
    check("char(4)", "'ab'", &text("ab  "));
    check("bytea", "'\\x00ff'", &Value::Blob(vec![0, 255]));
    check("bytea", "''", &Value::Blob(Vec::new()));
    check(
        "uuid",
        "'0188D8D8-1234-4ABC-8DEF-0123456789AB'",
        &text("0188d8d8-1234-4abc-8def-0123456789ab"),
    );
    check("json", "'{\"a\":  1}'", &text("{\"a\":  1}"));
    check("jsonb", "'5'", &text("5"));
}

#[test]
fn other_types_arrive_as_postgresql_writes_them() {
    check("int[]", "'{1,NULL,3}'", &text("{1,NULL,3}"));
    check("text[]", "array['a,b', '']", &text("{\"a,b\",\"\"}"));
    check("inet", "'10.0.0.1/8'", &text("10.0.0.1/8"));
    check("int4range", "'[1,5)'", &text("[1,5)"));
    check("point", "'(1,2)'", &text("(1,2)"));
    check("bit(3)", "B'101'", &text("101"));
}

#[test]
fn enums_domains_identities_partitions_and_other_schemas_arrive() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run(
        "CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('sad', 'it''s'); CREATE DOMAIN small AS int CHECK (VALUE < 9);
         CREATE TABLE other.people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood DEFAULT 'sad', s small,
             boss int REFERENCES other.people DEFERRABLE INITIALLY DEFERRED, twice int GENERATED ALWAYS AS (s * 2) STORED, UNIQUE (m, s));
         CREATE INDEX lowered ON other.people (s, lower('x')) WHERE s > 3;
         INSERT INTO other.people (m, s, boss) VALUES ('it''s', 5, 1);
         SELECT setval('other.people_id_seq', 70);
         CREATE TABLE people (day date) PARTITION BY RANGE (day);
         CREATE TABLE people_24 PARTITION OF people FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         INSERT INTO people VALUES ('2024-05-05');",
    );
    let file = File::fresh();

    let report = copied(&source, &file, &Options::default());

    assert_eq!(
        ask(&file, "SELECT m || s || boss || twice FROM other_people"),
        text("it's5110")
    );
    assert_eq!(ask(&file, "SELECT count(*) FROM people"), Value::Integer(1));
    let db = file.open();
    db.execute_batch("PRAGMA foreign_keys = ON; INSERT INTO other_people (s) VALUES (1)")
        .expect("defaults work");
    assert_eq!(
        ask(
            &file,
            "SELECT max(id) || (SELECT m FROM other_people WHERE id = 71) FROM other_people"
        ),
        text("71sad")
    );
    let refused = db.execute_batch("INSERT INTO other_people (m) VALUES ('glad')");
    assert!(refused.is_err(), "the enum's labels are checked");
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("other_people")),
        "{:?}",
        report.notes
    );
    assert_eq!(
        ask(
            &file,
            "SELECT count(*) FROM sqlite_schema WHERE name = 'lowered'"
        ),
        Value::Integer(1)
    );
}

#[test]
fn names_that_differ_only_in_case_get_names_of_their_own() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run(
        "CREATE TABLE \"Users\" (\"A\" int, a int); CREATE TABLE users (a int); CREATE TABLE sqlite_x (a int);
         INSERT INTO \"Users\" VALUES (1, 2); INSERT INTO users VALUES (3); INSERT INTO sqlite_x VALUES (4);",
    );
    let file = File::fresh();

    let report = copied(&source, &file, &Options::default());

    assert_eq!(report.tables.len(), 3);
    assert_eq!(
        report
            .notes
            .iter()
            .filter(|note| note.contains("is called"))
            .count(),
        3,
        "{:?}",
        report.notes
    );
    assert_eq!(report.rows(), 3);
}

#[test]
fn nan_is_refused_with_its_key_or_reported() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run(
        "CREATE TABLE t (id int PRIMARY KEY, v float8); INSERT INTO t VALUES (1, 1), (7, 'NaN')",
    );
    let file = File::fresh();

    let error = copy(source.url(), file.text(), &Options::default(), &mut |_| ())
        .expect_err("SQLite has no NaN");

    let error = error.to_string();
    assert!(
        error.contains("\"v\"") && error.contains("\"id\" = 7") && error.contains("NaN"),
        "{error}"
    );
    assert!(!file.path.exists(), "nothing is left");
    let options = Options {
        on_unrepresentable: OnUnrepresentable::Text,
        ..Options::default()
    };
    assert_eq!(copied(&source, &file, &options).changed, 1);
    assert_eq!(ask(&file, "SELECT v FROM t WHERE id = 7"), text("NaN"));
}

#[test]
fn what_sqlite_does_not_have_is_reported() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run(
        "CREATE TABLE t (a int, b jsonb, u uuid DEFAULT gen_random_uuid()); CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 2;
         CREATE INDEX g ON t USING gin (b); CREATE SEQUENCE s;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE INSERT ON t EXECUTE FUNCTION f();",
    );
    let file = File::fresh();

    let notes = copied(&source, &file, &Options::default()).notes.join("\n");

    for named in [
        "view \"public\".\"v\"",
        "materialised view",
        "gin",
        "sequence",
        "trigger",
        "gen_random_uuid",
    ] {
        assert!(notes.contains(named), "{named} is named in: {notes}");
    }
}

#[test]
fn tables_that_are_there_are_refused_and_replaced_when_asked() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run("CREATE TABLE t (a int); INSERT INTO t VALUES (5)");
    let file = copying::source("CREATE TABLE T (old TEXT); INSERT INTO t VALUES ('kept')");

    let error =
        copy(source.url(), file.text(), &Options::default(), &mut |_| ()).expect_err("T is there");

    assert!(error.to_string().contains("--replace"), "{error}");
    assert_eq!(ask(&file, "SELECT old FROM t"), text("kept"));
    let options = Options {
        replace: true,
        ..Options::default()
    };
    copied(&source, &file, &options);
    assert_eq!(ask(&file, "SELECT a FROM t"), Value::Integer(5));
}

#[test]
fn a_dry_run_writes_nothing() {
    let Some(source) = Target::fresh() else {
        return;
    };
    source.run("CREATE TABLE t (a int); INSERT INTO t VALUES (5)");
    let file = File::fresh();
    let options = Options {
        dry_run: true,
        ..Options::default()
    };

    let report = copied(&source, &file, &options);

    assert_eq!(report.rows(), 1);
    assert!(is_empty(&file.path));
}
