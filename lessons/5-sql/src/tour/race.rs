//! Part 12: two migrators start at once.

use std::sync::Barrier;
use std::thread;

use database::migrate::{Error, s2_transaction, s3_lock};
use database::{Address, Database, books};
use tour::{Stage, Table};

use super::Ground;

type Migrator = fn(
    &mut dyn Database,
    &[database::migrate::Migration],
    &mut dyn FnMut(&str),
) -> Result<Vec<i64>, Error>;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["stage", "database", "one migrator", "the other", "tables"]);
    let stages: [(&str, Migrator); 2] = [
        ("2, a transaction", s2_transaction::run),
        ("3, a lock", s3_lock::run),
    ];
    for (name, migrator) in stages {
        for ground in Ground::both(stage)? {
            let kind = ground.kind();
            // The list of stage 2 is made outside any lock, so it is there before the race.
            s2_transaction::run(ground.open()?.as_mut(), &[], &mut |_| {})?;
            let mut results = race(&ground.address, migrator)?;
            results.sort();
            let mut database = ground.open()?;
            let whole = database.query("SELECT id, note FROM books", &[]).is_ok();
            let tables = if whole { "whole" } else { "broken" };
            let [one, other] = results;
            table.row([
                name.to_owned(),
                kind.to_string(),
                one,
                other,
                tables.to_owned(),
            ]);
        }
    }
    stage.table(&table);
    stage.means(
        "looking before the lock is looking too early: both find the same migration missing",
    );
    stage.means(
        "take the lock, look, change: BEGIN IMMEDIATE in SQLite, an advisory lock in PostgreSQL",
    );
    Ok(())
}

fn race(address: &Address, migrator: Migrator) -> tour::Result<[String; 2]> {
    let both_have_looked = Barrier::new(2);
    let racer = || -> Result<String, database::Error> {
        let mut database = address.open()?;
        let mut is_first = true;
        let mut watch = |step: &str| {
            if step == "begin" && std::mem::take(&mut is_first) {
                both_have_looked.wait();
            }
        };
        Ok(
            match migrator(
                database.as_mut(),
                &books::migrations(address.kind()),
                &mut watch,
            ) {
                Ok(_) => "done".to_owned(),
                Err(_) => "refused, it is there".to_owned(),
            },
        )
    };
    thread::scope(|scope| {
        let racers = [scope.spawn(racer), scope.spawn(racer)];
        let [one, other] = racers.map(|racer| racer.join());
        let panicked = |_| "a migrator panicked";
        Ok([one.map_err(panicked)??, other.map_err(panicked)??])
    })
}
