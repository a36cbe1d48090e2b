//! What strangers do to a server, by mistake or on purpose: on both engines the server says what
//! happened and goes on, and the others notice nothing.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use common::{Chat, LIMIT, config, on_both_engines, raw, read_until, write_if_possible};
use socket2::{Domain, SockRef, Socket, Type};
use sockets::chat::Client;
use sockets::server::{Config, Engine, Event};
use sockets::service::Reason;

/// Two well-behaved clients talk; each message is waited for, so that this ends only if they are
/// served.
fn talk(ann: &mut Client, bob: &mut Client, topic: &str, messages: usize) {
    for number in 0..messages {
        let (speaker, listener) = if number % 2 == 0 {
            (&mut *ann, &mut *bob)
        } else {
            (&mut *bob, &mut *ann)
        };
        let line = format!("{topic} {number}.");
        speaker.send(&line).unwrap();
        listener.wait_for(&line).unwrap();
        speaker.wait_for(&line).unwrap();
    }
}

#[test]
fn an_over_long_line_is_refused_and_the_next_one_heard() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut stranger = chat.raw();
        read_until(&mut stranger, "others\n");

        let mut line = vec![b'x'; 1025];
        line.extend(b"\nshort\n");
        stranger.write_all(&line).unwrap();

        let said = read_until(&mut stranger, "\n");
        assert_eq!(
            said,
            b"! the line is longer than 1024 bytes and was skipped\n"
        );
        assert_eq!(read_until(&mut stranger, "\n"), b"[lobby] guest-1: short\n");
    });
}

#[test]
fn bytes_without_a_newline_are_refused_once_and_cost_no_memory_and_no_turns() {
    fn check(engine: Engine, config: Config) {
        let chat = Chat::start_with(engine, config);
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));
        let mut stranger = chat.raw();
        let writing = {
            let mut stranger = stranger.try_clone().unwrap();
            stranger
                .set_write_timeout(Some(Duration::from_millis(20)))
                .unwrap();
            thread::spawn(move || {
                for _ in 0..2_000 {
                    write_if_possible(&mut stranger, &[b'x'; 4096]); // 8 MB, or what is taken
                }
            })
        };
        read_until(
            &mut stranger,
            "! the line is longer than 1024 bytes and was skipped\n",
        );

        talk(&mut ann, &mut bob, "meanwhile", 50);

        drop(chat);
        writing.join().unwrap();
    }
    on_both_engines(|engine| check(engine, config()));
    on_both_engines(|engine| {
        check(
            engine,
            Config {
                max_lines_per_second: Some(20),
                ..config()
            },
        )
    });
}

#[test]
fn bytes_that_are_not_text_are_refused_and_what_a_terminal_obeys_is_never_passed_on() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut bob = chat.raw();
        read_until(&mut bob, "others\n");
        let mut stranger = chat.raw();
        read_until(&mut stranger, "others\n");
        read_until(&mut bob, "is here\n");

        stranger.write_all(b"caf\xe9\n").unwrap();
        stranger
            .write_all("a\0b\x1b]0;owned\x07\u{9b}31m\u{202e}\x7f\n".as_bytes())
            .unwrap();

        let refused = read_until(&mut stranger, "\n");
        assert_eq!(
            refused,
            b"! the line is not UTF-8 (byte 3 is wrong) and was skipped\n"
        );
        let heard = read_until(&mut bob, "\n");
        let text = String::from_utf8(heard).unwrap();
        assert_eq!(text, "[lobby] guest-2: a␀b␛]0;owned␇\u{fffd}31m\u{fffd}␡\n");
    });
}

#[test]
fn a_line_that_drips_in_is_one_line_and_holds_nobody_up() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));
        let mut stranger = chat.raw();

        for byte in b"slow but whole\n" {
            talk(&mut ann, &mut bob, "meanwhile", 2);
            stranger.write_all(&[*byte]).unwrap();
        }

        assert_eq!(
            ann.wait_for("slow").unwrap(),
            "[lobby] guest-3: slow but whole"
        );
    });
}

