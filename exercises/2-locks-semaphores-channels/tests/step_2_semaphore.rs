//! # Step 2: so many at a time, and no more
//!
//! **Task.** Fill in `src/semaphore.rs`: permits that are taken, waited for, and given back by dropping.
//!
//! **Hint.** A condition variable wakes you; it does not promise you anything.
//! More with `just hint 2 semaphore`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! `std::sync::Condvar`, above all `wait` and `wait_timeout`.

mod harness;

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use exercise_2::semaphore::{Permit, Semaphore};
use harness::{Event, GRACE, LIMIT, MEETING_LIMIT, Meeting, passed_on, same, start, within, words};

const NO_REASON_TO_WAIT: &str =
    "There was a permit for everybody who asked, so nobody had a reason to wait.";
const AWOKEN: &str = "A permit came back, and somebody who waits for one sleeps on. Whoever gives a permit back has to\n\
     ring (`notify_one`), each time, and after the number has changed.";

const LOOKS_AGAIN: &str =
    "To be woken is a reason to look again, and nothing more: `while`, not `if`.";

/// Acquires, and says what a number below zero means.
fn acquire(semaphore: &Semaphore) -> Permit<'_> {
    panic::catch_unwind(AssertUnwindSafe(|| semaphore.acquire())).unwrap_or_else(|panic| {
        let said = words(&*panic);
        if !said.contains("overflow") {
            panic::resume_unwind(panic);
        }
        panic!(
            "\n\n`acquire` panicked: {said}\nIt took a permit that was not there: somebody took it before the one who was woken had got up.\n\
             {LOOKS_AGAIN}\n"
        )
    })
}

#[test]
fn goal_1_permits_are_taken_and_come_back() {
    within(NO_REASON_TO_WAIT, || {
        let semaphore = Semaphore::new(2);

        let first = semaphore.acquire();
        same!(semaphore.free(), 1, "One of two permits is taken.");
        let second = semaphore.acquire();
        same!(semaphore.free(), 0, "Both permits are taken.");
        drop(first);
        same!(semaphore.free(), 1, "A permit that is dropped comes back.");
        drop(second);
        same!(semaphore.free(), 2, "Both have come back.");
    });
}

#[test]
fn goal_2_trying_never_waits() {
    within(
        "`try_acquire` never waits, not even when no permit is free.",
        || {
            let semaphore = Semaphore::new(1);

            let first = semaphore.try_acquire();
            assert!(first.is_some(), "\n\nA permit was free.\n");
            assert!(
                semaphore.try_acquire().is_none(),
                "\n\nThe only permit is taken, and a second one was handed out.\n"
            );
            same!(semaphore.free(), 0, "A try that fails takes nothing.");
            drop(first);
            assert!(
                semaphore.try_acquire().is_some(),
                "\n\nThe permit had come back.\n"
            );
        },
    );
}

#[test]
fn goal_3_as_many_as_there_are_permits_are_inside_at_once() {
    const PERMITS: usize = 3;
    let met = within(NO_REASON_TO_WAIT, || {
        let semaphore = Semaphore::new(PERMITS);
        let meeting = Meeting::new(PERMITS);
        thread::scope(|scope| {
            let visit = || {
                let _permit = semaphore.acquire();
                meeting.attend()
            };
            let visitors: Vec<_> = (0..PERMITS).map(|_| scope.spawn(visit)).collect();
            visitors
                .into_iter()
                .map(|visitor| visitor.join().unwrap_or_else(passed_on))
                .filter(|met| *met)
                .count()
        })
    });

    same!(
        met,
        PERMITS,
        "There are {PERMITS} permits, and {PERMITS} threads that wait for each other inside. They did not meet:\n\
         not all of them were let in at the same time. Does a permit hold the lock? The lock guards the number,\n\
         for as long as it takes to change it, and not the work."
    );
}

