//! What the browser's tests share: a skip that is asked for aloud, and a session on this machine alone.
#![allow(
    dead_code,
    reason = "each test binary is a crate of its own and uses its part of this module"
)]

use std::env;
use std::io::{self, Write};
use std::time::Duration;

use browser::{Options, Session};
use practice_site::{Config, Site};

/// No wait of a test is longer than this.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Returns true, and says so, when `COURSE_SKIP` names the browser.
///
/// A skip is something that a person asks for by name. A browser that is missing is no skip: the test
/// fails, and its message names the command that installs it.
pub fn skipped() -> bool {
    let asked = env::var("COURSE_SKIP").unwrap_or_default();
    let skipped = asked.split(',').any(|name| name.trim() == "browser");
    if skipped {
        // Not `eprintln!`: the harness keeps what that writes in a test that passes.
        let _ = io::stderr().write_all(
            b"SKIPPED: COURSE_SKIP names browser, so this test proves nothing in this run\n",
        );
    }
    skipped
}

/// Starts a browser for which only this machine exists.
pub fn session() -> Session {
    Session::start(&Options::default().local_only()).unwrap_or_else(|error| panic!("{error}"))
}

/// Starts a site and a browser, and lets the test have both; does nothing when skipped.
pub fn visit(test: impl FnOnce(&Site, &Session) -> anyhow::Result<()>) {
    if skipped() {
        return;
    }
    let site = Site::start(Config::default()).expect("loopback has a free port");
    let session = session();
    test(&site, &session).unwrap_or_else(|error| panic!("{error:#}"));
}
