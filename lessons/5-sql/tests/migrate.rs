//! Migrations on both databases: in order, once, whole or not at all.

mod common;

use std::io::Read as _;
use std::thread;

use common::{Actor, Empty, Meeting, my_part, on_both, say};
use database::migrate::{
    self, Error, Migration, applied, run, run_watched, s1_numbers, s2_transaction, s3_lock,
};
use database::{Address, Database, Kind, books, values, well_kept};

fn three() -> Vec<Migration> {
    vec![
        Migration::new(
            1,
            "one",
            ["CREATE TABLE one (a BIGINT)", "INSERT INTO one VALUES (1)"],
        ),
        Migration::new(
            2,
            "two",
            [
                "CREATE TABLE two (a BIGINT)",
                "CREATE INDEX two_a ON two (a)",
            ],
        ),
        Migration::new(3, "three", ["ALTER TABLE one ADD COLUMN b TEXT"]),
    ]
}

fn exists(database: &mut dyn Database, table: &str) -> bool {
    let sql = database.kind().choose(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = $1",
    );
    let rows = database.query(sql, values![table]).expect("readable");
    rows[0].get::<i64>(0).expect("a number") == 1
}

fn versions(database: &mut dyn Database) -> Vec<i64> {
    let list = applied(database).expect("there is a list");
    list.iter().map(|one| one.version).collect()
}

#[test]
fn what_is_missing_is_applied_in_order_and_once() {
    on_both(|empty| {
        let mut database = empty.open();

        let first = run(database.as_mut(), &three()[..2]).expect("applied");
        let second = run(database.as_mut(), &three()).expect("applied");
        let third = run(database.as_mut(), &three()).expect("nothing to do");

        assert_eq!((first, second, third), (vec![1, 2], vec![3], vec![]));
        let list = applied(database.as_mut()).expect("a list");
        assert!(list.iter().all(|one| one.checksum.len() == 16));
        assert!(
            list.iter()
                .all(|one| one.applied_at.ends_with('Z') && one.applied_at.len() == 24),
            "{list:?}"
        );
    });
}

#[test]
fn a_failed_migration_leaves_nothing_and_keeps_those_before() {
    on_both(|empty| {
        let mut database = empty.open();
        let mut migrations = three();
        migrations[1]
            .statements
            .push("CREATE TABLE broken (".to_owned());

        let error = run(database.as_mut(), &migrations).expect_err("it is broken");

        let text = error.in_full();
        assert!(
            text.starts_with("migration 2 (two) failed at statement 3 of 3"),
            "{text}"
        );
        assert!(!exists(database.as_mut(), "two"), "{}", empty.kind());
        assert_eq!(versions(database.as_mut()), [1]);
        assert_eq!(run(database.as_mut(), &three()).expect("mended"), [2, 3]);
    });
}

#[test]
fn an_edited_migration_is_refused_and_the_line_is_named() {
    on_both(|empty| {
        let mut database = empty.open();
        run(database.as_mut(), &three()).expect("applied");
        let mut edited = three();
        edited[0].statements[1] = "INSERT INTO one VALUES (2)".to_owned();

        let error = run(database.as_mut(), &edited).expect_err("it was edited");

        let text = error.to_string();
        assert!(
            text.contains(
                "was `INSERT INTO one VALUES (1);` and is now `INSERT INTO one VALUES (2);`"
            ),
            "{text}"
        );
        let mut renamed = three();
        renamed[2].name = "third".to_owned();
        let text = run(database.as_mut(), &renamed)
            .expect_err("renamed")
            .to_string();
        assert!(
            text.contains("was `-- three` and is now `-- third`"),
            "{text}"
        );
    });
}

#[test]
fn a_missing_and_a_late_migration_are_refused() {
    on_both(|empty| {
        let mut database = empty.open();
        run(database.as_mut(), &[three()[0].clone(), three()[2].clone()]).expect("applied");

        let late = run(database.as_mut(), &three()).expect_err("2 comes after 3");
        let missing = run(database.as_mut(), &three()[..1]).expect_err("3 is gone");

        assert!(
            matches!(
                late,
                Error::Late {
                    version: 2,
                    newest: 3,
                    ..
                }
            ),
            "{late}"
        );
        assert!(
            matches!(missing, Error::Missing { version: 3, .. }),
            "{missing}"
        );
    });
}