#[test]
fn goal_4_no_more_than_that_are_ever_inside() {
    const PERMITS: usize = 3;
    let most = within(
        "Twelve threads with a few microseconds of work each should be done soon.",
        || {
            let semaphore = Semaphore::new(PERMITS);
            let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            thread::scope(|scope| {
                for _ in 0..12 {
                    scope.spawn(|| {
                        for _ in 0..200 {
                            let _permit = acquire(&semaphore);
                            most.fetch_max(
                                inside.fetch_add(1, Ordering::SeqCst) + 1,
                                Ordering::SeqCst,
                            );
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            most.into_inner()
        },
    );

    assert!(
        most <= PERMITS,
        "\n\nThere are {PERMITS} permits, and {most} were inside at the same time. {LOOKS_AGAIN}\n"
    );
}

#[test]
fn goal_5_who_finds_none_waits_until_one_comes_back() {
    let semaphore = Arc::new(Semaphore::new(1));
    let permit = semaphore.acquire();
    let other = Arc::clone(&semaphore);
    let waiting = start(move || drop(other.acquire()));

    assert!(
        !waiting.ends_within(GRACE),
        "\n\nThe only permit is taken, and `acquire` did not wait.\n"
    );
    drop(permit);
    waiting.finish(AWOKEN);
}

#[test]
fn goal_6_every_permit_that_comes_back_wakes_somebody() {
    for _ in 0..30 {
        let semaphore = Arc::new(Semaphore::new(3));
        let permits: Vec<_> = (0..3).map(|_| semaphore.acquire()).collect();
        let inside = Arc::new(Meeting::new(3));
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
                start(move || {
                    let _permit = acquire(&semaphore);
                    inside.attend()
                })
            })
            .collect();
        // Only so that they are asleep: a wrong answer then shows itself, a right one does not care.
        thread::sleep(Duration::from_millis(5));

        drop(permits);

        for waiting in waiting {
            assert!(
                waiting.finish(AWOKEN),
                "\n\nThree permits came back one right after the other, and three threads waited for one. Not all of\n\
                 them were let in, so somebody sleeps although a permit is free. It is not enough to ring when the\n\
                 number was 0 before: it may be 1 already while a sleeper has not yet taken the first.\n"
            );
        }
    }
}

#[test]
fn goal_7_being_woken_is_no_permit() {
    let over = Arc::new(Event::default());
    let semaphore = Arc::new(Semaphore::new(1));
    let inside = Arc::new(AtomicUsize::new(0));
    let mut permit = Some(semaphore.acquire());
    inside.fetch_add(1, Ordering::SeqCst);
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let (semaphore, inside, over) = (
                Arc::clone(&semaphore),
                Arc::clone(&inside),
                Arc::clone(&over),
            );
            start(move || {
                let mut crowded = false;
                while !over.has_happened() {
                    let permit = acquire(&semaphore);
                    crowded |= inside.fetch_add(1, Ordering::SeqCst) > 0;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    drop(permit);
                }
                crowded
            })
        })
        .collect();

    let mut crowded = false;
    // Gives the permit back, and mostly is the first to take it again: who was woken finds none.
    for _ in 0..300 {
        if permit.is_some() {
            inside.fetch_sub(1, Ordering::SeqCst);
        }
        drop(permit);
        permit = semaphore.try_acquire();
        if permit.is_some() {
            crowded |= inside.fetch_add(1, Ordering::SeqCst) > 0;
        }
        thread::sleep(Duration::from_micros(200));
    }
    over.happen();
    if permit.is_some() {
        inside.fetch_sub(1, Ordering::SeqCst);
    }
    drop(permit);

    let why = "There is one permit. Two threads were inside at the same time: one that was woken, and one that took the\n\
         permit before the other had got up.";
    for waiting in waiting {
        assert!(!waiting.finish(AWOKEN), "\n\n{why} {LOOKS_AGAIN}\n");
    }
    assert!(!crowded, "\n\n{why} {LOOKS_AGAIN}\n");
}

#[test]
fn goal_8_a_panic_gives_the_permit_back() {
    within(AWOKEN, || {
        let semaphore = Semaphore::new(1);

        let inside = Event::default();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
            let _permit = semaphore.acquire();
            inside.happen();
            panic::resume_unwind(Box::new("the work went wrong"))
        }));

        same!(
            inside.has_happened(),
            true,
            "A permit was free, and nobody got in."
        );
        assert!(
            outcome.is_err(),
            "\n\nThe panic of the work was swallowed.\n"
        );
        same!(
            semaphore.free(),
            1,
            "The holder of the only permit panicked, and the permit is gone for good. A guard that gives back\n\
             in `drop` does so in a panic too."
        );
    });
}

#[test]
fn goal_9_patience_has_an_end() {
    let ends = "`acquire_within` goes on waiting after its time is over. Each time it is woken in vain, less is left;\n\
         with the whole limit for each wait it never ends as long as somebody rings.";
    within(ends, || {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire_within(LIMIT);
        assert!(
            permit.is_some(),
            "\n\nA permit was free, so it was to be had at once.\n"
        );
        assert!(
            semaphore.acquire_within(Duration::ZERO).is_none(),
            "\n\nThe only permit is taken.\n"
        );
        assert!(
            semaphore
                .acquire_within(Duration::from_millis(20))
                .is_none(),
            "\n\nThe only permit is taken, and its holder keeps it.\n"
        );
        drop(permit);
        same!(semaphore.free(), 1, "Who gave up waiting took nothing.");
        assert!(
            semaphore.acquire_within(Duration::ZERO).is_some(),
            "\n\nA permit was free. No time to wait is no reason not to take it.\n"
        );
    });

    // Rings again and again, and mostly takes the permit back at once. A few attempts, since an attempt
    // shows nothing when the one who waits wins the permit, or when a busy machine rings too late.
    let patience = Duration::from_millis(500);
    for _ in 0..6 {
        let semaphore = Arc::new(Semaphore::new(1));
        let mut permit = Some(semaphore.acquire());
        let other = Arc::clone(&semaphore);
        let waiting = start(move || other.acquire_within(patience).is_some());
        let end = Instant::now() + MEETING_LIMIT;
        let mut rang = Instant::now();
        let mut in_time = true;
        while !waiting.ends_within(Duration::ZERO) {
            assert!(Instant::now() < end, "\n\n{ends}\n");
            in_time &= rang.elapsed() < patience / 2;
            rang = Instant::now();
            drop(permit);
            permit = semaphore.try_acquire();
            thread::sleep(Duration::from_millis(150));
        }
        if !waiting.finish(ends) && in_time {
            return;
        }
    }
}

#[test]
fn goal_10_who_waits_with_patience_gets_what_comes_back() {
    let semaphore = Arc::new(Semaphore::new(1));
    let permit = semaphore.acquire();
    let other = Arc::clone(&semaphore);
    let waiting = start(move || other.acquire_within(MEETING_LIMIT).is_some());
    // Only so that it is asleep by then, most of the time.
    thread::sleep(Duration::from_millis(20));

    drop(permit);

    assert!(
        waiting.finish(AWOKEN),
        "\n\nA permit came back long before the time was over, and `acquire_within` did not take it.\n"
    );
}
