//! # Step 3: a queue that makes the fast one wait
//!
//! **Task.** Fill in `src/bounded_queue.rs`: a queue for many producers and consumers that holds so
//! many items and no more, and that can be closed.
//!
//! **Hint.** Two reasons to wait, two condition variables. More with `just hint 2 bounded_queue`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! step 2; `std::sync::Condvar`, `std::collections::VecDeque`.

mod harness;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use exercise_2::bounded_queue::{BoundedQueue, Closed};
use harness::{Event, GRACE, Running, passed_on, same, start, within};

const ROOM: &str = "There was room in the queue, so there was no reason to wait.";
const ROOM_CAME: &str = "An item was taken out, so there is room. Who takes an item out has to ring for those who wait for room.";
const ITEM_CAME: &str =
    "An item was put in. Who puts one in has to ring for those who wait for an item.";
const ALL_HEAR: &str = "The queue was closed, and somebody waits for ever. Closing concerns everybody who waits, on both sides:\n\
     `notify_all`, on both condition variables. And who is woken by it has to leave the loop: does each `while`\n\
     that waits ask `closed` too?";

fn push(queue: &Arc<BoundedQueue<u32>>, item: u32) -> Running<Result<(), Closed<u32>>> {
    let queue = Arc::clone(queue);
    start(move || queue.push(item))
}

fn pop(queue: &Arc<BoundedQueue<u32>>) -> Running<Option<u32>> {
    let queue = Arc::clone(queue);
    start(move || queue.pop())
}

#[test]
fn goal_1_first_in_first_out() {
    within(ROOM, || {
        let queue = BoundedQueue::new(3);

        for item in [1, 2, 3] {
            same!(queue.push(item), Ok(()));
        }

        let out = [queue.pop(), queue.pop(), queue.pop()];
        same!(
            out,
            [Some(1), Some(2), Some(3)],
            "Items come out in the order in which they went in."
        );
    });
}

#[test]
fn goal_2_a_full_queue_makes_the_producer_wait() {
    let queue = Arc::new(BoundedQueue::new(2));
    let filled = Arc::clone(&queue);
    same!(
        within(ROOM, move || [1, 2].map(|item| filled.push(item))),
        [Ok(()), Ok(())]
    );

    let third = push(&queue, 3);
    assert!(
        !third.ends_within(GRACE),
        "\n\nTwo items fill this queue, and `push` put a third in without waiting: the queue can grow without end.\n"
    );
    same!(pop(&queue).finish(ITEM_CAME), Some(1));
    same!(third.finish(ROOM_CAME), Ok(()));
    same!(pop(&queue).finish(ITEM_CAME), Some(2));
    same!(pop(&queue).finish(ITEM_CAME), Some(3));
}

#[test]
fn goal_3_an_empty_queue_makes_the_consumer_wait() {
    let queue = Arc::new(BoundedQueue::new(1));

    let first = pop(&queue);
    assert!(
        !first.ends_within(GRACE),
        "\n\nThe queue is empty and open, and `pop` did not wait. `None` means: there will be nothing any more.\n"
    );
    same!(push(&queue, 7).finish(ROOM), Ok(()));
    same!(first.finish(ITEM_CAME), Some(7));
}

const LOOKS_AGAIN: &str = "To be woken is a reason to look again, and nothing more: somebody may have been faster. `while`, not `if`.";

#[test]
fn goal_4_a_consumer_that_is_woken_looks_again() {
    let why = "Four thousand items should be through soon, and then the queue is closed. Somebody waits for ever: for an\n\
         item that was put in (who puts one in has to ring), or in a loop that goes on although the queue is closed.";
    let (early, sum) = within(why, || {
        let queue = BoundedQueue::new(1);
        let closing = Event::default();
        let early = AtomicUsize::new(0);
        let sum = thread::scope(|scope| {
            // Several consumers, so that one that is awake is often faster than one that is woken.
            let consume = || {
                let mut sum = 0;
                loop {
                    match queue.pop() {
                        Some(item) => sum += item,
                        None if closing.has_happened() => {
                            // Whether closing wakes everybody is asked in goal 7, not here.
                            queue.close();
                            return sum;
                        }
                        None => drop(early.fetch_add(1, Ordering::SeqCst)),
                    }
                }
            };
            let consumers: Vec<_> = (0..4).map(|_| scope.spawn(consume)).collect();
            for nth in 0..4_000 {
                queue.push(1).expect("the queue is open");
                if nth % 50 == 0 {
                    thread::sleep(Duration::from_micros(100));
                }
            }
            closing.happen();
            queue.close();
            consumers
                .into_iter()
                .map(|consumer| consumer.join().unwrap_or_else(passed_on))
                .sum::<usize>()
        });
        (early.into_inner(), sum)
    });

    same!(
        early,
        0,
        "So often `pop` said that it is all over, although the queue was open.\n{LOOKS_AGAIN}"
    );
    same!(sum, 4_000, "So many items were put in.");
}

