//! # Step 2: one server, many clients at once
//!
//! **Task.** Fill in `src/echo.rs`: `echo` serves one peer, `serve` serves many at the same time.
//!
//! **Hint.** `read` returning 0 is how a socket says "the other side has finished sending".
//! More with `just hint 3 echo`.
//!
//! **Resources.** The chapter `book/src/3-sockets.md`, "Half a goodbye"; the tour, `just lesson 3 families`;
//! `std::io::Read::read`, `std::io::Write::write_all` and `std::thread::scope`.

mod harness;

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use exercise_3::echo::{echo, serve};
use harness::{Running, connect, expect_bytes, listen, plain, same, send, start, within};

/// What a scripted peer does when `echo` reads from it.
enum Does {
    /// Sends these bytes, and expects to be answered before it is read again.
    Sends(&'static [u8]),
    /// Lets a signal interrupt the call.
    Interrupts,
    /// Breaks the connection.
    Resets,
}

/// A peer without a network: it plays a script, and it complains as soon as something is wrong.
struct Scripted {
    script: VecDeque<Does>,
    /// How many bytes one `write` takes. A real socket with a full buffer takes few as well.
    takes: usize,
    sent: usize,
    echoed: Vec<u8>,
    ended: bool,
}

impl Scripted {
    fn new(script: impl IntoIterator<Item = Does>) -> Self {
        Self {
            script: script.into_iter().collect(),
            takes: usize::MAX,
            sent: 0,
            echoed: Vec::new(),
            ended: false,
        }
    }
}

impl Read for Scripted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(
            self.echoed.len() == self.sent,
            "\n\nThe peer has sent {} bytes and got {} back, and `echo` already reads again.\n\
             This peer waits for its answer before it sends more, so both would wait for ever.\n\
             Answer every read at once and completely; `write_all` sends all, `write` sends what fits.\n",
            self.sent,
            self.echoed.len()
        );
        match self.script.pop_front() {
            Some(Does::Sends(bytes)) => {
                let n = bytes.len().min(buffer.len());
                assert!(
                    n > 0,
                    "\n\n`echo` reads into an empty buffer, so it can never receive a byte.\n"
                );
                buffer[..n].copy_from_slice(&bytes[..n]);
                if n < bytes.len() {
                    self.script.push_front(Does::Sends(&bytes[n..]));
                }
                self.sent += n;
                Ok(n)
            }
            Some(Does::Interrupts) => Err(io::ErrorKind::Interrupted.into()),
            Some(Does::Resets) => Err(io::ErrorKind::ConnectionReset.into()),
            None => {
                assert!(
                    !self.ended,
                    "\n\n`read` returned 0, which means: the other side has finished sending.\n\
                     `echo` read again, and it will get 0 again, for ever. Stop at the first 0.\n"
                );
                self.ended = true;
                Ok(0)
            }
        }
    }
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len().min(self.takes);
        self.echoed.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `echo` with the scripted peer and returns both.
fn play(mut peer: Scripted) -> (io::Result<u64>, Scripted) {
    within(
        "`echo` should be done with this peer at once. Is there a loop without an end?",
        move || {
            let outcome = echo(&mut peer);
            (outcome, peer)
        },
    )
}

/// Starts `serve` for this many clients on a free port.
fn serving(clients: usize) -> (std::net::SocketAddr, Running<io::Result<usize>>) {
    let (listener, address) = listen();
    (address, start(move || serve(&listener, clients)))
}

/// The client says "I have sent everything", and expects the server to say the same.
fn say_goodbye(stream: &mut TcpStream, who: &str) {
    stream
        .shutdown(Shutdown::Write)
        .expect("a connected stream can be half-closed");
    match stream.read(&mut [0; 16]) {
        Ok(0) => {}
        Ok(n) => panic!("\n\n{who} got {n} bytes that it hadn't sent.\n"),
        Err(error) => panic!(
            "\n\n{who} has finished sending, and waits for the server to finish as well, but: {}.\n\
             When `read` returns 0 the server has nothing more to echo, so it should let go of the stream.\n\
             A stream is closed when its last owner is dropped: is a copy (`try_clone`) being kept somewhere?\n",
            plain(&error)
        ),
    }
}

