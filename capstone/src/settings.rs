//! What a crawl is told before it starts: seeds, limits, politeness, who we are.
//!
//! Every number that decides how a crawl behaves stands in this file, with its unit in the type and
//! its default below. `main` fills a [`Settings`] from the file, the environment and the command line
//! (see [`declared`]); tests fill one directly.

pub mod declared;

use std::net::IpAddr;
use std::time::Duration;

use database::Address;
use environments::Resolved;
use url::{Host, Url};

use crate::robots::product_token;

/// The name that servers see and that robots.txt files call us by.
pub const AGENT_NAME: &str = "Spindle";

// ANCHOR: settings
/// Everything that one crawl is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the crawl starts. Their hosts are its scope.
    pub seeds: Vec<Url>,
    /// The SQLite file that the crawl writes and resumes from.
    pub database: Address,
    /// How many worker threads fetch and extract; also how many requests are out at once.
    pub threads: usize,
    /// Who asks.
    pub agent: UserAgent,
    /// Whether addresses of this machine and of private networks may be asked.
    pub allow_local: bool,
    /// Which pages are opened in a browser.
    pub render: Render,
    /// How far the crawl goes.
    pub reach: Reach,
    /// How gentle it is to each host.
    pub politeness: Politeness,
    /// What one exchange may cost.
    pub limits: Limits,
}
// ANCHOR_END: settings

impl Settings {
    /// Returns settings for a crawl of `seeds` into `database`, with the default of everything else.
    pub fn new(seeds: Vec<Url>, database: impl Into<Address>, agent: UserAgent) -> Self {
        Self {
            seeds,
            database: database.into(),
            threads: 8,
            agent,
            allow_local: false,
            render: Render::Never,
            reach: Reach::default(),
            politeness: Politeness::default(),
            limits: Limits::default(),
        }
    }

    // ANCHOR: resolved
    /// Returns what was told, for a crawl of `seeds` by somebody who can be reached at `contact`.
    ///
    /// # Errors
    ///
    /// [`ToldError`] when two settings contradict each other, or the contact reaches nobody.
    ///
    /// # Panics
    ///
    /// When `told` was not resolved from [`declared::ALL`].
    pub fn told(
        seeds: Vec<Url>,
        told: &Resolved,
        contact: Option<&str>,
    ) -> Result<Self, ToldError> {
        let agent = UserAgent::new(&told.value(&declared::USER_AGENT), contact)?;
        let mut settings = Self::new(seeds, told.value(&declared::DB), agent);
        settings.threads = told.value(&declared::THREADS).into();
        settings.allow_local = told.value(&declared::ALLOW_LOCAL);
        settings.render = told.value(&declared::RENDER);
        settings.reach.max_depth = told.get(&declared::MAX_DEPTH);
        settings.reach.max_pages = told.get(&declared::MAX_PAGES);
        settings.politeness.delay = told.value(&declared::DELAY);
        let connections = told.get(&declared::CONNECTIONS);
        settings.politeness.connections = connections.map_or(settings.threads, usize::from);
        settings.limits.max_tries = told.value(&declared::TRIES);
        settings.limits.exchange = told.value(&declared::TIMEOUT);
        settings.limits.silence = settings.limits.silence.min(settings.limits.exchange);
        settings.limits.connect = settings.limits.connect.min(settings.limits.exchange);
        if let Some(connections) = connections.filter(|connections| *connections > 1)
            && !settings.politeness.delay.is_zero()
        {
            let origin = |name| {
                told.origin(name)
                    .map(ToString::to_string)
                    .unwrap_or_default()
            };
            return Err(ToldError::Contradiction {
                connections,
                connections_from: origin("connections"),
                delay: settings.politeness.delay.as_secs_f64(),
                delay_from: origin("delay"),
            });
        }
        Ok(settings)
    }
    // ANCHOR_END: resolved
}

/// What was told cannot be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToldError {
    /// The user agent reaches nobody.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// Several requests at once, and a pause between any two.
    #[error(
        "connections = {connections} ({connections_from}) and delay = {delay} ({delay_from}) contradict each \
         other: with a delay, a host gets one request at a time. Add --delay 0, or leave connections out"
    )]
    Contradiction {
        /// Requests at once.
        connections: u16,
        /// Who said so.
        connections_from: String,
        /// Seconds between two requests.
        delay: f64,
        /// Who said so.
        delay_from: String,
    },
}

