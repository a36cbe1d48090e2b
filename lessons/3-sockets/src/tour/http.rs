//! Part 10: HTTP spoken by hand to the practice site, and where the hand stops.

use std::time::Duration;

use practice_site::{Config, Site};
use sockets::Error;
use sockets::http_by_hand::{Answer, Limits, get};
use tour::{Stage, Table};

/// What we tell the server that we call it. It is for servers that have many names.
const HOST: &str = "localhost";

/// A body that is short enough to be shown.
const ROBOTS: &str = "User-agent: *\nDisallow: /account\nCrawl-delay: 1\n";

const LIMITS: Limits = Limits {
    max_head_bytes: 16 * 1024,
    max_body_bytes: 64 * 1024,
    time: Duration::from_secs(2),
};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = Site::start(Config::default().with_robots(ROBOTS))?;
    let ask = |path: &str| get(site.address(), HOST, path, LIMITS);

    let answer = ask("/robots.txt")?;
    stage.line("sent, byte for byte:");
    stage.quote(&answer.request);
    show(stage, &answer);
    stage.means("the head ends with an empty line, and Content-Length says how long the body is: both ways to mark an end, in one answer");
    stage.blank();

    let mut table = Table::new(["asked for", "by hand", "by a library"]);
    for (path, library) in [
        ("/blog", "goes there"),
        ("/faults/truncated", "says so too"),
        ("/faults/endless-lines", "reads on, unless you limit it"),
        ("/faults/endless", "puts the chunks together"),
        ("/x HTTP/1.1\r\nHost: evil", "refuses too"),
    ] {
        let outcome = match ask(path) {
            Ok(answer) => {
                let status = answer.status.to_string();
                let location = answer.header("Location");
                location.map_or(status.clone(), |location| {
                    format!("{status}: it is at {location}")
                })
            }
            Err(Error::Protocol(why)) => why,
            Err(error) => return Err(error.into()),
        };
        table.row([path.escape_debug().to_string(), outcome, library.to_owned()]);
    }
    stage.table(&table);
    stage.means(
        "redirects, chunks, compression, cookies, TLS, reused connections: a library has them all. \
         Use a socket to learn HTTP, and a library to use it",
    );
    Ok(())
}

/// Shows the parts of an answer that are the same on every machine.
fn show(stage: &mut Stage, answer: &Answer) {
    stage.line("came back (some headers left out):");
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, answer.reason);
    for name in ["Content-Type", "Content-Length", "Connection"] {
        if let Some(value) = answer.header(name) {
            head += &format!("{name}: {value}\r\n");
        }
    }
    stage.quote(head + "\r\n");
    stage.quote(&answer.body);
}
