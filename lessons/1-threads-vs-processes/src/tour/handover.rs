//! Part 10: producers and consumers, with threads and with processes.

use std::time::Duration;

use tour::{Recorder, Stage, Table, count};
use workers::handover::{Plan, Received, check, report, with_processes, with_threads};
use workers::{Error, Observer};

use super::{draws, ratio, shortest, this_program};

const PLAN: Plan = Plan {
    producers: 2,
    consumers: 2,
    items_each: 50_000,
    capacity: 64,
    batch: 256,
};

pub fn play(stage: &mut Stage) -> tour::Result {
    let nobody = Observer::nobody();
    let program = this_program()?;
    stage.line(format!(
        "{} producers make {} items each, {} consumers take them from one queue:",
        PLAN.producers,
        count(PLAN.items_each),
        PLAN.consumers
    ));
    let one_by_one = Plan { batch: 1, ..PLAN };
    let rows = [
        measure("threads, one by one", one_by_one, || {
            with_threads(one_by_one, &nobody)
        })?,
        measure("threads, 256 at a time", PLAN, || {
            with_threads(PLAN, &nobody)
        })?,
        measure("processes, one by one", one_by_one, || {
            with_processes(one_by_one, &program, &nobody)
        })?,
        measure("processes, 256 at a time", PLAN, || {
            with_processes(PLAN, &program, &nobody)
        })?,
    ];
    let mut table = Table::new(["how", "items", "exactly once", "order kept", "speed"]);
    for (name, told, rate) in &rows {
        let told: Vec<&str> = told
            .lines()
            .filter_map(|line| line.rsplit(' ').next())
            .collect();
        let items = told[0].parse().map_or_else(|_| told[0].to_owned(), count);
        let rate = format!("{} items/s", count(*rate as u64));
        table.row([
            (*name).to_owned(),
            items,
            told[1].to_owned(),
            told[2].to_owned(),
            rate,
        ]);
    }
    stage.table(&table);
    stage.line(format!(
        "256 at a time is {} as fast with threads and {} with processes",
        ratio(rows[1].2 / rows[0].2),
        ratio(rows[3].2 / rows[2].2),
    ));
    stage.line("(the start of the threads and processes is in it)");
    stage.blank();

    let recorder = Recorder::new();
    for name in ["producer", "feeder"] {
        for number in 0..2 {
            recorder.row(format!("{name} {number}"));
        }
    }
    let small = Plan {
        items_each: 5_000,
        capacity: 4,
        ..PLAN
    };
    let received = with_processes(small, &program, &draws(&recorder))?;
    check(&small, &received).map_err(|faults| faults[0].to_string())?;
    stage.timeline(
        &recorder.finish(),
        "the parent's threads between 2 producers' and 2 consumers' pipes",
    )?;
    stage.means(
        "the check is the same for both: each item arrived exactly once, and each consumer saw a \
         producer's items in their order. Who got which is nobody's promise",
    );
    stage.means(
        "what a hand-over costs, it costs for each message and not for each item: a turn at a lock \
         for threads, a copy into bytes and out of them for processes. So hand over many at once",
    );
    Ok(())
}

/// Hands over several times; returns the report, and the items a second of the fastest.
fn measure(
    name: &'static str,
    plan: Plan,
    hand_over: impl FnMut() -> Result<Vec<Received>, Error>,
) -> tour::Result<(&'static str, String, f64)> {
    let (received, took): (_, Duration) = shortest(hand_over)?;
    check(&plan, &received).map_err(|faults| format!("{name}: {}", faults[0]))?;
    Ok((
        name,
        report(&plan, &received),
        plan.items() as f64 / took.as_secs_f64(),
    ))
}
