//! Step 2: an error that tells what to change, where, and into what.
//!
//! `invalid digit found in string` is true and helps nobody: which string, and where does it stand?
//! You build the part of a program that reads its settings, and that says what is wrong so that
//! whoever reads it can mend it. All of it at once, and never a password.

use std::fmt;
use std::time::Duration;

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line of a file.
    File {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// A variable of the environment, by its name.
    Variable(String),
    /// An argument, by its name without the dashes.
    Argument(String),
}

/// One setting that somebody gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// `threads`, `delay` or `token`.
    pub name: String,
    /// What was written there.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// Name and place alone: the text may be the token.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.name, self.place)
    }
}

/// The settings, ready to be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// From 1 to 64; 8 when nobody says anything.
    pub threads: u16,
    /// A second when nobody says anything.
    pub delay: Duration,
    /// Exactly 16 ASCII letters and digits. This is a secret.
    pub token: Option<Token>,
}

/// A secret. Whoever prints it must not print its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // TODO: anything but the text.
        todo!("show that there is a token, and not which")
    }
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue {
    // TODO: what must be known to write the message? Beware: `Debug` is derived, and prints it all.
}

impl fmt::Display for BadValue {
    /// Writes one line that names four things: the setting, what was written, the place, and the form
    /// that it must have.
    ///
    /// # Format
    ///
    /// ```text
    /// threads is "many" (spindle.toml, line 3), but must be a whole number from 1 to 64
    /// delay is "-1" (variable SPINDLE_DELAY), but must be a number of seconds, for example 0.5
    /// token is hidden (argument --token), but must be 16 letters and digits
    /// speed is "4" (argument --speed), but must be threads, delay or token
    /// ```
    ///
    /// The last is what is said of a name that is no setting. What stands between the quotes is
    /// escaped as `{:?}` does it, so that no terminal obeys it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // TODO: the line above.
        todo!("write the line")
    }
}

impl std::error::Error for BadValue {}

/// Reads the settings.
///
/// `given` holds at most one entry for each name. A delay is a number of seconds that is neither
/// negative nor without end.
///
/// # Errors
///
/// Every bad value, in the order of `given`: one run must be enough to see all of them.
pub fn read(given: &[Given]) -> Result<Settings, Vec<BadValue>> {
    // TODO: read each, and keep what is wrong.
    todo!("read the settings, and collect what cannot be used")
}
