//! Finding dead links: one seam, on which to compare a stub, a fake and a mock.
//!
//! The code under test asks the web, and a test must not. So it asks through [`Fetch`], and through
//! [`Clock`] for the time between two tries. `tests/doubles.rs` tests it in three ways:
//!
//! * a **stub** gives canned answers: enough where one answer leads to one result;
//! * a **fake** is a small web that works: [`PretendWeb`] answers as a site would, falls ill, recovers,
//!   and remembers who asked. Tests then say what *happened*;
//! * a **mock** is told beforehand which calls must come, and fails when they do not. Tests then say what
//!   was *called*: right where the call itself is the promise ("each page is asked for once"), and a
//!   burden where it is not, since every change of the code breaks them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::clock::Clock;
use crate::url_key::UrlKey;

// ANCHOR: seam
/// Asks for a page and says what came back.
pub trait Fetch {
    /// Returns the status code.
    ///
    /// # Errors
    ///
    /// When no answer came.
    fn status(&mut self, url: &str) -> Result<u16, NoAnswer>;
}
// ANCHOR_END: seam

/// No answer came: no such host, no connection, or no patience left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer")]
pub struct NoAnswer;

/// How often a page is asked for before it counts as dead.
pub const TRIES: u32 = 3;
/// The time between two tries.
pub const PAUSE: Duration = Duration::from_secs(2);

// ANCHOR: dead_links
/// Returns the links that lead nowhere, as they were written, in their order.
///
/// Each page is asked for once, however many links lead there and however they are spelled. Only trouble
/// that may pass (no answer, or a 5xx) is worth another try; a 404 is an answer.
pub fn dead_links(links: &[&str], web: &mut dyn Fetch, clock: &dyn Clock) -> Vec<String> {
    let mut known: HashMap<UrlKey, bool> = HashMap::new();
    let mut is_dead = |link: &str| match UrlKey::parse(link) {
        Ok(key) => *known
            .entry(key)
            .or_insert_with(|| !is_alive(link, web, clock)),
        Err(_) => true,
    };
    links
        .iter()
        .filter(|link| is_dead(link))
        .map(|link| (*link).to_owned())
        .collect()
}

fn is_alive(link: &str, web: &mut dyn Fetch, clock: &dyn Clock) -> bool {
    for tries in 1.. {
        match web.status(link) {
            Ok(status) if status < 500 => return status < 400,
            _ if tries == TRIES => break,
            _ => clock.sleep(PAUSE),
        }
    }
    false
}
// ANCHOR_END: dead_links

// ANCHOR: fake
/// A small web in memory: pages that answer, pages that fall ill, and a note of every visit.
#[derive(Debug, Default)]
pub struct PretendWeb {
    pages: BTreeMap<String, Page>,
    visits: Vec<String>,
}

#[derive(Debug)]
struct Page {
    status: u16,
    /// How many more requests find nobody at home.
    absent_for: u32,
}

impl PretendWeb {
    /// Makes a web without pages: every request gets a 404.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a page that answers with this status.
    pub fn with_page(self, url: &str, status: u16) -> Self {
        self.with_page_absent_for(0, url, status)
    }

    /// Adds a page that gives no answer for some requests, then this status.
    pub fn with_page_absent_for(mut self, absent_for: u32, url: &str, status: u16) -> Self {
        self.pages
            .insert(url.to_owned(), Page { status, absent_for });
        self
    }

    /// Returns every URL that was asked for, in order.
    pub fn visits(&self) -> &[String] {
        &self.visits
    }
}

impl Fetch for PretendWeb {
    fn status(&mut self, url: &str) -> Result<u16, NoAnswer> {
        self.visits.push(url.to_owned());
        let Some(page) = self.pages.get_mut(url) else {
            return Ok(404);
        };
        if page.absent_for > 0 {
            page.absent_for -= 1;
            return Err(NoAnswer);
        }
        Ok(page.status)
    }
}
// ANCHOR_END: fake
