//! # Step 4: the heart of a chat
//!
//! **Task.** Fill in `src/hub.rs`: members join, talk to their room, whisper, change rooms and leave.
//! A member that doesn't read must cost the others nothing: no waiting and no memory.
//!
//! **Hint.** `SyncSender` has two ways to send. One of them waits.
//! More with `just hint 3 hub`.
//!
//! **Resources.** The chapter `book/src/3-sockets.md`, "The client that never reads"; the tour, `just lesson 3 chat`;
//! `std::sync::mpsc::sync_channel` and `SyncSender::try_send`.

mod harness;

use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Barrier};
use std::thread;

use exercise_3::hub::{Hub, HubError, Message};
use harness::{same, within};

const NEVER_WAITS: &str = "The hub never waits for a member. There are two ways to wait by mistake:\n\
     - `send` on a full channel waits until somebody reads (and nobody does);\n\
     - a method that holds the lock calls another method that locks: std's Mutex waits for itself, for ever.";

fn said(from: &str, text: &str) -> Message {
    Message::Said {
        from: from.to_owned(),
        text: text.to_owned(),
    }
}

fn joined(name: &str) -> Message {
    Message::Joined(name.to_owned())
}

fn left(name: &str) -> Message {
    Message::Left(name.to_owned())
}

fn unknown(name: &str) -> HubError {
    HubError::Unknown(name.to_owned())
}

/// Everything that waits in an inbox now, and whether the channel has ended.
fn drain(inbox: &Receiver<Message>) -> (Vec<Message>, bool) {
    let mut messages = Vec::new();
    loop {
        match inbox.try_recv() {
            Ok(message) => messages.push(message),
            Err(TryRecvError::Empty) => return (messages, false),
            Err(TryRecvError::Disconnected) => return (messages, true),
        }
    }
}

/// Checks what waits in the inbox of a member who is still here.
fn got(inbox: &Receiver<Message>, expected: &[Message], why: &str) {
    let (messages, ended) = drain(inbox);
    assert!(
        messages == expected,
        "\n\nexpected: {expected:?}\nwaiting:  {messages:?}\n{why}\n"
    );
    assert!(
        !ended,
        "\n\nThis member's channel has ended although nobody has removed it.\n"
    );
}

#[test]
fn goal_1_members_of_a_room_hear_each_other() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);

        let ann = hub.join("ann", "tea").expect("the name is free");
        let bob = hub.join("bob", "tea").expect("the name is free");
        let eve = hub.join("eve", "coffee").expect("the name is free");
        let delivered = hub.say("ann", "hello");

        got(
            &ann,
            &[joined("bob")],
            "Ann was there first, so she hears that Bob came. She doesn't hear herself.",
        );
        got(&bob, &[said("ann", "hello")], "Bob is in the same room.");
        got(
            &eve,
            &[],
            "Eve is in another room, so she hears nothing of this.",
        );
        same!(delivered, Ok(1), "One member heard it: Bob.");
        same!(hub.who("tea"), ["ann", "bob"]);
        same!(hub.who("coffee"), ["eve"]);
        same!(
            hub.who("nowhere"),
            [""; 0],
            "A room that nobody is in is empty, not an error."
        );
    });
}

#[test]
fn goal_2_a_name_belongs_to_one_member_at_a_time() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);

        let ann = hub.join("ann", "tea").expect("the name is free");
        for room in ["tea", "coffee"] {
            let second = hub.join("ann", room).map(|_| "let in");
            same!(
                second,
                Err(HubError::NameTaken("ann".to_owned())),
                "Somebody is called ann already. Letting a second one in would let her read the first one's whispers."
            );
        }
        got(&ann, &[], "A refused newcomer is not announced.");
        same!(hub.who("coffee"), [""; 0], "A refused newcomer is nowhere.");
        same!(
            hub.say("ann", "still me"),
            Ok(0),
            "The first ann is still here, and nobody hears her."
        );
    });
}

#[test]
fn goal_3_a_whisper_reaches_one_member_in_any_room() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);
        let ann = hub.join("ann", "tea").expect("the name is free");
        let bob = hub.join("bob", "tea").expect("the name is free");
        let eve = hub.join("eve", "coffee").expect("the name is free");
        drain(&ann);

        let outcome = hub.whisper("ann", "eve", "come over");

        same!(outcome, Ok(()));
        let whisper = Message::Whispered {
            from: "ann".to_owned(),
            text: "come over".to_owned(),
        };
        got(&eve, &[whisper], "The whisper was for Eve.");
        got(
            &bob,
            &[],
            "Nobody else hears a whisper, not even in the sender's room.",
        );
        got(&ann, &[], "The sender knows what she whispered.");
        same!(hub.whisper("ann", "ann", "buy milk"), Ok(()));
        let note = Message::Whispered {
            from: "ann".to_owned(),
            text: "buy milk".to_owned(),
        };
        got(
            &ann,
            &[note],
            "A whisper to oneself is a note, and arrives as any other.",
        );
        same!(
            hub.whisper("ann", "zoe", "?"),
            Err(unknown("zoe")),
            "Zoe is not here."
        );
        same!(
            hub.whisper("zoe", "ann", "?"),
            Err(unknown("zoe")),
            "Zoe is not here."
        );
        same!(hub.say("zoe", "?"), Err(unknown("zoe")), "Zoe is not here.");
    });
}

