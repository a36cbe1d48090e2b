//! The semaphores through their public face, with threads of the system.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use coordination::semaphore::{s1_spin, s2_condvar};
use coordination::{AcquireError, Semaphore};

const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(5);

/// Waits until so many stand in the queue.
fn until_waiting(semaphore: &Semaphore, count: usize) {
    let started = std::time::Instant::now();
    while semaphore.waiting() != count {
        assert!(started.elapsed() < PATIENCE, "{count} were to wait");
        thread::yield_now();
    }
}

#[test]
fn as_many_as_there_are_permits_are_in_at_the_same_time() {
    // Each waits inside for the two others: with fewer than three inside nobody would come out.
    let check = |enter: &(dyn Fn(&dyn Fn()) + Sync)| {
        let (sender, receiver) = mpsc::channel();
        let met = Arc::new(Barrier::new(3));
        thread::scope(|scope| {
            for _ in 0..3 {
                let (sender, met) = (sender.clone(), Arc::clone(&met));
                scope.spawn(move || {
                    enter(&|| {
                        met.wait();
                    });
                    sender.send(()).expect("the test listens");
                });
            }
            for _ in 0..3 {
                receiver.recv_timeout(PATIENCE).expect("three meet inside");
            }
        });
    };
    let (spin, sleep) = (s1_spin::Semaphore::new(3), s2_condvar::Semaphore::new(3));
    let fair = Semaphore::new(3);

    check(&|inside| {
        let _permit = spin.acquire();
        inside();
    });
    check(&|inside| {
        let _permit = sleep.acquire();
        inside();
    });
    check(&|inside| {
        let _permit = fair.acquire().expect("it is open");
        inside();
    });
}

#[test]
fn never_more_are_in_than_there_are_permits() {
    let semaphore = Semaphore::new(3);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for turn in 0..500 {
                    let wish = 1 + turn % 3;
                    let permit = semaphore.acquire_many(wish).expect("it is open");
                    most.fetch_max(inside.fetch_add(wish, SeqCst) + wish, SeqCst);
                    thread::yield_now();
                    inside.fetch_sub(wish, SeqCst);
                    drop(permit);
                }
            });
        }
    });

    assert!(most.into_inner() <= 3);
    assert_eq!((semaphore.free(), semaphore.waiting()), (3, 0));
}

#[test]
fn whoever_came_first_is_served_first() {
    let semaphore = Semaphore::new(1);
    let (sender, receiver) = mpsc::channel();
    let held = semaphore.acquire().expect("it is free");

    thread::scope(|scope| {
        for number in 1..=5 {
            let (sender, semaphore) = (sender.clone(), &semaphore);
            scope.spawn(move || {
                let permit = semaphore.acquire().expect("it is open");
                sender.send(number).expect("the test listens");
                drop(permit);
            });
            until_waiting(semaphore, number);
        }
        drop(held);
    });
    drop(sender);

    assert_eq!(receiver.iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_large_wish_is_not_overtaken_by_small_ones() {
    let semaphore = Semaphore::new(2);
    let held = semaphore.acquire().expect("it is free");

    thread::scope(|scope| {
        let large = scope.spawn(|| semaphore.acquire_many(2).map(|permit| permit.count()));
        until_waiting(&semaphore, 1);
        let small = semaphore.try_acquire().map(drop);
        drop(held);

        assert_eq!(
            small,
            Err(AcquireError::NoneFree),
            "one is free, and somebody waits for two"
        );
        assert_eq!(large.join().expect("it does not panic"), Ok(2));
    });
}

#[test]
fn when_a_large_wish_gives_up_the_small_one_behind_it_is_served() {
    let semaphore = Semaphore::new(2);
    let _held = semaphore.acquire().expect("it is free");

    thread::scope(|scope| {
        let large = scope.spawn(|| semaphore.acquire_many_timeout(2, MOMENT).map(drop));
        let small = scope.spawn(|| semaphore.acquire_timeout(PATIENCE).map(drop));

        assert_eq!(
            large.join().expect("it does not panic"),
            Err(AcquireError::TimedOut)
        );
        assert_eq!(small.join().expect("it does not panic"), Ok(()));
    });
}

#[test]
fn closing_wakes_everybody_and_leaves_permits_that_are_out_good() {
    let semaphore = Semaphore::new(1);
    let held = semaphore.acquire().expect("it is free");

    thread::scope(|scope| {
        let waiters: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| semaphore.acquire().map(drop)))
            .collect();
        until_waiting(&semaphore, 3);
        semaphore.close();

        for waiter in waiters {
            assert_eq!(
                waiter.join().expect("it does not panic"),
                Err(AcquireError::Closed)
            );
        }
    });
    drop(held);

    assert_eq!(semaphore.try_acquire().map(drop), Err(AcquireError::Closed));
    assert_eq!(semaphore.free(), 1);
}

#[test]
fn a_permit_comes_back_from_a_panic_and_from_another_thread() {
    let semaphore = Arc::new(Semaphore::new(1));

    let panicked = thread::spawn({
        let semaphore = Arc::clone(&semaphore);
        move || {
            let _permit = semaphore.acquire().expect("it is free");
            std::panic::resume_unwind(Box::new("on purpose"));
        }
    })
    .join();
    assert!(panicked.is_err());
    let permit = semaphore
        .try_acquire_owned()
        .expect("the panic gave it back");
    thread::spawn(move || drop(permit))
        .join()
        .expect("it does not panic");

    assert_eq!(semaphore.free(), 1);
}

#[test]
fn more_than_there_are_is_refused_at_once() {
    let semaphore = Semaphore::new(2);

    let refused = semaphore.acquire_many(3).map(drop);

    let expected = AcquireError::TooMany {
        wanted: 3,
        permits: 2,
    };
    assert_eq!(refused, Err(expected));
    assert_eq!(
        expected.to_string(),
        "asked for 3 permits of a semaphore that has 2"
    );
}
