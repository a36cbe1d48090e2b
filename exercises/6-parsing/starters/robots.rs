//! Step 4: may I fetch this?
//!
//! A robots.txt is a few lines of text, and most programs that read it get it wrong. RFC 9309 says how it
//! is meant. You build a reader that is right, and that can say why.

/// What a robots.txt says to one robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robots {
    // TODO: what must be kept to answer `decide`?
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
        // TODO: collect the rules of the groups that are ours.
        todo!("read the groups")
    }

    /// Says whether a path may be fetched.
    ///
    /// - A pattern matches the beginning of the path. `*` in it stands for any characters, also none; a `$` at its end
    ///   for the end of the path.
    /// - Of the rules that match, the one with the longest pattern decides; of equally long ones an `Allow`.
    ///   Where two say the same, the first is named.
    /// - `/robots.txt` itself may always be fetched.
    pub fn decide(&self, path: &str) -> Verdict {
        // TODO: find the rule that decides.
        todo!("the longest pattern that matches")
    }
}
