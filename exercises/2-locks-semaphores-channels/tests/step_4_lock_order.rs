//! # Step 4: two locks, and no deadlock
//!
//! **Task.** Fill in `src/lock_order.rs`: `transfer` moves money between two accounts, `total` adds up
//! several, many threads call both at the same time, and none of them waits for ever.
//!
//! **Hint.** If everybody goes round in the same direction, nobody meets anybody head-on.
//! More with `just hint 2 lock_order`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! `parking_lot::Mutex`, `parking_lot::deadlock`.
//!
//! When your threads wait for each other, these tests do not hang: a watchdog asks parking_lot who
//! waits for whom, and you are told the places.

mod harness;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use exercise_2::lock_order::{Account, TransferError, total, transfer};
use harness::{GRACE, LIMIT, comes_true_within, lock, same};
use parking_lot::{Mutex, MutexGuard, deadlock};

const STUCK: &str = "It waits for a lock that nobody is going to give back.";

/// Threads of one test, each with a name that says what it does, and a watchdog.
#[derive(Default)]
struct Watched {
    names: Arc<std::sync::Mutex<Vec<(ThreadId, String)>>>,
    threads: Vec<(String, thread::JoinHandle<()>)>,
}

impl Watched {
    fn start(&mut self, name: &str, work: impl FnOnce() + Send + 'static) {
        let names = Arc::clone(&self.names);
        let named = name.to_owned();
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let thread = thread::Builder::new()
            .name(test)
            .spawn(move || {
                lock(&names).push((thread::current().id(), named));
                work();
            })
            .expect("the system can start one more thread");
        self.threads.push((name.to_owned(), thread));
    }

    /// Waits until all have ended. Panics when some wait for each other, and says where.
    #[track_caller]
    fn finish(self) {
        let end = Instant::now() + LIMIT;
        while self.threads.iter().any(|(_, thread)| !thread.is_finished()) {
            if let Some(circle) = deadlock::check_deadlock().first() {
                // Each of them has said where it is; the innermost place in the learner's file counts.
                let stuck = circle.iter().map(|stuck| {
                    let frames = stuck.backtrace().frames().iter();
                    let place = frames.flat_map(|frame| frame.symbols()).find_map(|symbol| {
                        let function = symbol.name()?.to_string();
                        place(&function, symbol.filename()?, symbol.lineno()?)
                    });
                    (stuck.thread_id(), place)
                });
                panic!("\n\n{}", self.describe(stuck.collect()));
            }
            let waits: Vec<&str> = self
                .threads
                .iter()
                .filter(|(_, thread)| !thread.is_finished())
                .map(|(name, _)| name.as_str())
                .collect();
            assert!(
                Instant::now() < end,
                "\n\nNot over after {LIMIT:?}: {}.\n{STUCK}\n",
                waits.join(", ")
            );
            thread::sleep(Duration::from_millis(2));
        }
        for (_, thread) in self.threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }

    fn describe(&self, circle: Vec<(ThreadId, Option<String>)>) -> String {
        let names = lock(&self.names);
        let mut lines: Vec<String> = circle
            .iter()
            .map(|(stuck, place)| {
                let name = names.iter().find(|(id, _)| id == stuck);
                let name = name.map_or("a thread", |(_, name)| name.as_str());
                let place = place.as_deref().unwrap_or("your code");
                format!("  {name:<12} waits for a lock in {place}")
            })
            .collect();
        lines.sort();
        let (verdict, advice) = if circle.len() == 1 {
            (
                "This thread waits for a lock that it holds itself, for ever:",
                "parking_lot's mutex is not re-entrant, and neither is std's.",
            )
        } else {
            (
                "These threads wait for each other, for ever:",
                "Each holds the lock that another one waits for. If all of them locked the accounts in one order that\n\
                 depends on the accounts alone, the circle could not close.",
            )
        };
        format!("Deadlock. {verdict}\n{}\n\n{advice}\n", lines.join("\n"))
    }
}

/// Names the place, if it is in the learner's file.
fn place(function: &str, file: &Path, line: u32) -> Option<String> {
    let file = file.file_name()?.to_str()?;
    // The tests have this word in their name too, but they do not begin with it.
    if !file.starts_with("lock_order") {
        return None;
    }
    let function = ["transfer", "total"]
        .into_iter()
        .find(|name| function.contains(&format!("::{name}")))
        .map_or(String::new(), |name| format!("`{name}`, "));
    Some(format!("{function}{file}:{line}"))
}

fn account(number: u32, balance: u64) -> Arc<Account> {
    Arc::new(Account::new(number, balance))
}

