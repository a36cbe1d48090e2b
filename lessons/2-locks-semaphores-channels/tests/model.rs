//! The lesson's own building blocks, checked by a model checker.
//!
//! The files are those of the library, included by path into a crate whose `sync` is the checker's:
//! so the very lines that run in the library run here, in every order that threads can come in
//! (small models), or in many hundreds of them (larger ones, whose orders nobody could live to see).
//!
//! The checker is shuttle. It finds deadlocks and lost wakeups and goes on living, where loom ends
//! the process. What loom could find and shuttle cannot are mistakes with weak memory orderings; so
//! the building blocks use none: each atomic of theirs is `SeqCst`, which is what shuttle models.

#![allow(dead_code, reason = "of the included files, each model uses a part")]

#[path = "../src/model/sync.rs"]
mod sync;

#[path = "../src/model/broken.rs"]
mod broken;
#[path = "../src/model/check.rs"]
mod check;
#[path = "../src/model/scenes.rs"]
mod scenes;

#[path = "../src/queue.rs"]
mod queue;
#[path = "../src/semaphore/s1_spin.rs"]
mod s1_spin;
#[path = "../src/semaphore/s2_condvar.rs"]
mod s2_condvar;
#[path = "../src/semaphore/s3_fair.rs"]
mod s3_fair;
#[path = "../src/shutdown.rs"]
mod shutdown;

use std::sync::Mutex;
use std::time::Duration;

use check::{Verdict, in_every_order, in_random_orders};
use s3_fair::AcquireError;
use scenes::{Room, spawn};
use sync::Arc;

const SEED: u64 = 2;
const LIMIT: Duration = Duration::from_secs(1); // no clock runs in a model: it only says "limited"

/// Fails with the steps that led there, as a person reads them.
#[track_caller]
fn holds(verdict: &Verdict) {
    if let Some(failure) = &verdict.failure {
        let steps: Vec<String> = (1..)
            .zip(&failure.steps)
            .map(|(number, step)| format!("{number:3}. {} {}", step.thread, step.what))
            .collect();
        panic!(
            "order {} fails: {}\n{}",
            verdict.orders,
            failure.why,
            steps.join("\n")
        );
    }
    assert!(verdict.orders > 1, "a model with one order checks nothing");
}

fn join_all(threads: Vec<shuttle::thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("a panic fails the whole model");
    }
}

// --- The checker itself ---------------------------------------------------------------------------

#[test]
fn a_permit_taken_in_two_steps_is_found_and_told_step_by_step() {
    let failure = in_every_order(scenes::two_steps)
        .failure
        .expect("it is broken");

    assert!(failure.why.contains("2 are inside"), "{}", failure.why);
    let threads: Vec<&str> = failure
        .steps
        .iter()
        .map(|step| step.thread.as_str())
        .collect();
    assert!(threads.contains(&"ann") && threads.contains(&"bob"));
    let loads = failure.steps.iter().filter(|step| step.what == "loads 1");
    assert_eq!(
        loads.count(),
        2,
        "both saw the same permit: {:?}",
        failure.steps
    );
}

#[test]
fn a_sleeper_who_misses_the_bell_is_found_as_a_deadlock() {
    let failure = in_every_order(scenes::late_sleeper)
        .failure
        .expect("it is broken");

    assert!(failure.why.contains("deadlock"), "{}", failure.why);
    let last = failure.steps.last().expect("something was done");
    assert_eq!(last.what, "unlocks and sleeps");
    let missed = |step: &sync::Step| step.what == "wakes one: nobody is asleep";
    assert!(failure.steps.iter().any(missed), "{:?}", failure.steps);
}

// --- Semaphores -----------------------------------------------------------------------------------

#[test]
fn the_spinning_semaphore_never_lets_two_in() {
    let once = || {
        let semaphore = Arc::new(s1_spin::Semaphore::new(1));
        let room = Arc::new(Room::default());
        let threads = ["ann", "bob"].map(|name| {
            let (semaphore, room) = (Arc::clone(&semaphore), Arc::clone(&room));
            spawn(name, move || {
                if let Some(_permit) = semaphore.try_acquire() {
                    room.visit(1);
                }
            })
        });
        join_all(threads.into());
        assert!(semaphore.try_acquire().is_some(), "the permit came back");
    };
    let spinning = || {
        let semaphore = Arc::new(s1_spin::Semaphore::new(2));
        let room = Arc::new(Room::default());
        let threads = ["ann", "bob", "cem"].map(|name| {
            let (semaphore, room) = (Arc::clone(&semaphore), Arc::clone(&room));
            spawn(name, move || {
                let _permit = semaphore.acquire();
                room.visit(2);
            })
        });
        join_all(threads.into());
    };

    holds(&in_every_order(once));
    holds(&in_random_orders(1_000, SEED, spinning));
}

