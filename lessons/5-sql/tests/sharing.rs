//! Several at one database: transactions, waiting, pools, the queue, and a table that changes under a
//! program at work.

mod common;

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use common::{Actor, Empty, Meeting, my_part, on_both, say};
use database::evolve::{self, Edition};
use database::pool::pool;
use database::sqlite::Settings;
use database::transaction::retrying;
use database::writer::Writer;
use database::{
    Address, Cause, Database, Error, Sqlite, Transaction, Value, migrate, queue, values,
};

fn number(database: &mut dyn Database, sql: &str) -> i64 {
    let rows = database.query(sql, &[]).expect("readable");
    rows[0].get(0).expect("a number")
}

fn accounts(empty: &Empty) -> Box<dyn Database> {
    let mut database = empty.open();
    database
        .batch("CREATE TABLE accounts (name TEXT PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount >= 0))")
        .expect("created");
    database
        .batch("INSERT INTO accounts VALUES ('a', 100), ('b', 0)")
        .expect("inserted");
    database
}

const SUM: &str = "SELECT CAST(sum(amount) AS BIGINT) FROM accounts";

#[test]
fn values_come_back_as_they_went_in() {
    on_both(|empty| {
        let mut database = empty.open();
        let bytes = database.kind().choose("BLOB", "BYTEA");
        let real = database.kind().choose("REAL", "DOUBLE PRECISION");
        database
            .batch(&format!(
                "CREATE TABLE kinds (n INTEGER, i BIGINT, r {real}, t TEXT, b {bytes})"
            ))
            .expect("created");
        let row = values![
            None::<i64>,
            i64::MIN,
            0.1,
            "naïve \u{1f4da} 'quoted' -- $1",
            vec![0_u8, 255, 39]
        ];

        let inserted = database.execute("INSERT INTO kinds VALUES ($1, $2, $3, $4, $5)", row);
        let back = database.query(
            "SELECT n, i, r, t, b FROM kinds WHERE t = $2 AND i = $1",
            values![i64::MIN, "naïve \u{1f4da} 'quoted' -- $1"],
        );

        assert_eq!(inserted.expect("inserted"), 1);
        assert_eq!(back.expect("found")[0].0, row);
    });
}

#[test]
fn too_few_and_too_many_values_are_refused() {
    on_both(|empty| {
        let mut database = accounts(&empty);

        for values in [values![], values![1, 2]] {
            let refused = database.execute("DELETE FROM accounts WHERE amount = $1", values);

            let wanted = matches!(refused, Err(Error::Parameters { wanted: 1, .. }));
            assert!(wanted, "{refused:?}");
        }
        assert_eq!(number(database.as_mut(), SUM), 100);
    });
}

#[test]
fn a_refusal_says_what_it_means_on_either_database() {
    on_both(|empty| {
        let mut database = accounts(&empty);
        let check = |database: &mut dyn Database, sql: &str, expected: Cause| {
            let cause = database.execute(sql, &[]).expect_err(sql).cause();
            assert_eq!(cause, Some(expected), "{} {sql}", empty.kind());
        };

        check(
            database.as_mut(),
            "INSERT INTO accounts VALUES ('a', 1)",
            Cause::Unique,
        );
        check(
            database.as_mut(),
            "INSERT INTO accounts VALUES ('c', -1)",
            Cause::Rule,
        );
        check(
            database.as_mut(),
            "INSERT INTO accounts VALUES ('c', NULL)",
            Cause::Rule,
        );
        check(database.as_mut(), "SELECT broken", Cause::Other);
    });
}

#[test]
fn a_transaction_that_is_dropped_or_panics_is_taken_back() {
    on_both(|empty| {
        let mut database = accounts(&empty);

        let mut dropped = Transaction::begin(database.as_mut()).expect("begun");
        dropped
            .execute("UPDATE accounts SET amount = 7", &[])
            .expect("updated");
        drop(dropped);
        assert_eq!(number(database.as_mut(), SUM), 100);

        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut panics = Transaction::begin(database.as_mut()).expect("begun");
            panics
                .execute("UPDATE accounts SET amount = 7", &[])
                .expect("updated");
            panic!("as the test wants it");
        }));
        assert!(unwound.is_err());
        assert_eq!(number(database.as_mut(), SUM), 100);

        let mut kept = Transaction::begin(database.as_mut()).expect("begun");
        kept.execute("UPDATE accounts SET amount = 7", &[])
            .expect("updated");
        kept.commit().expect("committed");
        assert_eq!(number(database.as_mut(), SUM), 14);
    });
}

