//! # Step 5: wait for whichever comes first
//!
//! **Task.** Fill in `src/select.rs`: `next` waits on two channels and the clock, `first_of` on any
//! number of channels and the clock.
//!
//! **Hint.** There is a macro, `select!`, for channels that you know by name, and a type, `Select`, for a
//! list of them. More with `just hint 2 select`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! `crossbeam_channel::Select`.

mod harness;

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, unbounded};
use exercise_2::select::{Next, first_of, next};
use harness::{GRACE, same, start, within};

/// Longer than any test waits.
const AN_HOUR: Duration = Duration::from_secs(3_600);
/// Over soon.
const A_MOMENT: Duration = Duration::from_millis(50);

const READY: &str =
    "There was something to return. Does your code wait on one channel, and not hear the other?";
const TIME: &str = "The time was over long ago.";
const NOTHING_LEFT: &str =
    "Nobody is left who could send anything, so there is nothing to wait for.";

struct Desk {
    urgent: Sender<u32>,
    normal: Sender<u32>,
    inbox: (Receiver<u32>, Receiver<u32>),
}

fn desk() -> Desk {
    let (urgent, urgent_inbox) = unbounded();
    let (normal, normal_inbox) = unbounded();
    Desk {
        urgent,
        normal,
        inbox: (urgent_inbox, normal_inbox),
    }
}

#[test]
fn goal_1_either_channel_ends_the_waiting() {
    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    let other = inbox.clone();
    let waiting = start(move || next(&other.0, &other.1, AN_HOUR));
    assert!(
        !waiting.ends_within(GRACE),
        "\n\nBoth channels are empty, and an hour is not over. What did `next` return?\n"
    );
    normal.send(7).expect("the inbox is here");
    same!(waiting.finish(READY), Next::Normal(7));

    let waiting = start(move || next(&inbox.0, &inbox.1, AN_HOUR));
    assert!(
        !waiting.ends_within(GRACE),
        "\n\nBoth channels are empty, and an hour is not over.\n"
    );
    urgent.send(8).expect("the inbox is here");
    same!(waiting.finish(READY), Next::Urgent(8));
}

#[test]
fn goal_2_what_is_urgent_goes_first() {
    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    for item in 0..50 {
        normal.send(item).expect("the inbox is here");
        urgent.send(item).expect("the inbox is here");
    }

    let came = within(READY, move || {
        (0..100)
            .map(|_| next(&inbox.0, &inbox.1, AN_HOUR))
            .collect::<Vec<_>>()
    });

    let expected: Vec<_> = (0..50)
        .map(Next::Urgent)
        .chain((0..50).map(Next::Normal))
        .collect();
    assert!(
        came == expected,
        "\n\nFifty urgent items were waiting, and fifty normal ones. All the urgent ones should come first, and each\n\
         item once. (`select!` picks at random among channels that are ready: otherwise the second might never get its\n\
         turn. Who wants an order has to ask in that order first.)\nThe first ten that came: {:?}\n",
        &came[..10]
    );
}

#[test]
fn goal_3_the_time_ends_the_waiting() {
    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    let came = within(TIME, move || {
        let nothing = next(&inbox.0, &inbox.1, A_MOMENT);
        normal.send(1).expect("the inbox is here");
        let something = next(&inbox.0, &inbox.1, Duration::ZERO);
        drop(urgent);
        (nothing, something)
    });

    same!(came.0, Next::TimedOut, "Nothing came in time.");
    same!(
        came.1,
        Next::Normal(1),
        "No time to wait is no reason not to take what is there."
    );
}

#[test]
fn goal_4_a_channel_without_senders_is_not_waited_for_and_the_other_is() {
    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    let other = inbox.clone();
    let waiting = start(move || next(&other.0, &other.1, AN_HOUR));
    drop(urgent);
    assert!(
        !waiting.ends_within(GRACE),
        "\n\nThe urgent channel lost its last sender. The normal one still has one, and it may send within the hour.\n\
         That one channel has ended is no item, and not the end.\n"
    );
    normal.send(7).expect("the inbox is here");
    same!(waiting.finish(READY), Next::Normal(7));

    let came = within(TIME, move || next(&inbox.0, &inbox.1, A_MOMENT));
    same!(
        came,
        Next::TimedOut,
        "One channel has ended, and the other is empty, but has a sender."
    );
    drop(normal);
}

#[test]
fn goal_5_what_was_sent_comes_and_then_it_is_over() {
    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    urgent.send(1).expect("the inbox is here");
    normal.send(2).expect("the inbox is here");
    drop((urgent, normal));

    let came = within(NOTHING_LEFT, move || {
        [(); 4].map(|()| next(&inbox.0, &inbox.1, AN_HOUR))
    });

    same!(
        came,
        [Next::Urgent(1), Next::Normal(2), Next::Over, Next::Over],
        "Both channels have lost their senders, and hold one item each. What was sent still comes."
    );

    let Desk {
        urgent,
        normal,
        inbox,
    } = desk();
    let waiting = start(move || next(&inbox.0, &inbox.1, AN_HOUR));
    thread::sleep(Duration::from_millis(20));
    drop((urgent, normal));
    same!(
        waiting.finish(NOTHING_LEFT),
        Next::Over,
        "Both channels ended while `next` was waiting."
    );
}

