//! The feed: everybody who watches gets everything, or is told why not.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::thread;

use common::{LIMIT, config, raw, read_until, within};
use socket2::{Domain, Socket, Type};
use sockets::Error;
use sockets::feed::{Feed, watch};
use sockets::server::{Config, Event};

fn feed(history: usize) -> Feed {
    Feed::bind(config(), history).unwrap()
}

#[test]
fn every_watcher_gets_every_line_in_order_from_any_number_of_publishers() {
    within(LIMIT, "feed", || {
        let feed = feed(0);
        let mut watchers: Vec<_> = (0..10)
            .map(|_| watch(feed.address(), Some(LIMIT)).unwrap())
            .collect();
        while feed.stats().clients < 10 {
            thread::yield_now();
        }

        let publishing: Vec<_> = (0..4)
            .map(|publisher| {
                let handle = feed.publisher();
                thread::spawn(move || {
                    for number in 0..100 {
                        assert!(handle.publish(&format!("{publisher} {number}")));
                    }
                })
            })
            .collect();
        for publisher in publishing {
            publisher.join().unwrap();
        }

        let first: Vec<_> = watchers[0].by_ref().take(400).map(Result::unwrap).collect();
        for publisher in 0..4 {
            let start = format!("{publisher} ");
            let own: Vec<_> = first
                .iter()
                .filter(|line| line.starts_with(&start))
                .collect();
            let expected: Vec<_> = (0..100)
                .map(|number| format!("{publisher} {number}"))
                .collect();
            assert!(own.into_iter().eq(&expected));
        }
        for watcher in &mut watchers[1..] {
            assert!(
                watcher
                    .take(400)
                    .map(Result::unwrap)
                    .eq(first.iter().cloned())
            );
        }
        feed.shutdown();
        assert!(watchers.iter_mut().all(|watcher| watcher.next().is_none()));
    });
}

#[test]
fn who_comes_late_gets_the_last_lines_first() {
    within(LIMIT, "history", || {
        let feed = feed(3);
        let publisher = feed.publisher();
        let mut early = watch(feed.address(), Some(LIMIT)).unwrap();
        for number in 0..5 {
            publisher.publish(&format!("line {number}"));
        }
        early
            .find(|line| line.as_ref().unwrap() == "line 4")
            .unwrap()
            .unwrap();

        let mut late = watch(feed.address(), Some(LIMIT)).unwrap();

        let lines: Vec<_> = late.by_ref().take(3).map(Result::unwrap).collect();
        assert_eq!(lines, ["line 2", "line 3", "line 4"]);
        publisher.publish("line 5");
        assert_eq!(late.next().unwrap().unwrap(), "line 5");
    });
}

#[test]
fn a_watcher_that_does_not_read_is_let_go_with_a_reason_and_publishing_never_waits() {
    within(LIMIT * 2, "slow watcher", || {
        let (sender, events) = channel();
        let config = Config {
            farewell: LIMIT,
            ..config()
        }
        .with_observer(move |event| {
            let _ = sender.send(event.clone());
        });
        let feed = Feed::bind(config, 0).unwrap();
        let publisher = feed.publisher();
        let mut good = watch(feed.address(), Some(LIMIT)).unwrap();
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(1).unwrap();
        socket.connect(&feed.address().into()).unwrap();
        let mut slow = TcpStream::from(socket);
        slow.set_read_timeout(Some(LIMIT)).unwrap();
        while feed.stats().clients < 2 {
            thread::yield_now();
        }

        let filler = "x".repeat(500);
        let mut published = 0;
        while feed.stats().too_slow == 0 {
            assert!(publisher.publish(&format!("{published} {filler}")));
            // The good one reads as fast as we publish, so that only the other is slow.
            assert_eq!(
                good.next().unwrap().unwrap(),
                format!("{published} {filler}")
            );
            published += 1;
            assert!(
                published < 50_000,
                "25 MB are waiting for somebody who does not read"
            );
        }

        assert!(
            events
                .iter()
                .any(|event| matches!(event, Event::Departed { .. }))
        );
        let mut heard = String::new();
        slow.read_to_string(&mut heard).unwrap();
        let last = heard.lines().last().unwrap();
        assert!(
            last.starts_with("! disconnected: read too slowly ("),
            "{last}"
        );
        publisher.publish("and on it goes");
        assert_eq!(good.next().unwrap().unwrap(), "and on it goes");
    });
}