/// Which pages are opened in a browser, so that their scripts can fill them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Render {
    /// Those that arrive as an empty shell.
    Auto,
    /// All.
    Always,
    /// None.
    #[default]
    Never,
}

/// How far a crawl goes.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The most steps from a seed that are followed; the seeds themselves are at depth 0.
    pub max_depth: Option<u32>,
    /// The most pages that are stored in this database.
    pub max_pages: Option<u64>,
}

// ANCHOR: politeness
/// How gentle a crawl is to each host.
#[derive(Clone, Debug)]
pub struct Politeness {
    /// The pause between the end of one request to a host and the start of the next.
    ///
    /// A longer `Crawl-delay` in the site's robots.txt wins. While there is a delay, a host gets one
    /// request at a time: "one second apart" and "four at once" contradict each other.
    pub delay: Duration,
    /// How many requests a host without any delay may get at once.
    pub connections: usize,
    /// The longest pause that a `Retry-After` may ask for; a longer one is cut to this.
    pub max_retry_after: Duration,
}

impl Default for Politeness {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(1),
            connections: 1,
            max_retry_after: Duration::from_secs(600),
        }
    }
}
// ANCHOR_END: politeness

// ANCHOR: limits
/// What one exchange may cost. Each limit has a fault of the web that it holds.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a connection may take to open: a host that is gone.
    pub connect: Duration,
    /// How long the server may stay silent: a host that hangs.
    pub silence: Duration,
    /// How long a whole exchange may take: a host that sends a byte now and then for ever.
    pub exchange: Duration,
    /// The most bytes of a body, counted after decompression: an endless page, a gzip bomb.
    pub max_body_bytes: u64,
    /// How deep elements may stand in each other: a page made to take the parser hours.
    pub max_nesting: usize,
    /// The longest URL that is followed, in bytes.
    pub max_url_bytes: usize,
    /// How often a page is asked for before it counts as failed.
    pub max_tries: u32,
    /// The pause before the second try; it doubles for each further one.
    pub first_backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(15),
            exchange: Duration::from_secs(60),
            max_body_bytes: 10 * 1024 * 1024,
            max_nesting: 2_000,
            max_url_bytes: 4_096,
            max_tries: 3,
            first_backoff: Duration::from_secs(1),
        }
    }
}
// ANCHOR_END: limits

/// Who asks: what the `User-Agent` header says, and the name that robots.txt knows us by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent {
    name: String,
    contact: Option<String>,
}

impl UserAgent {
    /// Checks a name such as `Spindle/0.1` and, where there is one, a contact: a mail address or the URL of a page.
    ///
    /// # Errors
    ///
    /// [`AgentError`] when the name does not begin with letters, when the contact is neither mail
    /// address nor URL, or when either holds something that a header cannot carry.
    pub fn new(name: &str, contact: Option<&str>) -> Result<Self, AgentError> {
        let fits =
            |text: &str| !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !fits(name) || product_token(name).is_empty() {
            return Err(AgentError::Name(name.to_owned()));
        }
        let contact = contact.map(str::trim);
        if let Some(contact) = contact
            && !(fits(contact) && !contact.contains(['(', ')', ' ']) && is_contact(contact))
        {
            return Err(AgentError::Contact(contact.to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            contact: contact.map(str::to_owned),
        })
    }

    /// Returns the default name with this program's version, and no contact.
    pub fn anonymous() -> Self {
        Self {
            name: format!("{AGENT_NAME}/{}", env!("CARGO_PKG_VERSION")),
            contact: None,
        }
    }

    /// Returns the value of the `User-Agent` header: `Spindle/0.1.0 (+mailto:you@example.org)`.
    pub fn header(&self) -> String {
        match &self.contact {
            Some(contact) if contact.contains("://") => format!("{} (+{contact})", self.name),
            Some(contact) => format!("{} (+mailto:{contact})", self.name),
            None => self.name.clone(),
        }
    }

    /// Returns the name that robots.txt files call us by.
    pub fn token(&self) -> &str {
        product_token(&self.name)
    }

    /// Returns how the owner of a site can reach us.
    pub fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }
}