#[test]
fn a_migration_cannot_end_its_own_transaction() {
    on_both(|empty| {
        let mut database = empty.open();
        for control in ["COMMIT", "commit;", "ROLLBACK", "BEGIN"] {
            let migration = Migration::new(1, "x", ["CREATE TABLE x (a BIGINT)", control]);

            let refused = run(database.as_mut(), &[migration]).expect_err(control);

            assert!(
                matches!(refused, Error::Control { number: 2, .. }),
                "{refused}"
            );
        }
        let hidden = Migration::new(1, "x", ["CREATE TABLE x (a BIGINT); COMMIT"]);
        run(database.as_mut(), &[hidden]).expect_err("two statements in one");
        assert!(!exists(database.as_mut(), "x"));
    });
}

#[test]
fn a_list_out_of_order_is_refused_before_anything_is_done() {
    let empty = Empty::sqlite();
    let mut database = empty.open();
    let mut migrations = three();
    migrations.swap(0, 1);

    let refused = run(database.as_mut(), &migrations).expect_err("2 before 1");

    assert!(
        matches!(
            refused,
            Error::Order {
                version: 1,
                after: 2
            }
        ),
        "{refused}"
    );
    assert!(!exists(database.as_mut(), "two"));
}

#[test]
fn stage_1_is_left_half_done_by_a_crash_and_stage_2_is_not() {
    on_both(|empty| {
        let text = empty.text();
        // The third step of stage 1 is after the first statement; of stage 2 there is a `begin` more.
        crash(&text, "s1", 2);
        let mut database = empty.open();
        assert!(exists(database.as_mut(), "one"), "half of it is there");
        let again = s1_numbers::run(database.as_mut(), &three(), &mut |_| {});
        assert!(matches!(
            again,
            Err(Error::Statement {
                version: 1,
                number: 1,
                ..
            })
        ));
        database.batch("DROP TABLE one").expect("mended by hand");

        crash(&text, "s2", 3);
        assert!(!exists(database.as_mut(), "one"), "nothing of it is there");
        let again = s2_transaction::run(database.as_mut(), &three(), &mut |_| {});
        assert_eq!(again.expect("applied"), [1, 2, 3]);
    });
}

