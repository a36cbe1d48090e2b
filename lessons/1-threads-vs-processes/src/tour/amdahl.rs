//! Part 8: what the part that cannot be shared costs, by the formula and by the clock.

use std::time::Instant;

use tour::{Kind, Recorder, Stage, Table};
use workers::amdahl::{ceiling, speed_up};
use workers::{Observer, primes};

use super::{draws, n_cores, ratio};

const LIMIT: u64 = 300_000;
/// A quarter of the pieces is done by one thread alone.
const CHUNKS: usize = 32;
const SERIAL: f64 = 0.25;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["cannot be shared", "2 cores", "4", "16", "1,000", "at most"]);
    for percent in [50, 25, 10, 1] {
        let serial = f64::from(percent) / 100.0;
        let cell = |cores: f64| format!("{:.1}", speed_up(serial, cores));
        table.row([
            format!("{percent} %"),
            cell(2.0),
            cell(4.0),
            cell(16.0),
            cell(1_000.0),
            format!("{:.1}", ceiling(serial)),
        ]);
    }
    stage.line("Amdahl's law: how many times faster a program becomes");
    stage.table(&table);
    stage.blank();

    let recorder = Recorder::new();
    for row in ["main", "thread 1", "thread 2"] {
        recorder.row(row);
    }
    // Pieces of equal work: each counts the same numbers.
    let pieces = vec![LIMIT / 2..LIMIT / 2 + LIMIT / 40; CHUNKS];
    let (alone, shared) = pieces.split_at((CHUNKS as f64 * SERIAL) as usize);
    let started = Instant::now();
    primes::with_threads(&pieces, 1, &Observer::nobody())?;
    let one_worker = started.elapsed();

    let started = Instant::now();
    let span = recorder.span("main", Kind::Working, "cannot be shared");
    primes::with_threads(alone, 1, &Observer::nobody())?;
    drop(span);
    let span = recorder.span("main", Kind::Waiting, "join");
    primes::with_threads(shared, 2, &draws(&recorder))?;
    drop(span);
    let two_workers = started.elapsed();

    stage.timeline(
        &recorder.finish(),
        "a quarter alone, three quarters shared by 2 threads",
    )?;
    stage.line(format!(
        "25 % alone and the rest on 2 threads: {} by the formula for this machine, {} by the clock",
        ratio(speed_up(SERIAL, n_cores().min(2) as f64)),
        ratio(one_worker.as_secs_f64() / two_workers.as_secs_f64()),
    ));
    stage.means(
        "before you add threads, look at what runs alone: one file that all wait for, one lock \
         that all want, one loop that collects",
    );
    Ok(())
}
