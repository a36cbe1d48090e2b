//! What a site asks robots to leave alone: robots.txt, all of RFC 9309, and the reason for each answer.
//!
//! A robots.txt is a list of groups. A group begins with one or more `User-agent` lines and holds
//! `Allow` and `Disallow` rules:
//!
//! ```text
//! User-agent: *
//! Disallow: /private/
//! Allow: /private/visit-me
//! Crawl-delay: 2
//!
//! Sitemap: https://site.example/sitemap.xml
//! ```
//!
//! Four steps decide everything, and each has a module of its own:
//!
//! 1. [`line`](mod@line) tells what a line says, also a misspelt one;
//! 2. [`agent`] tells which groups are for us; together they are one, and if none names us, those for `*` are ours;
//! 3. [`pattern`] writes paths in one form and matches them: `*` stands for any bytes, a final `$` for the end;
//! 4. [`verdict`] lets the longest matching pattern win, and `Allow` where two are equally long, and names the line.
//!
//! The other half is what a page or an answer says about itself: [`Directives`](crate::html::Directives).
//!
//! ```
//! use parsing::robots::Robots;
//!
//! let robots = Robots::parse(b"User-agent: *\nDisallow: /private/\nAllow: /private/visit-me\n");
//! let rules = robots.rules_for("Spindle/1.0");
//!
//! let verdict = rules.verdict("https://site.example/private/diary");
//! assert!(!verdict.is_allowed());
//! assert_eq!(verdict.to_string(), r#"refused by line 2, "Disallow: /private/""#);
//! assert!(rules.allows("https://site.example/private/visit-me"));
//! ```
//!
//! Nothing here refuses a file or asks the web. What a missing file means is for whoever fetched it:
//! [`Robots::allowing_all`] for an answer in the 400s, [`Robots::refusing_all`] while the site answers in the 500s or not at
//! all (RFC 9309, section 2.3.1).
//!
//! Source: RFC 9309, <https://www.rfc-editor.org/rfc/rfc9309>, and for what is not in it (misspelt
//! fields, long lines) what Google publishes about its own reader. `Crawl-delay` and `Sitemap` are in
//! no RFC but are widely written and widely obeyed.

pub mod line;
pub mod agent;
pub mod pattern;
pub mod verdict;

use std::time::Duration;

pub use agent::product_token;
use line::Field;
pub use line::Line;
use pattern::Pattern;
pub use verdict::{Reason, Verdict};

/// The part of a robots.txt that is read, in bytes. The RFC asks for at least 500 KiB (section 2.5).
pub const MAX_ROBOTS_BYTES: usize = 500 * 1024;

/// A robots.txt, read once; [`rules_for`](Self::rules_for) gives what is meant for one robot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<(Line, String)>,
    refuses_all: bool,
}

/// `User-agent` lines that stand together, and what follows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    agents: Vec<(Line, Vec<u8>)>,
    rules: Vec<Rule>,
    delays: Vec<Delay>,
}

/// One `Allow` or `Disallow` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether it opens or closes what it matches.
    pub allow: bool,
    /// Where and how it was written.
    pub line: Line,
    pattern: Pattern,
}

/// One `Crawl-delay` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// The pause that the site asks for between two requests.
    pub pause: Duration,
    /// Where and how it was written.
    pub line: Line,
    /// Which of the group's names stand directly above it: those from this one on.
    first_agent: usize,
    /// And those before this one.
    end_agent: usize,
}

impl Robots {
    /// Returns the rules of a site without robots.txt: everything is allowed.
    pub fn allowing_all() -> Self {
        Self::default()
    }

    /// Returns the rules of a site whose robots.txt cannot be had now: nothing is allowed.
    pub fn refusing_all() -> Self {
        Self {
            refuses_all: true,
            ..Self::default()
        }
    }