#[test]
fn a_process_killed_in_the_middle_of_a_transaction_leaves_nothing_of_it() {
    on_both(|empty| {
        let mut database = accounts(&empty);
        let mut actor = Actor::start(&["transfer", &empty.text()]);
        assert_eq!(actor.hear().as_deref(), Some("half"));

        actor.kill();

        assert_eq!(number(database.as_mut(), SUM), 100);
        // And it holds nobody up.
        let changed = database.execute("UPDATE accounts SET amount = amount", &[]);
        assert_eq!(changed.expect("no lock is left"), 2);
    });
}

#[test]
fn nobody_loses_an_update_when_a_lost_transaction_is_done_again() {
    on_both(|empty| {
        accounts(&empty);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut database = empty.open();
                    for _ in 0..10 {
                        retrying(1_000, || {
                            let mut transaction = Transaction::serializable(database.as_mut())?;
                            let sql = "SELECT amount FROM accounts WHERE name = 'b'";
                            let amount: i64 = transaction.query(sql, &[])?[0].get(0)?;
                            transaction.execute(
                                "UPDATE accounts SET amount = $1 WHERE name = 'b'",
                                values![amount + 1],
                            )?;
                            transaction.commit()
                        })
                        .expect("in the end");
                    }
                });
            }
        });

        assert_eq!(number(empty.open().as_mut(), SUM), 140, "{}", empty.kind());
    });
}

#[test]
fn serializable_transactions_that_meet_are_a_conflict_on_postgresql() {
    let Some(empty) = Empty::postgres() else {
        return;
    };
    accounts(&empty);
    let (mut one, mut other) = (empty.open(), empty.open());
    let mut first = Transaction::serializable(one.as_mut()).expect("begun");
    let mut second = Transaction::serializable(other.as_mut()).expect("begun");
    first
        .query("SELECT amount FROM accounts", &[])
        .expect("read");
    second
        .query("SELECT amount FROM accounts", &[])
        .expect("read");
    first
        .execute("UPDATE accounts SET amount = 1 WHERE name = 'a'", &[])
        .expect("written");
    first.commit().expect("committed");

    let refused = second.execute("UPDATE accounts SET amount = 2 WHERE name = 'a'", &[]);

    assert_eq!(
        refused.expect_err("it met another").cause(),
        Some(Cause::Conflict)
    );
}

#[test]
fn sqlite_refuses_a_second_writer_or_lets_it_wait_and_readers_go_on() {
    let empty = Empty::sqlite();
    accounts(&empty);
    let Address::Sqlite(path) = &empty.address else {
        panic!("it is a file")
    };
    let open = |busy_timeout| {
        let settings = Settings {
            busy_timeout,
            ..Settings::default()
        };
        Sqlite::open_with(path, settings).expect("it opens")
    };
    let (mut first, mut impatient, mut reader) = (
        open(Duration::ZERO),
        open(Duration::ZERO),
        open(Duration::ZERO),
    );
    let mut writing = Transaction::begin(&mut first).expect("begun");
    writing
        .execute("UPDATE accounts SET amount = 5", &[])
        .expect("written");

    let busy = Transaction::begin(&mut impatient).expect_err("there is one writer");
    assert_eq!(busy.cause(), Some(Cause::Busy));
    assert_eq!(
        number(&mut reader, SUM),
        100,
        "a reader sees what was committed"
    );

    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut patient = open(Duration::from_secs(30));
            patient.execute("UPDATE accounts SET amount = amount + 1", &[])
        });
        writing.commit().expect("committed");
        assert_eq!(waiting.join().expect("no panic").expect("it waited"), 2);
    });
    assert_eq!(number(&mut reader, SUM), 12);
}

