//! Part 9: a transaction a row, or one for all.

use std::time::Instant;

use database::{Database, Transaction, values};
use tour::{Stage, count, duration};

use super::Ground;

const ROWS: u32 = 500;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line(format!(
        "{} rows, inserted one by one",
        count(u64::from(ROWS))
    ));
    let mut bars = Vec::new();
    for ground in Ground::both(stage)? {
        let kind = ground.kind();
        let mut database = ground.open()?;
        database.batch("CREATE TABLE lines (id BIGINT, text TEXT)")?;
        let started = Instant::now();
        for number in 0..ROWS {
            insert(database.as_mut(), number)?;
        }
        bars.push((format!("{kind}, each"), started.elapsed()));
        let started = Instant::now();
        let mut transaction = Transaction::begin(database.as_mut())?;
        for number in 0..ROWS {
            insert(&mut transaction, number)?;
        }
        transaction.commit()?;
        bars.push((format!("{kind}, all"), started.elapsed()));
    }
    let shown = |(label, time): &(String, std::time::Duration)| {
        (label.clone(), time.as_secs_f64(), duration(*time))
    };
    stage.bars(bars.iter().map(shown));
    stage.means(
        "SQLite brings every transaction to its file, so one for all rows is many times quicker",
    );
    stage.means(
        "this PostgreSQL does not wait for the disk (fsync=off), as yours does at every COMMIT; what is \
         left is the way to the server and back, once a row. Measure more: just bench database",
    );
    Ok(())
}

fn insert(database: &mut dyn Database, number: u32) -> Result<u64, database::Error> {
    database.execute(
        "INSERT INTO lines (id, text) VALUES ($1, $2)",
        values![number, "a line of text"],
    )
}