#[test]
fn goal_4_changing_rooms_is_heard_in_both() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);
        let ann = hub.join("ann", "tea").expect("the name is free");
        let bob = hub.join("bob", "tea").expect("the name is free");
        let eve = hub.join("eve", "coffee").expect("the name is free");
        drain(&ann);

        same!(hub.enter("bob", "coffee"), Ok(()));

        got(
            &ann,
            &[left("bob")],
            "Ann stayed behind and hears that Bob left.",
        );
        got(&eve, &[joined("bob")], "Eve hears that Bob came.");
        same!(hub.say("bob", "hello"), Ok(1));
        got(&eve, &[said("bob", "hello")], "Bob talks to his new room,");
        got(&ann, &[], "and no longer to his old one.");
        got(&bob, &[], "Bob isn't told about himself.");
        same!(hub.who("tea"), ["ann"]);
        same!(hub.who("coffee"), ["bob", "eve"], "Names come sorted.");
        same!(hub.enter("zoe", "tea"), Err(unknown("zoe")));

        same!(hub.enter("bob", "coffee"), Ok(()));
        got(
            &eve,
            &[],
            "Bob is in this room already, so nothing has changed and there is nothing to tell.",
        );
        got(&bob, &[], "Bob hears nothing of it either.");
        same!(hub.who("coffee"), ["bob", "eve"], "Bob is still here.");
    });
}

#[test]
fn goal_5_who_leaves_is_gone_and_the_name_is_free() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);
        let ann = hub.join("ann", "tea").expect("the name is free");
        let bob = hub.join("bob", "tea").expect("the name is free");
        drain(&ann);
        hub.say("ann", "last words").expect("ann is here");

        same!(hub.leave("bob"), Ok(()));

        got(&ann, &[left("bob")], "The room hears that Bob left.");
        same!(
            drain(&bob),
            (vec![said("ann", "last words")], true),
            "Bob may read what was sent before he left, and then his channel ends (true): that is how\n\
             his connection's thread knows that it can close the socket. It ends when its sender is dropped."
        );
        same!(
            hub.leave("bob"),
            Err(unknown("bob")),
            "Bob can't leave twice."
        );
        assert!(
            hub.join("bob", "tea").is_ok(),
            "\n\nThe name is free again.\n"
        );
    });
}

#[test]
fn goal_6_a_member_who_never_reads_delays_nobody_and_is_removed() {
    const CAPACITY: usize = 3;
    const SAID: usize = 10;
    within(NEVER_WAITS, || {
        let hub = Hub::new(CAPACITY);
        let slow = hub.join("slow", "tea").expect("the name is free");
        let fast = hub.join("fast", "tea").expect("the name is free");
        let ann = hub.join("ann", "tea").expect("the name is free");
        // `slow` has two messages waiting by now: the other two joined. It reads none of them.
        let mut heard = drain(&fast).0;

        for number in 0..SAID {
            hub.say("ann", &format!("message {number}"))
                .expect("ann is here");
            heard.extend(drain(&fast).0);
        }

        let texts: Vec<&Message> = heard
            .iter()
            .filter(|message| matches!(message, Message::Said { .. }))
            .collect();
        let all: Vec<Message> = (0..SAID)
            .map(|number| said("ann", &format!("message {number}")))
            .collect();
        same!(
            texts,
            all.iter().collect::<Vec<_>>(),
            "The fast member reads everything at once, so it gets everything, slow neighbour or not."
        );
        assert!(
            heard.contains(&left("slow")),
            "\n\nThe room should hear that slow was removed. It heard:\n{heard:?}\n"
        );
        assert!(
            drain(&ann).0.contains(&left("slow")),
            "\n\nThe one who spoke is in the room as well, and should hear that slow was removed.\n"
        );
        let (messages, ended) = drain(&slow);
        same!(
            messages,
            [joined("fast"), joined("ann"), said("ann", "message 0")],
            "The slow member's outbox holds {CAPACITY} messages. It can still read these, in order and without a gap.\n\
             More than that would be memory that a stranger makes you spend; fewer would be messages lost in silence."
        );
        assert!(
            ended,
            "\n\nAfter the messages that fitted, the slow member's channel should end: it has missed something,\n\
             and it must find out. Skipping messages in silence would let it believe that it knows everything.\n"
        );
        same!(hub.who("tea"), ["ann", "fast"]);
        assert!(
            hub.join("slow", "tea").is_ok(),
            "\n\nThe name is free, so the slow one may come back.\n"
        );
    });
}

