//! The answer for one URL, and the line that gave it.

use std::fmt;

use super::{Line, Rule, Rules, pattern::Path};

/// Whether a URL may be fetched, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    allowed: bool,
    reason: Reason<'a>,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason<'a> {
    /// The longest rule that matches.
    Rule(&'a Rule),
    /// A group is for us, and none of its rules matches. The line that names us.
    NoRule(&'a Line),
    /// No group is for us.
    NoGroup,
    /// The URL is that of the robots.txt, which may always be read.
    RobotsTxt,
    /// The robots.txt could not be had, and until it can everything is closed.
    Unreachable,
}

impl Rules<'_> {
    /// Returns whether `url` may be fetched. A path alone, `/a?b`, will do; one that begins with `//`
    /// is read as host and path.
    pub fn allows(&self, url: &str) -> bool {
        self.verdict(url).is_allowed()
    }

    // ANCHOR: verdict
    /// Returns whether `url` may be fetched, and which line says so.
    pub fn verdict(&self, url: &str) -> Verdict<'_> {
        let path = Path::of(url);
        let (allowed, reason) = if path.is_robots_txt() {
            (true, Reason::RobotsTxt)
        } else if self.refuses_all {
            (false, Reason::Unreachable)
        } else {
            let matching = self.rules.iter().filter(|rule| rule.pattern.matches(&path));
            // The longest pattern wins; of two equally long ones the one that allows; of two equal
            // ones the first, so that the line that is named is always the same one.
            let winner = matching
                .rev()
                .max_by_key(|rule| (rule.pattern.octets(), rule.allow));
            match (winner, self.agent) {
                (Some(rule), _) => (rule.allow, Reason::Rule(rule)),
                (None, Some(line)) => (true, Reason::NoRule(line)),
                (None, None) => (true, Reason::NoGroup),
            }
        };
        Verdict { allowed, reason }
    }
    // ANCHOR_END: verdict
}

impl<'a> Verdict<'a> {
    /// Returns whether the URL may be fetched.
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// Returns what decided.
    pub fn reason(&self) -> &Reason<'a> {
        &self.reason
    }

    /// Returns the line that decided, where one did.
    pub fn line(&self) -> Option<&'a Line> {
        match &self.reason {
            Reason::Rule(rule) => Some(&rule.line),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.allowed { "allowed" } else { "refused" })?;
        match &self.reason {
            Reason::Rule(Rule { line, .. }) => {
                write!(f, " by line {}, \"{}\"", line.number, line.text)
            }
            Reason::NoRule(line) => write!(
                f,
                ": no rule below line {}, \"{}\", matches",
                line.number, line.text
            ),
            Reason::NoGroup => f.write_str(": no group is for this robot"),
            Reason::RobotsTxt => f.write_str(": robots.txt itself may always be read"),
            Reason::Unreachable => {
                f.write_str(": robots.txt cannot be had, and until then all is closed")
            }
        }
    }
}
