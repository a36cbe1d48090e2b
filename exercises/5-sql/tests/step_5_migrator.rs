//! # Step 5: a migrator
//!
//! **Task.** Fill in `src/migrator.rs`: bring a database up to date, step by step, each once, whatever happens.
//!
//! **Hint.** Take the lock, then look. More with `just hint 5 migrator`.
//!
//! **Resources.** The chapter `book/src/5-sql.md`, "Tables change by numbered steps"; the tour,
//! `just lesson 5 migrate` and `just lesson 5 race`.

mod harness;

use std::sync::Arc;

use exercise_5::migrator::{MigrateError, Migration, migrate};
use harness::{File, ask, memory, same, together};

const ONE: Migration<'_> = Migration {
    version: 1,
    sql: "CREATE TABLE books (title TEXT)",
};
const TWO: Migration<'_> = Migration {
    version: 2,
    sql: "ALTER TABLE books ADD COLUMN author TEXT; INSERT INTO books VALUES ('Emma', 'Austen')",
};
const TEN: Migration<'_> = Migration {
    version: 10,
    sql: "CREATE INDEX by_author ON books (author)",
};

#[test]
fn goal_1_steps_are_made_in_the_order_of_their_versions() {
    let mut db = memory("");

    let applied = migrate(&mut db, &[TEN, TWO, ONE]);

    let Ok(applied) = applied else {
        panic!("\n\nThe list was not in order, the versions are. It said: {applied:?}\n");
    };
    same!(
        applied,
        [1, 2, 10],
        "1, then 2, then 10, whatever the order of the list."
    );
    same!(
        ask(
            &db,
            "SELECT version, sql FROM migrations ORDER BY version LIMIT 1"
        ),
        format!("1,{}", ONE.sql),
        "What was applied is recorded, with its text."
    );
}

#[test]
fn goal_2_what_is_done_is_not_done_again() {
    let mut db = memory("");
    migrate(&mut db, &[ONE]).expect("an empty database");

    let more = migrate(&mut db, &[ONE, TWO]);
    let nothing = migrate(&mut db, &[ONE, TWO]);

    same!(more.ok(), Some(vec![2]), "Only the second one was new.");
    same!(nothing.ok(), Some(vec![]), "Nothing was new.");
    same!(
        ask(&db, "SELECT count(*) FROM books"),
        "1",
        "The second step inserts a book, so it was made twice."
    );
}

#[test]
fn goal_3_a_step_that_fails_leaves_nothing_and_those_before_it_stay() {
    let mut db = memory("");
    let broken = Migration {
        version: 3,
        sql: "CREATE TABLE half (a TEXT); INSERT INTO books VALUES ('x', 'y'); CREATE TABLE half (b TEXT)",
    };

    let outcome = migrate(&mut db, &[ONE, TWO, broken, TEN]);

    assert!(
        matches!(outcome, Err(MigrateError::Failed(3, _))),
        "\n\nStep 3 fails at its last statement. Expected Failed(3, …), came: {outcome:?}\n"
    );
    same!(
        ask(&db, "SELECT version FROM migrations ORDER BY version"),
        "1;2",
        "1 and 2 are done and stay done. 10 comes after 3, so it was not tried."
    );
    same!(
        ask(
            &db,
            "SELECT (SELECT count(*) FROM sqlite_schema WHERE name = 'half'), (SELECT count(*) FROM books)"
        ),
        "0,1",
        "Of step 3 nothing may be left: neither its table nor its row. Else it could never be tried again."
    );
}

#[test]
fn goal_4_an_edited_step_is_refused_before_anything_happens() {
    let mut db = memory("");
    migrate(&mut db, &[ONE]).expect("an empty database");
    let edited = Migration {
        version: 1,
        sql: "CREATE TABLE books (title TEXT NOT NULL)",
    };

    let outcome = migrate(&mut db, &[edited, TWO]);

    assert!(
        matches!(outcome, Err(MigrateError::Edited(1))),
        "\n\nStep 1 was applied, and its text is another now. Expected Edited(1), came: {outcome:?}\nOther machines have the old one: two forms of the tables would have one number.\n"
    );
    same!(
        ask(&db, "SELECT count(*) FROM migrations"),
        "1",
        "Step 2 was not made."
    );
}

#[test]
fn goal_5_a_step_that_is_gone_is_refused() {
    let mut db = memory("");
    migrate(&mut db, &[ONE, TWO]).expect("an empty database");

    let outcome = migrate(&mut db, &[ONE, TEN]);

    assert!(
        matches!(outcome, Err(MigrateError::Missing(2))),
        "\n\nThe database has step 2, and the program does not know it: it is older than the database. Expected Missing(2), came: {outcome:?}\n"
    );
}

#[test]
fn goal_6_two_that_start_at_once_make_each_step_once() {
    for round in 0..20 {
        let file = Arc::new(File::new(""));
        let shared = Arc::clone(&file);

        let outcomes = together(4, "Is a transaction left open?", move |_| {
            let steps: Vec<String> = (1..=6)
                .map(|n| format!("CREATE TABLE t{n} (a TEXT)"))
                .collect();
            let steps: Vec<Migration<'_>> = (1..)
                .zip(&steps)
                .map(|(version, sql)| Migration { version, sql })
                .collect();
            migrate(&mut shared.open(), &steps).map_err(|error| format!("{error:?}"))
        });

        let mut applied = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(steps) => applied.extend(steps),
                Err(error) => panic!(
                    "\n\nRound {round}: four copies started at once, and one was told: {error}\nWhat it saw before it had the lock was true no more. Look again when you have it.\n"
                ),
            }
        }
        applied.sort_unstable();
        same!(
            applied,
            [1, 2, 3, 4, 5, 6],
            "Round {round}: each step is made once, by one of the four."
        );
    }
}
