//! One publisher, any number of watchers: each line goes to everybody who watches.
//!
//! Watchers are served by the readiness engine with bounded outboxes. Publishing never waits: a
//! watcher that does not read is disconnected with a reason, and nobody else notices. Who comes late
//! first gets the last lines again.
//!
//! Watch from any terminal with `nc 127.0.0.1 PORT`, or with [`watch`]:
//!
//! ```
//! use std::time::Duration;
//! use sockets::feed::{Feed, watch};
//! use sockets::server::Config;
//!
//! let feed = Feed::bind(Config::new("127.0.0.1:0".parse()?), 10)?;
//! let publisher = feed.publisher();
//! publisher.publish(r#"{"event":"fetched","page":1}"#);
//! let mut lines = watch(feed.address(), Some(Duration::from_secs(5)))?;
//! assert_eq!(lines.next().unwrap()?, r#"{"event":"fetched","page":1}"#); // it came late
//! feed.shutdown();
//! assert!(lines.next().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Format
//!
//! Lines of UTF-8. A line that starts with `!` is from the feed itself: why it ends.
//!
//! A browser wants the same as server-sent events: see [`live`](crate::live).

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use crate::Error;
use crate::chat::Client;
use crate::frame::LineError;
use crate::sanitise::sanitise;
use crate::server::{Announcer, Config, Engine, Server, Stats};
use crate::service::{ClientId, Delivery, Reason, Service};

/// How long [`watch`] waits for the connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The last line of a feed that ends well.
const END: &str = "! the feed has ended";

/// Begins the last line for a watcher that is let go for another reason.
const DISCONNECTED: &str = "! disconnected: ";

/// A running feed. Dropping it ends it.
#[derive(Debug)]
pub struct Feed {
    server: Server,
    max_line_bytes: usize,
}

impl Feed {
    /// Takes the address and waits for watchers; who comes late gets the last `history` lines.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken.
    pub fn bind(config: Config, history: usize) -> Result<Self, Error> {
        // What a late watcher gets at once must leave room for what comes next.
        let history_bytes = config.max_outbox_bytes / 2;
        let watchers = Watchers {
            present: BTreeSet::new(),
            history: VecDeque::new(),
            history_lines: history,
            history_bytes,
            held_bytes: 0,
        };
        let server = Server::bind(Engine::Readiness, config, watchers)?;
        Ok(Self {
            server,
            max_line_bytes: history_bytes,
        })
    }

    /// Returns the address that watchers connect to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns a handle that publishes; clone it for as many threads as you like.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher::new(self.server.announcer(), self.max_line_bytes)
    }

    /// Returns how many watch now and what was done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.server.stats()
    }

    /// Lets the watchers read what was published, tells them that the feed ends, joins its thread.
    pub fn shutdown(self) -> Stats {
        self.server.shutdown()
    }
}

/// Publishes lines to everybody who watches.
#[derive(Clone, Debug)]
pub struct Publisher {
    announcer: Announcer,
    max_line_bytes: usize,
}

impl Publisher {
    /// Publishes through an announcer; a line of `max_line_bytes` is already too long.
    pub(crate) const fn new(announcer: Announcer, max_line_bytes: usize) -> Self {
        Self {
            announcer,
            max_line_bytes,
        }
    }

    /// Publishes one line (for instance a JSON object) and returns at once.
    ///
    /// Line breaks and control characters in it are made harmless, and a space is put before a
    /// leading `!`. Returns `false` when the line was dropped: it is longer than half an outbox, or
    /// the feed is thousands of lines behind, or has ended.
    pub fn publish(&self, line: &str) -> bool {
        let marked = if line.starts_with('!') { " " } else { "" };
        let line = format!("{marked}{}", sanitise(line));
        line.len() < self.max_line_bytes && self.announcer.announce(line)
    }
}

/// The feed's state: who watches, and what was published last.
#[derive(Debug)]
struct Watchers {
    present: BTreeSet<ClientId>,
    history: VecDeque<String>,
    history_lines: usize,
    history_bytes: usize,
    held_bytes: usize,
}

// ANCHOR: watchers
impl Service for Watchers {
    fn arrive(&mut self, client: ClientId) -> Vec<Delivery> {
        self.present.insert(client);
        self.history
            .iter()
            .map(|line| Delivery::to(client, line))
            .collect()
    }

    fn line(&mut self, _client: ClientId, _line: Result<&str, LineError>) -> Vec<Delivery> {
        vec![] // watchers watch
    }

    fn depart(&mut self, client: ClientId, _reason: &Reason) -> Vec<Delivery> {
        self.present.remove(&client);
        vec![]
    }

    fn announce(&mut self, line: &str) -> Vec<Delivery> {
        self.held_bytes += line.len() + 1;
        self.history.push_back(line.to_owned());
        while self.history.len() > self.history_lines || self.held_bytes > self.history_bytes {
            let Some(oldest) = self.history.pop_front() else {
                break;
            };
            self.held_bytes -= oldest.len() + 1;
        }
        vec![Delivery::Line {
            to: self.present.iter().copied().collect(),
            line: line.to_owned(),
        }]
    }

    fn last_words(&self, reason: &Reason) -> String {
        match reason {
            Reason::ServerEnds => END.to_owned(),
            reason => format!("{DISCONNECTED}{reason}"),
        }
    }
}
// ANCHOR_END: watchers

/// Watches a feed: an iterator over its lines, which ends when the feed does.
///
/// `quiet` is how long the feed may say nothing before the iterator yields [`Error::TimedOut`]
/// (iterating may go on after that); `None` waits for as long as the feed lives.
///
/// # Errors
///
/// [`Error::Connect`] when no feed is there.
pub fn watch(feed: SocketAddr, quiet: Option<Duration>) -> Result<Watch, Error> {
    let mut client = Client::connect(feed, PATIENCE)?;
    client.set_patience(quiet);
    Ok(Watch {
        client: Some(client),
    })
}

/// The lines of a feed. Its last item is an [`Error::Disconnected`] if the feed did not end well.
#[derive(Debug)]
pub struct Watch {
    client: Option<Client>,
}

impl Iterator for Watch {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.client.as_mut()?.receive();
        let last = match line {
            Ok(Some(line)) if line == END => None,
            Ok(Some(line)) => match line.strip_prefix(DISCONNECTED) {
                Some(reason) => Some(Err(Error::Disconnected(reason.to_owned()))),
                None => return Some(Ok(line)),
            },
            Ok(None) => Some(Err(Error::Disconnected(
                "the feed is gone without a word".into(),
            ))),
            Err(error @ Error::TimedOut { .. }) => return Some(Err(error)),
            Err(error) => Some(Err(error)),
        };
        self.client = None;
        last
    }
}