#[test]
fn many_can_open_a_new_file_at_once() {
    for round in 0..20 {
        let empty = Empty::sqlite();
        let start = Meeting::default();

        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    start.wait_for(6);
                    let opened = empty.address.open();
                    opened.unwrap_or_else(|error| panic!("round {round}: {}", error.in_full()));
                });
            }
        });
    }
}

#[test]
fn a_pool_lends_no_more_than_it_has_and_takes_open_transactions_back() {
    on_both(|empty| {
        accounts(&empty);
        let pool = pool(&empty.address, 2, Duration::from_millis(50)).expect("a pool");

        let one = pool.get().expect("the first");
        let mut other = pool.get().expect("the second");
        assert!(pool.get().is_err(), "there are two");
        other.batch("BEGIN").expect("begun");
        other
            .execute("UPDATE accounts SET amount = 1", &[])
            .expect("written");
        drop((one, other));

        for _ in 0..4 {
            let mut again = pool.get().expect("one is free");
            assert_eq!(number(again.as_mut(), SUM), 100);
        }
    });
}

#[test]
fn the_writer_answers_each_and_a_refused_statement_harms_no_other() {
    on_both(|empty| {
        let writer = Writer::start(accounts(&empty), 8).expect("a thread");
        let desk = writer.desk().expect("it runs");

        thread::scope(|scope| {
            for thread in 0..4 {
                let desk = desk.clone();
                scope.spawn(move || {
                    for i in 0..25 {
                        let name = format!("{thread}-{i}");
                        let insert = "INSERT INTO accounts VALUES ($1, $2)";
                        let amount = if i % 5 == 0 { -1 } else { 1 };

                        let result = desk
                            .execute(insert, values![name, amount])
                            .expect("answered");

                        assert_eq!(result.is_ok(), i % 5 != 0, "{result:?}");
                    }
                });
            }
        });
        drop(desk);
        let mut database = writer.finish().expect("it ran");

        assert_eq!(number(database.as_mut(), SUM), 100 + 4 * 20);
    });
}

fn with_queue(empty: &Empty, n_jobs: u32) -> Box<dyn Database> {
    let mut database = empty.open();
    for statement in queue::schema(database.kind()) {
        database.execute(&statement, &[]).expect("created");
    }
    let jobs: Vec<String> = (0..n_jobs).map(|i| format!("job {i}")).collect();
    let jobs = jobs.iter().map(|name| (name.as_str(), "{}"));
    let added = queue::push(database.as_mut(), jobs).expect("pushed");
    assert_eq!(added, u64::from(n_jobs));
    database
}

const LONG: Duration = Duration::from_secs(600);

#[test]
fn each_job_goes_to_one_worker() {
    on_both(|empty| {
        let mut database = with_queue(&empty, 60);
        let twice = queue::push(database.as_mut(), [("job 0", "{}"), ("job 60", "{}")]);
        assert_eq!(twice.expect("pushed"), 1, "a name is there once");
        let done = Mutex::new(Vec::new());

        thread::scope(|scope| {
            for number in 0..4 {
                let (done, empty) = (&done, &empty);
                scope.spawn(move || {
                    let worker = format!("worker {number}");
                    let mut database = empty.open();
                    loop {
                        let jobs =
                            queue::claim(database.as_mut(), &worker, 3, LONG).expect("claimed");
                        if jobs.is_empty() {
                            break;
                        }
                        for job in jobs {
                            assert!(
                                queue::finish(database.as_mut(), &worker, &job).expect("finished")
                            );
                            done.lock().expect("nobody panicked").push(job.name);
                        }
                    }
                });
            }
        });

        let done = done.into_inner().expect("nobody panicked");
        let different: BTreeSet<&String> = done.iter().collect();
        assert_eq!((done.len(), different.len()), (61, 61));
        let counts = queue::counts(database.as_mut()).expect("counted");
        assert_eq!((counts.done, counts.waiting, counts.claimed), (61, 0, 0));
    });
}

