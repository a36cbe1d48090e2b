//! Lengths and chunks that contradict what is sent.

use super::head;
use crate::server::{After, Answer, Raw, Request};

const OK: &str = "HTTP/1.1 200 OK";
const TEXT: (&str, &str) = ("Content-Type", "text/plain; charset=utf-8");
const CHUNKED: (&str, &str) = ("Transfer-Encoding", "chunked");

pub(super) fn answer(request: &Request, name: &str) -> Option<Answer> {
    let (head, body): (Vec<u8>, Vec<u8>) = match name {
        "truncated" => (
            head(OK, &[TEXT, ("Content-Length", "10000")]),
            vec![b'.'; 5_000],
        ),
        "too-short" => (
            head(OK, &[TEXT, ("Content-Length", "100")]),
            vec![b'.'; 500],
        ),
        "no-length" => (
            head(OK, &[TEXT, ("Connection", "close")]),
            b"This body ends with the connection.\n".to_vec(),
        ),
        "two-lengths" => (
            head(
                OK,
                &[TEXT, ("Content-Length", "5"), ("Content-Length", "10")],
            ),
            b"0123456789".to_vec(),
        ),
        "bad-length" => (
            head(OK, &[TEXT, ("Content-Length", "many")]),
            b"many bytes".to_vec(),
        ),
        "huge-length" => (
            head(OK, &[TEXT, ("Content-Length", "9223372036854775807")]),
            b"0123456789".to_vec(),
        ),
        "length-and-chunked" => (
            head(OK, &[TEXT, ("Content-Length", "3"), CHUNKED]),
            b"5\r\nhello\r\n0\r\n\r\n".to_vec(),
        ),
        "bad-chunk" => (
            head(OK, &[TEXT, CHUNKED]),
            b"5\r\nhello\r\nfive\r\nworld\r\n0\r\n\r\n".to_vec(),
        ),
        "truncated-chunk" => (
            head(OK, &[TEXT, CHUNKED]),
            b"5\r\nhello\r\n1000\r\nhalf".to_vec(),
        ),
        "no-last-chunk" => (head(OK, &[TEXT, CHUNKED]), b"5\r\nhello\r\n".to_vec()),
        "huge-chunk" => (
            head(OK, &[TEXT, CHUNKED]),
            b"fffffffffffffff0\r\nhello".to_vec(),
        ),
        "reset-in-body" => return Some(reset_in_body()),
        _ => return None,
    };
    let is_head = request.method == "HEAD";
    Some(Raw::answer(Some(200), move |wire| {
        wire.send(&head)?;
        wire.finish(Some(200));
        if !is_head {
            wire.send(&body)?;
        }
        Ok(After::Close)
    }))
}

fn reset_in_body() -> Answer {
    Raw::answer(Some(200), |wire| {
        wire.send(&head(OK, &[TEXT, ("Content-Length", "100000")]))?;
        wire.send(&[b'.'; 20_000])?;
        // What is still on its way when the reset comes is lost, so the client is given a moment.
        wire.wait(std::time::Duration::from_millis(50))?;
        Ok(After::Reset)
    })
}
