//! Many small databases, each awkward in one way, from SQLite to PostgreSQL: what can be
//! represented arrives exactly, with keys and sequences; what cannot is refused by name, or
//! reported where that was asked for.

mod copying;

use copying::{Target, check_arrived, copied, refused, reported, source};
use database::copy::OnUnrepresentable;

/// A database that arrives whole, and questions to PostgreSQL with the answers that are due.
fn arrives(sql: &str, questions: &[(&str, &str)]) {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = source(sql);

    copied(&file, &target);

    check_arrived(&file, &target);
    for (question, answer) in questions {
        assert_eq!(target.ask(question), *answer, "asked: {question}");
    }
}

const KEYS: &str = "SELECT string_agg(contype::text, '' ORDER BY contype) FROM pg_constraint c \
    JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = 'public' AND contype IN ('p', 'u', 'f', 'c')";

#[test]
fn integers_at_both_ends_of_64_bits_arrive() {
    arrives(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INT, c SMALLINT, d INT2);
         INSERT INTO t VALUES (1, 9223372036854775807, -9223372036854775808, 70000, 7);",
        &[
            (KEYS, "p"),
            (
                "SELECT pg_typeof(a)::text || pg_typeof(d)::text FROM t",
                "bigintsmallint",
            ),
        ],
    );
}

#[test]
fn integers_beyond_64_bits_which_sqlite_keeps_as_real_numbers_arrive_with_all_digits() {
    arrives(
        "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (9223372036854775808), (5);",
        &[("SELECT max(a)::text FROM t", "9223372036854775808")],
    );
}

#[test]
fn real_numbers_in_an_integer_column_arrive_as_numeric() {
    arrives(
        "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (1.5), (-1e-300), (1e300);",
        &[("SELECT pg_typeof(a)::text FROM t LIMIT 1", "numeric")],
    );
}

#[test]
fn real_numbers_keep_every_bit() {
    arrives(
        "CREATE TABLE t (a REAL, b DOUBLE PRECISION, c FLOAT);
         INSERT INTO t VALUES (0.1, 1e308, 5e-324), (9e999, -9e999, 3), (0.30000000000000004, NULL, -2.5);",
        &[("SELECT pg_typeof(a)::text FROM t LIMIT 1", "double precision")],
    );
}

#[test]
fn decimals_keep_their_precision_or_lose_their_limits_but_never_a_digit() {
    arrives(
        "CREATE TABLE t (fits DECIMAL(10, 2), wide DECIMAL(4, 1), free NUMERIC);
         INSERT INTO t VALUES (19.99, 123456.25, 0.1), (-5, 1, 2), (NULL, 0.1, 12345678901234);",
        &[
            (
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'fits'",
                "numeric(10,2)",
            ),
            (
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'wide'",
                "numeric",
            ),
        ],
    );
}

#[test]
fn booleans_are_boolean_only_where_all_are_0_or_1() {
    arrives(
        "CREATE TABLE t (a BOOLEAN DEFAULT 1 CHECK (a IN (0, 1)), b BOOL, c BOOLEAN);
         INSERT INTO t VALUES (1, 2, 'true'), (0, 0, 'no'), (NULL, -1, NULL);
         CREATE INDEX active ON t (b) WHERE a = 1;",
        &[
            (
                "SELECT pg_typeof(a)::text || pg_typeof(b)::text || pg_typeof(c)::text FROM t LIMIT 1",
                "booleanbiginttext",
            ),
            (KEYS, "c"),
            (
                "SELECT count(*)::text FROM pg_indexes WHERE indexname = 'active' AND indexdef LIKE '%WHERE%'",
                "1",
            ),
        ],
    );
}

#[test]
fn dates_become_dates_where_one_pattern_gives_back_every_one() {
    arrives(
        "CREATE TABLE t (day DATE, at DATETIME, zoned TIMESTAMP, python TIMESTAMP, clock TIME);
         INSERT INTO t VALUES ('2024-02-29', '2024-01-02 03:04:05', '2024-01-02T03:04:05.250Z', '2024-01-02 03:04:05', '23:59:59'),
                              ('0001-01-01', '9999-12-31 23:59:59', '1969-12-31T23:59:59.001Z', '2024-01-02 03:04:05.000001', '00:00:00');",
        &[(
            "SELECT concat_ws(',', pg_typeof(day), pg_typeof(at), pg_typeof(zoned), pg_typeof(python), pg_typeof(clock)) FROM t LIMIT 1",
            "date,timestamp without time zone,timestamp with time zone,timestamp without time zone,time without time zone",
        )],
    );
}

