//! Blocking semaphores: our three stages beside `async_lock` and `std_semaphore`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use coordination::semaphore::{s1_spin, s2_condvar, s3_fair};
use tour::Table;

/// A load: so many threads, so many permits, and how long a permit is held, in turns of a loop.
struct Case {
    name: &'static str,
    threads: usize,
    permits: usize,
    held: u32,
    turns: u64,
}

const CASES: [Case; 4] = [
    Case {
        name: "alone",
        threads: 1,
        permits: 1,
        held: 0,
        turns: 1_000_000,
    },
    Case {
        name: "2 threads, 2 permits",
        threads: 2,
        permits: 2,
        held: 50,
        turns: 400_000,
    },
    Case {
        name: "4 threads, 1 permit",
        threads: 4,
        permits: 1,
        held: 50,
        turns: 20_000,
    },
    Case {
        name: "12 threads, 3 permits",
        threads: 12,
        permits: 3,
        held: 5_000,
        turns: 20_000,
    },
];

/// The contenders: our stages, and two from crates.io.
const NAMES: [&str; 5] = [
    "1 spin",
    "2 condvar",
    "3 fair",
    "async-lock",
    "std-semaphore",
];

/// Measures all of them and prints a table, with our last stage against the best of the others.
pub fn compare(rounds: u32) {
    let mut best: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for _ in 0..rounds {
        for (row, case) in CASES.iter().enumerate() {
            let permits = case.permits;
            let spin = s1_spin::Semaphore::new(permits);
            let sleeping = s2_condvar::Semaphore::new(permits);
            let fair = s3_fair::Semaphore::new(permits);
            let theirs = async_lock::Semaphore::new(permits);
            let older = std_semaphore::Semaphore::new(permits as isize);
            let took = [
                time(case, || drop((spin.acquire(), hold(case)))),
                time(case, || drop((sleeping.acquire(), hold(case)))),
                time(case, || drop((fair.acquire().ok(), hold(case)))),
                time(case, || drop((theirs.acquire_blocking(), hold(case)))),
                time(case, || drop((older.access(), hold(case)))),
            ];
            for (column, nanoseconds) in took.into_iter().enumerate() {
                let best = best.entry((row, column)).or_insert(f64::INFINITY);
                *best = best.min(nanoseconds);
            }
        }
    }
    let mut head = vec!["semaphore"];
    head.extend(NAMES);
    head.push("fair / best of theirs");
    let mut table = Table::new(head);
    for (row, case) in CASES.iter().enumerate() {
        let of = |column: usize| best[&(row, column)];
        let mut cells = vec![case.name.to_owned()];
        cells.extend((0..NAMES.len()).map(|column| format!("{:.0} ns", of(column))));
        cells.push(format!("{:.2} x", of(2) / of(3).min(of(4))));
        table.row(cells);
    }
    println!("{}", table.to_text(120));
    println!("(nanoseconds for one turn, acquire, hold and give back, over all threads together)");
}

fn hold(case: &Case) {
    for turn in 0..case.held {
        black_box(turn);
    }
}

/// Runs the turns on all threads and returns the nanoseconds that each took.
fn time(case: &Case, turn: impl Fn() + Sync) -> f64 {
    let start = Barrier::new(case.threads + 1);
    let started = thread::scope(|scope| {
        for _ in 0..case.threads {
            scope.spawn(|| {
                start.wait();
                (0..case.turns / case.threads as u64).for_each(|_| turn());
            });
        }
        let started = Instant::now();
        start.wait();
        started
    });
    started.elapsed().as_secs_f64() * 1e9 / case.turns as f64
}
