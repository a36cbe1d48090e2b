//! Every setting that can be told, declared once: for the file, the environment and the command line.
//!
//! `threads` is `threads = 16` in `capstone.toml`, `CAPSTONE_THREADS=16` in the environment and
//! `--threads 16` as an argument. What it means in a crawl stands in [`super::Settings`].

use std::net::SocketAddr;
use std::time::Duration;

use database::Address;
use environments::{Declared, Setting};

use super::{Render, UserAgent};

/// What the variables begin with.
pub const PREFIX: &str = "CAPSTONE_";

/// The file that is read when it lies in the working directory.
pub const FILE: &str = "capstone.toml";

/// Where a crawl is kept and resumed from.
pub const DB: Setting<Address> = Setting::new(
    "db",
    "the path of an SQLite file, or postgres://user@host/name",
    |text| Address::parse(text).ok(),
)
.with_default("spindle.db")
// An address shows itself without its password.
.partly_secret(|text| {
    Address::parse(text).map_or_else(|why| why.to_string(), |address| address.to_string())
});

// ANCHOR: threads
/// Worker threads.
pub const THREADS: Setting<u16> =
    Setting::new("threads", "a whole number from 1 to 1024", up_to_1024).with_default("8");

/// The pause after each request to a host.
pub const DELAY: Setting<Duration> =
    Setting::new("delay", "a number of seconds, for example 0.5", seconds).with_default("1");
// ANCHOR_END: threads

/// Requests that one host may get at once; as many as threads when nothing is said.
pub const CONNECTIONS: Setting<u16> =
    Setting::new("connections", "a whole number from 1 to 1024", up_to_1024);

/// The most pages that are stored.
pub const MAX_PAGES: Setting<u64> =
    Setting::new("max-pages", "a whole number", |text| text.parse().ok());

/// The most steps from a seed.
pub const MAX_DEPTH: Setting<u32> =
    Setting::new("max-depth", "a whole number", |text| text.parse().ok());

/// How long one answer may take as a whole.
pub const TIMEOUT: Setting<Duration> =
    Setting::new("timeout", "a number of seconds, for example 60", seconds).with_default("60");

/// How often a page is asked for.
pub const TRIES: Setting<u32> = Setting::new("tries", "a whole number from 1 to 20", |text| {
    text.parse().ok().filter(|tries| (1..=20).contains(tries))
})
.with_default("3");

/// Which pages are opened in a browser.
pub const RENDER: Setting<Render> =
    Setting::new("render", "auto, always or never", |text| match text {
        "auto" => Some(Render::Auto),
        "always" => Some(Render::Always),
        "never" => Some(Render::Never),
        _ => None,
    })
    .with_default("never");

/// How the owner of a site can reach whoever runs the crawl.
pub const CONTACT: Setting<String> = Setting::new(
    "contact",
    "a mail address or the URL of a page about you",
    |text| {
        let agent = UserAgent::new(super::AGENT_NAME, Some(text));
        agent.is_ok().then(|| text.to_owned())
    },
);

/// The name of the crawler.
pub const USER_AGENT: Setting<String> = Setting::new(
    "user-agent",
    "a name that begins with letters and is plain ASCII, for example Spindle/0.1",
    |text| UserAgent::new(text, None).is_ok().then(|| text.to_owned()),
)
.with_default(concat!("Spindle/", env!("CARGO_PKG_VERSION")));

/// Whether addresses of this machine and of private networks may be asked.
pub const ALLOW_LOCAL: Setting<bool> =
    Setting::new("allow-local", "true or false", |text| text.parse().ok()).with_default("false");

/// Where others can watch the crawl.
pub const FEED: Setting<SocketAddr> = Setting::new(
    "feed",
    "an address with a port, for example 127.0.0.1:4100, or a port alone",
    address,
);

/// Where a browser can watch the crawl.
pub const DASHBOARD: Setting<SocketAddr> = Setting::new(
    "dashboard",
    "an address with a port, for example 127.0.0.1:4200, or a port alone",
    address,
);

/// All of them, in the order in which they are reported.
pub const ALL: [&dyn Declared; 14] = [
    &DB,
    &THREADS,
    &DELAY,
    &CONNECTIONS,
    &MAX_PAGES,
    &MAX_DEPTH,
    &TIMEOUT,
    &TRIES,
    &RENDER,
    &CONTACT,
    &USER_AGENT,
    &ALLOW_LOCAL,
    &FEED,
    &DASHBOARD,
];

fn up_to_1024(text: &str) -> Option<u16> {
    text.parse()
        .ok()
        .filter(|number| (1..=1024).contains(number))
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

/// Reads `127.0.0.1:4100`, or a port alone for this machine.
pub fn address(text: &str) -> Option<SocketAddr> {
    let port = || text.parse::<u16>().ok();
    let on_this_machine = || port().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    text.parse().ok().or_else(on_this_machine)
}

#[cfg(test)]
mod tests {
    use environments::Sources;

    use super::*;

    #[test]
    fn the_password_of_a_database_is_never_shown() {
        let address = "postgres://ann:pass-word@db.test/crawl";
        let sources = Sources::new().with_argument("db", address);

        let told = sources.resolve(&ALL).expect("settings");

        let shown: String = told.rows().iter().map(|row| row.shown()).collect();
        assert!(shown.contains("postgres://ann@db.test/crawl"), "{shown}");
        assert!(!shown.contains("pass-word"), "{shown}");
    }
}