#[test]
fn a_claim_skips_what_another_is_claiming_instead_of_waiting() {
    let Some(empty) = Empty::postgres() else {
        return;
    };
    let mut one = with_queue(&empty, 4);
    let mut other = empty.open();
    other.batch("SET lock_timeout = '5s'").expect("set");

    let mut open = Transaction::begin(one.as_mut()).expect("begun");
    let first = queue::claim(&mut open, "one", 2, LONG).expect("claimed");
    let second = queue::claim(other.as_mut(), "other", 2, LONG).expect("it did not wait");

    let ids = |jobs: &[queue::Job]| jobs.iter().map(|job| job.name.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["job 0", "job 1"]);
    assert_eq!(ids(&second), ["job 2", "job 3"]);
}

#[test]
fn a_lease_that_ran_out_is_claimed_again_and_the_late_worker_is_told() {
    on_both(|empty| {
        let mut database = with_queue(&empty, 1);
        let database = database.as_mut();

        let slow = queue::claim(database, "slow", 1, Duration::ZERO)
            .expect("claimed")
            .remove(0);
        let quick = queue::claim(database, "quick", 1, LONG)
            .expect("claimed again")
            .remove(0);
        assert_eq!((slow.tries, quick.tries), (1, 2));
        assert!(
            queue::claim(database, "third", 1, LONG)
                .expect("nothing")
                .is_empty()
        );

        assert!(!queue::finish(database, "slow", &slow).expect("too late"));
        assert!(!queue::extend(database, "slow", &slow, LONG).expect("too late"));
        assert!(queue::extend(database, "quick", &quick, LONG).expect("its own"));
        assert!(queue::put_back(database, "quick", &quick).expect("its own"));
        let again = queue::claim(database, "quick", 1, LONG)
            .expect("claimed")
            .remove(0);
        assert!(
            !queue::finish(database, "quick", &quick).expect("an older claim of the same worker")
        );
        assert!(queue::give_up(database, "quick", &again, "it has no end").expect("its own"));
        assert_eq!(queue::counts(database).expect("counted").failed, 1);
    });
}

#[test]
fn a_killed_workers_job_is_done_by_another_and_its_half_result_is_gone() {
    on_both(|empty| {
        let mut database = with_queue(&empty, 1);
        database
            .batch("CREATE TABLE results (name TEXT PRIMARY KEY)")
            .expect("created");
        let mut actor = Actor::start(&["work", &empty.text()]);
        assert_eq!(actor.hear().as_deref(), Some("half"));

        actor.kill();

        let jobs = queue::claim(database.as_mut(), "heir", 1, LONG).expect("claimed");
        let mut transaction = Transaction::begin(database.as_mut()).expect("begun");
        let insert = "INSERT INTO results (name) VALUES ($1)";
        transaction
            .execute(insert, values![&jobs[0].name])
            .expect("nothing is there");
        assert!(queue::finish(&mut transaction, "heir", &jobs[0]).expect("its own"));
        transaction.commit().expect("committed");
        assert_eq!(number(database.as_mut(), "SELECT count(*) FROM results"), 1);
    });
}

#[test]
fn a_table_changes_while_another_process_reads_and_writes() {
    on_both(|empty| {
        let kind = empty.kind();
        let mut database = empty.open();
        let database = database.as_mut();
        let mut migrations = vec![evolve::start(kind)];
        migrate::run(database, &migrations).expect("applied");
        for i in 0..200 {
            evolve::add(database, Edition::Old, &format!("before {i}"), i % 2 == 0).expect("added");
        }
        let mut program = Actor::start(&["program", &empty.text()]);
        let hear = |program: &mut Actor| program.hear().expect("it goes on");
        assert_eq!(hear(&mut program), "old", "it reads and writes");

        migrations.push(evolve::expand());
        migrate::run(database, &migrations).expect("expanded");
        program.tell("both");
        assert_eq!(hear(&mut program), "both");
        while evolve::backfill(database, 17).expect("filled") > 0 {}
        program.tell("new");
        assert_eq!(hear(&mut program), "new");
        migrations.extend(evolve::contract(kind));
        migrate::run(database, &migrations).expect("contracted");
        program.tell("stop");
        let added: i64 = hear(&mut program).parse().expect("how many it added");
        program.end();

        assert!(added >= 3, "it was at work: {added}");
        let (all, read) = evolve::count(database, Edition::New).expect("counted");
        assert_eq!((all, read), (200 + added, 100 + added));
        assert!(
            evolve::count(database, Edition::Old).is_err(),
            "finished is gone"
        );
    });
}