#[test]
fn dates_that_are_no_dates_unix_times_and_julian_days_stay_what_they_are() {
    arrives(
        "CREATE TABLE t (a DATE, b DATETIME, c TIMESTAMP, d DATETIME);
         INSERT INTO t VALUES ('0000-00-00', 1700000000, 2460000.5, '2024-01-02 03:04:05+02:00'), ('yesterday', -1, 0.25, NULL);",
        &[(
            "SELECT concat_ws(',', pg_typeof(a), pg_typeof(b), pg_typeof(c), pg_typeof(d)) FROM t LIMIT 1",
            "text,bigint,double precision,text",
        )],
    );
}

#[test]
fn null_and_the_empty_text_and_the_empty_blob_stay_three_things() {
    arrives(
        "CREATE TABLE t (a TEXT, b BLOB); INSERT INTO t VALUES (NULL, NULL), ('', x''), (' ', x'00');",
        &[(
            "SELECT count(*)::text FROM t WHERE a = '' AND length(b) = 0",
            "1",
        )],
    );
}

#[test]
fn texts_keep_quotes_backslashes_line_ends_and_every_script() {
    arrives(
        "CREATE TABLE t (a TEXT);
         INSERT INTO t VALUES ('\\N'), ('\\.'), ('a' || char(9, 10, 13, 1, 127) || 'b'), ('''\"'), ('Žluťoučký 日本 🦀 ' || char(1114109, 65279)), (char(13, 10));",
        &[],
    );
}

#[test]
fn columns_declared_for_another_class_take_the_class_that_all_values_have() {
    arrives(
        "CREATE TABLE t (a INTEGER, b TEXT, c REAL, d, e BLOB, f STRING);
         INSERT INTO t VALUES ('all', x'00ff', 'text', 5, 7, 8), ('of it', x'', 'too', 6, 9, 10);",
        &[(
            "SELECT concat_ws(',', pg_typeof(a), pg_typeof(b), pg_typeof(d), pg_typeof(e)) FROM t LIMIT 1",
            "text,bytea,bigint,bigint",
        )],
    );
}

#[test]
fn texts_longer_than_declared_arrive_whole() {
    arrives(
        "CREATE TABLE t (a VARCHAR(3), b VARCHAR(3), c CHAR(4));
         INSERT INTO t VALUES ('abcdef', 'žžž', 'x '), ('', 'abc', 'xy');",
        &[(
            "SELECT pg_typeof(a)::text || ',' || pg_typeof(b)::text FROM t LIMIT 1",
            "text,character varying",
        )],
    );
}

#[test]
fn names_that_need_quotes_or_are_words_of_sql_stay() {
    arrives(
        "CREATE TABLE \"order \"\"x\"\" select\" (\"group\" TEXT, \"a b\" INT, \"Ž.1\" INT, [semi;colon] INT, PRIMARY KEY (\"group\", \"a b\"));
         INSERT INTO \"order \"\"x\"\" select\" VALUES ('g', 1, 2, 3);
         CREATE INDEX \"my index\" ON \"order \"\"x\"\" select\" (\"Ž.1\" DESC);",
        &[(KEYS, "p"), ("SELECT count(*)::text FROM pg_indexes WHERE indexname = 'my index'", "1")],
    );
}

#[test]
fn keys_of_several_columns_and_of_text_and_tables_without_rowid_arrive() {
    arrives(
        "CREATE TABLE p (a TEXT, b INT, c TEXT UNIQUE, PRIMARY KEY (b, a)) WITHOUT ROWID;
         CREATE TABLE c (x INT, y TEXT, FOREIGN KEY (x, y) REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL);
         INSERT INTO p VALUES ('k', 1, 'u'), ('k', 2, 'v'); INSERT INTO c VALUES (1, 'k'), (NULL, 'q');",
        &[
            (KEYS, "fpu"),
            ("SELECT confdeltype::text || confupdtype::text FROM pg_constraint WHERE contype = 'f'", "cn"),
            ("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'p'::regclass", "PRIMARY KEY (b, a)"),
        ],
    );
}

#[test]
fn rows_that_refer_to_themselves_and_tables_that_refer_to_each_other_arrive() {
    arrives(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, up INT REFERENCES a(id), b INT REFERENCES b(id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a);
         INSERT INTO a VALUES (1, 3, 1), (2, 1, NULL), (3, 3, 1); INSERT INTO b VALUES (1, 2);",
        &[(KEYS, "fffpp"), ("SELECT count(*)::text FROM pg_constraint WHERE condeferred", "1")],
    );
}

#[test]
fn sequences_continue_behind_the_last_row_and_behind_deleted_ones() {
    arrives(
        "CREATE TABLE plain (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE never (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
         CREATE TABLE none (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE minus (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO plain VALUES (41, 'x'); INSERT INTO never VALUES (500, 'gone'), (7, 'x'); DELETE FROM never WHERE id = 500;
         INSERT INTO minus VALUES (-5, 'x');",
        &[
            ("INSERT INTO plain (a) VALUES ('y') RETURNING id::text", "42"),
            ("INSERT INTO never (a) VALUES ('y') RETURNING id::text", "501"),
            ("INSERT INTO none (a) VALUES ('y') RETURNING id::text", "1"),
            ("INSERT INTO minus (a) VALUES ('y') RETURNING id::text", "1"),
        ],
    );
}

#[test]
fn nocase_keys_stay_unique_without_regard_to_ascii_case() {
    arrives(
        "CREATE TABLE t (name TEXT COLLATE NOCASE UNIQUE, code TEXT COLLATE RTRIM PRIMARY KEY);
         INSERT INTO t VALUES ('Ann', 'x'), ('Éva', 'y'), ('éva', 'z');",
        &[
            ("SELECT count(*)::text FROM t", "3"),
            (
                "SELECT count(*)::text FROM pg_indexes WHERE indexdef LIKE '%UNIQUE%lower(%' OR indexdef LIKE '%UNIQUE%rtrim(%'",
                "2",
            ),
            (
                "INSERT INTO t VALUES ('éVA', 'w') ON CONFLICT DO NOTHING RETURNING name",
                "",
            ),
        ],
    );
}

#[test]
fn indexes_of_all_kinds_arrive() {
    arrives(
        "CREATE TABLE t (a TEXT, b INT, c INT); INSERT INTO t VALUES ('A', 1, 2), ('b', NULL, 3), (NULL, NULL, 3);
         CREATE UNIQUE INDEX one ON t (b, c) WHERE b IS NOT NULL; CREATE INDEX two ON t (lower(a), c DESC);
         CREATE INDEX three ON t (a COLLATE NOCASE); CREATE UNIQUE INDEX four ON t (b);",
        &[
            ("SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'", "four,one,three,two"),
            ("SELECT count(*)::text FROM pg_index WHERE indisunique AND indpred IS NOT NULL", "1"),
        ],
    );
}

#[test]
fn defaults_and_checks_arrive_in_postgresqls_words() {
    arrives(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT \"it's\", b INT DEFAULT (1 + 2), c BOOLEAN DEFAULT 0,
             d TIMESTAMP DEFAULT CURRENT_TIMESTAMP, e BLOB DEFAULT x'00ff', f TEXT DEFAULT 7, g REAL DEFAULT -1.5,
             CONSTRAINT short CHECK (length(A) < 10 AND b <> 99));
         INSERT INTO t (b) VALUES (5);",
        &[
            ("INSERT INTO t DEFAULT VALUES RETURNING concat_ws('|', a, b, c, e, f, g)", "it's|3|f|\\x00ff|7|-1.5"),
            ("SELECT conname::text FROM pg_constraint WHERE contype = 'c' AND conrelid = 't'::regclass", "short"),
        ],
    );
}

#[test]
fn generated_columns_are_generated_or_arrive_with_their_values() {
    arrives(
        "CREATE TABLE t (a INT, b INT, sum INT GENERATED ALWAYS AS (a + b) STORED, both TEXT AS (a || '-' || b), hard AS (printf('%05d', a)));
         INSERT INTO t (a, b) VALUES (2, 3), (NULL, 1);",
        &[("SELECT string_agg(attname::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attgenerated <> '' AND attrelid = 't'::regclass", "sum,both")],
    );
}

#[test]
fn strict_tables_and_any_arrive() {
    arrives(
        "CREATE TABLE t (a INT, b INTEGER, c TEXT, d BLOB, e REAL, f ANY) STRICT; INSERT INTO t VALUES (1, 2, '3', x'04', 5, '6');",
        &[],
    );
}

#[test]
fn a_primary_key_that_holds_null_becomes_a_unique_key() {
    arrives(
        "CREATE TABLE t (code TEXT PRIMARY KEY, a INT); INSERT INTO t VALUES (NULL, 1), (NULL, 2), ('x', 3);",
        &[(KEYS, "u")],
    );
}

#[test]
fn rows_that_refer_to_nothing_arrive_under_a_key_that_is_not_valid() {
    arrives(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p);
         INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, 99);",
        &[("SELECT convalidated::text FROM pg_constraint WHERE contype = 'f'", "false")],
    );
}

#[test]
fn empty_tables_uuids_json_virtual_tables_and_long_keys_arrive() {
    arrives(
        "CREATE TABLE vacant (id INTEGER PRIMARY KEY, a DATETIME, b JSON);
         CREATE TABLE t (u UUID, j JSON, k TEXT UNIQUE);
         INSERT INTO t VALUES ('0188d8d8-1234-4abc-8def-0123456789ab', '{\"a\":  [1, null]}', hex(randomblob(9000)));
         CREATE VIRTUAL TABLE words USING fts5(title, body); INSERT INTO words VALUES ('a', 'b');",
        &[
            ("SELECT pg_typeof(u)::text || pg_typeof(j)::text FROM t", "uuidjson"),
            ("SELECT count(*)::text FROM pg_index WHERE indisunique AND indrelid = 't'::regclass", "1"),
        ],
    );
}

// What PostgreSQL cannot hold: refused by name, and reported where that was asked for.

/// A database with values that cannot be represented: where the first is, and how many there are.
fn is_refused(sql: &str, place: [&str; 3], values: u64) {
    let file = source(sql);
    for policy in [OnUnrepresentable::Null, OnUnrepresentable::Text] {
        let Some(target) = Target::fresh() else {
            return;
        };
        let named = reported(&file, &target, policy);
        assert!(
            named.len() as u64 >= values,
            "{policy:?} names each value: {named:?}"
        );
        assert!(
            named
                .iter()
                .any(|line| place.iter().all(|part| line.contains(part))),
            "{policy:?} names {place:?}: {named:?}"
        );
    }
    let Some(target) = Target::fresh() else {
        return;
    };

    let error = refused(&file, &target, OnUnrepresentable::Fail);

    for part in place {
        assert!(error.contains(part), "the refusal names {part}: {error}");
    }
    assert_eq!(
        target
            .ask("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
        "0"
    );
}

#[test]
fn nul_in_text_is_refused() {
    is_refused(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('ok'), ('a' || char(0) || 'b');",
        ["\"a\"", "rowid 2", "NUL at byte 1"],
        1,
    );
}

#[test]
fn nul_at_the_end_of_text_is_refused() {
    is_refused(
        "CREATE TABLE t (a VARCHAR(9)); INSERT INTO t VALUES ('abc' || char(0));",
        ["\"a\"", "rowid 1", "NUL at byte 3"],
        1,
    );
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    is_refused(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('ok'), (CAST(x'61ff62' AS TEXT));",
        ["\"a\"", "rowid 2", "UTF-8 at byte 1"],
        1,
    );
}

#[test]
fn a_text_cut_in_the_middle_of_a_letter_is_refused() {
    is_refused(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'c5' AS TEXT));",
        ["\"a\"", "rowid 1", "UTF-8 at byte 0"],
        1,
    );
}

#[test]
fn a_lone_surrogate_is_refused() {
    is_refused(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'eda080' AS TEXT));",
        ["\"a\"", "rowid 1", "UTF-8"],
        1,
    );
}

#[test]
fn text_among_integers_is_refused() {
    is_refused(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 5), (2, 'five'), (3, 6);",
        ["\"n\"", "2", "'five'"],
        1,
    );
}

#[test]
fn an_empty_text_among_integers_is_refused() {
    is_refused(
        "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (5), (''), (6);",
        ["\"n\"", "rowid 2", "''"],
        1,
    );
}

#[test]
fn text_among_real_numbers_is_refused() {
    is_refused(
        "CREATE TABLE t (n REAL); INSERT INTO t VALUES (5), ('n/a');",
        ["\"n\"", "rowid 2", "'n/a'"],
        1,
    );
}

#[test]
fn text_among_decimals_is_refused() {
    is_refused(
        "CREATE TABLE t (n DECIMAL(8, 2)); INSERT INTO t VALUES (5.25), ('1,50');",
        ["\"n\"", "rowid 2", "'1,50'"],
        1,
    );
}

#[test]
fn a_blob_among_texts_is_refused() {
    is_refused(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (x'78');",
        ["\"a\"", "rowid 2", "x'78'"],
        1,
    );
}

#[test]
fn a_blob_among_integers_is_refused() {
    is_refused(
        "CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (x'01');",
        ["\"a\"", "rowid 2", "x'01'"],
        1,
    );
}

#[test]
fn text_among_blobs_is_refused() {
    is_refused(
        "CREATE TABLE t (a BLOB); INSERT INTO t VALUES (x'01'), ('text');",
        ["\"a\"", "rowid 2", "'text'"],
        1,
    );
}

#[test]
fn text_among_booleans_is_refused() {
    is_refused(
        "CREATE TABLE t (a BOOLEAN); INSERT INTO t VALUES (1), (0), ('maybe');",
        ["\"a\"", "rowid 3", "'maybe'"],
        1,
    );
}

#[test]
fn a_unix_time_among_dates_is_refused() {
    is_refused(
        "CREATE TABLE t (a DATETIME); INSERT INTO t VALUES ('2024-01-02 03:04:05'), (1700000000);",
        ["\"a\"", "rowid 2", "1700000000"],
        1,
    );
}

#[test]
fn mixed_values_in_a_column_without_a_type_are_refused() {
    is_refused(
        "CREATE TABLE t (a); INSERT INTO t VALUES ('x'), ('y'), (5), (1.5);",
        ["\"a\"", "rowid 3", "5"],
        2,
    );
}

#[test]
fn mixed_values_in_a_strict_any_column_are_refused() {
    is_refused(
        "CREATE TABLE t (a ANY) STRICT; INSERT INTO t VALUES (1), (2), ('three');",
        ["\"a\"", "rowid 3", "'three'"],
        1,
    );
}

#[test]
fn a_row_without_rowid_is_named_by_its_key() {
    is_refused(
        "CREATE TABLE t (k TEXT, l INT, n INT, PRIMARY KEY (k, l)) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1, 5), ('b', 2, 'x');",
        ["\"n\"", "\"k\" = 'b', \"l\" = 2", "'x'"],
        1,
    );
}

#[test]
fn a_null_in_place_of_a_value_lifts_not_null() {
    is_refused(
        "CREATE TABLE t (a INT NOT NULL); INSERT INTO t VALUES (1), ('x');",
        ["\"a\"", "rowid 2", "'x'"],
        1,
    );
}

// Names.

#[test]
fn names_over_63_bytes_are_mapped_and_reported() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let long = "n".repeat(70);
    let file = source(&format!(
        "CREATE TABLE {long}1 ({long}a INT, {long}b INT); CREATE TABLE {long}2 (xmin INT, id INTEGER PRIMARY KEY REFERENCES {long}1);
         CREATE INDEX {long}i ON {long}1 ({long}a); CREATE INDEX {long}j ON {long}1 ({long}b);
         INSERT INTO {long}1 VALUES (1, 2); INSERT INTO {long}2 VALUES (3, 4);"
    ));

    let report = copied(&file, &target);

    let renamed = report
        .notes
        .iter()
        .filter(|note| note.contains("is called"))
        .count();
    assert_eq!(
        renamed, 7,
        "two tables, three columns, two indexes: {:?}",
        report.notes
    );
    assert_eq!(
        target.ask("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"),
        "2"
    );
}

#[test]
fn views_and_triggers_are_reported() {
    let Some(target) = Target::fresh() else {
        return;
    };
    let file = source(
        "CREATE TABLE t (a INT); CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
    );

    let notes = copied(&file, &target).notes;

    assert!(
        notes.iter().any(|note| note == "view \"v\" is not copied"),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|note| note == "trigger \"g\" is not copied"),
        "{notes:?}"
    );
}
