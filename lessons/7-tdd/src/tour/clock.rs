//! Part 5: time that passes when the test says so; and a flaky test, counted.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tdd::clock::{Clock, JumpingClock, ManualClock};
use tdd::politeness::{Answer, Pace, Politeness, drive};
use tour::{Stage, count, duration};

const LIMIT: Duration = Duration::from_secs(5);
const MINUTE: Duration = Duration::from_secs(60);
const ROUNDS: u32 = 40;

pub fn play(stage: &mut Stage) -> tour::Result {
    let clock = JumpingClock::new();
    let mut politeness = waiting(61, MINUTE);
    let mut asked = 0;
    let started = Instant::now();
    drive(&mut politeness, &clock, |_| {
        asked += 1;
        Answer::Fine
    });
    stage.line(format!(
        "{} requests, a minute apart: {} s have passed on the test's clock, {} on the wall's",
        count(asked),
        count(clock.now().as_secs()),
        duration(started.elapsed())
    ));
    if clock.now() != MINUTE * 60 {
        return Err("an hour has not passed".into());
    }

    stage.line("a crawler on a thread of its own, and a clock that waits for the test:");
    across_threads(stage)?;

    let n_flaky = (0..ROUNDS)
        .filter(|_| !hopes_that_a_millisecond_is_enough())
        .count();
    stage.line(format!(
        "a test that sleeps 1 ms and hopes that a thread with 1 ms of work is done: wrong {n_flaky} times of {ROUNDS}"
    ));
    let n_wrong = (0..ROUNDS).filter(|_| !waits_for_the_event()).count();
    stage.line(format!(
        "the same with an event to wait for: wrong {n_wrong} times of {ROUNDS}"
    ));
    stage.means(
        "a flaky test fails now and then with the code unchanged, and teaches everybody to ignore \
         red. A longer sleep makes it rarer and slower; an event ends it",
    );
    if n_wrong > 0 {
        Err("an event was missed".into())
    } else {
        Ok(())
    }
}

fn waiting(n: u32, delay: Duration) -> Politeness {
    let mut politeness = Politeness::new(Pace {
        delay,
        ..Pace::default()
    });
    (0..n).for_each(|_| politeness.add("e.com", Duration::ZERO));
    politeness
}

fn across_threads(stage: &mut Stage) -> tour::Result {
    let clock = ManualClock::new();
    let (asked, asks) = mpsc::channel();
    let mut politeness = waiting(2, MINUTE);
    thread::scope(|scope| {
        scope.spawn(|| {
            drive(&mut politeness, &clock, |_| {
                // Should the test have given up, there is nobody to tell.
                let _ = asked.send(clock.now());
                Answer::Fine
            });
        });
        let first = asks.recv_timeout(LIMIT);
        stage.who(
            "crawler",
            format!("asks at {:?}", first.unwrap_or(Duration::MAX)),
        );
        let asleep = clock.wait_for_sleepers(1, LIMIT);
        stage.who(
            "test",
            "waits until the crawler sleeps: an event, not a guess",
        );
        stage.who("test", "moves the clock on by 60 s");
        clock.advance(MINUTE);
        let second = asks.recv_timeout(LIMIT);
        stage.who(
            "crawler",
            format!("asks at {:?}", second.unwrap_or(Duration::MAX)),
        );
        match (first, asleep, second) {
            (Ok(Duration::ZERO), true, Ok(MINUTE)) => Ok(()),
            _ => Err("the crawler did not keep the delay".into()),
        }
    })
}

/// Works for a millisecond, as any thread might, then says that it is done.
fn work(done: mpsc::Sender<()>) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(1) {
        std::hint::spin_loop();
    }
    let _ = done.send(());
}

fn hopes_that_a_millisecond_is_enough() -> bool {
    let (done, is_done) = mpsc::channel();
    let worker = thread::spawn(move || work(done));
    thread::sleep(Duration::from_millis(1));
    let was_done = is_done.try_recv().is_ok();
    let _ = worker.join();
    was_done
}

fn waits_for_the_event() -> bool {
    let (done, is_done) = mpsc::channel();
    let worker = thread::spawn(move || work(done));
    let was_done = is_done.recv_timeout(LIMIT).is_ok();
    let _ = worker.join();
    was_done
}