#[test]
fn stage_2_applies_twice_when_two_start_at_once_and_stage_3_does_not() {
    let Some(empty) = Empty::postgres() else {
        return;
    };
    let race = |stage: &str| {
        let both_have_looked = Meeting::default();
        let mut results: Vec<_> = thread::scope(|scope| {
            let racers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut database = empty.open();
                        let mut is_first = true;
                        let mut watch = |step: &str| {
                            if step == "begin" && std::mem::take(&mut is_first) {
                                both_have_looked.wait_for(2);
                            }
                        };
                        match stage {
                            "s2" => s2_transaction::run(database.as_mut(), &three(), &mut watch),
                            _ => s3_lock::run(database.as_mut(), &three(), &mut watch),
                        }
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("no panic"))
                .collect()
        });
        results.sort_by_key(|result| result.as_ref().map_or(9, Vec::len));
        results
    };
    // Stage 2 makes its list outside any lock, so the list is there before.
    let mut database = empty.open();
    s2_transaction::run(database.as_mut(), &[], &mut |_| {}).expect("a list");

    let s2 = race("s2");
    assert!(s2[1].is_err(), "one of two runs it a second time: {s2:?}");

    database
        .batch("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        .expect("emptied");
    let s3: Vec<Vec<i64>> = race("s3")
        .into_iter()
        .map(|result| result.expect("in turns"))
        .collect();
    let mut all: Vec<i64> = s3.concat();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn two_migrators_at_once_apply_each_migration_once_in_100_rounds() {
    on_both(|postgres_or_sqlite| {
        for round in 0..100 {
            let fresh;
            let address = match postgres_or_sqlite.kind() {
                Kind::Sqlite => {
                    fresh = Empty::sqlite();
                    &fresh.address
                }
                Kind::Postgres => &postgres_or_sqlite.address,
            };
            let start = Meeting::default();
            let done: Vec<Vec<i64>> = thread::scope(|scope| {
                let migrator = || {
                    let mut database = address.open().expect("it opens");
                    start.wait_for(2);
                    run(database.as_mut(), &three()).expect("applied")
                };
                let racers = [scope.spawn(migrator), scope.spawn(migrator)];
                racers.map(|racer| racer.join().expect("no panic")).to_vec()
            });

            let mut all = done.concat();
            all.sort_unstable();
            assert_eq!(all, [1, 2, 3], "round {round}: {done:?}");
            let mut database = address.open().expect("it opens");
            let rows = database
                .query("SELECT count(*) FROM one", &[])
                .expect("readable");
            assert_eq!(rows[0].get::<i64>(0).expect("a number"), 1, "round {round}");
            if address.kind() == Kind::Postgres {
                database
                    .batch("DROP TABLE one; DROP TABLE two; DROP TABLE schema_migrations")
                    .expect("emptied");
            }
        }
    });
}

#[test]
fn a_kill_between_any_two_statements_leaves_whole_migrations_and_the_next_start_goes_on() {
    on_both(|empty| {
        let kind = empty.kind();
        // How many steps there are, counted by a run that nobody kills.
        let mut n_steps = 0;
        let counted = if kind == Kind::Sqlite {
            Empty::sqlite()
        } else {
            Empty::postgres().expect("it is there")
        };
        run_watched(
            counted.open().as_mut(),
            &books::migrations(kind),
            &mut |_| n_steps += 1,
        )
        .expect("applied");
        assert!(n_steps > 12, "{n_steps}");

        // Each time killed one step later; what is there already is not done again, so the number of
        // steps shrinks, and the last child comes to its end.
        let mut kills = 0;
        for step in (1..=n_steps).chain(1..=n_steps) {
            let killed = crash(&empty.text(), "books", step);
            kills += usize::from(killed);
            let mut database = empty.open();
            let has_list = exists(database.as_mut(), "schema_migrations");
            let done = if has_list {
                versions(database.as_mut())
            } else {
                Vec::new()
            };
            assert_eq!(
                exists(database.as_mut(), "books"),
                done.contains(&1),
                "step {step}"
            );
            assert_eq!(
                exists(database.as_mut(), "tags"),
                done.contains(&2),
                "step {step}"
            );
            if done.len() < 3 {
                continue;
            }
            // All is applied. Begin again with an empty database, and kill the next one later.
            database
                .batch("DROP TABLE tags; DROP TABLE books; DROP TABLE schema_migrations")
                .expect("emptied");
        }

        assert!(kills >= n_steps, "{kills} of {n_steps}");
        run(empty.open().as_mut(), &books::migrations(kind)).expect("the next start goes on");
    });
}

#[test]
fn refinery_applies_the_same_migrations_once_and_refuses_an_edited_one() {
    on_both(|empty| {
        let mut database = empty.open();

        assert_eq!(
            well_kept::run(database.as_mut(), &three()).expect("applied"),
            [1, 2, 3]
        );
        let again = well_kept::run(database.as_mut(), &three()).expect("nothing to do");
        assert!(again.is_empty(), "{again:?}");
        let mut edited = three();
        edited[0].statements[1] = "INSERT INTO one VALUES (2)".to_owned();
        assert!(well_kept::run(database.as_mut(), &edited).is_err());

        let broken = Migration::new(4, "four", ["CREATE TABLE four (a BIGINT)", "broken"]);
        let mut more = three();
        more.push(broken);
        assert!(well_kept::run(database.as_mut(), &more).is_err());
        assert!(!exists(database.as_mut(), "four"), "{}", empty.kind());
    });
}

#[test]
fn two_that_use_refinery_at_once_apply_each_migration_once() {
    on_both(|empty| {
        let start = Meeting::default();
        let done: Vec<Vec<i64>> = thread::scope(|scope| {
            let racers: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let mut database = empty.open();
                        start.wait_for(4);
                        well_kept::run(database.as_mut(), &three()).expect("applied")
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("no panic"))
                .collect()
        });

        let mut all = done.concat();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3], "{done:?}");
    });
}

/// Runs migrations in a process that is killed when it is about to take a step; `false` when it came to
/// its end before.
fn crash(address: &str, stage: &str, step: usize) -> bool {
    let mut actor = Actor::start(&[stage, address, &step.to_string()]);
    match actor.hear().as_deref() {
        Some("here") => {
            actor.kill();
            true
        }
        Some("done") => {
            actor.end();
            false
        }
        other => panic!("the actor says {other:?}"),
    }
}

/// The part of the process that is killed.
#[test]
fn stage() {
    let Some(part) = my_part() else { return };
    let [stage, address, step] = part.try_into().expect("three words");
    let address = Address::parse(&address).expect("an address");
    let mut database = address.open().expect("it opens");
    let mut left: usize = step.parse().expect("a number");
    let mut watch = |_: &str| {
        left -= 1;
        if left == 0 {
            say("here");
            // Until the kill comes, or the one who was to send it is gone.
            let _ = std::io::stdin().read(&mut [0]);
            std::process::abort();
        }
    };
    let result = match stage.as_str() {
        "s1" => s1_numbers::run(database.as_mut(), &three(), &mut watch),
        "s2" => s2_transaction::run(database.as_mut(), &three(), &mut watch),
        _ => migrate::run_watched(
            database.as_mut(),
            &books::migrations(address.kind()),
            &mut watch,
        ),
    };
    result.expect("applied");
    say("done");
}