#[test]
fn goal_1_what_arrives_goes_back() {
    let (outcome, peer) = play(Scripted::new([Does::Sends(b"hello")]));

    same!(
        peer.echoed.escape_ascii().to_string(),
        "hello",
        "The peer sent \"hello\", so \"hello\" should come back."
    );
    same!(
        outcome.expect("no error was scripted"),
        5,
        "Five bytes were echoed, and that is what `echo` returns."
    );
}

#[test]
fn goal_2_each_piece_is_answered_at_once_and_as_it_is() {
    let script = [
        Does::Sends(b"no line feed"),
        Does::Sends(b"\0\xff\xfe not text"),
        Does::Sends(b"\r\n\r\n"),
        Does::Sends(b"!"),
    ];

    let (outcome, peer) = play(Scripted::new(script));

    same!(
        peer.echoed.escape_ascii().to_string(),
        b"no line feed\0\xff\xfe not text\r\n\r\n!"
            .escape_ascii()
            .to_string(),
        "An echo sends back the bytes as they are. It knows neither lines nor text."
    );
    same!(
        outcome.expect("no error was scripted"),
        29,
        "29 bytes were echoed."
    );
}

#[test]
fn goal_3_a_peer_that_takes_few_bytes_at_a_time_gets_all_of_them() {
    let mut peer = Scripted::new([Does::Sends(b"0123456789"), Does::Sends(b"abcdef")]);
    peer.takes = 3;

    let (outcome, peer) = play(peer);

    same!(
        peer.echoed.escape_ascii().to_string(),
        "0123456789abcdef",
        "Each `write` took 3 bytes at most, and the rest got lost.\n\
         `write` returns how many bytes it took. `write_all` goes on until all are sent."
    );
    same!(
        outcome.expect("no error was scripted"),
        16,
        "16 bytes were echoed."
    );
}

#[test]
fn goal_4_an_interruption_is_no_failure_and_a_reset_is_one() {
    let (outcome, peer) = play(Scripted::new([
        Does::Interrupts,
        Does::Sends(b"still here"),
        Does::Interrupts,
    ]));

    match outcome {
        Ok(bytes) => same!(bytes, 10, "Ten bytes were echoed."),
        Err(error) => panic!(
            "\n\nA signal interrupted `read`, and `echo` gave up: {error}.\n\
             Nothing was wrong with the connection. `ErrorKind::Interrupted` means \"call me again\";\n\
             Python does that for you since version 3.5, Rust's `read` leaves it to you.\n"
        ),
    }
    same!(peer.echoed, b"still here");

    let (outcome, _) = play(Scripted::new([Does::Sends(b"x"), Does::Resets]));

    same!(
        outcome.map_err(|error| error.kind()),
        Err(io::ErrorKind::ConnectionReset),
        "The peer broke the connection, and `echo` must say so: a reset is not a clean end."
    );
}

#[test]
fn goal_5_a_client_that_has_finished_sending_still_gets_everything() {
    let (address, server) = serving(1);
    let upload: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut stream = connect(address);

    // One thread sends and says "that was all"; this one reads until the server says the same.
    let mut sending = stream
        .try_clone()
        .expect("a stream can have a second handle");
    let to_send = upload.clone();
    let sender = start(move || {
        send(
            &mut sending,
            &to_send,
            "The server should read while it answers.",
        );
        sending
            .shutdown(Shutdown::Write)
            .expect("a connected stream can be half-closed");
    });
    let mut came = Vec::new();
    let end = stream.read_to_end(&mut came);

    if let Err(error) = end {
        panic!(
            "\n\nThe client sent 1,000,000 bytes, half-closed, and read until the end. {} bytes came, then: {}.\n\
             After the last byte the server should close its side too: that is how the client knows it has all.\n",
            came.len(),
            plain(&error)
        );
    }
    assert!(
        came == upload,
        "\n\nThe client sent 1,000,000 bytes and half-closed: \"I have finished sending, I am still reading\".\n\
         It got {} bytes back{}.\n",
        came.len(),
        if came.len() == upload.len() {
            ", but not the same ones"
        } else {
            ""
        }
    );
    sender.finish("The client could not send everything.");
    let ended = server
        .finish("The only client has ended, so `serve(&listener, 1)` should return.")
        .expect("accept works on this machine");
    same!(ended, 1, "One client came and ended well.");
}