#[test]
fn goal_6_nothing_is_taken_and_then_forgotten() {
    // With room for nothing, a sender waits until its item is taken.
    let (urgent, urgent_inbox) = bounded(0);
    let (normal, normal_inbox) = bounded(0);
    let senders = [
        start(move || (0..50).all(|item| urgent.send(item).is_ok())),
        start(move || (0..50).all(|item| normal.send(item).is_ok())),
    ];

    let (urgent, normal) = within(READY, move || {
        let (mut urgent, mut normal) = (Vec::new(), Vec::new());
        loop {
            match next(&urgent_inbox, &normal_inbox, AN_HOUR) {
                Next::Urgent(item) => urgent.push(item),
                Next::Normal(item) => normal.push(item),
                Next::TimedOut => return (urgent, normal),
                Next::Over => {
                    let ended =
                        |inbox: &Receiver<u32>| inbox.try_recv() == Err(TryRecvError::Disconnected);
                    assert!(
                        ended(&urgent_inbox) && ended(&normal_inbox),
                        "\n\n`next` returned `Over` while one of the two channels still had a sender, who may have more to send.\n\
                         (It had returned {} of 50 urgent items and {} of 50 normal ones.) It is over when both have ended.\n",
                        urgent.len(),
                        normal.len()
                    );
                    return (urgent, normal);
                }
            }
        }
    });

    let all: Vec<u32> = (0..50).collect();
    same!(
        urgent,
        all,
        "Fifty urgent items were sent, and each that was taken should have been returned."
    );
    same!(
        normal,
        all,
        "Fifty normal items were sent, and each that was taken should have been returned."
    );
    for sender in senders {
        same!(sender.finish(READY), true);
    }
}

#[test]
fn goal_7_the_first_of_many_comes_and_the_others_stay() {
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..5).map(|_| unbounded::<u32>()).unzip();
    let inboxes = receivers.clone();
    let waiting = start(move || first_of(&inboxes, AN_HOUR));
    assert!(
        !waiting.ends_within(GRACE),
        "\n\nAll channels are empty, and an hour is not over.\n"
    );
    senders[3].send(33).expect("the inbox is here");
    same!(
        waiting.finish(READY),
        Some((3, 33)),
        "Channel 3 was the first to have an item."
    );

    // Whatever waited on the others must not be waiting any more, or it takes what is for the next call.
    for (nth, sender) in (0..).zip(&senders) {
        sender.send(nth).expect("the inbox is here");
    }
    thread::sleep(Duration::from_millis(20));
    let mut came = within(READY, move || {
        (0..6)
            .map(|_| first_of(&receivers, A_MOMENT))
            .collect::<Vec<_>>()
    });
    let last = came.pop();
    came.sort_unstable();
    let expected: Vec<_> = (0..5).map(|nth| Some((nth as usize, nth))).collect();
    same!(
        came,
        expected,
        "Five channels had one item each. Each call takes one item and returns it, and leaves the others where they are."
    );
    same!(last, Some(None), "Then nothing came in time.");
}

#[test]
fn goal_8_channels_that_ended_are_left_out() {
    let (alive, receiver) = unbounded();
    let ended = || unbounded::<u32>().1;
    let inboxes = [ended(), receiver, ended(), ended()];

    let first = inboxes.clone();
    let waiting = start(move || first_of(&first, AN_HOUR));
    assert!(
        !waiting.ends_within(GRACE),
        "\n\nThree of four channels have no sender. The fourth has one, and an hour is not over.\n"
    );
    alive.send(9).expect("the inbox is here");
    same!(
        waiting.finish(READY),
        Some((1, 9)),
        "Channel 1 had an item. Its number is its place in the list."
    );

    let second = inboxes.clone();
    same!(
        within(TIME, move || first_of(&second, A_MOMENT)),
        None,
        "Nothing came in time."
    );
    alive.send(10).expect("the inbox is here");
    drop(alive);
    let third = inboxes.clone();
    same!(
        within(READY, move || first_of(&third, AN_HOUR)),
        Some((1, 10)),
        "What was sent before the last sender went is still there."
    );
    same!(
        within(NOTHING_LEFT, move || first_of(&inboxes, AN_HOUR)),
        None,
        "All four have ended."
    );
    same!(
        within("No channel at all: nothing will ever come.", || first_of::<
            u32,
        >(
            &[],
            AN_HOUR
        )),
        None
    );
}
