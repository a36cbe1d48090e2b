//! The chat over real sockets: one check for each promise, on both engines.

mod common;

use std::io::Write;
use std::net::Shutdown;
use std::thread;

use common::{Chat, LIMIT, config, has_ipv6, on_both_engines, read_to_end, read_until, within};
use sockets::Error;
use sockets::chat::{self, Client};
use sockets::server::{Config, Engine, Event};
use sockets::service::Reason;

#[test]
fn what_one_says_all_in_the_room_hear() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut ann = chat.client("ann");
        let mut bob = chat.client("bob");
        let mut cyd = chat.client("cyd");
        cyd.send("/join garden").unwrap();
        cyd.wait_for("you are in garden").unwrap();

        ann.send("hello").unwrap();
        ann.send("/msg cyd come in").unwrap();

        assert_eq!(ann.wait_for("hello").unwrap(), "[lobby] ann: hello");
        assert_eq!(bob.wait_for("hello").unwrap(), "[lobby] ann: hello");
        // Cyd hears the private message, and has not heard the other before it.
        assert_eq!(cyd.receive().unwrap().unwrap(), "(private) ann: come in");
    });
}

#[test]
fn all_members_hear_the_same_lines_in_the_same_order() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut clients: Vec<_> = (0..8)
            .map(|number| chat.client(&format!("c{number}")))
            .collect();

        let speaking: Vec<_> = clients
            .iter()
            .map(|client| {
                let mut sender = client.sender().unwrap();
                thread::spawn(move || {
                    for number in 0..50 {
                        sender.send(&format!("line {number}")).unwrap();
                    }
                })
            })
            .collect();
        let heard: Vec<Vec<String>> = clients
            .iter_mut()
            .map(|client| (0..400).map(|_| client.wait_for("] c").unwrap()).collect())
            .collect();
        for speaker in speaking {
            speaker.join().unwrap();
        }

        for other in &heard[1..] {
            assert!(*other == heard[0], "two members heard different things");
        }
        for number in 0..8 {
            let one: Vec<_> = heard[0]
                .iter()
                .filter(|line| line.contains(&format!("c{number}:")))
                .collect();
            let expected: Vec<_> = (0..50)
                .map(|line| format!("[lobby] c{number}: line {line}"))
                .collect();
            assert!(
                one.into_iter().eq(&expected),
                "the lines of c{number} are not in its order"
            );
        }
    });
}

#[test]
fn an_answer_reaches_a_client_that_has_already_half_closed() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut stream = chat.raw();

        stream.write_all(b"/nick ann\n/who\nhalf a li").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();

        let heard = read_to_end(&mut stream);
        assert!(
            heard.ends_with("* you are now ann\n* 1 in lobby: ann\n"),
            "{heard}"
        );
        assert_eq!(chat.wait_for_departures(1), [Reason::Left]);
        assert_eq!(chat.server.shutdown().clients, 0);
    });
}

#[test]
fn quitting_says_goodbye_and_closes() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut ann = chat.client("ann");
        let mut bob = chat.client("bob");

        ann.send("/quit").unwrap();

        assert_eq!(ann.wait_for("goodbye").unwrap(), "* goodbye");
        assert!(ann.receive().unwrap().is_none());
        assert_eq!(
            bob.wait_for("is gone").unwrap(),
            "* ann is gone: said goodbye"
        );
    });
}

#[test]
fn shutdown_delivers_what_was_said_tells_everybody_why_and_leaves_nobody() {
    on_both_engines(|engine| {
        let chat = Chat::start_with(
            engine,
            Config {
                farewell: LIMIT,
                ..config()
            },
        );
        let mut ann = chat.client("ann");
        let mut others: Vec<_> = (0..20)
            .map(|number| chat.client(&format!("c{number}")))
            .collect();
        ann.send("the last line").unwrap();
        ann.wait_for("the last line").unwrap();
        let readers = thread::spawn(move || {
            for client in &mut others {
                client.wait_for("the last line").unwrap();
                let goodbye = client.receive().unwrap();
                assert_eq!(
                    goodbye.as_deref(),
                    Some("! disconnected: the server is ending")
                );
                assert_eq!(client.receive().unwrap(), None);
            }
        });
        let address = chat.address();

        let stats = {
            let listening = thread::spawn(move || {
                assert!(ann.wait_for("the server is ending").is_ok());
                assert!(ann.receive().unwrap().is_none());
            });
            let stats = chat.server.shutdown();
            listening.join().unwrap();
            stats
        };

        readers.join().unwrap();
        assert_eq!(stats.clients, 0);
        assert_eq!(stats.accepted, 21);
        assert!(
            Client::connect(address, LIMIT).is_err(),
            "nobody listens any more"
        );
    });
}