#[test]
fn goal_5_a_producer_that_is_woken_looks_again() {
    const ROUNDS: usize = 200;
    const BURST: usize = 20;
    let why = "Four thousand items should be through soon, and then the queue is closed. Somebody waits for ever: for room\n\
         that came (who takes an item out has to ring), or in a loop that goes on although the queue is closed.";
    let most = within(why, || {
        let queue = BoundedQueue::new(1);
        let put_in = AtomicUsize::new(0);
        let mut most = 0;
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while queue.push(()).is_ok() {
                        put_in.fetch_add(1, Ordering::SeqCst);
                    }
                    // Whether closing wakes everybody is asked in goal 8, not here.
                    queue.close();
                });
            }
            for round in 1..=ROUNDS {
                // One right after the other, so that some producers are awake while another is woken.
                for _ in 0..BURST {
                    queue.pop().expect("the queue is open");
                }
                // Time for the producers. Only a number that is too high means anything.
                thread::sleep(Duration::from_micros(200));
                most = most.max(put_in.load(Ordering::SeqCst).saturating_sub(round * BURST));
            }
            queue.close();
        });
        most
    });

    assert!(
        most <= 1,
        "\n\nThere is room for one item, and there were {most} in the queue.\n{LOOKS_AGAIN}\n"
    );
}

#[test]
fn goal_6_the_right_side_is_woken() {
    for _ in 0..30 {
        let queue = Arc::new(BoundedQueue::new(1));
        let consumers = [pop(&queue), pop(&queue)];
        // Only so that they are asleep: a wrong answer then shows itself, a right one does not care.
        thread::sleep(Duration::from_millis(3));

        let both = Arc::clone(&queue);
        let producer = start(move || [both.push(1), both.push(2)]);

        let why = "Two consumers waited, and a producer put in two items, with room for one. It has come to a standstill:\n\
             with one condition variable for both sides, `notify_one` may wake a consumer where a producer was meant.\n\
             Give each side its own, or wake everybody.";
        let mut out = consumers.map(|consumer| consumer.finish(why));
        out.sort_unstable();
        same!(out, [Some(1), Some(2)]);
        same!(producer.finish(why), [Ok(()), Ok(())]);
    }
}

#[test]
fn goal_7_closing_ends_the_waiting_of_all_consumers() {
    let queue = Arc::new(BoundedQueue::<u32>::new(1));
    let consumers = [pop(&queue), pop(&queue), pop(&queue)];
    thread::sleep(Duration::from_millis(20));

    let closed = Arc::clone(&queue);
    within(ALL_HEAR, move || closed.close());

    for consumer in consumers {
        same!(
            consumer.finish(ALL_HEAR),
            None,
            "The queue is closed and empty."
        );
    }
}

#[test]
fn goal_8_closing_ends_the_waiting_of_all_producers() {
    let queue = Arc::new(BoundedQueue::new(1));
    same!(push(&queue, 0).finish(ROOM), Ok(()));
    let producers = [1, 2, 3].map(|item| push(&queue, item));
    thread::sleep(Duration::from_millis(20));

    let closed = Arc::clone(&queue);
    within(ALL_HEAR, move || closed.close());

    for (item, producer) in (1..).zip(producers) {
        same!(
            producer.finish(ALL_HEAR),
            Err(Closed(item)),
            "The queue was full, and was closed while {item} waited outside. It gets its item back: whoever puts\n\
             something into a closed queue may find nobody who takes it out."
        );
    }
    same!(
        pop(&queue).finish(ALL_HEAR),
        Some(0),
        "What was in the queue when it was closed can be taken out."
    );
    same!(pop(&queue).finish(ALL_HEAR), None);
}

#[test]
fn goal_9_what_is_in_a_closed_queue_comes_out() {
    within(ALL_HEAR, || {
        let queue = BoundedQueue::new(3);
        for item in [1, 2] {
            same!(queue.push(item), Ok(()));
        }

        queue.close();
        queue.close();

        same!(
            queue.push(3),
            Err(Closed(3)),
            "A closed queue takes nothing in, although there is room."
        );
        let out = [queue.pop(), queue.pop(), queue.pop(), queue.pop()];
        same!(
            out,
            [Some(1), Some(2), None, None],
            "To close a queue is to say that nothing more will come. What has come is still there."
        );
    });
}

#[test]
fn goal_10_many_of_each_lose_nothing_and_double_nothing() {
    const PRODUCERS: u32 = 4;
    const EACH: u32 = 500;
    let mut out = within(
        "Two thousand items should be through soon. Somebody sleeps who should have been woken, for an item, for room, or by the closing (goals 6 to 8).",
        || {
            let queue = BoundedQueue::new(2);
            thread::scope(|scope| {
                let consume = || {
                    let mut taken = Vec::new();
                    while let Some(item) = queue.pop() {
                        taken.push(item);
                    }
                    taken
                };
                let consumers: Vec<_> = (0..3).map(|_| scope.spawn(consume)).collect();
                let queue = &queue;
                let producers: Vec<_> = (0..PRODUCERS)
                    .map(|producer| {
                        scope.spawn(move || {
                            for item in 0..EACH {
                                queue
                                    .push(producer * EACH + item)
                                    .expect("the queue is open");
                            }
                        })
                    })
                    .collect();
                for producer in producers {
                    producer.join().unwrap_or_else(passed_on);
                }
                queue.close();
                consumers
                    .into_iter()
                    .flat_map(|consumer| consumer.join().unwrap_or_else(passed_on))
                    .collect::<Vec<u32>>()
            })
        },
    );

    out.sort_unstable();
    assert!(
        out == (0..PRODUCERS * EACH).collect::<Vec<_>>(),
        "\n\n{} items were put in, and {} came out; each should come out once.\n",
        PRODUCERS * EACH,
        out.len()
    );
}