#[test]
fn the_sleeping_semaphore_never_lets_two_in_and_wakes_whoever_waits() {
    let model = |permits: usize, names: &'static [&'static str]| {
        move || {
            let semaphore = Arc::new(s2_condvar::Semaphore::new(permits));
            let room = Arc::new(Room::default());
            let threads = names.iter().map(|name| {
                let (semaphore, room) = (Arc::clone(&semaphore), Arc::clone(&room));
                spawn(name, move || {
                    let _permit = semaphore.acquire();
                    room.visit(permits);
                })
            });
            join_all(threads.collect());
        }
    };

    holds(&in_every_order(model(1, &["ann", "bob"])));
    holds(&in_random_orders(
        1_500,
        SEED,
        model(2, &["ann", "bob", "cem", "dee"]),
    ));
}

/// Threads that want so many permits each, of a fair semaphore.
fn fair(permits: usize, wishes: &'static [usize]) -> impl Fn() + Send + Sync + 'static {
    move || {
        let semaphore = Arc::new(s3_fair::Semaphore::new(permits));
        let inside = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let threads = (1..).zip(wishes).map(|(number, wish)| {
            let (semaphore, inside) = (Arc::clone(&semaphore), Arc::clone(&inside));
            spawn(&format!("thread {number}"), move || {
                let permit = semaphore.acquire_many(*wish).expect("nobody closes it");
                let now = inside.fetch_add(*wish, std::sync::atomic::Ordering::SeqCst) + wish;
                assert!(now <= permits, "{now} permits are out of {permits}");
                sync::yield_now();
                inside.fetch_sub(*wish, std::sync::atomic::Ordering::SeqCst);
                drop(permit);
            })
        });
        join_all(threads.collect());
        assert_eq!(semaphore.free(), permits, "every permit came back");
        assert_eq!(semaphore.waiting(), 0);
        assert!(semaphore.try_acquire().is_ok(), "no mark was left behind");
    }
}

#[test]
fn the_fair_semaphore_never_gives_more_than_it_has_and_forgets_nobody() {
    holds(&in_random_orders(1_000, SEED, fair(1, &[1, 1])));
    holds(&in_random_orders(1_000, SEED, fair(2, &[1, 1, 1, 1])));
    holds(&in_random_orders(1_000, SEED, fair(3, &[1, 3, 2, 1])));
}

#[test]
fn whoever_gives_up_waiting_takes_no_permit_along_and_lets_those_behind_go_on() {
    let model = || {
        let semaphore = Arc::new(s3_fair::Semaphore::new(2));
        let threads = [2, 2, 1, 1].map(|wish| {
            let semaphore = Arc::clone(&semaphore);
            spawn(&format!("wants {wish}"), move || {
                let permit = semaphore.acquire_many_timeout(wish, LIMIT);
                if let Err(error) = &permit {
                    assert_eq!(*error, AcquireError::TimedOut);
                }
                sync::yield_now();
            })
        });
        join_all(threads.into());
        assert_eq!(semaphore.free(), 2, "every permit came back");
        assert_eq!(semaphore.waiting(), 0);
        assert!(semaphore.try_acquire_many(2).is_ok());
    };

    holds(&in_random_orders(1_000, SEED, model));
}

#[test]
fn closing_a_semaphore_wakes_all_who_wait_and_loses_no_permit() {
    let model = || {
        let semaphore = Arc::new(s3_fair::Semaphore::new(1));
        let mut threads = Vec::from([1, 2].map(|number| {
            let semaphore = Arc::clone(&semaphore);
            spawn(&format!("thread {number}"), move || {
                match semaphore.acquire() {
                    Ok(_permit) => sync::yield_now(),
                    Err(error) => assert_eq!(error, AcquireError::Closed),
                }
            })
        }));
        let closing = Arc::clone(&semaphore);
        threads.push(spawn("closer", move || closing.close()));
        join_all(threads);
        assert_eq!(semaphore.try_acquire().map(drop), Err(AcquireError::Closed));
        assert_eq!(semaphore.free(), 1);
    };

    holds(&in_random_orders(1_000, SEED, model));
}

// --- The queue ------------------------------------------------------------------------------------

/// Numbered items through a queue; each must come out once.
fn passes(
    capacity: usize,
    producers: usize,
    consumers: usize,
    each: usize,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let (sender, receiver) = queue::bounded(capacity);
        let got = Arc::new(Mutex::new(Vec::new()));
        let mut threads = Vec::new();
        for producer in 0..producers {
            let sender = sender.clone();
            threads.push(spawn(&format!("producer {producer}"), move || {
                for item in producer * each..(producer + 1) * each {
                    sender.send(item).expect("a receiver is there");
                }
            }));
        }
        for consumer in 0..consumers {
            let (receiver, got) = (receiver.clone(), Arc::clone(&got));
            threads.push(spawn(&format!("consumer {consumer}"), move || {
                while let Ok(item) = receiver.recv() {
                    got.lock().expect("not poisoned").push(item);
                }
            }));
        }
        drop((sender, receiver));
        join_all(threads);
        let mut got = std::mem::take(&mut *got.lock().expect("not poisoned"));
        got.sort_unstable();
        assert_eq!(got, (0..producers * each).collect::<Vec<_>>());
    }
}