#[test]
fn a_connection_reset_in_mid_line_is_a_departure_and_the_half_line_is_not_said() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let mut ann = chat.client("ann");
        let mut stranger = chat.raw();
        stranger.write_all(b"/nick bob\nhalf a li").unwrap();
        read_until(&mut stranger, "you are now bob\n");
        ann.wait_for("is now bob").unwrap();

        SockRef::from(&stranger)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(stranger); // with no time to linger a close is a reset

        let reason = chat.wait_for_departures(1).remove(0);
        assert!(matches!(reason, Reason::Broken(_)), "{reason:?}");
        let told = ann.receive().unwrap().unwrap();
        assert!(
            told.starts_with("* bob is gone: the connection broke"),
            "{told}"
        );
        talk(&mut chat.client("cyd"), &mut ann, "still here", 2);
    });
}

#[test]
fn a_thousand_that_connect_and_vanish_leave_nothing_behind() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));

        for number in 0..1000 {
            let stranger = raw(chat.address());
            if number % 2 == 0 {
                SockRef::from(&stranger)
                    .set_linger(Some(Duration::ZERO))
                    .unwrap();
            }
            drop(stranger);
            // Not more at once than the backlog holds on every system.
            if number % 100 == 99 {
                talk(&mut ann, &mut bob, &format!("after {number}"), 2);
            }
        }

        // A reset that comes before the accept may be a refusal instead of an arrival.
        for gone in 0..1000 {
            chat.wait_for_event(&format!("{gone} of them gone"), |event| {
                matches!(event, Event::Departed { .. } | Event::Refused { .. }).then_some(())
            });
        }
        assert_eq!(chat.server.stats().clients, 2);
        ann.send("/who").unwrap();
        assert_eq!(ann.wait_for("in lobby").unwrap(), "* 2 in lobby: ann, bob");
    });
}

#[test]
fn a_flood_makes_its_sender_wait_and_the_others_are_served() {
    on_both_engines(|engine| {
        let chat = Chat::start_with(
            engine,
            Config {
                max_lines_per_second: Some(20),
                ..config()
            },
        );
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));
        let mut flooder = chat.raw();
        let (waits, flooder_waits) = channel();
        let mut writing = flooder.try_clone().unwrap();
        writing
            .set_write_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let flooding = thread::spawn(move || {
            let lines = "flood\n".repeat(1000);
            while writing.write_all(lines.as_bytes()).is_ok() {}
            waits.send(()).unwrap(); // its own system does not take any more
        });
        read_until(&mut flooder, "flood\n");

        talk(&mut ann, &mut bob, "meanwhile", 20);

        flooder_waits
            .recv_timeout(LIMIT)
            .expect("in the end the flooder itself has to wait");
        flooding.join().unwrap();
        talk(&mut ann, &mut bob, "and on", 4);
    });
}

#[test]
fn without_a_pace_a_flood_still_leaves_turns_for_the_others() {
    on_both_engines(|engine| {
        let chat = Chat::start(engine);
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));
        let over = Arc::new(AtomicBool::new(false));
        let flooding: Vec<_> = (0..4)
            .map(|number| {
                let over = Arc::clone(&over);
                let mut flooder = chat.raw();
                flooder
                    .set_write_timeout(Some(Duration::from_millis(20)))
                    .unwrap();
                thread::spawn(move || {
                    write_if_possible(&mut flooder, format!("/join flood{number}\n").as_bytes());
                    let lines = "\n".repeat(10_000); // empty lines: asked for nothing, as often as it can
                    while !over.load(Ordering::Relaxed) {
                        write_if_possible(&mut flooder, lines.as_bytes());
                    }
                })
            })
            .collect();

        talk(&mut ann, &mut bob, "meanwhile", 100);

        over.store(true, Ordering::Relaxed);
        for flooder in flooding {
            flooder.join().unwrap();
        }
    });
}

