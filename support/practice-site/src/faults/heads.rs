//! Heads that are broken, endless or missing, and connections that break.

use super::{MAX_ENDLESS, MAX_WAIT, head, small_page};
use crate::server::{After, Answer, Raw, Request};

const OK: &str = "HTTP/1.1 200 OK";
const TEXT: (&str, &str) = ("Content-Type", "text/plain; charset=utf-8");

pub(super) fn answer(request: &Request, name: &str) -> Option<Answer> {
    Some(match name {
        "unfinished-head" => Raw::answer(None, |wire| {
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Patience: ")?;
            wire.wait_for_client(10 * MAX_WAIT)?;
            Ok(After::Close)
        }),
        "endless-head" => Raw::answer(None, |wire| {
            wire.send(b"HTTP/1.1 200 OK\r\n")?;
            let mut number = 0_u64;
            let mut sent = 0;
            while sent < MAX_ENDLESS {
                let mut fields = String::new();
                for _ in 0..200 {
                    number += 1;
                    fields.push_str(&format!("X-Field-{number}: and one more, and one more\r\n"));
                }
                wire.send(fields.as_bytes())?;
                sent += fields.len();
            }
            Ok(After::Reset)
        }),
        "huge-field" => Raw::answer(Some(200), |wire| {
            wire.send(b"HTTP/1.1 200 OK\r\nX-Huge: ")?;
            wire.send(&vec![b'x'; 1024 * 1024])?;
            wire.finish(Some(200));
            wire.send(b"\r\nContent-Length: 3\r\n\r\nok\n")?;
            Ok(After::Close)
        }),
        "bare-lf" => fixed(
            Some(200),
            b"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 3\nConnection: close\n\nok\n".to_vec(),
        ),
        "bad-status-line" => fixed(None, b"WELCOME TO THE BAY\r\n\r\nhello\n".to_vec()),
        "bad-status" => fixed(None, head("HTTP/1.1 2xx Fine", &[TEXT, ("Content-Length", "0")])),
        "bad-field" => fixed(
            Some(200),
            b"HTTP/1.1 200 OK\r\nthis line has no colon\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n".to_vec(),
        ),
        "http09" => fixed(None, small_page("HTTP/0.9").into_bytes()),
        // An empty SETTINGS frame: length 0, type 4, no flags, stream 0.
        "http2" => fixed(None, vec![0, 0, 0, 4, 0, 0, 0, 0, 0]),
        "informational" => {
            let count = request.number("n", 1_000, 1_000_000);
            Raw::answer(Some(200), move |wire| {
                for _ in 0..count {
                    wire.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")?;
                }
                wire.finish(Some(200));
                wire.send(&[head(OK, &[TEXT, ("Content-Length", "3")]), b"ok\n".to_vec()].concat())?;
                Ok(After::KeepAlive)
            })
        }
        "no-content-with-body" => fixed(
            Some(204),
            [head("HTTP/1.1 204 No Content", &[TEXT, ("Content-Length", "5")]), b"hello".to_vec()].concat(),
        ),
        "head-with-body" => fixed(
            Some(200),
            [head(OK, &[TEXT, ("Content-Length", "5")]), b"hello".to_vec()].concat(),
        ),
        "close" => Raw::answer(None, |_| Ok(After::Close)),
        "close-in-head" => fixed(None, b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec()),
        "reset" => Raw::answer(None, |_| Ok(After::Reset)),
        _ => return None,
    })
}

/// Sends these bytes and closes.
fn fixed(status: Option<u16>, bytes: Vec<u8>) -> Answer {
    Raw::answer(status, move |wire| {
        wire.finish(status);
        wire.send(&bytes)?;
        Ok(After::Close)
    })
}
