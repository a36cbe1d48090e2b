//! Part 13: a column is replaced while a program works.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use database::evolve::{self, Edition};
use database::migrate;
use tour::{Stage, Table};

use super::Ground;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line("finished (0 or 1) becomes status (a word), while a program adds and counts without a pause:");
    let mut table = Table::new(["step", "SQLite", "PostgreSQL"]);
    let mut columns = Vec::new();
    for ground in Ground::both(stage)? {
        columns.push(change(&ground)?);
    }
    let names = [
        "expand",
        "backfill",
        "contract",
        "the program's failures",
        "rows without status",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let of = |which: usize| {
            columns
                .get(which)
                .map_or("-", |column: &[String; 5]| column[index].as_str())
        };
        table.row([name, of(0), of(1)]);
    }
    stage.table(&table);
    stage.means(
        "table and program cannot change in one instant, so neighbours must fit: old, both, new",
    );
    stage.means("a backfill in small batches holds nobody up for longer than a batch");
    Ok(())
}

/// Changes the table under a working program; returns what came of each step.
fn change(ground: &Ground) -> tour::Result<[String; 5]> {
    let kind = ground.kind();
    let mut database = ground.open()?;
    let database = database.as_mut();
    let mut migrations = vec![evolve::start(kind)];
    migrate::run(database, &migrations)?;
    for number in 0..1000 {
        if number == 0 {
            database.batch("BEGIN")?;
        }
        evolve::add(database, Edition::Old, "an old book", number % 3 == 0)?;
    }
    database.batch("COMMIT")?;

    // Which edition is to work, and rounds that it has worked since.
    let edition = Mutex::new(Some(Edition::Old));
    let rounds = AtomicU32::new(0);
    thread::scope(|scope| {
        let program = scope.spawn(|| -> tour::Result<(u32, u32)> {
            let mut database = ground.open()?;
            let (mut added, mut failures) = (0, 0);
            loop {
                // Held for a round, so that who changes the edition knows that the old one has stopped.
                let now = edition.lock().map_err(|_| "the change panicked")?;
                let Some(now) = *now else { break };
                let result = evolve::add(database.as_mut(), now, "a new book", true)
                    .and_then(|()| evolve::count(database.as_mut(), now));
                failures += u32::from(result.is_err());
                added += 1;
                rounds.fetch_add(1, Ordering::Relaxed);
            }
            Ok((added, failures))
        });
        let set = |next: Option<Edition>| {
            if let Ok(mut edition) = edition.lock() {
                *edition = next;
            }
        };
        let changed = (|| -> tour::Result<u64> {
            migrations.push(evolve::expand());
            migrate::run(database, &migrations)?;
            set(Some(Edition::Both));
            let mut batches = 0;
            while evolve::backfill(database, 100)? > 0 {
                batches += 1;
            }
            set(Some(Edition::New));
            migrations.extend(evolve::contract(kind));
            migrate::run(database, &migrations)?;
            // It works on the new table too.
            let before = rounds.load(Ordering::Relaxed);
            while rounds.load(Ordering::Relaxed) == before && !program.is_finished() {
                thread::yield_now();
            }
            Ok(batches)
        })();
        set(None);
        let (added, failures) = program.join().map_err(|_| "the program panicked")??;
        let batches = changed?;
        let (all, _) = evolve::count(database, Edition::New)?;
        let lost = 1000 + i64::from(added) - all;
        let several = if batches >= 10 {
            "in 10 batches or more"
        } else {
            "in fewer than 10 batches"
        };
        Ok([
            "a column that may be null".to_owned(),
            several.to_owned(),
            "NOT NULL, old column gone".to_owned(),
            format!("{failures}"),
            format!("{lost}"),
        ])
    })
}