#[test]
fn goal_7_a_member_whose_connection_vanished_is_removed() {
    within(NEVER_WAITS, || {
        let hub = Hub::new(10);
        let ann = hub.join("ann", "tea").expect("the name is free");
        let bob = hub.join("bob", "tea").expect("the name is free");
        hub.join("eve", "coffee").expect("the name is free"); // her receiver is dropped at once
        drain(&ann);

        drop(bob);
        same!(
            hub.say("ann", "anybody?"),
            Ok(0),
            "Bob's connection is gone (its receiver was dropped), so nobody got the message."
        );

        got(&ann, &[left("bob")], "Ann hears that Bob is gone.");
        same!(hub.who("tea"), ["ann"]);
        same!(
            hub.whisper("ann", "eve", "psst"),
            Err(unknown("eve")),
            "Eve's connection is gone as well, so the whisper reached nobody, and Ann should learn that."
        );
        same!(
            hub.who("coffee"),
            [""; 0],
            "The whisper showed that Eve is gone, so she is removed."
        );
    });
}

#[test]
fn goal_8_one_removal_may_lead_to_the_next() {
    const SLOW: usize = 5;
    within(NEVER_WAITS, || {
        let hub = Hub::new(SLOW + 1);
        let ann = hub.join("ann", "tea").expect("the name is free");
        let slow: Vec<Receiver<Message>> = (0..SLOW)
            .map(|number| {
                hub.join(&format!("slow {number}"), "tea")
                    .expect("the name is free")
            })
            .collect();
        let mut heard = Vec::new();

        // "slow 0" has heard four others join, "slow 1" three, and so on. The third message overflows
        // the outbox of "slow 0" and fills the one of "slow 1". The news that "slow 0" has left
        // overflows that one and fills the next, and so on. At the end nobody but ann is here.
        for number in 0..3 {
            heard.extend(drain(&ann).0);
            hub.say("ann", &format!("message {number}"))
                .expect("ann is here");
        }
        heard.extend(drain(&ann).0);

        same!(
            hub.who("tea"),
            ["ann"],
            "Five members never read. Each of them should have been removed when its outbox was full,\n\
             also when what filled it was the news that another one left."
        );
        for (number, inbox) in slow.iter().enumerate() {
            let name = format!("slow {number}");
            let times = heard
                .iter()
                .filter(|message| **message == left(&name))
                .count();
            same!(times, 1, "Ann should hear exactly once that {name} left.");
            let (messages, ended) = drain(inbox);
            same!(
                (messages.len(), ended),
                (SLOW + 1, true),
                "{name} should find its outbox full, and then the end of its channel."
            );
        }
    });
}

#[test]
fn goal_9_many_threads_share_the_hub_and_everybody_hears_the_same_order() {
    const SPEAKERS: usize = 8;
    const EACH: usize = 50;
    let (first, second) = within(NEVER_WAITS, || {
        let hub = Arc::new(Hub::new(SPEAKERS * (EACH + 2) + 10));
        let first = hub.join("listener 1", "tea").expect("the name is free");
        let second = hub.join("listener 2", "tea").expect("the name is free");
        drain(&first);
        let gate = Arc::new(Barrier::new(SPEAKERS));
        let speakers: Vec<_> = (0..SPEAKERS)
            .map(|speaker| {
                let (hub, gate) = (Arc::clone(&hub), Arc::clone(&gate));
                thread::spawn(move || {
                    let name = format!("speaker {speaker}");
                    // The receiver is kept, so that this member counts as connected.
                    let _inbox = hub.join(&name, "tea").expect("the name is free");
                    gate.wait();
                    for number in 0..EACH {
                        hub.say(&name, &number.to_string())
                            .expect("the speaker is here");
                    }
                    gate.wait();
                    hub.leave(&name).expect("the speaker is here");
                })
            })
            .collect();
        for speaker in speakers {
            speaker.join().expect("no speaker fails");
        }
        (drain(&first).0, drain(&second).0)
    });

    for speaker in 0..SPEAKERS {
        let name = format!("speaker {speaker}");
        let texts: Vec<&str> = first
            .iter()
            .filter_map(|message| match message {
                Message::Said { from, text } if *from == name => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let expected: Vec<String> = (0..EACH).map(|number| number.to_string()).collect();
        same!(
            texts,
            expected,
            "{name} said {EACH} things. A listener should hear each of them once and in order."
        );
    }
    assert!(
        first == second,
        "\n\nTwo listeners in one room heard the same messages in different orders.\n\
         If one sees \"yes\" before \"shall we?\" and the other one after it, they were in two different conversations.\n\
         Deliver to the whole room while you hold the lock. That is safe as long as nothing under the lock waits.\n"
    );
}
