//! A running site: starts, tells the truth, stops.

use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::journal::Journal;
use crate::server::{Limits, Server, reachable};
use crate::truth::Truth;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// A running site. It stops, and all of its threads end, when it is dropped.
///
/// Stopping does not wait for clients: connections that are open are shut down.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use practice_site::{Config, Site};
///
/// let site = Site::start(Config::default())?;
/// let mut stream = TcpStream::connect(site.address())?;
/// stream.write_all(b"GET /blog/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
///
/// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
/// assert_eq!(site.journal().entries()[0].path, "/blog/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    truth: Arc<Truth>,
    journal: Arc<Journal>,
    /// Held for its end: dropping it stops the site.
    _server: Server,
}

impl Site {
    /// Starts a site and returns when it accepts connections.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] when the address is taken or is not this machine's,
    /// [`Error::Spawn`] when the system has no thread left.
    pub fn start(config: Config) -> Result<Self, Error> {
        let listen = |source| Error::Listen {
            address: config.address,
            source,
        };
        let listener = TcpListener::bind(config.address).map_err(listen)?;
        let address = reachable(listener.local_addr().map_err(listen)?);
        let journal = Arc::new(Journal::new(config.journal_capacity));
        let limits = Limits {
            max_connections: config.max_connections.max(1),
            idle_timeout: config.idle_timeout,
        };
        let app = App::new(config, address, Arc::clone(&journal));
        let truth = Arc::clone(&app.truth);
        let server = Server::start(
            listener,
            address,
            Box::new(app),
            Arc::clone(&journal),
            limits,
        )
        .map_err(Error::Spawn)?;
        Ok(Self {
            address,
            truth,
            journal,
            _server: server,
        })
    }

    /// Returns where the site is reached, with the port that it really has.
    ///
    /// A site that listens on all addresses is reached on loopback.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of a path, for example `http://127.0.0.1:40113/blog/` for `/blog/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns what is true about the site.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Returns the journal of requests.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }
}