#[test]
fn a_watcher_learns_why_it_was_let_go_and_whether_the_feed_broke_off() {
    within(LIMIT, "reasons", || {
        for (said, reason) in [
            (
                "one\n! disconnected: read too slowly (9 bytes were waiting)\n",
                Some("read too slowly (9 bytes were waiting)"),
            ),
            ("one\n", Some("the feed is gone without a word")),
            ("one\n! the feed has ended\n", None),
        ] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let mut watcher = watch(listener.local_addr().unwrap(), Some(LIMIT)).unwrap();
            listener
                .accept()
                .unwrap()
                .0
                .write_all(said.as_bytes())
                .unwrap();

            assert_eq!(watcher.next().unwrap().unwrap(), "one");
            match (watcher.next(), reason) {
                (Some(Err(Error::Disconnected(why))), Some(reason)) => assert_eq!(why, reason),
                (None, None) => {}
                (other, _) => panic!("{said:?}: {other:?}"),
            }
            assert!(watcher.next().is_none());
        }
    });
}

#[test]
fn whatever_is_published_is_one_harmless_line_that_cannot_pose_as_the_feeds_own() {
    within(LIMIT, "harmless", || {
        let feed = feed(10);
        let publisher = feed.publisher();

        assert!(publisher.publish("two\nlines\x1b[2J"));
        assert!(publisher.publish("! the feed has ended"));
        assert!(
            !publisher.publish(&"x".repeat(40 * 1024)),
            "too long for an outbox"
        );

        let mut watcher = watch(feed.address(), Some(LIMIT)).unwrap();
        assert_eq!(watcher.next().unwrap().unwrap(), "two␊lines␛[2J");
        assert_eq!(watcher.next().unwrap().unwrap(), " ! the feed has ended");
        feed.shutdown();
        assert!(watcher.next().is_none());
        assert!(!publisher.publish("anybody?"));
    });
}

#[test]
fn what_watchers_say_is_ignored_and_those_that_vanish_are_forgotten() {
    within(LIMIT, "talking watchers", || {
        let feed = Feed::bind(Config::new(([127, 0, 0, 1], 0).into()), 1).unwrap();
        let publisher = feed.publisher();
        publisher.publish("welcome");
        for _ in 0..50 {
            let mut watcher = raw(feed.address());
            watcher
                .write_all(b"GET / HTTP/1.1\r\n\r\n\xff\xff\n")
                .unwrap();
            read_until(&mut watcher, "welcome\n");
        }
        while feed.stats().clients > 0 {
            thread::yield_now();
        }

        assert!(publisher.publish("nobody watches"));

        assert_eq!(feed.shutdown().accepted, 50);
    });
}

#[test]
fn a_quiet_feed_is_a_timeout_and_may_be_watched_on() {
    within(LIMIT, "quiet", || {
        let feed = feed(0);
        let mut watcher =
            watch(feed.address(), Some(std::time::Duration::from_millis(50))).unwrap();

        let quiet = watcher.next().unwrap();

        assert!(matches!(quiet, Err(Error::TimedOut { .. })), "{quiet:?}");
        feed.publisher().publish("at last");
        let line = watcher.find_map(Result::ok);
        assert_eq!(line.as_deref(), Some("at last"));
    });
}

#[test]
fn a_publisher_never_waits_for_a_feed_that_is_behind() {
    within(LIMIT, "behind", || {
        let (held, may_go_on) = channel::<()>();
        let may_go_on = std::sync::Mutex::new(may_go_on);
        // An observer that waits, which it must not, holds the whole engine.
        let config = config().with_observer(move |_| {
            let _ = may_go_on.lock().unwrap().recv();
        });
        let feed = Feed::bind(config, 0).unwrap();
        let publisher = feed.publisher();
        let mut watcher = raw(feed.address());

        let mut taken = 0;
        while publisher.publish(&format!("line {taken}")) {
            taken += 1;
            assert!(taken < 1_000_000, "the lines pile up without end");
        }

        drop(held); // the engine goes on
        assert!(taken >= 4096, "{taken}");
        while !publisher.publish("and on it goes") {
            thread::yield_now();
        }
        read_until(&mut watcher, "and on it goes\n");
    });
}