#[test]
fn goal_1_money_is_moved_or_it_is_not() {
    let mut watched = Watched::default();
    watched.start("one transfer after another", || {
        let (ann, bob) = (Account::new(1, 100), Account::new(2, 0));

        same!(transfer(&ann, &bob, 30), Ok(()));
        same!(
            (*ann.balance.lock(), *bob.balance.lock()),
            (70, 30),
            "30 of 100 went from Ann to Bob."
        );
        same!(
            transfer(&bob, &ann, 31),
            Err(TransferError::NotEnough { balance: 30 }),
            "Bob has 30, and 31 were to be taken out."
        );
        same!(
            (*ann.balance.lock(), *bob.balance.lock()),
            (70, 30),
            "Nothing was moved."
        );
        same!(
            transfer(&bob, &ann, 30),
            Ok(()),
            "All that is there is enough."
        );
        same!(total(&[&ann, &bob]), 100);
        same!(total(&[]), 0);
    });
    watched.finish();
}

#[test]
fn goal_2_an_account_sends_nothing_to_itself() {
    let mut watched = Watched::default();
    watched.start("ann to ann", || {
        let ann = Account::new(1, 100);

        same!(transfer(&ann, &ann, 30), Err(TransferError::SameAccount));
        same!(*ann.balance.lock(), 100);
    });
    watched.finish();
}

