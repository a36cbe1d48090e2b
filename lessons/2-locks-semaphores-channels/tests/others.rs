//! Counting, accounts, philosophers and stealing.

use std::collections::HashSet;
use std::sync::{Barrier, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use coordination::accounts::{Account, move_money};
use coordination::counter::{Way, count, lose_one};
use coordination::philosophers::{Does, Manners, dine};
use coordination::stealing::{Share, Sharing, share_out};

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs something that could hang, with a limit.
fn ends<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        panic!("{what} does not end within {PATIENCE:?}: somebody waits for what never comes")
    })
}

#[test]
fn an_update_between_load_and_store_is_lost() {
    assert_eq!(ends("two threads", lose_one), ([0, 0], 1));
}

#[test]
fn every_mend_counts_right() {
    for way in Way::ALL {
        let counted = count(way, 4, 5_000);

        if way != Way::LoadThenStore {
            assert_eq!(counted, 20_000, "{way:?}");
        }
        assert!(counted <= 20_000);
    }
}

#[test]
fn money_that_goes_both_ways_at_once_is_neither_stuck_nor_lost() {
    let (first, second) = ends("moving money", || {
        let (first, second) = (Account::new(1, 500), Account::new(2, 500));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    (0..5_000)
                        .filter(|_| move_money(&first, &second, 1))
                        .count()
                });
                scope.spawn(|| {
                    (0..5_000)
                        .filter(|_| move_money(&second, &first, 1))
                        .count()
                });
            }
        });
        (first.balance(), second.balance())
    });

    assert_eq!(first + second, 1_000);
    assert!(first >= 0 && second >= 0);
}

#[test]
fn money_is_not_moved_to_the_same_account_nor_beyond_the_balance() {
    let (first, second) = (Account::new(1, 5), Account::new(2, 0));

    assert!(!ends("one account", || {
        let account = Account::new(1, 5);
        move_money(&account, &account, 1)
    }));
    assert!(!move_money(&first, &second, 6));
    assert!(move_money(&first, &second, 5));
    assert_eq!((first.balance(), second.balance()), (0, 5));
}

#[test]
fn philosophers_of_both_manners_all_eat() {
    for manners in [Manners::Order, Manners::Seats] {
        let eaten = ends("dinner", move || {
            dine(5, 200, manners, |_, _| {}, |_| thread::yield_now())
        });

        assert_eq!(eaten, [200; 5], "{manners:?}");
    }
}

#[test]
fn the_order_holds_when_each_reaches_for_a_second_fork_at_the_same_moment() {
    // The last philosopher takes a fork before anybody else does, and nobody reaches for a second
    // one before each of the forks 0 to 3 is somebody's first. If all took the left one first, all
    // five forks were taken by then, and nobody would ever eat. With the order the last one has
    // fork 0, so fork 4 is free.
    let eaten = ends("dinner with an order", || {
        let firsts = Mutex::new(HashSet::new());
        let taken = Condvar::new();
        let wait_until = |enough: fn(&HashSet<usize>) -> bool| {
            let firsts = firsts.lock().expect("not poisoned");
            drop(taken.wait_while(firsts, |firsts| !enough(firsts)));
        };
        dine(
            5,
            1,
            Manners::Order,
            |me, does| match does {
                Does::Waits if me < 4 => wait_until(|firsts| !firsts.is_empty()),
                Does::Reaches { has } => {
                    firsts.lock().expect("not poisoned").insert(has);
                    taken.notify_all();
                    wait_until(|firsts| (0..4).all(|fork| firsts.contains(&fork)));
                }
                _ => {}
            },
            |_| {},
        )
    });

    assert_eq!(eaten, [1; 5]);
}

#[test]
fn two_philosophers_who_are_not_neighbours_eat_at_the_same_time() {
    let meals = ends("dinner", || {
        // Two must be eating before the first meal can end, so one at a time would hang here.
        let met = Barrier::new(2);
        let first_two = Mutex::new(HashSet::new());
        dine(
            4,
            1,
            Manners::Order,
            |_, _| {},
            |me| {
                let waits = {
                    let mut first_two = first_two.lock().expect("not poisoned");
                    first_two.len() < 2 && first_two.insert(me)
                };
                if waits {
                    met.wait();
                }
            },
        )
    });

    assert_eq!(meals, [1; 4]);
}

#[test]
fn stolen_or_dealt_each_item_is_done_once() {
    for sharing in [Sharing::Dealt, Sharing::Stolen] {
        let items: Vec<u32> = (0..500).collect();
        let done = Mutex::new(Vec::new());

        let shares = share_out(&items, 3, sharing, |_, item| {
            done.lock().expect("not poisoned").push(*item);
        });

        let mut done = done.into_inner().expect("not poisoned");
        done.sort_unstable();
        assert_eq!(done, items, "{sharing:?}");
        assert_eq!(shares.iter().map(|share| share.items).sum::<usize>(), 500);
    }
}

#[test]
fn who_has_nothing_left_steals_from_one_that_is_stuck() {
    // Items 0 to 3 are dealt to the first worker, 4 to 7 to the second. Neither goes on before both
    // have begun their own first item, so the first one is the one that is stuck, in item 0, until
    // all others are done: only stealing ends it.
    let shares = ends("stealing", || {
        let items: Vec<u32> = (0..8).collect();
        let both_have_begun = Barrier::new(2);
        let others_done = Mutex::new(0);
        share_out(&items, 2, Sharing::Stolen, |_, item| {
            if matches!(item, 0 | 4) {
                both_have_begun.wait();
            }
            if *item == 0 {
                while *others_done.lock().expect("not poisoned") < 7 {
                    thread::yield_now();
                }
            } else {
                *others_done.lock().expect("not poisoned") += 1;
            }
        })
    });

    let (stuck, busy) = (
        Share {
            items: 1,
            stolen: 0,
        },
        Share {
            items: 7,
            stolen: 3,
        },
    );
    assert_eq!(shares, [stuck, busy]);
}
