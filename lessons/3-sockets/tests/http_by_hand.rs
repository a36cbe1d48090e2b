//! HTTP by hand against servers that say whatever the test wants, in whatever pieces.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use common::{LIMIT, within};
use sockets::Error;
use sockets::http_by_hand::{Answer, Limits, get};

/// Starts a server that answers one request with the given pieces, each written on its own, and
/// returns the request that it got.
fn server(pieces: Vec<Vec<u8>>) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
            request.push(byte[0]);
        }
        for piece in pieces {
            if stream.write_all(&piece).is_err() {
                break; // the client has seen enough
            }
        }
        String::from_utf8(request).unwrap()
    });
    (address, thread)
}

fn answer_to(said: &[u8], limits: Limits) -> Result<Answer, Error> {
    let (address, server) = server(vec![said.to_vec()]);
    let answer = get(address, "localhost", "/", limits);
    server.join().unwrap();
    answer
}

#[test]
fn a_request_is_sent_as_the_protocol_wants_and_the_answer_is_read() {
    within(LIMIT, "get", || {
        let said =
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nsorry";
        let (address, server) = server(vec![said.into()]);

        let answer = get(address, "example.test", "/a?b=c", Limits::default()).unwrap();

        let request = server.join().unwrap();
        assert!(
            request.starts_with("GET /a?b=c HTTP/1.1\r\nHost: example.test\r\n"),
            "{request}"
        );
        assert_eq!(answer.request, request);
        assert_eq!((answer.status, answer.reason.as_str()), (404, "Not Found"));
        assert_eq!(answer.header("content-TYPE"), Some("text/plain"));
        assert_eq!(answer.body, b"sorry");
    });
}

#[test]
fn an_answer_that_comes_byte_by_byte_is_the_same_answer() {
    within(LIMIT, "bytes", || {
        let said = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        let (address, server) = server(said.iter().map(|&byte| vec![byte]).collect());

        let answer = get(address, "localhost", "/", Limits::default()).unwrap();

        server.join().unwrap();
        assert_eq!(answer.body, b"abc");
    });
}

#[test]
fn without_a_length_the_body_is_what_comes_until_the_end() {
    within(LIMIT, "no length", || {
        let answer = answer_to(b"HTTP/1.1 200 OK\r\n\r\nall of it", Limits::default()).unwrap();
        assert_eq!(answer.body, b"all of it");

        let answer = answer_to(b"HTTP/1.1 204 No Content\r\n\r\n", Limits::default()).unwrap();
        assert_eq!(answer.body, b"");
    });
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_believed() {
    within(LIMIT, "bad answers", || {
        let limits = Limits {
            max_head_bytes: 200,
            max_body_bytes: 100,
            time: LIMIT,
        };
        let long_head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(10_000));
        let long_body = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(10_000));
        for (said, problem) in [
            ("", "ended after 0 bytes of its head"),
            ("SSH-2.0-OpenSSH\r\n\r\n", "is not a status line"),
            ("HTTP/1.1 2000 OK\r\n\r\n", "is not a status line"),
            ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "is not a header"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
                "ended after 2 of 5 bytes",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
                "its body has 101 bytes, above 100",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nabcde",
                "`+5` is not a length",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "is not a length",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\nab",
                "two lengths",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "sent as `chunked`",
            ),
            (&long_head, "its head is longer than 200 bytes"),
            (&long_body, "its body is longer than 100 bytes"),
        ] {
            let error = answer_to(said.as_bytes(), limits).unwrap_err();
            assert!(matches!(error, Error::Protocol(_)), "{said:?}: {error:?}");
            assert!(error.to_string().contains(problem), "{said:?}: {error}");
        }
        let error = get(([127, 0, 0, 1], 1).into(), "a", "/\r\nX: y", limits).unwrap_err();
        assert!(
            error.to_string().contains("holds a space or a control"),
            "{error}"
        );
    });
}

#[test]
fn a_server_that_drips_is_left_at_the_deadline() {
    within(LIMIT, "drip", || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            // Each single read of the client is short; only a deadline ends this.
            while stream.write_all(b".").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        });
        let limits = Limits {
            time: Duration::from_millis(200),
            ..Limits::default()
        };

        let error = get(address, "localhost", "/", limits).unwrap_err();

        assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
        server.join().unwrap();
    });
}
