//! The bounded queue through its public face.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use coordination::queue::{ReceiveError, SendError, bounded};
use coordination::throughput::{Kind, Load, pass};

const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(5);

#[test]
fn a_full_queue_makes_the_sender_wait_until_there_is_room() {
    let (sender, receiver) = bounded(2);
    let (said, hears) = mpsc::channel();

    thread::scope(|scope| {
        scope.spawn(move || {
            for item in 0..3 {
                sender.send(item).expect("a receiver is there");
                said.send(item).expect("the test listens");
            }
        });
        assert_eq!(hears.recv_timeout(PATIENCE), Ok(0));
        assert_eq!(hears.recv_timeout(PATIENCE), Ok(1));
        assert_eq!(
            hears.recv_timeout(MOMENT),
            Err(mpsc::RecvTimeoutError::Timeout)
        );

        assert_eq!(receiver.recv(), Ok(0));

        assert_eq!(hears.recv_timeout(PATIENCE), Ok(2));
    });
}

#[test]
fn items_come_out_in_the_order_in_which_they_went_in() {
    let (sender, receiver) = bounded(4);

    let got: Vec<u32> = thread::scope(|scope| {
        scope.spawn(move || (0..1_000).all(|item| sender.send(item).is_ok()));
        std::iter::from_fn(|| receiver.recv().ok()).collect()
    });

    assert_eq!(got, (0..1_000).collect::<Vec<_>>());
}

#[test]
fn when_the_last_sender_is_gone_what_is_left_is_received_and_then_the_end() {
    let (sender, receiver) = bounded(4);
    let second = sender.clone();
    sender.send(1).expect("there is room");
    drop(sender);
    second.send(2).expect("there is room");
    drop(second);

    assert_eq!(receiver.recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Ok(2));
    assert_eq!(receiver.recv(), Err(ReceiveError::Closed));
    assert_eq!(receiver.recv_timeout(PATIENCE), Err(ReceiveError::Closed));
}

#[test]
fn when_the_last_receiver_is_gone_a_waiting_sender_gets_its_item_back() {
    let (sender, receiver) = bounded(1);
    sender.send("first").expect("there is room");

    thread::scope(|scope| {
        let waiting = scope.spawn(|| sender.send("second"));
        drop(receiver);

        let back = waiting.join().expect("it does not panic");
        assert_eq!(back.map_err(SendError::into_item), Err("second"));
    });
    assert_eq!(sender.try_send("third"), Err(SendError::Closed("third")));
}

#[test]
fn closing_refuses_new_items_and_keeps_those_that_are_in() {
    let (sender, receiver) = bounded(2);
    sender.send(1).expect("there is room");

    receiver.close();

    assert_eq!(sender.send(2), Err(SendError::Closed(2)));
    assert_eq!(receiver.recv(), Ok(1));
    assert_eq!(receiver.recv(), Err(ReceiveError::Closed));
}

#[test]
fn limits_and_attempts_end_with_the_reason() {
    let (sender, receiver) = bounded(1);

    assert_eq!(receiver.try_recv(), Err(ReceiveError::Empty));
    assert_eq!(receiver.recv_timeout(MOMENT), Err(ReceiveError::TimedOut));
    sender.send(1).expect("there is room");
    assert_eq!(sender.try_send(2), Err(SendError::Full(2)));
    assert_eq!(sender.send_timeout(2, MOMENT), Err(SendError::TimedOut(2)));
    assert_eq!(receiver.len(), 1);
}

#[test]
fn an_item_whose_drop_uses_the_queue_does_not_lock_it_for_ever() {
    struct Nosy(coordination::queue::Sender<Option<Nosy>>);
    impl Drop for Nosy {
        fn drop(&mut self) {
            let _ = self.0.try_send(None);
        }
    }
    let (sender, receiver) = bounded(2);
    assert!(sender.send(Some(Nosy(sender.clone()))).is_ok());
    let (said, hears) = mpsc::channel();

    thread::spawn(move || {
        drop(receiver);
        said.send(()).expect("the test listens");
    });

    assert_eq!(hears.recv_timeout(PATIENCE), Ok(()));
}

#[test]
fn every_kind_of_queue_passes_each_item_once() {
    for kind in Kind::ALL {
        for (producers, consumers, capacity) in [(1, 1, 1), (3, 2, 4), (2, 3, 256)] {
            let load = Load {
                producers,
                consumers,
                capacity,
                items: 2_000,
            };

            let passed = pass(kind, &load);

            assert!(load.is_whole(&passed), "{kind:?} {load:?}: {passed:?}");
        }
    }
}