/// Makes two calls cross, if they can: while the test holds `first_wanted`, the first call is let
/// run until it waits for it; then the second is let run until it waits for anything; then the test
/// gives it to whoever has waited longest.
fn cross(
    held: &Arc<Account>,
    first: (&str, impl Fn() + Clone + Send + 'static),
    second: (&str, impl Fn() + Clone + Send + 'static),
) {
    // How long they are let run decides nothing about a right answer, and a few attempts with more
    // and more time are enough for a wrong one.
    for grace in [1, 4, 16] {
        let grace = Duration::from_millis(grace);
        let mut watched = Watched::default();
        let guard = held.balance.lock();
        watched.start(first.0, first.1.clone());
        thread::sleep(grace);
        watched.start(second.0, second.1.clone());
        thread::sleep(grace);
        MutexGuard::unlock_fair(guard);
        watched.finish();
    }
}

#[test]
fn goal_3_two_transfers_that_cross_both_arrive() {
    // Once with the lower number first, once with the higher: each order of locking is met head-on.
    for (ann, bob) in [(1, 2), (2, 1)] {
        let (ann, bob) = (account(ann, 1_000), account(bob, 1_000));
        let there = {
            let (ann, bob) = (Arc::clone(&ann), Arc::clone(&bob));
            move || same!(transfer(&ann, &bob, 1), Ok(()))
        };
        let back = {
            let (ann, bob) = (Arc::clone(&ann), Arc::clone(&bob));
            move || same!(transfer(&bob, &ann, 1), Ok(()))
        };

        cross(
            &ann,
            ("ann to bob", there.clone()),
            ("bob to ann", back.clone()),
        );
        cross(&bob, ("ann to bob", there), ("bob to ann", back));

        same!(
            (*ann.balance.lock(), *bob.balance.lock()),
            (1_000, 1_000),
            "As much went there as came back."
        );
    }
}

#[test]
fn goal_4_adding_up_crosses_no_transfer() {
    for (ann, bob) in [(1, 2), (2, 1)] {
        let (ann, bob) = (account(ann, 1_000), account(bob, 1_000));
        let there = {
            let (ann, bob) = (Arc::clone(&ann), Arc::clone(&bob));
            move || same!(transfer(&ann, &bob, 1), Ok(()))
        };
        for turned in [false, true] {
            let add_up = {
                let (ann, bob) = (Arc::clone(&ann), Arc::clone(&bob));
                move || {
                    let list = if turned {
                        [&*bob, &*ann]
                    } else {
                        [&*ann, &*bob]
                    };
                    same!(total(&list), 2_000);
                }
            };
            for held in [&ann, &bob] {
                cross(
                    held,
                    ("ann to bob", there.clone()),
                    ("adding up", add_up.clone()),
                );
                cross(
                    held,
                    ("adding up", add_up.clone()),
                    ("ann to bob", there.clone()),
                );
            }
        }
    }
}

#[test]
fn goal_5_transfers_between_others_go_on_meanwhile() {
    let [ann, bob, eve, joe] = [1, 2, 3, 4].map(|number| account(number, 100));
    let guard = ann.balance.lock();
    let mut waiting = Watched::default();
    let (source, target) = (Arc::clone(&ann), Arc::clone(&bob));
    waiting.start("ann to bob", move || {
        same!(transfer(&source, &target, 1), Ok(()))
    });
    thread::sleep(Duration::from_millis(20));

    let mut others = Watched::default();
    others.start("eve to joe", move || same!(transfer(&eve, &joe, 1), Ok(())));

    let went_on = comes_true_within(LIMIT, || others.threads[0].1.is_finished());
    assert!(
        went_on,
        "\n\nSomebody holds Ann's account, so a transfer from Ann to Bob waits. That is right. But a transfer from\n\
         Eve to Joe waits too, and has nothing to do with it. One lock for the whole bank cannot deadlock, and\n\
         everybody queues at one counter.\n"
    );
    drop(guard);
    others.finish();
    waiting.finish();
}

#[test]
fn goal_6_money_on_its_way_is_never_nowhere() {
    for (ann, bob) in [(1, 2), (2, 1)] {
        let (ann, bob) = (account(ann, 100), account(bob, 0));
        // The test holds Bob's account, so the transfer cannot be over.
        let guard = bob.balance.lock();
        let mut watched = Watched::default();
        let (source, target) = (Arc::clone(&ann), Arc::clone(&bob));
        watched.start("ann to bob", move || {
            same!(transfer(&source, &target, 30), Ok(()))
        });

        let nowhere = comes_true_within(GRACE, || {
            ann.balance.try_lock().is_some_and(|balance| *balance < 100)
        });

        assert!(
            !nowhere,
            "\n\n30 are on their way from Ann to Bob. They are no longer in Ann's account, they are not in Bob's yet, and\n\
             anybody can look at Ann's. Who counts the bank's money now finds 30 missing. Hold both accounts while you move it.\n"
        );
        drop(guard);
        watched.finish();
    }
}

#[test]
fn goal_7_what_is_looked_at_is_what_is_taken() {
    for (ann, bob) in [(1, 2), (2, 1)] {
        let (ann, bob) = (account(ann, 100), account(bob, 0));
        let guard = bob.balance.lock();
        let mut watched = Watched::default();
        let outcome = Arc::new(Mutex::new(None));
        let (source, target, kept) = (Arc::clone(&ann), Arc::clone(&bob), Arc::clone(&outcome));
        watched.start("ann to bob", move || {
            *kept.lock() = Some(transfer(&source, &target, 100))
        });
        // Time to look at Ann's account, if it does so before it has Bob's.
        thread::sleep(GRACE);
        // If Ann's account is held, then it is held until the money has moved, and there is nothing to test.
        let taken = ann
            .balance
            .try_lock()
            .map(|mut balance| *balance = 40)
            .is_some();

        drop(guard);
        watched.finish();

        let expected = if taken {
            Err(TransferError::NotEnough { balance: 40 })
        } else {
            Ok(())
        };
        same!(
            *outcome.lock(),
            Some(expected),
            "100 were to go from Ann to Bob. While the transfer waited for Bob's account, 60 were taken out of Ann's.\n\
             What it saw there before does not count any more: look when you hold both."
        );
    }
}

#[test]
fn goal_8_a_sum_is_of_one_moment() {
    for (ann, bob) in [(1, 2), (2, 1)] {
        for turned in [false, true] {
            let (ann, bob) = (account(ann, 100), account(bob, 100));
            // The test holds Bob's account. If Ann's can be had, it moves 30 by itself meanwhile.
            let mut guard = bob.balance.lock();
            let mut watched = Watched::default();
            let sum = Arc::new(Mutex::new(0));
            let (first, second, kept) = (Arc::clone(&ann), Arc::clone(&bob), Arc::clone(&sum));
            watched.start("adding up", move || {
                let list = if turned {
                    [&*second, &*first]
                } else {
                    [&*first, &*second]
                };
                let sum = total(&list);
                *kept.lock() = sum;
            });
            thread::sleep(GRACE);
            if let Some(mut balance) = ann.balance.try_lock() {
                *balance -= 30;
                *guard += 30;
            }

            drop(guard);
            watched.finish();

            same!(
                *sum.lock(),
                200,
                "There are 200 in these two accounts, at every moment. 30 went from one to the other while `total` was at\n\
                 work, and it counted them twice, or not at all. Read the first when you hold all of them."
            );
        }
    }
}

#[test]
fn goal_9_a_busy_bank_loses_nothing() {
    let accounts: Arc<Vec<Account>> =
        Arc::new((0..5).map(|number| Account::new(number, 1_000)).collect());
    let over = Arc::new(AtomicBool::new(false));
    let mut watched = Watched::default();
    for clerk in 0..4_usize {
        let (accounts, over) = (Arc::clone(&accounts), Arc::clone(&over));
        watched.start(&format!("clerk {clerk}"), move || {
            for nth in 0..1_000 {
                let from = &accounts[(clerk + nth) % 5];
                let to = &accounts[(clerk * 3 + nth * 2 + 1) % 5];
                // Too little money, or one and the same account, is fine here.
                let _ = transfer(from, to, (nth % 7) as u64);
            }
            over.store(true, Ordering::Relaxed);
        });
    }
    let auditor = Arc::clone(&accounts);
    watched.start("auditor", move || {
        while !over.load(Ordering::Relaxed) {
            let all: Vec<&Account> = auditor.iter().rev().collect();
            same!(
                total(&all),
                5_000,
                "There were 5,000 in the bank, and money only moved inside it."
            );
        }
    });
    watched.finish();

    let all: Vec<&Account> = accounts.iter().collect();
    same!(
        total(&all),
        5_000,
        "There were 5,000 in the bank, and money only moved inside it."
    );
}
