//! Part 7: SQLite's one writer.

use std::thread;
use std::time::{Duration, Instant};

use database::sqlite::Settings;
use database::{Address, Database as _, Sqlite, Transaction};
use tour::{Stage, Table, duration};

use super::{Ground, number, outcome};

/// How long the first writer keeps its transaction open.
const HELD: Duration = Duration::from_millis(120);

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "journal",
        "patience",
        "a second writer",
        "the first's COMMIT while one reads",
    ]);
    for (write_ahead_log, busy_timeout) in [
        (false, Duration::ZERO),
        (true, Duration::ZERO),
        (true, Duration::from_secs(5)),
    ] {
        let ground = Ground::sqlite()?;
        let Address::Sqlite(path) = &ground.address else {
            return Err("it is a file".into());
        };
        let settings = Settings {
            busy_timeout,
            write_ahead_log,
        };
        let open = || Sqlite::open_with(path, settings);
        let mut first = open()?;
        first.execute("CREATE TABLE counts (n INTEGER)", &[])?;
        let (mut second, mut reader) = (open()?, open()?);
        let mut transaction = Transaction::begin(&mut first)?;
        transaction.execute("INSERT INTO counts VALUES (1)", &[])?;
        let (result, waited, committed) = thread::scope(|scope| -> tour::Result<_> {
            let writing = scope.spawn(|| {
                let started = Instant::now();
                let result = second.execute("INSERT INTO counts VALUES (2)", &[]);
                (result, started.elapsed())
            });
            thread::sleep(HELD);
            // Somebody is in the middle of reading when the first writer is done.
            let mut reading = Transaction::snapshot(&mut reader)?;
            number(&mut reading, "SELECT count(*) FROM counts")?;
            let committed = transaction.commit();
            drop(reading);
            let (result, waited) = writing.join().map_err(|_| "the writer panicked")?;
            Ok((result, waited, committed))
        })?;
        let shown = outcome(&result, |_| format!("waits {}", duration(waited)));
        let committed = outcome(&committed, |()| "succeeds".to_owned());
        let journal = if write_ahead_log {
            "write-ahead log"
        } else {
            "rollback"
        };
        let patience = if busy_timeout.is_zero() {
            "none"
        } else {
            "5 s"
        };
        table.row([journal.to_owned(), patience.to_owned(), shown, committed]);
    }
    stage.line(format!(
        "a first writer holds its transaction open for {}",
        duration(HELD)
    ));
    stage.table(&table);
    stage
        .means("SQLite has one writer at a time: the second is refused as busy, or waits its turn");
    stage.means("with the rollback journal a reader keeps the writer from committing; with the write-ahead log neither waits for the other");
    Ok(())
}
