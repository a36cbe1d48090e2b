//! Part 7: the three stages: what waiting costs, and who is next.

use std::fs;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use coordination::semaphore::{s1_spin, s2_condvar, s3_fair};
use tour::{Stage, Table, duration};

use super::{each, shortest, wait_until};

/// How long one waits for the permit.
const HELD: Duration = Duration::from_millis(50);
const TURNS: u64 = 300_000;
const QUEUE: usize = 6;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "stage",
        "an acquire, alone",
        "processor time of a wait of 50 ms",
    ]);

    let spin = s1_spin::Semaphore::new(1);
    let alone = shortest(|| (0..TURNS).for_each(|_| drop(spin.acquire())));
    let held = spin.acquire();
    let waiting = cost_of_waiting(|| drop(spin.acquire()), || drop(held))?;
    table.row(["1 spin", &each(alone, TURNS), &waiting]);

    let sleeping = s2_condvar::Semaphore::new(1);
    let alone = shortest(|| (0..TURNS).for_each(|_| drop(sleeping.acquire())));
    let held = sleeping.acquire();
    let waiting = cost_of_waiting(|| drop(sleeping.acquire()), || drop(held))?;
    table.row(["2 condvar", &each(alone, TURNS), &waiting]);

    let fair = s3_fair::Semaphore::new(1);
    let alone = shortest(|| (0..TURNS).for_each(|_| drop(fair.acquire())));
    let held = fair.acquire()?;
    let waiting = cost_of_waiting(|| drop(fair.acquire()), || drop(held))?;
    table.row(["3 fair", &each(alone, TURNS), &waiting]);
    stage.table(&table);
    stage.line("(stage 1 looks all the time and lets others run in between; stage 2 looks once and sleeps; stage 3 looks a few times, in case the permit comes at once, and then sleeps)");

    let order = served(&fair)?;
    stage.line(format!(
        "who came to stage 3, in order: 1 to {QUEUE}; who was served, in order: {}",
        order
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    ));
    if !order.is_sorted() {
        return Err("the fair semaphore let somebody overtake".into());
    }
    let late = thread::scope(|scope| {
        let held = fair.acquire().map_err(|error| error.to_string())?;
        let waiter = scope.spawn(|| fair.acquire().map(drop));
        wait_until("somebody waits", || fair.waiting() == 1)?;
        let refused = fair.try_acquire().map(drop);
        let started = Instant::now();
        let too_late = fair.acquire_timeout(Duration::from_millis(5)).map(drop);
        let gave_up = started.elapsed();
        drop(held);
        let served = waiter.join().map_err(|_| "the waiter panicked")?;
        served.map_err(|error| error.to_string())?;
        Ok::<_, tour::Error>((refused, too_late, gave_up))
    })?;
    stage.line(format!(
        "try_acquire while somebody waits: {}",
        words(&late.0)
    ));
    stage.line(format!(
        "acquire_timeout of 5 ms: {}, after {}",
        words(&late.1),
        tour::duration(late.2)
    ));
    stage.line(format!(
        "acquire_many of 2, where there is 1: {}",
        words(&fair.acquire_many(2).map(drop))
    ));
    fair.close();
    stage.line(format!(
        "acquire after close: {}",
        words(&fair.acquire().map(drop))
    ));
    stage.means("asking again and again is the quickest where a permit comes back within a microsecond, and burns a core where it does not");
    stage.means(
        "fair means that waiting ends: nobody overtakes, so who is first in the queue is next",
    );
    Ok(())
}

/// Lets one thread wait for a permit that comes after [`HELD`]; returns in words how much processor
/// time the waiting took.
fn cost_of_waiting(
    acquire: impl FnOnce() + Send,
    give_back: impl FnOnce(),
) -> tour::Result<String> {
    let begins = Barrier::new(2);
    let spent = thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            begins.wait();
            let before = processor_time();
            acquire();
            Some(processor_time()?.saturating_sub(before?))
        });
        begins.wait();
        thread::sleep(HELD);
        give_back();
        waiter.join().map_err(|_| "the waiter panicked")
    })?;
    Ok(spent.map_or_else(|| "this system does not say".to_owned(), duration))
}

/// Returns how much processor time this thread has used. Linux says so in a file.
fn processor_time() -> Option<Duration> {
    // The system brings its book up to date when a thread lets another one run.
    thread::yield_now();
    let spent = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = spent.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn words(result: &Result<(), coordination::AcquireError>) -> String {
    match result {
        Ok(()) => "a permit".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Lets threads queue up one after another, and returns in which order they were served.
fn served(semaphore: &s3_fair::Semaphore) -> tour::Result<Vec<usize>> {
    let order = Mutex::new(Vec::new());
    let held = semaphore.acquire()?;
    thread::scope(|scope| {
        for number in 1..=QUEUE {
            let order = &order;
            scope.spawn(move || {
                let permit = semaphore.acquire();
                order.lock().expect("pushing does not panic").push(number);
                drop(permit);
            });
            // The next one comes when this one stands in the queue.
            wait_until("it stands in the queue", || semaphore.waiting() == number)?;
        }
        drop(held);
        Ok::<_, tour::Error>(())
    })?;
    Ok(order.into_inner().expect("pushing does not panic"))
}
