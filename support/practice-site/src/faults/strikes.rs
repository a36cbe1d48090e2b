//! Faults that strike the whole site now and then, for a share of the responses.

use super::head;
use crate::random::{Random, hash};
use crate::server::{After, Answer, Raw, Request, Response, lock};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// For more paths than this the counting begins anew.
const MAX_PATHS: usize = 1_000_000;

/// What can strike.
const KINDS: [&str; 12] = [
    "status 500",
    "status 503",
    "status 429",
    "close",
    "reset",
    "close in head",
    "truncated",
    "reset in body",
    "bad chunk",
    "two lengths",
    "bad status line",
    "slow",
];

/// Decides which responses are struck, and by what.
#[derive(Debug)]
pub(crate) struct Strikes {
    seed: u64,
    share: f64,
    /// How often each path has been asked for.
    counts: Mutex<HashMap<u64, u64>>,
}

impl Strikes {
    pub(crate) fn new(seed: u64, share: f64) -> Self {
        Self {
            seed,
            share,
            counts: Mutex::default(),
        }
    }

    /// Spoils an answer, or lets it pass. The n-th answer for a path has the same fate in every run.
    pub(crate) fn strike(&self, request: &Request, answer: Answer) -> Answer {
        let exempt = ["/robots.txt", "/journal", "/journal.json"].contains(&request.path.as_str())
            || request.path.starts_with("/faults");
        let Answer::Response(response) = answer else {
            return answer;
        };
        if self.share <= 0.0 || exempt {
            return response.into();
        }
        let path = hash(request.target.as_bytes());
        let count = {
            let mut counts = lock(&self.counts);
            if counts.len() >= MAX_PATHS {
                counts.clear();
            }
            let count = counts.entry(path).or_insert(0);
            *count += 1;
            *count
        };
        let random = &mut Random::new(self.seed ^ path, "strike", count);
        if !random.chance(self.share) {
            return response.into();
        }
        spoil(response, random.pick(&KINDS))
    }
}

fn spoil(mut response: Response, kind: &'static str) -> Answer {
    let refuse = |status: u16| {
        let body = Response::text(status, "Struck by a fault. Try again.\n");
        Answer::from(if status == 500 {
            body
        } else {
            body.with("Retry-After", "1")
        })
    };
    let delay = response.delay;
    let body = response.body.bytes().unwrap_or_default();
    let half = body[..body.len() / 2].to_vec();
    let length = body.len().max(2).to_string();
    let content_type = response
        .header("content-type")
        .unwrap_or("text/html")
        .to_string();
    let ok = move |fields: &[(&str, &str)]| {
        let mut all = vec![("Content-Type", content_type.as_str())];
        all.extend(fields);
        head("HTTP/1.1 200 OK", &all)
    };
    let answer = match kind {
        "status 500" => refuse(500),
        "status 503" => refuse(503),
        "status 429" => refuse(429),
        "slow" => {
            response.delay += Duration::from_millis(500);
            return struck(response.into(), kind, Duration::ZERO);
        }
        "close" => raw(None, Vec::new(), After::Close),
        "reset" => raw(None, Vec::new(), After::Reset),
        "close in head" => raw(
            None,
            b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec(),
            After::Close,
        ),
        "bad status line" => raw(None, b"WELCOME TO THE BAY\r\n\r\n".to_vec(), After::Close),
        "truncated" => raw(
            Some(200),
            [ok(&[("Content-Length", &length)]), half].concat(),
            After::Close,
        ),
        "reset in body" => raw(
            Some(200),
            [ok(&[("Content-Length", &length)]), half].concat(),
            After::Reset,
        ),
        "two lengths" => raw(
            Some(200),
            [
                ok(&[("Content-Length", "1"), ("Content-Length", &length)]),
                half,
            ]
            .concat(),
            After::Close,
        ),
        _ => raw(
            Some(200),
            [
                ok(&[("Transfer-Encoding", "chunked")]),
                b"many\r\nhello\r\n".to_vec(),
            ]
            .concat(),
            After::Close,
        ),
    };
    struck(answer, kind, delay)
}

fn raw(status: Option<u16>, bytes: Vec<u8>, after: After) -> Answer {
    Raw::answer(status, move |wire| {
        wire.finish(status);
        wire.send(&bytes)?;
        Ok(after)
    })
}

/// Marks an answer as struck, and keeps the wait that the whole one would have had.
fn struck(mut answer: Answer, kind: &'static str, delay: Duration) -> Answer {
    match &mut answer {
        Answer::Response(response) => {
            response.delay += delay;
            response.struck = Some(kind);
            answer
        }
        Answer::Raw(_) => {
            let Answer::Raw(Raw { status, write, .. }) = answer else {
                return answer;
            };
            Answer::Raw(Raw {
                status,
                struck: Some(kind),
                write: Box::new(move |wire| {
                    wire.wait(delay)?;
                    write(wire)
                }),
            })
        }
    }
}
