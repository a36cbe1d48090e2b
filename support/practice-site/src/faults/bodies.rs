//! Bodies that are too slow, too long, or of the wrong type.

use super::{MAX_ENDLESS, MAX_WAIT, head, small_page};
use crate::encoding::Encoding;
use crate::server::{After, Answer, Raw, Request, Response};
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK";
const TEXT: (&str, &str) = ("Content-Type", "text/plain; charset=utf-8");

pub(super) fn answer(request: &Request, name: &str) -> Option<Answer> {
    let wait =
        |default| Duration::from_millis(request.number("ms", default, MAX_WAIT.as_millis() as u64));
    Some(match name {
        "slow" => {
            let mut response = Response::html(200, small_page("Slow to begin"));
            response.delay = wait(3_000);
            response.into()
        }
        "drip" => drip(wait(200), request.number("bytes", 50, 100_000) as usize),
        "drip-head" => {
            let pause = wait(200);
            Raw::answer(Some(200), move |wire| {
                for byte in head(OK, &[TEXT, ("Content-Length", "3")]) {
                    wire.send(&[byte])?;
                    wire.wait(pause)?;
                }
                wire.finish(Some(200));
                wire.send(b"ok\n")?;
                Ok(After::KeepAlive)
            })
        }
        "stall" => Raw::answer(Some(200), |wire| {
            wire.send(&head(OK, &[TEXT, ("Content-Length", "2000")]))?;
            wire.send(&[b'.'; 1_000])?;
            // Nobody sends the other half; the client's going ends the wait.
            wire.wait_for_client(10 * MAX_WAIT)?;
            Ok(After::Close)
        }),
        "endless" => Raw::answer(Some(200), |wire| {
            wire.send(&head(OK, &[TEXT, ("Transfer-Encoding", "chunked")]))?;
            let chunk = [b"1000\r\n".as_slice(), &[b'~'; 0x1000], b"\r\n"]
                .concat()
                .repeat(4);
            for _ in 0..MAX_ENDLESS / chunk.len() {
                wire.send(&chunk)?;
            }
            Ok(After::Reset)
        }),
        "endless-lines" => Raw::answer(Some(200), |wire| {
            wire.send(&head(OK, &[TEXT, ("Connection", "close")]))?;
            let lines =
                b"And so on, and so on, and so on, and so on, and so on, and so on.\n".repeat(250);
            for _ in 0..MAX_ENDLESS / lines.len() {
                wire.send(&lines)?;
            }
            Ok(After::Reset)
        }),
        "wrong-type" => Response::new(200, "image/png", small_page("Wrong type")).into(),
        "no-type" => {
            let mut response = Response::html(200, small_page("No type"));
            response.headers.clear();
            response.into()
        }
        "wrong-charset" => {
            let page = small_page("Wrong charset: déjà vu, naïve, Ærø");
            let page = page.replace("<meta charset=\"utf-8\">\n", "");
            let bytes = Encoding::Windows1252.encode(page);
            Response::new(200, "text/html; charset=utf-8", bytes).into()
        }
        "unknown-charset" => Response::new(
            200,
            "text/html; charset=klingon-1",
            small_page("Unknown charset"),
        )
        .into(),
        _ => return None,
    })
}

fn drip(pause: Duration, bytes: usize) -> Answer {
    Raw::answer(Some(200), move |wire| {
        wire.send(&head(OK, &[TEXT, ("Content-Length", &bytes.to_string())]))?;
        for place in 0..bytes {
            wire.wait(pause)?;
            if place + 1 == bytes {
                wire.finish(Some(200));
            }
            wire.send(b"drip, "[place % 6..][..1].as_ref())?;
        }
        Ok(After::KeepAlive)
    })
}
