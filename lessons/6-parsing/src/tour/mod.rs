//! The parts of the tour, in the order in which they are played.

pub mod repair;
pub mod selectors;
pub mod encodings;
pub mod articles;
pub mod feeds;
pub mod robots;
pub mod attacks;
pub mod speed;
pub mod manners;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use practice_site::{Config, Site};

/// No wait on a connection is longer than this: a part that cannot go on fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(5);

/// No answer that the tour asks for is longer.
const MAX_ANSWER_BYTES: u64 = 4 * 1024 * 1024;

/// An answer of the practice site.
pub struct Answer {
    /// The header fields, a line each.
    pub head: String,
    /// What follows the empty line.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    }

    /// Returns the charset of `Content-Type`.
    pub fn charset(&self) -> Option<&str> {
        let (_, charset) = self.header("content-type")?.split_once("charset=")?;
        Some(charset.trim_matches(['"', ' ']))
    }
}

/// Starts a practice site that is always the same.
pub fn site() -> ::tour::Result<Site> {
    Ok(Site::start(Config::default())?)
}

/// Fetches a page by the oldest HTTP that there is: one request, one answer, the end. Lesson 4 does it properly.
pub fn get(site: &Site, path: &str) -> ::tour::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&site.address(), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {}\r\nUser-Agent: Spindle-tour/0.1 (lesson 6)\r\n\r\n",
        site.address()
    )?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n");
    let end = end.ok_or("the answer has no end of its head")?;
    let body = answer.split_off(end + 4);
    Ok(Answer {
        head: String::from_utf8_lossy(&answer).into_owned(),
        body,
    })
}

/// Cuts a text for a table.
pub fn short(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let cut: String = text.chars().take(letters - 1).collect();
    format!("{}…", cut.trim_end())
}
