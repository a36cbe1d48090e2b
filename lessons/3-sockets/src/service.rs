//! What an engine serves: arrivals, lines and departures go in, deliveries come out.
//!
//! A service does no input or output of its own, so it is tested without a socket, and every engine
//! can serve it. The chat's [`Hub`](crate::hub::Hub) is one, the [`feed`](crate::feed) is another.

use std::fmt;

use crate::frame::LineError;

/// The number an engine gives to a connection; never used twice by one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub u64);

/// What the engine is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Send this line (its newline not included) to each of these clients.
    Line {
        /// Who gets it.
        to: Vec<ClientId>,
        /// What they get.
        line: String,
    },
    /// End the conversation with this client after what is waiting for it was sent.
    Close {
        /// Who is to go.
        client: ClientId,
    },
}

impl Delivery {
    /// Makes a delivery of one line to one client.
    pub fn to(client: ClientId, line: impl Into<String>) -> Self {
        Self::Line {
            to: vec![client],
            line: line.into(),
        }
    }
}

/// Why a client is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The client closed the connection.
    Left,
    /// The client said goodbye.
    Quit,
    /// The connection broke.
    Broken(String),
    /// The client did not read what was sent to it.
    TooSlow {
        /// How many bytes were waiting for it.
        waiting_bytes: usize,
    },
    /// The server is ending.
    ServerEnds,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left => f.write_str("left"),
            Self::Quit => f.write_str("said goodbye"),
            Self::Broken(what) => write!(f, "the connection broke ({what})"),
            Self::TooSlow { waiting_bytes } => {
                write!(f, "read too slowly ({waiting_bytes} bytes were waiting)")
            }
            Self::ServerEnds => f.write_str("the server is ending"),
        }
    }
}

// ANCHOR: service
/// What both engines serve.
pub trait Service: Send + 'static {
    /// A client has connected.
    fn arrive(&mut self, client: ClientId) -> Vec<Delivery>;

    /// A client has sent a line, or something that is not one.
    fn line(&mut self, client: ClientId, line: Result<&str, LineError>) -> Vec<Delivery>;

    /// A client is gone. Called exactly once for each that arrived.
    fn depart(&mut self, client: ClientId, reason: &Reason) -> Vec<Delivery>;

    /// The program itself says something, through an [`Announcer`](crate::server::Announcer).
    fn announce(&mut self, line: &str) -> Vec<Delivery>;

    /// Returns the last line for a client that the server lets go for this reason.
    fn last_words(&self, reason: &Reason) -> String {
        format!("! disconnected: {reason}")
    }
}
// ANCHOR_END: service
