//! Part 3: std's locks and parking_lot's: a panic, a size, a turn, a price.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{mem, thread};

use tour::{Stage, Table};

use super::each;

/// How long two threads fight for one lock.
const FIGHT: Duration = Duration::from_millis(60);
const TURNS: u64 = 1_000_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    let standard = std::sync::Mutex::new(7_u64);
    let parking = parking_lot_plain::Mutex::new(7_u64);
    // resume_unwind panics without a message: the learner has done nothing wrong.
    let panics = || std::panic::resume_unwind(Box::new("while it held the lock"));
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _guard = standard.lock();
        panics();
    }));
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _guard = parking.lock();
        panics();
    }));
    let after_std = match standard.lock() {
        Ok(_) => return Err("std's mutex was not poisoned".into()),
        Err(poisoned) => format!("Err: poisoned, {} inside", poisoned.into_inner()),
    };
    let after_parking = format!("{}, as if nothing were", parking.lock());

    let mut table = Table::new(["", "std", "parking_lot"]);
    table.row(["lock() after a panic".to_owned(), after_std, after_parking]);
    let sizes = [
        (
            "Mutex<u8>",
            mem::size_of::<std::sync::Mutex<u8>>(),
            mem::size_of::<parking_lot_plain::Mutex<u8>>(),
        ),
        (
            "RwLock<u8>",
            mem::size_of::<std::sync::RwLock<u8>>(),
            mem::size_of::<parking_lot_plain::RwLock<u8>>(),
        ),
    ];
    for (what, ours, theirs) in sizes {
        table.row([
            format!("{what}, against its u8"),
            format!("{ours} x"),
            format!("{theirs} x"),
        ]);
    }
    table.row(prices("Mutex, alone", lock_std, lock_parking));
    table.row(prices("RwLock, to read, alone", read_std, read_parking));
    let (fight_std, fight_parking) = (fight(&StdLock::default()), fight(&ParkingLock::default()));
    table.row([
        "overtaken in a row, at most".to_owned(),
        format!("{fight_std} x"),
        format!("{fight_parking} x"),
    ]);
    stage.table(&table);
    stage.line(format!(
        "(overtaken: one thread holds the lock for 100 µs at a time and takes it again at once, for {}, and another one comes meanwhile; 0 x: each time the one that waited was next)",
        tour::duration(FIGHT)
    ));
    stage.means(
        "poisoning is a warning: the data may be half-changed. Answer it by intent, \
         `unwrap` where that would be a bug, `into_inner` where each change is one step",
    );
    stage.means(
        "neither keeps a queue: who has just given a lock back may have it again at once, while \
         another one waits. How often, the system decides; parking_lot promises a hand-over now and then",
    );
    Ok(())
}

fn prices(what: &str, standard: fn(), parking: fn()) -> [String; 3] {
    [
        what.to_owned(),
        each(super::shortest(standard), TURNS),
        each(super::shortest(parking), TURNS),
    ]
}

fn lock_std() {
    let lock = std::sync::Mutex::new(0_u64);
    for _ in 0..TURNS {
        *lock.lock().expect("nobody panics") += 1;
    }
}

fn lock_parking() {
    let lock = parking_lot_plain::Mutex::new(0_u64);
    for _ in 0..TURNS {
        *lock.lock() += 1;
    }
}

fn read_std() {
    let lock = std::sync::RwLock::new(7_u64);
    for _ in 0..TURNS {
        std::hint::black_box(*lock.read().expect("nobody panics"));
    }
}

fn read_parking() {
    let lock = parking_lot_plain::RwLock::new(7_u64);
    for _ in 0..TURNS {
        std::hint::black_box(*lock.read());
    }
}

trait Lock: Sync {
    fn with(&self, hold: &mut dyn FnMut());
}

#[derive(Default)]
struct StdLock(std::sync::Mutex<()>);

#[derive(Default)]
struct ParkingLock(parking_lot_plain::Mutex<()>);

impl Lock for StdLock {
    fn with(&self, hold: &mut dyn FnMut()) {
        let _guard = self.0.lock().expect("nobody panics");
        hold();
    }
}

impl Lock for ParkingLock {
    fn with(&self, hold: &mut dyn FnMut()) {
        let _guard = self.0.lock();
        hold();
    }
}

/// One holds the lock nearly all the time, the other one wants it for a moment; returns how often
/// in a row, at most, the first had it while the second waited.
fn fight(lock: &dyn Lock) -> u64 {
    let over = AtomicBool::new(false);
    let turns = AtomicU64::new(0);
    let mut most = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                lock.with(&mut || {
                    turns.fetch_add(1, Ordering::SeqCst);
                    let started = Instant::now();
                    while started.elapsed() < Duration::from_micros(100) {
                        std::hint::spin_loop();
                    }
                });
            }
        });
        let started = Instant::now();
        while started.elapsed() < FIGHT {
            // Come when the other one has it: who finds the lock free overtakes nobody.
            let before = turns.load(Ordering::SeqCst);
            while turns.load(Ordering::SeqCst) == before && started.elapsed() < FIGHT {
                thread::yield_now();
            }
            let before = turns.load(Ordering::SeqCst);
            lock.with(&mut || most = most.max(turns.load(Ordering::SeqCst) - before));
        }
        over.store(true, Ordering::SeqCst);
    });
    most
}