/// Somebody must be able to write to it: `name@host.tld`, or a web page.
fn is_contact(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, host)) if !text.contains("://") => !name.is_empty() && host.contains('.'),
        _ => Url::parse(text).is_ok_and(|url| is_web(&url)),
    }
}

/// What is wrong with a user agent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentError {
    /// The name cannot be a user agent.
    #[error(
        "{0:?} is no name for a crawler: it begins with letters and is plain ASCII, for example Spindle/0.1"
    )]
    Name(String),
    /// The contact reaches nobody.
    #[error("{0:?} is no contact: give a mail address or the URL of a page about you")]
    Contact(String),
}

/// Reads a seed as a person types it: without a scheme, `https://` is meant, and `http://` on this machine.
///
/// # Errors
///
/// [`SeedError`] when it is no URL, or one that is not of the web.
pub fn seed(text: &str) -> Result<Url, SeedError> {
    let error = |why: String| SeedError {
        seed: text.to_owned(),
        why,
    };
    let parsed = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("https://{text}")).map(|mut url| {
            if is_this_machine(&url) {
                // Both schemes are of the web, so the change cannot be refused.
                let _ = url.set_scheme("http");
            }
            url
        })
    };
    let url = parsed.map_err(|e| error(e.to_string()))?;
    if !is_web(&url) {
        return Err(error(format!(
            "a crawl starts at http or https, not at {}:",
            url.scheme()
        )));
    }
    Ok(url)
}

/// A seed that cannot be crawled.
#[derive(Debug, thiserror::Error)]
#[error("cannot crawl {seed:?}: {why}")]
pub struct SeedError {
    seed: String,
    why: String,
}

/// Returns whether the URL is of the web: http or https, with a host.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Returns whether the URL plainly names this machine: `localhost`, `127.0.0.0/8` or `::1`.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_crawler_and_who_runs_it() {
        let mail = UserAgent::new("Spindle/0.1", Some("ann@site.test")).expect("valid");
        let page = UserAgent::new("Spindle/0.1", Some("https://site.test/bot")).expect("valid");

        assert_eq!(mail.header(), "Spindle/0.1 (+mailto:ann@site.test)");
        assert_eq!(page.header(), "Spindle/0.1 (+https://site.test/bot)");
        assert_eq!(mail.token(), "Spindle");
    }

    #[test]
    fn a_user_agent_that_reaches_nobody_is_refused() {
        for contact in [
            "",
            "me",
            "a@b",
            "ftp://x.test",
            "a b@c.test",
            "x@y.test\r\nHost: z",
        ] {
            assert!(
                UserAgent::new("Spindle", Some(contact)).is_err(),
                "{contact:?}"
            );
        }
        for name in ["", "1.0", "bad\nname", "Spïndle"] {
            assert!(UserAgent::new(name, None).is_err(), "{name:?}");
        }
    }

    #[test]
    fn when_nothing_is_told_all_is_as_by_default() {
        let nothing = environments::Sources::new().resolve(&declared::ALL);
        let nothing = nothing.expect("every default is of its own form");

        let told = Settings::told(Vec::new(), &nothing, None).expect("valid");

        let mut default = Settings::new(
            Vec::new(),
            std::path::Path::new("spindle.db"),
            UserAgent::anonymous(),
        );
        default.politeness.connections = default.threads;
        assert_eq!(format!("{told:?}"), format!("{default:?}"));
    }

    #[test]
    fn a_seed_without_a_scheme_means_https_and_http_on_this_machine() {
        assert_eq!(
            seed("example.org/a").expect("a seed").as_str(),
            "https://example.org/a"
        );
        assert_eq!(
            seed("localhost:4000").expect("a seed").as_str(),
            "http://localhost:4000/"
        );
        assert_eq!(
            seed("127.0.0.1:4000/x").expect("a seed").as_str(),
            "http://127.0.0.1:4000/x"
        );
        assert_eq!(
            seed("http://example.org").expect("a seed").as_str(),
            "http://example.org/"
        );
    }

    #[test]
    fn a_seed_that_is_not_of_the_web_is_refused_with_the_reason() {
        let error = seed("ftp://example.org/")
            .expect_err("ftp is refused")
            .to_string();

        assert!(error.contains("not at ftp:"), "{error}");
        assert!(seed("").is_err());
        assert!(seed("http://").is_err());
    }
}
