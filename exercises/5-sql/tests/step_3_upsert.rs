//! # Step 3: insert, or update what is there
//!
//! **Task.** Fill in `src/upsert.rs`: note that a page was seen, whether it is known or not, in one statement.
//!
//! **Hint.** `INSERT … ON CONFLICT … DO UPDATE`. More with `just hint 5 upsert`.
//!
//! **Resources.** <https://www.sqlite.org/lang_upsert.html>, <https://www.sqlite.org/lang_returning.html>.

mod harness;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use exercise_5::upsert::saw;
use harness::{File, ask, memory, same, together};

const PAGES: &str = "PRAGMA foreign_keys = ON; \
    CREATE TABLE pages (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, seen INTEGER NOT NULL DEFAULT 1, \
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, note TEXT); \
    CREATE TABLE links (page INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE, target TEXT);";

#[test]
fn goal_1_a_new_page_is_inserted() {
    let db = memory(PAGES);

    let seen = saw(&db, "https://example.org/it's", 10).expect("it is inserted");

    same!(seen, 1, "It has been seen once.");
    same!(
        ask(
            &db,
            "SELECT url, seen, first_seen, last_seen, note FROM pages"
        ),
        "https://example.org/it's,1,10,10,NULL",
        "One row, with both moments."
    );
}

#[test]
fn goal_2_a_known_page_is_counted() {
    let db = memory(PAGES);

    let seen = [10, 20, 30].map(|at| saw(&db, "a", at).expect("one statement does both"));
    saw(&db, "b", 30).expect("another page");

    same!(
        seen,
        [1, 2, 3],
        "Each time is counted. `RETURNING seen` tells the new number."
    );
    same!(
        ask(
            &db,
            "SELECT url, seen, first_seen, last_seen FROM pages ORDER BY url"
        ),
        "a,3,10,30;b,1,30,30",
        "The first moment is set once, the last one follows."
    );
}

#[test]
fn goal_3_a_report_that_comes_late_does_not_turn_back_time() {
    let db = memory(PAGES);

    for at in [10, 30, 20] {
        saw(&db, "a", at).expect("one statement does both");
    }

    same!(
        ask(&db, "SELECT seen, last_seen FROM pages"),
        "3,30",
        "The report of 20 came after that of 30. The latest moment is 30 all the same."
    );
}

#[test]
fn goal_4_what_others_hang_on_the_row_stays() {
    let db = memory(PAGES);
    saw(&db, "a", 10).expect("it is inserted");
    db.execute_batch(
        "UPDATE pages SET id = 7, note = 'read this'; INSERT INTO links VALUES (7, 'b')",
    )
    .expect("the test's own SQL");

    saw(&db, "a", 20).expect("it is updated");

    same!(
        ask(
            &db,
            "SELECT id, note, (SELECT count(*) FROM links) FROM pages"
        ),
        "7,read this,1",
        "The row has a number that links refer to, and somebody's note. INSERT OR REPLACE deletes the row,\nand with it all that hangs on it, and inserts another one."
    );
}

#[test]
fn goal_5_many_at_once_are_all_counted() {
    let file = Arc::new(File::new(PAGES));
    let shared = Arc::clone(&file);

    let refused = together(4, "Is a statement waiting for itself?", move |_| {
        let db = shared.open();
        (0..250)
            .filter_map(|at| saw(&db, "a", at).err())
            .next()
            .map(|error| error.to_string())
    });

    let refused: Vec<String> = refused.into_iter().flatten().collect();
    same!(
        refused,
        Vec::<String>::new(),
        "Four programs saw the page at once, and were told this.\nBetween a question and an INSERT another program may insert. One statement leaves no between."
    );
    same!(
        ask(&file.open(), "SELECT seen FROM pages"),
        "1000",
        "Four programs saw the page 250 times each. Who reads a number, adds one and writes it back\noverwrites what another has counted meanwhile: let the database add."
    );
}

/// Set by SQLite's own busy handler: somebody waits for the writer's place.
static WAITING: AtomicBool = AtomicBool::new(false);

fn wait_a_little(times: i32) -> bool {
    WAITING.store(true, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(1));
    times < 30_000
}

#[test]
fn goal_6_nobody_comes_between_the_look_and_the_change() {
    let file = File::new(PAGES);
    saw(&file.open(), "a", 10).expect("it is inserted");
    let other = file.open();
    other
        .execute_batch("BEGIN IMMEDIATE; UPDATE pages SET seen = seen + 1")
        .expect("nobody else writes");

    let seen = thread::scope(|scope| {
        let mine = scope.spawn(|| {
            let mut db = file.open();
            db.busy_handler(Some(wait_a_little))
                .expect("SQLite can wait");
            saw(&db, "a", 20).map_err(|error| error.to_string())
        });
        // The other program commits when yours waits for it, having looked or not.
        while !WAITING.load(Ordering::SeqCst) && !mine.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        other.execute_batch("COMMIT").expect("it may");
        mine.join()
    });

    let Ok(seen) = seen else {
        panic!("\n\n`saw` panicked; its message stands above.\n");
    };
    same!(
        seen,
        Ok(3),
        "Another program was about to count the page, and committed while yours waited for its turn:\n1 before, 1 by the other, 1 by yours. Who had looked before waiting, wrote an old number plus one."
    );
}
