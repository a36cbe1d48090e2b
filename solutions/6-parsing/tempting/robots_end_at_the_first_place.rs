//! Tempting: the last piece is looked for where it comes first, and the path must end there.

use std::cmp::Reverse;

/// What a robots.txt says to one robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    pattern: String,
    line: usize,
}

/// The answer for one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the path may be fetched.
    pub allowed: bool,
    /// The number of the line that decided, counted from 1; `None` where no line did.
    pub line: Option<usize>,
}

impl Robots {
    /// Reads the rules that are meant for the robot called `name`.
    ///
    /// # Format
    ///
    /// ```text
    /// User-agent: spindle     one or more names begin a group
    /// User-agent: otherbot
    /// Disallow: /private/     then come its rules; a name behind a rule begins the next group
    /// Allow: /private/open    # from a # on it is a comment
    /// Disallow:               an empty rule closes nothing
    /// ```
    ///
    /// - The groups that bear our name apply, all of them together; if there is none, those for `*`; else none.
    /// - Names are equal in any case, and as a whole: `spindle-news` is another robot. A version behind a name
    ///   (`Spindle/2.0`) does not count.
    /// - Fields are read in any case. Other fields, and lines without a colon, are skipped as if they were not there.
    pub fn parse(text: &str, name: &str) -> Self {
        // `None` until a group bears the name: an empty group of ours still keeps us out of `*`.
        let (mut ours, mut everyones) = (None::<Vec<Rule>>, None::<Vec<Rule>>);
        let (mut is_ours, mut is_everyones) = (false, false);
        let mut rule_seen = false;

        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default();
            let Some((field, value)) = text.split_once(':') else {
                continue;
            };
            let value = value.trim();
            match field.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    // Names that follow each other share the rules behind them. Only a rule ends the list.
                    if rule_seen {
                        (is_ours, is_everyones, rule_seen) = (false, false, false);
                    }
                    // A version is cut off, and then the whole names are compared.
                    let token = value.split('/').next().unwrap_or_default().trim();
                    is_ours |= token.eq_ignore_ascii_case(name);
                    is_everyones |= value == "*";
                    if is_ours {
                        ours.get_or_insert_default();
                    }
                    if is_everyones {
                        everyones.get_or_insert_default();
                    }
                }
                field @ ("allow" | "disallow") => {
                    rule_seen = true;
                    if value.is_empty() {
                        continue;
                    }
                    let rule = Rule {
                        allow: field == "allow",
                        pattern: value.to_owned(),
                        line,
                    };
                    if let (true, Some(rules)) = (is_ours, &mut ours) {
                        rules.push(rule.clone());
                    }
                    if let (true, Some(rules)) = (is_everyones, &mut everyones) {
                        rules.push(rule);
                    }
                }
                _ => {}
            }
        }
        // Either or: who is named is not "everybody else".
        Self {
            rules: ours.or(everyones).unwrap_or_default(),
        }
    }

    /// Says whether a path may be fetched.
    ///
    /// - A pattern matches the beginning of the path. `*` in it stands for any characters, also none; a `$` at its end
    ///   for the end of the path.
    /// - Of the rules that match, the one with the longest pattern decides; of equally long ones an `Allow`.
    ///   Where two say the same, the first is named.
    /// - `/robots.txt` itself may always be fetched.
    pub fn decide(&self, path: &str) -> Verdict {
        if path == "/robots.txt" {
            return Verdict {
                allowed: true,
                line: None,
            };
        }
        let matching = self
            .rules
            .iter()
            .filter(|rule| matches(&rule.pattern, path));
        // The order of the lines decides nothing, only which of two equal ones is named.
        let winner =
            matching.max_by_key(|rule| (rule.pattern.len(), rule.allow, Reverse(rule.line)));
        Verdict {
            allowed: winner.is_none_or(|rule| rule.allow),
            line: winner.map(|rule| rule.line),
        }
    }
}

/// Matches piece by piece: what stands between two stars must come in order, and each piece is taken
/// where it comes first. An earlier place leaves more room for the rest, so there is nothing to go back
/// for; a matcher that tries every length for every star would need longer than the universe has.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, ends) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return !ends || rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    if ends {
        rest.find(last)
            .is_some_and(|at| at + last.len() == rest.len())
    } else {
        rest.contains(last)
    }
}
