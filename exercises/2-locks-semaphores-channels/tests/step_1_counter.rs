//! # Step 1: no update is lost
//!
//! **Task.** Fill in `src/counter.rs`: `update` and `try_update` replace a number that many threads
//! change at the same time, and none of the changes is lost.
//!
//! **Hint.** Between a load and a store somebody else may come. More with `just hint 2 counter`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! `AtomicU64::compare_exchange_weak`, `std::sync::Mutex`.
//!
//! The tests come between on purpose: while your code is working out a new number, another thread
//! changes the old one.

mod harness;

use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Barrier};
use std::thread;

use exercise_2::counter::Counter;
use harness::{Event, GRACE, passed_on, same, within};

const ENDS: &str =
    "Nothing here has to wait for long. Does your code wait for a lock that it holds itself?";

/// Runs `slow` on one thread, and `quick` on another while `slow` is working out its new number.
///
/// `slow` is handed a function to call in the middle. Where the quick one may come between (an
/// atomic lets it), it is awaited there; where it must wait outside (a lock makes it), it comes later.
fn come_between<S, Q>(
    counter: &Arc<Counter>,
    slow: impl FnOnce(&Counter, &dyn Fn()) -> S + Send + 'static,
    quick: impl FnOnce(&Counter) -> Q + Send + 'static,
) -> (S, Q)
where
    S: Send + 'static,
    Q: Send + 'static,
{
    let counter = Arc::clone(counter);
    within(ENDS, move || {
        let in_the_middle = Event::default();
        let came = Event::default();
        thread::scope(|scope| {
            let slow = scope.spawn(|| {
                let first = Cell::new(true);
                slow(&counter, &|| {
                    // Only in the first attempt: the second must be left in peace.
                    if first.replace(false) {
                        in_the_middle.happen();
                        came.wait(GRACE);
                    }
                })
            });
            let quick = scope.spawn(|| {
                in_the_middle.wait(harness::MEETING_LIMIT);
                let outcome = quick(&counter);
                came.happen();
                outcome
            });
            (
                slow.join().unwrap_or_else(passed_on),
                quick.join().unwrap_or_else(passed_on),
            )
        })
    })
}

#[test]
fn goal_1_one_thread_alone_is_served() {
    within(ENDS, || {
        let counter = Counter::new(7);

        same!(
            counter.update(|value| value + 1),
            7,
            "`update` returns the value that it replaced."
        );
        same!(counter.value(), 8);
        same!(
            counter.try_update(|value| value.checked_sub(8)),
            Some(8),
            "`try_update` returns the value that it replaced."
        );
        same!(counter.value(), 0);
        same!(
            counter.try_update(|value| value.checked_sub(1)),
            None,
            "The change said no, so there is nothing that was replaced."
        );
        same!(
            counter.value(),
            0,
            "The change said no, so the value stays."
        );
    });
}

#[test]
fn goal_2_an_update_in_the_middle_of_another_is_not_lost() {
    let counter = Arc::new(Counter::new(0));

    let (mut tickets, ticket) = come_between(
        &counter,
        |counter, middle| {
            vec![counter.update(|value| {
                middle();
                value + 1
            })]
        },
        |counter| counter.update(|value| value + 1),
    );

    same!(
        counter.value(),
        2,
        "Two threads added 1 to 0. One of them came while the other was working out its new value, and one\n\
         of the two additions is lost. After your code has read the value and before it writes the new one,\n\
         make sure that nobody has changed it; or let nobody in meanwhile."
    );
    tickets.push(ticket);
    tickets.sort_unstable();
    same!(
        tickets,
        [0, 1],
        "Each of the two replaced another value: the first 0, the second 1. Whoever uses `update` to hand out\n\
         numbers relies on it that nobody gets the same one."
    );
}

#[test]
fn goal_3_the_change_is_made_to_the_value_that_is_replaced() {
    let counter = Arc::new(Counter::new(1));

    come_between(
        &counter,
        |counter, middle| {
            counter.update(|value| {
                middle();
                value * 10
            })
        },
        |counter| counter.update(|value| value * 3),
    );

    same!(
        counter.value(),
        30,
        "One thread multiplies the number 1 by 10, another multiplies it by 3. Whoever is first, 30 comes out, if the\n\
         second begins with what the first has left. What was worked out from an older value has to be worked out again."
    );
}

#[test]
fn goal_4_the_last_seat_is_sold_once() {
    let seats = Arc::new(Counter::new(1));

    let (first, second) = come_between(
        &seats,
        |seats, middle| {
            seats.try_update(|free| {
                middle();
                free.checked_sub(1)
            })
        },
        |seats| seats.try_update(|free| free.checked_sub(1)),
    );

    let mut sold = [first, second];
    sold.sort_unstable();
    same!(
        sold,
        [None, Some(1)],
        "There was one seat, and two wanted it at the same time. One gets `Some(1)`, the other `None`.\n\
         That a seat was free is no use if it has been sold since: ask again before you take it."
    );
    same!(seats.value(), 0, "The one seat is sold.");
}

#[test]
fn goal_5_a_change_that_panics_changes_nothing() {
    within(ENDS, || {
        let counter = Counter::new(5);

        for _ in 0..2 {
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
                counter.update(|_| panic::resume_unwind(Box::new("out of range")))
            }));
            assert!(
                outcome.is_err(),
                "\n\nThe change panicked, and `update` pretends that nothing happened.\n"
            );
        }

        let next = panic::catch_unwind(AssertUnwindSafe(|| counter.update(|value| value + 1)));
        assert!(
            next.is_ok(),
            "\n\nA change panicked some time ago, and since then every update panics too.\n\
             std's mutex is poisoned when its holder panics. Here the number is right nevertheless: nothing was\n\
             written. `lock().unwrap_or_else(PoisonError::into_inner)` takes it as it is.\n"
        );
        same!(
            counter.value(),
            6,
            "5, and 1 was added. The change that panicked changed nothing."
        );
    });
}

#[test]
fn goal_6_a_crowd_hands_out_each_number_once() {
    const THREADS: usize = 4;
    const EACH: usize = 10_000;
    let (total, tickets) = within(ENDS, || {
        let counter = Counter::new(0);
        let together = Barrier::new(THREADS);
        let mut tickets = HashSet::new();
        thread::scope(|scope| {
            let draw = || {
                together.wait();
                (0..EACH)
                    .map(|_| counter.update(|value| value + 1))
                    .collect::<Vec<u64>>()
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(draw)).collect();
            for thread in threads {
                tickets.extend(thread.join().unwrap_or_else(passed_on));
            }
        });
        (counter.value(), tickets.len())
    });

    same!(
        total,
        (THREADS * EACH) as u64,
        "{THREADS} threads added 1, {EACH} times each."
    );
    same!(
        tickets,
        THREADS * EACH,
        "Each addition replaced another value."
    );
}