    // ANCHOR: groups
    /// Reads a robots.txt. Nothing is refused: a line that makes no sense is skipped, as the RFC
    /// asks, and bytes that are no UTF-8 are compared as the bytes that they are.
    pub fn parse(file: &[u8]) -> Self {
        let mut robots = Self::default();
        let mut group = Group::default();
        // Which names a `Crawl-delay` is for: those that stand directly above it.
        let mut delay_from = 0;
        let mut delay_seen = false;

        for (line, statement) in line::statements(file) {
            match statement.field {
                Field::UserAgent => {
                    // Only a rule ends the list of names. Whatever else stands between two of them
                    // must not interfere (section 2.2.4), not even a `Crawl-delay`.
                    if !group.rules.is_empty() {
                        robots.groups.push(std::mem::take(&mut group));
                        (delay_from, delay_seen) = (0, false);
                    }
                    if delay_seen {
                        (delay_from, delay_seen) = (group.agents.len(), false);
                    }
                    group.agents.push((line, statement.value.to_vec()));
                }
                // A rule before the first name is for nobody.
                _ if group.agents.is_empty() && statement.field != Field::Sitemap => {}
                Field::Allow | Field::Disallow => group.rules.push(Rule {
                    allow: statement.field == Field::Allow,
                    line,
                    pattern: Pattern::new(statement.value),
                }),
                Field::CrawlDelay => {
                    delay_seen = true;
                    if let Some(pause) = seconds(statement.value) {
                        group.delays.push(Delay {
                            pause,
                            line,
                            first_agent: delay_from,
                            end_agent: group.agents.len(),
                        });
                    }
                }
                // A sitemap belongs to no group; it may stand anywhere.
                Field::Sitemap if !statement.value.is_empty() => {
                    let url = String::from_utf8_lossy(statement.value).into_owned();
                    robots.sitemaps.push((line, url));
                }
                Field::Sitemap => {}
            }
        }
        robots.groups.push(group);
        robots
    }
    // ANCHOR_END: groups

    // ANCHOR: rules_for
    /// Returns what is meant for the robot with this name or user agent: all groups that name it, as
    /// one; else all groups for `*`; else nothing.
    pub fn rules_for(&self, user_agent: &str) -> Rules<'_> {
        let token = agent::own_token(user_agent);
        let mut rules = self.merged(|value| agent::names(value, token));
        if rules.agent.is_none() {
            rules = self.merged(agent::is_everybody);
        }
        rules.refuses_all = self.refuses_all;
        rules
    }
    // ANCHOR_END: rules_for

    /// Returns the addresses of the sitemaps, as they are written, in their order.
    pub fn sitemaps(&self) -> impl Iterator<Item = &str> {
        self.sitemaps.iter().map(|(_, url)| url.as_str())
    }

    fn merged(&self, is_ours: impl Fn(&[u8]) -> bool) -> Rules<'_> {
        let mut merged = Rules::default();
        for group in &self.groups {
            let ours = |(_, value): &&(Line, Vec<u8>)| is_ours(value);
            let Some((line, _)) = group.agents.iter().find(ours) else {
                continue;
            };
            merged.agent.get_or_insert(line);
            merged.rules.extend(&group.rules);
            let names_us = |delay: &&Delay| {
                let above = group.agents.get(delay.first_agent..delay.end_agent);
                above.is_some_and(|agents| agents.iter().any(|(_, value)| is_ours(value)))
            };
            let delays = group.delays.iter().filter(names_us);
            merged.delay = delays.fold(merged.delay, |longest, delay| {
                let is_longer = longest.is_none_or(|longest| delay.pause > longest.pause);
                if is_longer { Some(delay) } else { longest }
            });
        }
        merged
    }
}

/// What a robots.txt says to one robot.
#[derive(Clone, Debug, Default)]
pub struct Rules<'a> {
    agent: Option<&'a Line>,
    rules: Vec<&'a Rule>,
    delay: Option<&'a Delay>,
    refuses_all: bool,
}

impl<'a> Rules<'a> {
    /// Returns the pause that the site asks for between two requests, and where it says so. Of
    /// several the longest counts.
    pub fn crawl_delay(&self) -> Option<&'a Delay> {
        self.delay
    }

    /// Returns the first line that names the robot, or `*` where no line names it.
    pub fn agent_line(&self) -> Option<&'a Line> {
        self.agent
    }
}

/// Reads a delay in seconds; a negative or endless one is no delay that can be kept.
fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests;