#[test]
fn contracting_too_early_is_refused_and_changes_nothing() {
    on_both(|empty| {
        let kind = empty.kind();
        let mut database = empty.open();
        let database = database.as_mut();
        let mut migrations = vec![evolve::start(kind), evolve::expand()];
        migrate::run(database, &migrations).expect("applied");
        evolve::add(database, Edition::Old, "no status", true).expect("added");
        migrations.extend(evolve::contract(kind));

        migrate::run(database, &migrations).expect_err("a row has no status");

        assert_eq!(
            evolve::count(database, Edition::Both).expect("both are there"),
            (1, 1)
        );
        evolve::backfill(database, 10).expect("filled");
        migrate::run(database, &migrations).expect("now it fits");
        assert_eq!(
            evolve::count(database, Edition::New).expect("counted"),
            (1, 1)
        );
    });
}

/// What other processes do.
#[test]
fn stage() {
    let Some(part) = my_part() else { return };
    let database = &mut *Address::parse(&part[1])
        .expect("an address")
        .open()
        .expect("it opens");
    match part[0].as_str() {
        "transfer" => {
            let mut transaction = Transaction::begin(database).expect("begun");
            let take = "UPDATE accounts SET amount = amount - 50 WHERE name = 'a'";
            transaction.execute(take, &[]).expect("taken");
            say("half");
            wait_for_the_kill();
        }
        "work" => {
            let jobs = queue::claim(database, "mortal", 1, Duration::ZERO).expect("claimed");
            let mut transaction = Transaction::begin(database).expect("begun");
            let insert = "INSERT INTO results (name) VALUES ($1)";
            transaction
                .execute(insert, values![&jobs[0].name])
                .expect("stored");
            say("half");
            wait_for_the_kill();
        }
        _ => program(database),
    }
}

/// Reads and writes without a pause until it is told to stop; changes its edition when it is told to.
fn program(database: &mut dyn Database) {
    let (send, receive) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            for order in std::io::stdin().lines().map_while(Result::ok) {
                let is_last = order == "stop";
                send.send(order).expect("it listens");
                if is_last {
                    break;
                }
            }
        });
        let (mut edition, mut announced, mut added) = (Edition::Old, false, 0);
        let mut seen = 0;
        loop {
            evolve::add(database, edition, &format!("meanwhile {added}"), true).expect("added");
            added += 1;
            let (all, _) = evolve::count(database, edition).expect("counted");
            assert!(all > seen, "{all} books after {seen}");
            seen = all;
            if !announced {
                say(match edition {
                    Edition::Old => "old",
                    Edition::Both => "both",
                    Edition::New => "new",
                });
                announced = true;
            }
            match receive.try_recv().as_deref() {
                Ok("both") => (edition, announced) = (Edition::Both, false),
                Ok("new") => (edition, announced) = (Edition::New, false),
                Ok("stop") => break,
                _ => {}
            }
        }
        say(&added.to_string());
    });
}

fn wait_for_the_kill() {
    let _ = std::io::stdin().lock().read_line(&mut String::new());
    std::process::abort();
}

#[test]
fn null_is_not_the_empty_text_and_equals_nothing() {
    on_both(|empty| {
        let mut database = empty.open();
        database
            .batch("CREATE TABLE notes (note TEXT)")
            .expect("created");
        for note in [Value::Null, Value::Text(String::new())] {
            database
                .execute("INSERT INTO notes VALUES ($1)", &[note])
                .expect("inserted");
        }

        assert_eq!(
            number(
                database.as_mut(),
                "SELECT count(*) FROM notes WHERE note = ''"
            ),
            1
        );
        assert_eq!(
            number(
                database.as_mut(),
                "SELECT count(*) FROM notes WHERE note <> ''"
            ),
            0
        );
        assert_eq!(
            number(
                database.as_mut(),
                "SELECT count(*) FROM notes WHERE note IS NULL"
            ),
            1
        );
        assert_eq!(
            number(database.as_mut(), "SELECT count(note) FROM notes"),
            1
        );
    });
}
