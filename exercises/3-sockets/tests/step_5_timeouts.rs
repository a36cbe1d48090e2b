//! # Step 5: an exchange that always ends
//!
//! **Task.** Fill in `src/timeouts.rs`: `exchange` asks a server and returns its reply, and it ends
//! in time even if the server never answers, never reads, or never stops.
//!
//! **Hint.** Before every call that can wait, ask the deadline how much time is left.
//! More with `just hint 3 timeouts`.
//!
//! **Resources.** The chapter `book/src/3-sockets.md`, "A timeout is not a deadline"; the tour, `just lesson 3 timeouts`;
//! `TcpStream::connect_timeout`, `set_read_timeout`, `set_write_timeout`; `Instant::checked_duration_since`.

mod harness;

use std::io::{self, Read, Write};
use std::mem;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use exercise_3::timeouts::{Deadline, ExchangeError, Limits, exchange};
use harness::{LIMIT, listen, same, within};

/// Time enough for a server on this machine that does what it should.
const PLENTY: Limits = Limits {
    time: LIMIT,
    reply_bytes: 1_000_000,
};

/// Too little time for a server that doesn't.
const BRIEF: Limits = Limits {
    time: Duration::from_millis(300),
    reply_bytes: 1_000_000,
};

/// Time enough for a server to begin, and little enough to wait for the end of it.
const A_SECOND: Limits = Limits {
    time: Duration::from_secs(1),
    reply_bytes: 1_000_000,
};

/// What `exchange` returned, in a form that can be compared and that reads well in a failure.
#[derive(Debug, PartialEq)]
enum Came {
    Reply(String),
    TimedOut { received: usize },
    ReplyTooLong { limit: usize },
    Io(io::ErrorKind),
}

/// Runs `exchange`, and fails with `complaint` if it doesn't end.
fn ask(server: SocketAddr, request: &[u8], limits: Limits, complaint: &str) -> Came {
    let request = request.to_vec();
    within(complaint, move || {
        match exchange(server, &request, limits) {
            Ok(reply) => Came::Reply(reply.escape_ascii().to_string()),
            Err(ExchangeError::TimedOut { received }) => Came::TimedOut { received },
            Err(ExchangeError::ReplyTooLong { limit }) => Came::ReplyTooLong { limit },
            Err(ExchangeError::Io(error)) => Came::Io(error.kind()),
        }
    })
}

/// Starts a server that does this with its first client, beside the test.
fn server(behave: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let (listener, address) = listen();
    thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            behave(stream);
        }
    });
    address
}

/// How often an experiment is repeated that a very busy machine could spoil: there one single call
/// may wait too long by chance, and that would look like a limit on the sum of all calls.
const REPEATED: usize = 4;

/// Leaves a connection open and does nothing with it until the test program ends.
fn hold(stream: TcpStream) {
    mem::forget(stream);
}

#[test]
fn goal_1_a_deadline_knows_how_much_time_is_left() {
    let hour = Duration::from_secs(3_600);

    let left = Deadline::after(hour)
        .remaining()
        .expect("an hour has not passed yet");
    assert!(
        left <= hour && left > hour / 2,
        "\n\nOf a deadline an hour ahead {left:?} are said to be left.\n"
    );
    let deadline = Deadline::after(Duration::from_millis(1));
    thread::sleep(Duration::from_millis(2));
    same!(
        deadline.remaining(),
        None,
        "This deadline has passed (subtracting a later `Instant` gives zero, which isn't `None`)."
    );
    same!(
        Deadline::after(Duration::ZERO).remaining(),
        None,
        "No time is no time."
    );
}

#[test]
fn goal_2_a_well_behaved_server_is_heard_to_the_end() {
    let address = server(|mut stream| {
        let mut request = Vec::new();
        // Reads until the client half-closes: only then is the request known to be complete.
        stream.read_to_end(&mut request).expect("the client sends");
        request.reverse();
        let (first, second) = request.split_at(request.len() / 2);
        stream.write_all(first).expect("the client reads");
        stream.write_all(second).expect("the client reads");
    });

    let came = ask(
        address,
        b"desserts",
        PLENTY,
        "This server answers as soon as the request is complete.",
    );

    same!(
        came,
        Came::Reply("stressed".to_owned()),
        "This server reads to the end of the request and sends it back reversed.\n\
         If the time ran out: have you half-closed (`shutdown(Shutdown::Write)`) after the request?\n\
         Without that the server waits for more, while you wait for its reply."
    );
}

#[test]
fn goal_3_a_server_that_never_answers_is_given_up() {
    let address = server(hold);

    let came = ask(
        address,
        b"hello?",
        BRIEF,
        "This server never answers. A `read` without a timeout waits for ever.",
    );

    same!(
        came,
        Came::TimedOut { received: 0 },
        "This server never answers, so the time runs out.\n\
         When a timeout ends a `read`, the kind of the error is `WouldBlock` on Unix and `TimedOut` on Windows."
    );
}

#[test]
fn goal_4_half_an_answer_is_reported_as_what_it_is() {
    let address = server(|mut stream| {
        stream.write_all(b"12345").expect("the client is connected");
        hold(stream);
    });

    let came = ask(
        address,
        b"hello?",
        A_SECOND,
        "This server stops in the middle of its reply.",
    );

    same!(
        came,
        Came::TimedOut { received: 5 },
        "Five bytes came, and then nothing. Half a reply must not be taken for a reply,\n\
         and \"it sent 5 bytes\" helps whoever looks for the reason."
    );
}