#[test]
fn goal_6_no_client_waits_for_another_one() {
    const CLIENTS: usize = 20;
    let (address, server) = serving(CLIENTS);
    let mut clients: Vec<TcpStream> = (0..CLIENTS).map(|_| connect(address)).collect();

    // All are connected and none has said anything. The last one speaks first, and nobody leaves
    // before everybody has been answered: only a server that holds all of them at once can do it.
    for (number, client) in clients.iter_mut().enumerate().rev() {
        let words = format!("I am client {number}");
        send(
            client,
            words.as_bytes(),
            "The server should accept every client.",
        );
        expect_bytes(
            client,
            words.as_bytes(),
            &format!(
                "{CLIENTS} clients are connected, and client {number} (counted from 0) is the only one that speaks now.\n\
                 It must be answered although client 0 came first and is still silent.\n\
                 A server that serves one client to its end before it accepts the next one can't do that."
            ),
        );
    }
    for (number, client) in clients.iter_mut().enumerate() {
        say_goodbye(client, &format!("Client {number}"));
    }

    let ended = server
        .finish("All clients have ended, so `serve` should return.")
        .expect("accept works on this machine");
    same!(ended, CLIENTS, "That many clients came and ended well.");
}

#[test]
fn goal_7_a_client_that_vanishes_costs_the_others_nothing() {
    let (address, server) = serving(3);
    let mut patient = connect(address);
    let mut vanishing = connect(address);

    // Closing a socket that still holds unread bytes resets the connection: no goodbye, just gone.
    send(
        &mut vanishing,
        b"read this, I won't",
        "The server should accept every client.",
    );
    if let Err(error) = vanishing.peek(&mut [0; 1]) {
        panic!(
            "\n\nThe second client spoke while the first one was silent, and got no answer: {}.\n\
             No client should wait for another one; goal 6 says more.\n",
            plain(&error)
        );
    }
    drop(vanishing);
    let mut late = connect(address);

    for client in [&mut patient, &mut late] {
        send(
            client,
            b"still there?",
            "One client is gone. The server should go on for the others.",
        );
        expect_bytes(
            client,
            b"still there?",
            "One client is gone. That must neither end the server nor the others' connections.",
        );
        say_goodbye(client, "A client that stayed");
    }
    let outcome = server.finish("All clients have ended, so `serve` should return.");
    match outcome {
        Ok(ended) => assert!(
            (2..=3).contains(&ended),
            "\n\nTwo clients ended well and one vanished, but `serve` counted {ended} that ended without an error.\n"
        ),
        Err(error) => panic!(
            "\n\nOne client vanished, and `serve` returned its error: {error}.\n\
             A client's error is that client's affair. Is there a `?` or an `unwrap` on what one client's thread returned?\n"
        ),
    }
}

#[test]
fn goal_8_clients_may_come_and_go_in_any_order() {
    const CLIENTS: usize = 50;
    let (address, server) = serving(CLIENTS);

    thread::scope(|scope| {
        for number in 0..CLIENTS {
            scope.spawn(move || {
                let mut client = connect(address);
                for round in 0..number % 4 {
                    let words = format!("client {number}, round {round}");
                    send(
                        &mut client,
                        words.as_bytes(),
                        "The server should still be there.",
                    );
                    expect_bytes(
                        &mut client,
                        words.as_bytes(),
                        "Each client gets its own words back.",
                    );
                }
                say_goodbye(&mut client, &format!("Client {number}"));
            });
        }
    });

    let ended = server
        .finish("All 50 clients have ended, so `serve` should return.")
        .expect("accept works on this machine");
    same!(ended, CLIENTS, "That many clients came and ended well.");
}