/// Connects with the smallest buffer the system allows, so that not reading is noticed soon.
fn never_reading(chat: &Chat) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(1).unwrap();
    socket.connect(&chat.address().into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

#[test]
fn a_client_that_never_reads_is_let_go_with_a_reason_and_the_others_miss_nothing() {
    on_both_engines(|engine| {
        let chat = Chat::start_with(
            engine,
            Config {
                farewell: LIMIT,
                ..config()
            },
        );
        let (mut ann, mut bob) = (chat.client("ann"), chat.client("bob"));
        let mut deaf = never_reading(&chat);
        deaf.write_all(b"/nick deaf\n").unwrap();
        bob.wait_for("is now deaf").unwrap();

        // Ann speaks on until the server has lost its patience with the deaf one. Bob hears each
        // line, and nothing else but the news.
        let filler = "x".repeat(900);
        let mut news = None;
        for number in 0.. {
            let line = format!("{number} {filler}");
            ann.send(&line).unwrap();
            let mut heard = bob.receive().unwrap().unwrap();
            if heard.contains("is gone") {
                news = Some(heard);
                heard = bob.receive().unwrap().unwrap();
            }
            assert_eq!(heard, format!("[lobby] ann: {line}"));
            ann.wait_for(&line).unwrap();
            if news.is_some() {
                break;
            }
            assert!(
                number < 20_000,
                "18 MB are waiting for somebody who does not read"
            );
        }

        let reason = chat.wait_for_departures(1).remove(0);
        let Reason::TooSlow { waiting_bytes } = reason else {
            panic!("{reason:?}")
        };
        assert!(
            (60_000..=64 * 1024).contains(&waiting_bytes),
            "{waiting_bytes}"
        );
        assert_eq!(news, Some(format!("* deaf is gone: {reason}")));
        // It starts to read after all: whole lines, and at the end the reason.
        let mut heard = Vec::new();
        deaf.read_to_end(&mut heard).unwrap();
        let heard = String::from_utf8(heard).unwrap();
        let last = heard.lines().last().unwrap();
        assert_eq!(last, format!("! disconnected: {reason}"));
        assert!(
            heard
                .lines()
                .all(|line| line.len() < 100 || line.ends_with(&filler))
        );
    });
}

#[test]
fn shutdown_does_not_wait_for_a_client_that_never_reads() {
    on_both_engines(|engine| {
        let farewell = Duration::from_millis(200);
        let chat = Chat::start_with(
            engine,
            Config {
                farewell,
                ..config()
            },
        );
        let mut ann = chat.client("ann");
        let _deaf = never_reading(&chat);
        ann.wait_for("is here").unwrap();
        // Enough to fill the system's buffers, so that its goodbye cannot be delivered.
        for number in 0..200 {
            ann.send(&format!("{number} {}", "x".repeat(900))).unwrap();
            ann.wait_for(&format!("ann: {number} ")).unwrap();
        }
        drop(ann);

        // A limit of its own, far above the farewell and far below the test's.
        let (done, is_done) = channel();
        thread::spawn(move || {
            let _ = done.send(chat.server.shutdown());
        });

        let stats = is_done
            .recv_timeout(LIMIT / 2)
            .expect("it ends although one does not read");
        assert_eq!(stats.clients, 0);
    });
}

#[test]
fn a_client_that_is_let_go_and_keeps_talking_does_not_stay() {
    on_both_engines(|engine| {
        let farewell = Duration::from_millis(200);
        let chat = Chat::start_with(
            engine,
            Config {
                farewell,
                ..config()
            },
        );
        let mut stranger = chat.raw();
        stranger.write_all(b"/quit\n").unwrap();
        read_until(&mut stranger, "* goodbye\n");

        // It neither closes nor stops talking. Its writes fail as soon as the server has closed.
        let mut taken = 0_u64;
        while stranger.write_all(&[b'x'; 4096]).is_ok() {
            taken += 4096;
            assert!(taken < 1 << 40, "the server listens for ever");
        }

        chat.server.shutdown();
    });
}

#[test]
fn last_words_are_not_overtaken_by_a_reset_although_bytes_are_left_unread() {
    on_both_engines(|engine| {
        let chat = Chat::start_with(
            engine,
            Config {
                farewell: LIMIT,
                ..config()
            },
        );
        let mut stranger = chat.raw();

        let mut bytes = b"/quit\n".to_vec();
        bytes.resize(100_000, b'x');
        stranger.write_all(&bytes).unwrap();

        let mut heard = String::new();
        // A reset would be an error here.
        stranger.read_to_string(&mut heard).expect("a clean end");
        assert!(heard.ends_with("* goodbye\n"), "{heard}");
    });
}
