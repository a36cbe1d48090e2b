//! The chat application: a hub behind an engine, and a client to talk to it.

pub mod protocol;

use std::net::SocketAddr;
use std::time::Duration;

use crate::Error;
use crate::hub::{Hub, Rules};
use crate::server::{Config, Engine, Server};

/// Starts a chat server.
///
/// # Errors
///
/// Those of [`Server::bind`].
pub fn serve(engine: Engine, config: Config) -> Result<Server, Error> {
    Server::bind(engine, config, Hub::new(Rules::default()))
}

/// A blocking client: sends lines, waits for lines, and never waits without a limit.
#[derive(Debug)]
pub struct Client {}

impl Client {
    /// Connects; every later wait is bounded by `patience`.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when nobody listens there.
    pub fn connect(server: SocketAddr, patience: Duration) -> Result<Self, Error> {
        let _ = (server, patience);
        todo!()
    }

    /// Sends a line; the newline is added.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] when the connection is gone.
    pub fn send(&mut self, line: &str) -> Result<(), Error> {
        let _ = line;
        todo!()
    }

    /// Waits for the next line, made harmless for a terminal. `None` when the server has ended.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] when nothing comes, [`Error::Socket`] when the connection breaks.
    pub fn receive(&mut self) -> Result<Option<String>, Error> {
        todo!()
    }

    /// Waits for a line that contains `what`, passing over others, and returns it.
    ///
    /// # Errors
    ///
    /// As [`Client::receive`], and [`Error::Disconnected`] when the server ends before that.
    pub fn wait_for(&mut self, what: &str) -> Result<String, Error> {
        let _ = what;
        todo!()
    }
}
