//! The parts of the tour, in the order in which they are played.

pub mod empty;
pub mod messages;
pub mod waiting;
pub mod form;
pub mod scroll;
pub mod windows;
pub mod picture;
pub mod cost;
pub mod ending;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use browser::{Options, Session};
use practice_site::{Config, Site};

/// No wait is longer than this: a part that cannot go on fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn site() -> ::tour::Result<Site> {
    Ok(Site::start(Config::default())?)
}

/// How every part starts its browser: on this machine alone.
pub fn options() -> Options {
    Options::default().local_only()
}

pub fn session() -> ::tour::Result<Session> {
    Ok(Session::start(&options())?)
}

/// Fetches a page as a program does that is no browser: lesson 3 says how, lesson 4 with what.
pub fn fetch(site: &Site, path: &str) -> ::tour::Result<String> {
    let mut stream = TcpStream::connect_timeout(&site.address(), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let host = site.address();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the answer has no body")?;
    Ok(body.to_owned())
}

/// Returns the median of some times, and leaves them sorted.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
