//! # Step 6: a copy that is verified
//!
//! **Task.** Fill in `src/copy.rs`: copy a table to another database while writers go on, all of it or nothing,
//! and prove by what you read back that it is the same.
//!
//! **Hint.** One statement sees one moment. More with `just hint 5 copy`.
//!
//! **Resources.** The chapter `book/src/5-sql.md`, "A whole database into another"; the source of `just copy`,
//! `lessons/5-sql/src/copy.rs`; `rusqlite::types::ValueRef` on docs.rs.

mod harness;

use exercise_5::copy::{CopyError, Digest, copy};
use harness::{File, ask, memory, same};
use rusqlite::Connection;

const TABLE: &str = "CREATE TABLE t (a, b);";
const ALL: &str = "SELECT typeof(a), a, typeof(b), b FROM t ORDER BY rowid";

#[track_caller]
fn copied(from: &mut Connection, to: &mut Connection) -> Digest {
    match copy(from, to, "t", &mut |_| ()) {
        Ok(digest) => digest,
        Err(error) => panic!("\n\nThis can be copied, and it said: {error:?}\n"),
    }
}

#[test]
fn goal_1_every_value_arrives_as_it_was() {
    let rows = "INSERT INTO t VALUES (NULL, ''), (0, x''), (1, 1.0), ('1', x'31'), (9223372036854775807, -0.5), ('Žluť 🦀', x'00ff')";
    let mut from = memory(&format!("{TABLE} {rows}"));
    let mut to = memory(TABLE);

    let digest = copied(&mut from, &mut to);

    same!(
        ask(&to, ALL),
        ask(&from, ALL),
        "NULL, 0, the empty text and the empty blob are four things, and so are 1, 1.0, '1' and x'31'."
    );
    same!(digest.rows, 6, "There were six rows.");
}

#[test]
fn goal_2_the_digest_does_not_depend_on_the_order_and_depends_on_every_value() {
    let digest = |rows: &str| {
        copied(
            &mut memory(&format!("{TABLE} INSERT INTO t VALUES {rows}")),
            &mut memory(TABLE),
        )
    };
    let one = digest("(1, 'x'), (2, 'y')");

    same!(
        digest("(2, 'y'), (1, 'x')"),
        one,
        "The same rows in another order are the same table."
    );
    for other in [
        "(1, 'y'), (2, 'x')",
        "(1, 'x'), (2, NULL)",
        "(1, 'x'), ('2', 'y')",
    ] {
        assert!(
            digest(other) != one,
            "\n\nThese rows are others, and their digest is the same: {other}\n"
        );
    }
    assert!(
        digest("(1, 'x'), (1, 'x')") != digest("(1, 'y'), (1, 'y')"),
        "\n\nTwice (1, 'x') and twice (1, 'y') have one digest. Exclusive or lets two equal rows cancel each other: add them up.\n"
    );
}

#[test]
fn goal_3_a_target_that_changes_values_is_found_out() {
    for (what, trigger) in [
        (
            "cuts off blanks",
            "UPDATE t SET b = rtrim(b) WHERE rowid = new.rowid",
        ),
        (
            "turns '' into NULL",
            "UPDATE t SET b = nullif(b, '') WHERE rowid = new.rowid",
        ),
        (
            "changes two equal rows in the same way",
            "UPDATE t SET b = 'other' WHERE b = 'twin'",
        ),
        ("loses a row", "DELETE FROM t WHERE b = ''"),
    ] {
        let mut from = memory(&format!(
            "{TABLE} INSERT INTO t VALUES (1, 'x '), (2, ''), (3, 'twin'), (3, 'twin')"
        ));
        let mut to = memory(&format!(
            "{TABLE} CREATE TRIGGER g AFTER INSERT ON t BEGIN {trigger}; END"
        ));

        let outcome = copy(&mut from, &mut to, "t", &mut |_| ());

        assert!(
            matches!(&outcome, Err(CopyError::Differs { sent, found }) if sent != found),
            "\n\nThe target {what}. Expected Differs, came: {outcome:?}\nRead back what the target holds, and compare it with what you read from the source.\n"
        );
        same!(
            ask(&to, "SELECT count(*) FROM t"),
            "0",
            "The target {what}. A copy that is not the same leaves nothing."
        );
    }
}

#[test]
fn goal_4_a_row_that_is_refused_leaves_nothing() {
    let mut from = memory(&format!(
        "{TABLE} INSERT INTO t VALUES (1, 'x'), (2, 'y'), (1, 'z')"
    ));
    let mut to = memory("CREATE TABLE t (a UNIQUE, b);");

    let outcome = copy(&mut from, &mut to, "t", &mut |_| ());

    assert!(
        matches!(outcome, Err(CopyError::Database(_))),
        "\n\nThe target refuses the third row. Came: {outcome:?}\n"
    );
    same!(
        ask(&to, "SELECT count(*) FROM t"),
        "0",
        "All of it, or nothing. Two rows of three are neither."
    );
}

#[test]
fn goal_5_a_writer_that_goes_on_changes_nothing_in_the_copy() {
    let file = File::new(&format!(
        "{TABLE} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, 0 FROM n;"
    ));
    let mut to = memory(TABLE);
    let writer = file.open();
    let mut calls = 0;

    let outcome = copy(&mut file.open(), &mut to, "t", &mut |_| {
        calls += 1;
        writer
            .execute_batch("UPDATE t SET b = b + 1; INSERT INTO t VALUES (0, 0)")
            .expect("in the write-ahead log a reader is in no writer's way");
    });

    let Ok(digest) = outcome else {
        panic!(
            "\n\nA writer went on meanwhile, and the copy said: {outcome:?}\nWho asks the source twice hears of two moments.\n"
        );
    };
    same!(
        (digest.rows, calls),
        (1000, 10),
        "At the start there were 1000 rows, and `progress` is told after every hundred."
    );
    same!(
        ask(&to, "SELECT count(*), sum(b) FROM t"),
        "1000,0",
        "The copy is of one moment, that of its start."
    );
}

#[test]
fn goal_6_any_name_will_do() {
    let name = "order \"x\" select";
    let table = "CREATE TABLE \"order \"\"x\"\" select\" (\"group\", a);";
    let mut from = memory(&format!(
        "{table} INSERT INTO \"order \"\"x\"\" select\" VALUES (1, 2)"
    ));
    let mut to = memory(table);

    let outcome = copy(&mut from, &mut to, name, &mut |_| ());

    same!(
        outcome
            .map(|digest| digest.rows)
            .map_err(|error| format!("{error:?}")),
        Ok(1),
        "The table is called {name}. `quoted` makes a name of any text."
    );
}
