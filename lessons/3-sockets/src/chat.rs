//! The chat application: a [`Hub`] behind an engine, and a client to talk to it.
//!
//! ```
//! use std::time::Duration;
//! use sockets::chat::{self, Client};
//! use sockets::server::{Config, Engine};
//!
//! let server = chat::serve(Engine::Readiness, Config::new("127.0.0.1:0".parse()?))?;
//! let mut ann = Client::connect(server.address(), Duration::from_secs(5))?;
//! ann.send("/nick ann")?;
//! ann.wait_for("* you are now ann")?;
//! ann.send("hello")?;
//! assert_eq!(ann.wait_for("hello")?, "[lobby] ann: hello");
//! server.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod protocol;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::Error;
use crate::deadline::{Deadline, DeadlineStream};
use crate::frame::LineDecoder;
use crate::hub::{Hub, Rules};
use crate::sanitise::sanitise;
use crate::server::{Config, Engine, Server};

/// A server that sends a longer line than this is not one of ours.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// Starts a chat server.
///
/// # Errors
///
/// Those of [`Server::bind`].
pub fn serve(engine: Engine, config: Config) -> Result<Server, Error> {
    Server::bind(engine, config, Hub::new(Rules::default()))
}

/// A blocking client: sends lines, waits for lines.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    patience: Option<Duration>,
    decoder: LineDecoder,
    /// What was received and not yet decoded.
    received: Vec<u8>,
}

impl Client {
    /// Connects; every later wait is bounded by `patience`.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when nobody listens there.
    pub fn connect(server: SocketAddr, patience: Duration) -> Result<Self, Error> {
        let stream =
            TcpStream::connect_timeout(&server, patience).map_err(|source| Error::Connect {
                address: server.to_string(),
                source,
            })?;
        stream
            .set_nodelay(true)
            .map_err(Error::socket("set TCP_NODELAY"))?;
        Ok(Self {
            stream,
            patience: Some(patience),
            decoder: LineDecoder::new(MAX_LINE_BYTES),
            received: Vec::new(),
        })
    }

    /// Sets how long a wait may last from now on; `None` waits for as long as the server lives,
    /// which is what a person in front of a terminal wants.
    pub const fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    /// Returns a second handle that only sends, for another thread.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] when no descriptor is left.
    pub fn sender(&self) -> Result<Sender, Error> {
        let stream = self
            .stream
            .try_clone()
            .map_err(Error::socket("copy the socket"))?;
        Ok(Sender {
            stream,
            patience: self.patience,
        })
    }

    /// Sends a line; the newline is added.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] when the connection is gone, [`Error::TimedOut`] when the server does not
    /// take it.
    pub fn send(&mut self, line: &str) -> Result<(), Error> {
        send_line(&self.stream, self.patience, line)
    }

    /// Waits for the next line, made harmless for a terminal. `None` when the server has closed.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] when no whole line comes in time, [`Error::Socket`] when the connection
    /// breaks, [`Error::Protocol`] when what comes is not a line.
    pub fn receive(&mut self) -> Result<Option<String>, Error> {
        let deadline = self.patience.map(Deadline::after);
        let mut buffer = [0; 4096];
        loop {
            let mut bytes = &self.received[..];
            let line = self.decoder.decode(&mut bytes);
            let used = self.received.len() - bytes.len();
            self.received.drain(..used);
            match line {
                Some(Ok(line)) => return Ok(Some(sanitise(&line).into_owned())),
                Some(Err(error)) => return Err(Error::Protocol(error.to_string())),
                None => {}
            }
            let received = match deadline {
                Some(deadline) => DeadlineStream::new(&self.stream, deadline)
                    .read(&mut buffer)
                    .map_err(deadline.error("waiting for a line"))?,
                None => (&self.stream)
                    .read(&mut buffer)
                    .map_err(Error::socket("receive"))?,
            };
            if received == 0 {
                return Ok(None);
            }
            self.received.extend_from_slice(&buffer[..received]);
        }
    }

    /// Waits for a line that contains `what`, passing over others, and returns it.
    ///
    /// # Errors
    ///
    /// As [`Client::receive`], and [`Error::Disconnected`] when the server closes before that.
    pub fn wait_for(&mut self, what: &str) -> Result<String, Error> {
        let mut last = "it said nothing".to_owned();
        loop {
            match self.receive()? {
                Some(line) if line.contains(what) => return Ok(line),
                Some(line) => last = line,
                None => return Err(Error::Disconnected(last)),
            }
        }
    }
}

/// The sending half of a [`Client`].
#[derive(Debug)]
pub struct Sender {
    stream: TcpStream,
    patience: Option<Duration>,
}

impl Sender {
    /// Sends a line; the newline is added.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub fn send(&mut self, line: &str) -> Result<(), Error> {
        send_line(&self.stream, self.patience, line)
    }

    /// Half-closes: tells the server that we say no more, and still hear what it says.
    pub fn finish(self) {
        // It fails when the server is gone, and then nobody is to be told.
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}

fn send_line(mut stream: &TcpStream, patience: Option<Duration>, line: &str) -> Result<(), Error> {
    let bytes = format!("{line}\n");
    match patience.map(Deadline::after) {
        Some(deadline) => DeadlineStream::new(stream, deadline)
            .write_all(bytes.as_bytes())
            .map_err(deadline.error("sending a line")),
        None => stream
            .write_all(bytes.as_bytes())
            .map_err(Error::socket("send")),
    }
}