#[test]
fn the_queue_passes_each_item_once_and_ends() {
    holds(&in_random_orders(1_000, SEED, passes(1, 1, 1, 1)));
    holds(&in_random_orders(1_000, SEED, passes(1, 2, 2, 2)));
    holds(&in_random_orders(1_000, SEED, passes(2, 3, 2, 2)));
}

#[test]
fn an_item_whose_sender_gave_up_waiting_is_not_in_the_queue_too() {
    let model = || {
        let (sender, receiver) = queue::bounded(1);
        let refused = Arc::new(Mutex::new(Vec::new()));
        let got = Arc::new(Mutex::new(Vec::new()));
        let mut threads = Vec::from([0, 1].map(|number| {
            let (sender, refused) = (sender.clone(), Arc::clone(&refused));
            spawn(&format!("producer {number}"), move || {
                for item in [number * 2, number * 2 + 1] {
                    if let Err(error) = sender.send_timeout(item, LIMIT) {
                        refused
                            .lock()
                            .expect("not poisoned")
                            .push(error.into_item());
                    }
                }
            })
        }));
        let taken = Arc::clone(&got);
        drop(sender);
        threads.push(spawn("consumer", move || {
            loop {
                match receiver.recv_timeout(LIMIT) {
                    Ok(item) => taken.lock().expect("not poisoned").push(item),
                    Err(queue::ReceiveError::TimedOut) => {}
                    Err(error) => {
                        assert_eq!(error, queue::ReceiveError::Closed);
                        return;
                    }
                }
            }
        }));
        join_all(threads);
        let mut all = std::mem::take(&mut *got.lock().expect("not poisoned"));
        all.append(&mut refused.lock().expect("not poisoned"));
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3]);
    };

    holds(&in_random_orders(1_000, SEED, model));
}

#[test]
fn closing_the_queue_loses_nothing_that_was_accepted_and_wakes_both_sides() {
    let model = || {
        let (sender, receiver) = queue::bounded(1);
        let closer = sender.clone();
        let accepted = Arc::new(Mutex::new(0));
        let got = Arc::new(Mutex::new(0));
        let (counts, gets) = (Arc::clone(&accepted), Arc::clone(&got));
        join_all(vec![
            spawn("producer", move || {
                for item in 0..3 {
                    if sender.send(item).is_ok() {
                        *counts.lock().expect("not poisoned") += 1;
                    }
                }
            }),
            spawn("consumer", move || {
                while receiver.recv().is_ok() {
                    *gets.lock().expect("not poisoned") += 1;
                }
            }),
            spawn("closer", move || closer.close()),
        ]);
        assert_eq!(
            *accepted.lock().expect("not poisoned"),
            *got.lock().expect("not poisoned")
        );
    };

    holds(&in_random_orders(1_000, SEED, model));
}

// --- The word to stop -----------------------------------------------------------------------------

#[test]
fn a_request_to_stop_reaches_whoever_waits_asks_or_selects_whenever_they_began() {
    let model = || {
        let shutdown = shutdown::Shutdown::new();
        let (early, late) = (shutdown.clone(), shutdown.clone());
        let requesting = shutdown.clone();
        join_all(vec![
            spawn("waits", move || {
                early.wait();
                assert!(early.is_requested());
            }),
            spawn("waits with a child", move || {
                let child = late.child();
                let ends = child.receiver();
                child.wait();
                assert!(late.is_requested());
                // The channel's end may come a moment later, and never has to be waited for twice.
                while ends.try_recv() != Err(crossbeam_channel::TryRecvError::Disconnected) {
                    sync::yield_now();
                }
            }),
            spawn("requests", move || requesting.request()),
        ]);
        let ends = shutdown.receiver();
        assert!(ends.recv().is_err(), "who comes after the request hears it");
        assert!(shutdown.child().is_requested());
    };

    holds(&in_random_orders(1_000, SEED, model));
}

#[test]
fn a_child_that_is_stopped_does_not_stop_its_parent() {
    holds(&in_every_order(|| {
        let shutdown = shutdown::Shutdown::new();
        let child = shutdown.child();
        let stopping = child.clone();
        let thread = spawn("stops the child", move || stopping.request());
        child.wait();
        thread.join().expect("it does not panic");
        assert!(!shutdown.is_requested());
    }));
}