#[test]
fn goal_5_a_server_that_drips_cannot_hold_the_exchange() {
    for _ in 0..REPEATED {
        let address = server(|mut stream| {
            // A byte each 20 ms, until the client has gone away.
            while stream.write_all(b".").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });

        let came = ask(
            address,
            b"hello?",
            BRIEF,
            "This server sends one byte each 20 ms, and never stops. The limit is 300 ms for the whole exchange.\n\
             With a timeout of 300 ms for each `read`, every single `read` succeeds in time, and it goes on for ever.\n\
             Set the timeout again before each `read`, to what is left of the whole.",
        );

        assert!(
            matches!(came, Came::TimedOut { .. }),
            "\n\nThis server sends one byte each 20 ms and never stops, so the time runs out.\n\
             But the outcome was {came:?}.\n"
        );
    }
}

#[test]
fn goal_6_a_server_that_does_not_read_cannot_hold_the_exchange() {
    // More than the buffers of two sockets hold, so sending has to wait for the server.
    let big = vec![b'x'; 64 << 20];
    let address = server(hold);

    let came = ask(
        address,
        &big,
        BRIEF,
        "This server never reads. Once the sockets' buffers are full, `write` waits as well: it needs a timeout too.",
    );

    same!(
        came,
        Came::TimedOut { received: 0 },
        "This server never reads, so the time runs out while the request is being sent."
    );

    for _ in 0..REPEATED {
        let address = server(|mut stream| {
            // At this pace all of it takes seven seconds.
            let mut buffer = vec![0; 256 << 10];
            while matches!(stream.read(&mut buffer), Ok(1..)) {
                thread::sleep(Duration::from_millis(28));
            }
        });

        let came = ask(
            address,
            &big,
            BRIEF,
            "This server reads, but slowly. With one timeout for a whole `write_all`, each `write` inside it gets\n\
             that time anew. Call `write` yourself, and set its timeout each time to what is left.",
        );

        same!(
            came,
            Came::TimedOut { received: 0 },
            "This server reads too slowly, so the time runs out while the request is being sent."
        );
    }
}

#[test]
fn goal_7_a_server_that_does_not_accept_cannot_hold_the_exchange() {
    let Some((_listener, address, _others)) = full_house() else {
        println!(
            "This system queues every connection, so a `connect` that waits can't be shown here."
        );
        return;
    };

    let came = ask(
        address,
        b"hello?",
        BRIEF,
        "This server's queue of new connections is full, so connecting waits (on Linux for a minute or two).\n\
         `TcpStream::connect_timeout` ends in time.",
    );

    same!(
        came,
        Came::TimedOut { received: 0 },
        "Connecting took all the time there was."
    );
}

/// A listener that accepts nobody, with so many connections waiting that one more has to wait outside.
fn full_house() -> Option<(TcpListener, SocketAddr, Vec<TcpStream>)> {
    let (listener, address) = listen();
    let mut waiting = Vec::new();
    // One that can't get in may be due to a busy machine. Three in a row are due to a full queue.
    let mut turned_away = 0;
    while waiting.len() < 500 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            Ok(stream) => {
                waiting.push(stream);
                turned_away = 0;
            }
            Err(_) => turned_away += 1,
        }
        if turned_away == 3 {
            return Some((listener, address, waiting));
        }
    }
    None
}

#[test]
fn goal_8_limits_hold_at_their_edges() {
    let reply_of = |bytes: usize| {
        server(move |mut stream| {
            let _ = stream.write_all(&vec![b'x'; bytes]);
            // Waits for the client's half-close, so that closing does not reset the connection.
            let _ = stream.read_to_end(&mut Vec::new());
        })
    };
    let ten = Limits {
        reply_bytes: 10,
        ..PLENTY
    };
    let complaint = "This server's reply comes at once.";

    same!(
        ask(reply_of(10), b"", ten, complaint),
        Came::Reply("xxxxxxxxxx".to_owned()),
        "Ten bytes are allowed, so ten bytes are not too many."
    );
    same!(
        ask(reply_of(11), b"", ten, complaint),
        Came::ReplyTooLong { limit: 10 },
        "Ten bytes are allowed, and eleven came."
    );

    let endless = server(|mut stream| while stream.write_all(&[b'x'; 65_536]).is_ok() {});
    same!(
        ask(
            endless,
            b"",
            PLENTY,
            "This server floods. Stop as soon as the reply is too long."
        ),
        Came::ReplyTooLong {
            limit: PLENTY.reply_bytes
        },
        "This server sends as fast as it can and never stops. A deadline alone would let gigabytes in."
    );

    let no_time = Limits {
        time: Duration::ZERO,
        ..PLENTY
    };
    same!(
        ask(server(hold), b"", no_time, "There is no time at all."),
        Came::TimedOut { received: 0 },
        "There is no time at all, so it is over before it begins.\n\
         (The socket calls refuse a timeout of zero with `InvalidInput`, because for the system zero means \"for ever\".)"
    );
}

#[test]
fn goal_9_other_failures_are_passed_on() {
    let (listener, nobody) = listen();
    drop(listener);

    same!(
        ask(
            nobody,
            b"hello?",
            PLENTY,
            "Nobody listens there, and the system says so at once."
        ),
        Came::Io(io::ErrorKind::ConnectionRefused),
        "Nobody listens at that address. That is no timeout, and the caller may want to know it."
    );

    let rude = server(|stream| {
        // Closing a socket that still holds unread bytes resets the connection.
        let _ = stream.peek(&mut [0; 1]);
    });
    let came = ask(
        rude,
        b"hello?",
        PLENTY,
        "The connection was reset, and the system says so at once.",
    );
    assert!(
        matches!(came, Came::Io(_)),
        "\n\nThe server reset the connection instead of answering. That is a failure of its own kind, but you returned {came:?}.\n"
    );
}