#[test]
fn a_stopper_ends_a_server_that_somebody_waits_for() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut ann = chat.client("ann");
        let stopper = chat.server.stopper();

        let stopping = thread::spawn(move || {
            stopper.stop();
            assert!(ann.wait_for("the server is ending").is_ok());
        });

        assert_eq!(chat.server.wait().accepted, 1);
        stopping.join().unwrap();
    });
}

#[test]
fn the_program_itself_can_speak_to_everybody() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut ann = chat.client("ann");
        let announcer = chat.server.announcer();

        assert!(announcer.announce("tea is ready\x07".to_owned()));

        assert_eq!(ann.wait_for("tea").unwrap(), "* server: tea is ready␇");
        drop(ann);
        chat.server.shutdown();
        assert!(
            !announcer.announce("anybody?".to_owned()),
            "nobody is there to hear it"
        );
    });
}

#[test]
fn a_full_server_says_so_and_has_room_again_when_somebody_leaves() {
    on_both_engines(|engine| {
        let chat = Chat::start_with(
            engine,
            Config {
                max_clients: 2,
                ..config()
            },
        );
        let ann = chat.client("ann");
        let _bob = chat.client("bob");

        let said = read_to_end(&mut chat.raw());

        assert_eq!(said, "! the server is full: try again later\n");
        let why = chat.wait_for_event("a refusal", |event| match event {
            Event::Refused { why } => Some(why.clone()),
            _ => None,
        });
        assert_eq!(why, "2 clients are connected");
        drop(ann);
        chat.wait_for_departures(1);
        // The place is free a moment after the departure is told.
        let welcomed = (0..1000).any(|_| {
            Client::connect(chat.address(), LIMIT)
                .unwrap()
                .wait_for("welcome")
                .is_ok()
        });
        assert!(welcomed, "there is never room again");
    });
}

#[test]
fn a_taken_port_is_explained() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);

        let error = chat::serve(engine, Config::new(chat.address())).unwrap_err();

        assert!(matches!(error, Error::Bind { .. }), "{error:?}");
        let said = error.to_string();
        assert!(said.contains(&chat.address().to_string()), "{said}");
        assert!(said.contains("another program has this address: stop it, or choose another"));
    });
}

#[test]
fn a_client_that_ends_with_a_carriage_return_is_understood() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut telnet = chat.raw();

        telnet.write_all(b"/nick ann\r\nhello\r\n").unwrap();

        read_until(&mut telnet, "* you are now ann\n");
        assert_eq!(read_until(&mut telnet, "\n"), b"[lobby] ann: hello\n");
    });
}

#[test]
fn the_chat_is_the_same_over_ipv6() {
    if !has_ipv6() {
        return;
    }
    on_both_engines(|engine| {
        let config = Config {
            address: "[::1]:0".parse().unwrap(),
            ..config()
        };
        let chat = Chat::start_with(engine, config);
        let mut ann = chat.client("ann");

        ann.send("hello").unwrap();

        assert_eq!(ann.wait_for("hello").unwrap(), "[lobby] ann: hello");
        assert!(chat.address().is_ipv6());
    });
}

/// Only the readiness engine can promise this: it writes when an outbox is full, and looks again. In
/// the threads engine another thread writes, and the outbox must hold what is said until that thread
/// has its turn.
#[test]
fn a_burst_above_the_outbox_is_no_reason_to_let_a_client_go_that_reads() {
    within(LIMIT, "burst", || {
        let config = Config {
            max_outbox_bytes: 2048,
            ..config()
        };
        let chat = Chat::start_with(Engine::Readiness, config);
        let mut ann = chat.client("ann");
        let line = "x".repeat(900);

        ann.send(&[line.as_str(); 20].join("\n")).unwrap();

        for _ in 0..20 {
            assert_eq!(
                ann.wait_for("ann: ").unwrap(),
                format!("[lobby] ann: {line}")
            );
        }
        assert_eq!(chat.server.stats().too_slow, 0);
    });
}
