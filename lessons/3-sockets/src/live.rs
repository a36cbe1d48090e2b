//! A page in a browser that follows along: one HTML page, and the events that it listens to.
//!
//! A browser cannot read a [`feed`](crate::feed) over a bare socket, but it has a client for
//! server-sent events: an HTTP answer that never ends, a line `data: …` and an empty line for each
//! event. So this is another [`Service`] on the same engine: it hears the lines of a request up to the
//! empty one, and answers with the page (`/`) or with the stream (`/events`). Whoever does not read is
//! let go, as at the feed; a browser then comes back by itself.
//!
//! ```
//! use std::io::{BufRead, BufReader, Write};
//! use std::net::TcpStream;
//! use sockets::live::LivePage;
//! use sockets::server::Config;
//!
//! let page = LivePage::bind(Config::new("127.0.0.1:0".parse()?), "<h1>Now</h1>", 10)?;
//! page.publisher().publish("7 pages");
//! let mut browser = TcpStream::connect(page.address())?;
//! write!(browser, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.address())?;
//! let mut lines = BufReader::new(browser).lines();
//! assert!(lines.any(|line| line.is_ok_and(|line| line == "data: 7 pages")));
//! page.shutdown();
//! assert!(lines.any(|line| line.is_ok_and(|line| line == "event: end")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who may read it
//!
//! Programs of this machine, when the address is of this machine. A page of somebody else's site, open
//! in the same browser, may not: the browser keeps it out unless we allow it, and we do not. Nor may a
//! name that its owner suddenly lets point here (DNS rebinding): the `Host` of a request must be the
//! address that we listen on.
//!
//! Source: the [HTML Standard, server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html).

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use crate::Error;
use crate::feed::Publisher;
use crate::frame::LineError;
use crate::server::{Config, Engine, Server, Stats};
use crate::service::{ClientId, Delivery, Reason, Service};

/// Longer lines of a request than this are not ours to understand; a browser's stay below.
const MAX_LINE_BYTES: usize = 16 * 1024;

/// How many lines a request may have before its empty line.
const MAX_LINES: u32 = 200;

/// A page that is being served. Dropping it ends it.
#[derive(Debug)]
pub struct LivePage {
    server: Server,
    max_line_bytes: usize,
}

impl LivePage {
    /// Takes the address and serves `html` there; who comes late first gets the last `history` events.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken.
    pub fn bind(mut config: Config, html: &str, history: usize) -> Result<Self, Error> {
        // A browser sends all lines of a request at once, and two dozen of them.
        config.max_line_bytes = config.max_line_bytes.max(MAX_LINE_BYTES);
        config.max_lines_per_second = None;
        config.max_outbox_bytes = config.max_outbox_bytes.max(2 * html.len() + 64 * 1024);
        let history_bytes = config.max_outbox_bytes / 2;
        let local = config.address;
        let server = Server::bind(
            Engine::Readiness,
            config,
            Visitors {
                html: html.to_owned(),
                listens_on: local,
                visitors: BTreeMap::new(),
                history: VecDeque::new(),
                history_events: history,
                history_bytes,
                held_bytes: 0,
            },
        )?;
        Ok(Self {
            server,
            max_line_bytes: history_bytes,
        })
    }

    /// Returns the address that browsers connect to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns a handle that publishes events; clone it for as many threads as you like.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher::new(self.server.announcer(), self.max_line_bytes)
    }

    /// Lets the browsers read what was published, tells them that it ends, joins its thread.
    pub fn shutdown(self) -> Stats {
        self.server.shutdown()
    }
}

/// How far a visitor is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Visitor {
    /// It is still asking: the target of its request, its `Host`, and how many lines came.
    Asking {
        target: Option<String>,
        host: Option<String>,
        lines: u32,
    },
    /// It listens to the events.
    Listening,
    /// It has its answer, and is about to go.
    Answered,
}

#[derive(Debug)]
struct Visitors {
    html: String,
    listens_on: SocketAddr,
    visitors: BTreeMap<ClientId, Visitor>,
    history: VecDeque<String>,
    history_events: usize,
    history_bytes: usize,
    held_bytes: usize,
}

/// Writes an event as the stream carries it, but for the last line break, which the engine adds.
fn event(line: &str) -> String {
    format!("data: {line}\n")
}

impl Visitors {
    // ANCHOR: answer
    /// Answers a request whose head is complete.
    fn answer(&mut self, client: ClientId, target: &str, host: &str) -> Vec<Delivery> {
        let (status, body) = match target {
            _ if !self.is_ours(host) => ("403 Forbidden", "not at this name"),
            "/events" => {
                self.visitors.insert(client, Visitor::Listening);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                            Cache-Control: no-store\r\nConnection: close\r\n\r";
                let events = self
                    .history
                    .iter()
                    .map(|line| Delivery::to(client, event(line)));
                return std::iter::once(Delivery::to(client, head))
                    .chain(events)
                    .collect();
            }
            "/" => ("200 OK", self.html.as_str()),
            _ => ("404 Not Found", "there are / and /events"),
        };
        let kind = if status.starts_with("200") {
            "html"
        } else {
            "plain"
        };
        // The page may run its own script and listen to us, and nothing else: what a stranger's site
        // wrote into an event finds no way out.
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Length: {}\r\n\
             Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; \
             style-src 'unsafe-inline'; connect-src 'self'\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}",
            body.len() + 1
        );
        self.visitors.insert(client, Visitor::Answered);
        vec![Delivery::to(client, answer), Delivery::Close { client }]
    }
    // ANCHOR_END: answer

    /// Whether a `Host` names the address that we listen on.
    fn is_ours(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let name = name.trim_start_matches('[').trim_end_matches(']');
        match name.parse::<IpAddr>() {
            // An address is no name that anybody could point elsewhere.
            Ok(ip) => self.listens_on.ip() == ip || self.listens_on.ip().is_unspecified(),
            Err(_) => name == "localhost",
        }
    }
}

