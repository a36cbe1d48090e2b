//! What the tests of this lesson share: the practice site, a plain socket to it, and waits that end.
//! Nothing here needs to be read to solve an exercise.

#![allow(dead_code, reason = "each step uses the part that it needs")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use practice_site::{Config, Entry, Site};

/// The longest that a test waits for anything, less than the ten seconds after which `just exercise`
/// ends a test. A right answer needs a few milliseconds.
pub const LIMIT: Duration = Duration::from_secs(8);

/// Starts a practice site of this test's own, on a free port of this machine.
pub fn site() -> Site {
    Site::start(Config::default()).expect("loopback has a free port")
}

/// Runs `work` on a thread of its own, and panics with `complaint` when it takes longer than [`LIMIT`].
#[track_caller]
pub fn within<T: Send + 'static>(complaint: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (finished, outcome) = mpsc::channel();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work());
        })
        .expect("the system can start one more thread");
    match outcome.recv_timeout(LIMIT) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => panic!(
            "\n\nThis was not over after {LIMIT:?}, so the test stopped waiting.\n{complaint}\n"
        ),
        // The thread has panicked, and its message has been printed. The test fails with it.
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => unreachable!("the thread sends its result before it ends"),
        },
    }
}

/// An answer as it came over a plain socket.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names and values of the headers, as they were written.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the value of a header.
    pub fn header(&self, wanted: &str) -> Option<String> {
        let mut headers = self.headers.iter();
        let named = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| value.clone())
    }
}

/// Sends one request over a connection of its own, and reads the answer to its end.
pub fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(broken)?,
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect(),
        body: bytes.split_off(end + 4),
    })
}

/// Writes what the site was asked for: `GET /api/books/1 -> 200`.
pub fn asked(entries: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| {
        let status = entry
            .status
            .map_or("nothing".to_owned(), |status| status.to_string());
        format!("{} {} -> {status}", entry.method, entry.path)
    };
    entries.iter().map(line).collect()
}
