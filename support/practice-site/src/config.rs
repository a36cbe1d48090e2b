//! What a site is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What a [`Site`](crate::Site) is started with: its content, where it listens, and how badly it behaves.
///
/// ```
/// use std::time::Duration;
/// use practice_site::Config;
///
/// let config = Config::default()
///     .with_seed(7)
///     .with_articles(200)
///     .with_latency(Duration::from_millis(50));
/// assert_eq!(config.articles, 200);
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Decides all content: the same seed gives the same site, byte for byte, but for the host in absolute links.
    pub seed: u64,
    /// How many articles the blog has. Their texts are generated when they are asked for. Default: 60.
    pub articles: usize,
    /// Where to listen. Port 0, the default, takes any free port, so that many sites can run side by side.
    pub address: SocketAddr,
    /// A wait before each response, as if the site were far away. Default: none.
    pub latency: Duration,
    /// The share of responses that are faulty, from 0.0 (the default) to 1.0.
    ///
    /// The n-th request for a path meets the same fault, or none, in every run with the same seed.
    /// `/robots.txt`, `/journal` and the fault corner itself are never struck.
    pub fault_share: f64,
    /// How many connections may be open at once; those beyond are told 503. Default: 1,024.
    pub max_connections: usize,
    /// How long a kept-alive connection may be silent before the site closes it. Default: 15 s.
    pub idle_timeout: Duration,
    /// How many requests the journal remembers; older ones are forgotten. Default: 100,000.
    pub journal_capacity: usize,
    /// Replaces the text of `/robots.txt`. Default: the site's own, with several groups.
    pub robots: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 2024,
            articles: 60,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            latency: Duration::ZERO,
            fault_share: 0.0,
            max_connections: 1_024,
            idle_timeout: Duration::from_secs(15),
            journal_capacity: 100_000,
            robots: None,
        }
    }
}

impl Config {
    /// Sets the [`seed`](Config::seed) that decides all content.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of [`articles`](Config::articles).
    #[must_use]
    pub fn with_articles(mut self, articles: usize) -> Self {
        self.articles = articles;
        self
    }

    /// Sets the [`address`](Config::address) to listen on.
    #[must_use]
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets the [`latency`](Config::latency) of every response.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the [`fault_share`](Config::fault_share); values outside 0.0 to 1.0 are moved to the nearer end.
    #[must_use]
    pub fn with_fault_share(mut self, share: f64) -> Self {
        self.fault_share = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        self
    }

    /// Sets [`max_connections`](Config::max_connections); at least one is always allowed.
    #[must_use]
    pub fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets the [`idle_timeout`](Config::idle_timeout).
    #[must_use]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets the [`journal_capacity`](Config::journal_capacity).
    #[must_use]
    pub fn with_journal_capacity(mut self, entries: usize) -> Self {
        self.journal_capacity = entries;
        self
    }

    /// Replaces the text of `/robots.txt`; [`Page::reach`](crate::Page::reach) still tells of the site's own.
    #[must_use]
    pub fn with_robots(mut self, text: impl Into<String>) -> Self {
        self.robots = Some(text.into());
        self
    }
}