impl Service for Visitors {
    fn arrive(&mut self, client: ClientId) -> Vec<Delivery> {
        let asking = Visitor::Asking {
            target: None,
            host: None,
            lines: 0,
        };
        self.visitors.insert(client, asking);
        vec![]
    }

    fn line(&mut self, client: ClientId, line: Result<&str, LineError>) -> Vec<Delivery> {
        let Some(Visitor::Asking {
            target,
            host,
            lines,
        }) = self.visitors.get_mut(&client)
        else {
            return vec![]; // it has had its say
        };
        *lines += 1;
        let (Ok(line), true) = (line, *lines <= MAX_LINES) else {
            return vec![Delivery::Close { client }];
        };
        let line = line.trim_end_matches('\r');
        if target.is_none() {
            // `GET /events?x HTTP/1.1`
            let mut words = line.split(' ');
            let (method, asked) = (words.next(), words.next());
            let path = asked.map(|asked| asked.split('?').next().unwrap_or_default());
            match (method, path) {
                (Some("GET"), Some(path)) => *target = Some(path.to_owned()),
                _ => return vec![Delivery::Close { client }],
            }
            return vec![];
        }
        if !line.is_empty() {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("host")
            {
                *host = Some(value.trim().to_owned());
            }
            return vec![];
        }
        let (target, host) = (target.take(), host.take());
        self.answer(
            client,
            &target.unwrap_or_default(),
            &host.unwrap_or_default(),
        )
    }

    fn depart(&mut self, client: ClientId, _reason: &Reason) -> Vec<Delivery> {
        self.visitors.remove(&client);
        vec![]
    }

    fn announce(&mut self, line: &str) -> Vec<Delivery> {
        self.held_bytes += line.len() + 8;
        self.history.push_back(line.to_owned());
        while self.history.len() > self.history_events || self.held_bytes > self.history_bytes {
            let Some(oldest) = self.history.pop_front() else {
                break;
            };
            self.held_bytes -= oldest.len() + 8;
        }
        let listening = |(client, visitor): (&ClientId, &Visitor)| {
            (*visitor == Visitor::Listening).then_some(*client)
        };
        vec![Delivery::Line {
            to: self.visitors.iter().filter_map(listening).collect(),
            line: event(line),
        }]
    }

    /// An event of its own kind, so that the page stops asking for more.
    fn last_words(&self, reason: &Reason) -> String {
        format!("event: end\ndata: {reason}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitors() -> Visitors {
        Visitors {
            html: "<p>hello".to_owned(),
            listens_on: "127.0.0.1:4000".parse().expect("an address"),
            visitors: BTreeMap::new(),
            history: VecDeque::new(),
            history_events: 2,
            history_bytes: 1_000,
            held_bytes: 0,
        }
    }

    const BROWSER: ClientId = ClientId(1);

    /// Sends the lines of a request, and returns what comes back as text.
    fn ask(visitors: &mut Visitors, lines: &[&str]) -> String {
        visitors.arrive(BROWSER);
        let mut answer = String::new();
        for line in lines {
            for delivery in visitors.line(BROWSER, Ok(line)) {
                match delivery {
                    Delivery::Line { line, .. } => answer.push_str(&line),
                    Delivery::Close { .. } => answer.push_str("(closed)"),
                }
            }
        }
        answer
    }

    #[test]
    fn the_page_is_served_once_and_the_conversation_ends() {
        let answer = ask(
            &mut visitors(),
            &["GET / HTTP/1.1\r", "Host: 127.0.0.1:4000\r", "\r"],
        );

        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("Content-Length: 9\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n<p>hello(closed)"), "{answer}");
    }

    #[test]
    fn who_comes_late_hears_the_last_events_and_then_the_new_ones() {
        let mut visitors = visitors();
        for line in ["one", "two", "three"] {
            visitors.announce(line);
        }

        let answer = ask(
            &mut visitors,
            &["GET /events HTTP/1.1\r", "host: localhost:4000\r", "\r"],
        );
        let next = visitors.announce("four");

        assert!(
            answer.ends_with("\r\n\rdata: two\ndata: three\n"),
            "{answer:?}"
        );
        assert_eq!(next, [Delivery::to(BROWSER, "data: four\n")]);
    }

    #[test]
    fn a_name_that_somebody_else_lets_point_here_gets_nothing() {
        for host in ["evil.test", "evil.test:4000", "127.0.0.2:4000", ""] {
            let host = format!("Host: {host}\r");
            let answer = ask(&mut visitors(), &["GET /events HTTP/1.1\r", &host, "\r"]);

            assert!(answer.starts_with("HTTP/1.1 403"), "{host}: {answer}");
        }
    }

    #[test]
    fn what_is_no_request_is_let_go() {
        assert_eq!(ask(&mut visitors(), &["POST / HTTP/1.1\r"]), "(closed)");
        assert_eq!(ask(&mut visitors(), &["hello"]), "(closed)");
        let endless: Vec<&str> = std::iter::once("GET / HTTP/1.1\r")
            .chain(std::iter::repeat_n("x: y\r", 400))
            .collect();
        assert!(ask(&mut visitors(), &endless).starts_with("(closed)"));
    }
}
