//! A server for any number of clients, in two engines: the same promises, different costs.
//!
//! Both engines accept, cut the bytes into lines, hand them to a [`Service`] and put what comes out
//! into the clients' outboxes. They differ in who waits: in [`threads`] each connection has threads
//! that wait for it alone; in [`readiness`] one thread waits for all.

pub mod threads;
pub mod readiness;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::Error;
use crate::service::{ClientId, Reason, Service};

/// Which engine serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Two threads for each connection: one reads, one writes.
    Threads,
    /// One thread for all connections, which asks the system who is ready.
    Readiness,
}

/// What a server may cost and where it listens.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// More clients than this are told that the server is full.
    pub max_clients: usize,
    /// Longer lines are refused.
    pub max_line_bytes: usize,
    /// How much may wait for one client before it is disconnected.
    pub max_outbox_bytes: usize,
    /// How many lines a second a client may send for long; `None` for no limit. A faster client is
    /// not read, so that it has to wait (backpressure).
    pub max_lines_per_second: Option<u32>,
    /// How long a client that is being disconnected gets to read its last words.
    pub farewell: Duration,
    /// Who is told what happens.
    pub observer: Observer,
}

impl Config {
    /// Listens on the given address, with the default limits.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            max_clients: 10_000,
            max_line_bytes: 1024,
            max_outbox_bytes: 64 * 1024,
            max_lines_per_second: Some(20),
            farewell: Duration::from_secs(1),
            observer: Observer::default(),
        }
    }

    /// Calls `observe` for each event, from the engine's own threads: it must not block.
    #[must_use]
    pub fn with_observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer(Some(Arc::new(observe)));
        self
    }
}

/// Who is told what happens in a server.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<dyn Fn(&Event) + Send + Sync>>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Observer(..)"
        } else {
            "Observer(none)"
        })
    }
}

/// Something that happened in a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A client was accepted.
    Arrived {
        /// Its number.
        client: ClientId,
        /// Where it calls from.
        peer: SocketAddr,
    },
    /// A client is gone.
    Departed {
        /// Its number.
        client: ClientId,
        /// Why.
        reason: Reason,
    },
    /// A connection was turned away, or could not even be accepted.
    Refused {
        /// Why, in words for the operator.
        why: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrived { client, peer } => write!(f, "client {} arrived from {peer}", client.0),
            Self::Departed { client, reason } => write!(f, "client {} is gone: {reason}", client.0),
            Self::Refused { why } => write!(f, "a connection was refused: {why}"),
        }
    }
}

/// What a server has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Clients connected now.
    pub clients: u64,
    /// Clients accepted since the start.
    pub accepted: u64,
    /// Connections turned away.
    pub refused: u64,
    /// Lines received.
    pub lines: u64,
    /// Lines put into outboxes.
    pub deliveries: u64,
    /// Clients disconnected because they did not read.
    pub too_slow: u64,
}

/// A running server. Dropping it ends it like [`Server::shutdown`].
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Takes the address, starts the engine, and serves until it is told to end.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken, [`Error::Thread`] when no thread can be started.
    pub fn bind<S: Service>(engine: Engine, config: Config, service: S) -> Result<Self, Error> {
        let _ = (engine, config, service);
        todo!()
    }

    /// Returns the address the server really has.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what the server has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        todo!()
    }

    /// Returns a handle that tells the server to end, for a Ctrl-C handler or another thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        todo!()
    }

    /// Returns a handle through which the program itself speaks to the service.
    #[must_use]
    pub fn announcer(&self) -> Announcer {
        todo!()
    }

    /// Tells every client that the server ends, lets them read it, joins all threads.
    pub fn shutdown(self) -> Stats {
        todo!()
    }

    /// Waits until somebody uses a [`Stopper`], then ends like [`Server::shutdown`].
    pub fn wait(self) -> Stats {
        todo!()
    }
}

/// Tells a server to end. Returns at once; whoever holds the [`Server`] waits for it.
#[derive(Clone, Debug)]
pub struct Stopper {}

impl Stopper {
    /// Asks the server to end.
    pub fn stop(&self) {
        todo!()
    }
}

/// Speaks to a server's [`Service`] from inside the program, without ever waiting.
#[derive(Clone, Debug)]
pub struct Announcer {}

impl Announcer {
    /// Hands a line to [`Service::announce`] and returns at once; returns `false` when the engine
    /// is so far behind that the line was dropped.
    pub fn announce(&self, line: String) -> bool {
        let _ = line;
        todo!()
    }
}
