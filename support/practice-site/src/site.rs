//! A running site: starts, tells the truth, stops.

use crate::config::Config;
use crate::error::Error;
use crate::journal::Journal;
use crate::truth::Truth;
use std::net::{SocketAddr, TcpListener};

/// A running site. It stops, and all of its threads end, when it is dropped.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    truth: Truth,
    journal: Journal,
}

impl Site {
    /// Starts a site and returns when it accepts connections.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] when the address is taken or is not this machine's.
    pub fn start(config: Config) -> Result<Self, Error> {
        let listener = TcpListener::bind(config.address)
            .map_err(|source| Error::Listen { address: config.address, source })?;
        let address = listener.local_addr().map_err(Error::Spawn)?;
        let truth = Truth {
            articles: Vec::new(),
            pages: Vec::new(),
            redirects: Vec::new(),
            duplicates: Vec::new(),
            forbidden: Vec::new(),
        };
        Ok(Self { address, truth, journal: Journal {} })
    }

    /// Returns where the site listens, with the port that it really has.
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
