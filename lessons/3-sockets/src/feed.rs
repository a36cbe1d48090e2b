//! One publisher, any number of watchers: each line goes to everybody who watches.
//!
//! Watchers are served by the readiness engine with bounded outboxes. Publishing never waits: a
//! watcher that does not read is disconnected with a reason, and nobody else notices. Who comes late
//! first gets the last lines again. Watch from any terminal: `nc 127.0.0.1 PORT`.

use std::net::SocketAddr;
use std::time::Duration;

use crate::Error;
use crate::server::{Announcer, Config, Server, Stats};

/// A running feed. Dropping it ends it.
#[derive(Debug)]
pub struct Feed {
    server: Server,
}

impl Feed {
    /// Takes the address and waits for watchers; who comes late gets the last `history` lines.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken.
    pub fn bind(config: Config, history: usize) -> Result<Self, Error> {
        let _ = (config, history);
        todo!()
    }

    /// Returns the address that watchers connect to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns a handle that publishes; clone it for as many threads as you like.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher {
            announcer: self.server.announcer(),
        }
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
}

impl Publisher {
    /// Publishes one line (for instance a JSON object) and returns at once. Line breaks and control
    /// characters in it are made harmless. Returns `false` when the line was dropped because the
    /// engine is too far behind.
    pub fn publish(&self, line: &str) -> bool {
        self.announcer.announce(line.to_owned())
    }
}

/// Watches a feed: an iterator over its lines, which ends when the feed does.
///
/// `quiet` is how long the feed may say nothing before the iterator yields [`Error::TimedOut`]
/// (iterating may go on after that); `None` waits for as long as the feed lives.
///
/// # Errors
///
/// [`Error::Connect`] when no feed is there.
pub fn watch(feed: SocketAddr, quiet: Option<Duration>) -> Result<Watch, Error> {
    let _ = (feed, quiet);
    todo!()
}

/// The lines of a feed. An [`Error::Disconnected`] says why the feed let us go.
#[derive(Debug)]
pub struct Watch {}

impl Iterator for Watch {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}
