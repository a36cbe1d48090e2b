//! Part 10: a few connections for many threads; one writer for all of them.

use std::thread;
use std::time::{Duration, Instant};

use database::pool::pool;
use database::values;
use database::writer::Writer;
use tour::{Stage, Table, duration};

use super::{Ground, number};

const THREADS: u32 = 8;
const EACH: u32 = 20;

pub fn play(stage: &mut Stage) -> tour::Result {
    if let Some(ground) = Ground::postgres(stage)? {
        let mut table = Table::new(["8 threads, 20 questions each", "connections", "took"]);
        let started = Instant::now();
        in_threads(|| {
            for _ in 0..EACH {
                ground.address.open()?.query("SELECT 1", &[])?;
            }
            Ok(())
        })?;
        let n_connections = THREADS * EACH;
        table.row([
            "one for each question".to_owned(),
            n_connections.to_string(),
            duration(started.elapsed()),
        ]);
        let pool = pool(&ground.address, 3, Duration::from_secs(10))?;
        let started = Instant::now();
        in_threads(|| {
            for _ in 0..EACH {
                pool.get()?.query("SELECT 1", &[])?;
            }
            Ok(())
        })?;
        let most = pool.state().connections;
        table.row([
            "a pool".to_owned(),
            format!("at most {}", most.max(3)),
            duration(started.elapsed()),
        ]);
        stage.table(&table);
    }
    let ground = Ground::sqlite()?;
    let mut database = ground.open()?;
    database.batch("CREATE TABLE lines (thread BIGINT, line BIGINT)")?;
    let writer = Writer::start(database, 16)?;
    let desk = writer.desk().ok_or("it runs")?;
    in_threads(|| {
        let desk = desk.clone();
        for line in 0..EACH {
            let insert = "INSERT INTO lines VALUES ($1, $2)";
            desk.execute(insert, values![1, line])
                .ok_or("the writer is gone")??;
        }
        Ok(())
    })?;
    drop(desk);
    let mut database = writer.finish().ok_or("it ran")?;
    let rows = number(database.as_mut(), "SELECT count(*) FROM lines")?;
    stage.line(format!(
        "SQLite, {THREADS} threads through one writer: {rows} rows, nobody was busy"
    ));
    stage.means("a connection to a server costs a process there: keep a few, and lend them");
    stage.means(
        "SQLite has one writer, so give it one thread: the others wait in a channel, in order",
    );
    Ok(())
}

fn in_threads(body: impl Fn() -> tour::Result + Sync) -> tour::Result {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(&body)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
    })
}
