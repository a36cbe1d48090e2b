//! Tempting: `return Err` at the first mistake. The next run tells the next one, and so on.

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
        f.write_str("Token(hidden)")
    }
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue {
    name: String,
    /// As it is to be shown. The text itself is not kept: what is not here cannot be printed by mistake.
    shown: String,
    place: Place,
    expected: &'static str,
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
        let Self {
            name,
            shown,
            place,
            expected,
        } = self;
        write!(f, "{name} is {shown} (")?;
        match place {
            Place::File { path, line } => write!(f, "{path}, line {line}")?,
            Place::Variable(name) => write!(f, "variable {name}")?,
            Place::Argument(name) => write!(f, "argument --{name}")?,
        }
        write!(f, "), but must be {expected}")
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
    let mut settings = Settings {
        threads: 8,
        delay: Duration::from_secs(1),
        token: None,
    };
    let mut bad = Vec::new();
    for Given { name, text, place } in given {
        let (expected, fits) = match name.as_str() {
            "threads" => (
                "a whole number from 1 to 64",
                take(&mut settings.threads, threads(text)),
            ),
            "delay" => (
                "a number of seconds, for example 0.5",
                take(&mut settings.delay, delay(text)),
            ),
            "token" => (
                "16 letters and digits",
                take(&mut settings.token, token(text).map(Some)),
            ),
            _ => ("threads, delay or token", false),
        };
        if !fits {
            return Err(vec![BadValue {
                name: name.clone(),
                // Quotes show blanks at its ends, and a terminal must not obey what a stranger wrote.
                shown: match name.as_str() {
                    "token" => "hidden".to_owned(),
                    _ => format!("{text:?}"),
                },
                place: place.clone(),
                expected,
            }]);
        }
    }
    // Not at the first one: whoever mends settings wants to see all that is to be mended.
    if bad.is_empty() {
        Ok(settings)
    } else {
        Err(bad)
    }
}

/// Puts a value in its place, and returns whether there was one.
fn take<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}

fn threads(text: &str) -> Option<u16> {
    let threads = text.parse().ok()?;
    (1..=64).contains(&threads).then_some(threads)
}

fn delay(text: &str) -> Option<Duration> {
    // "nan", "inf" and "-1" are numbers, but no time to wait; `from_secs_f64` would panic at them.
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

fn token(text: &str) -> Option<Token> {
    let fits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then(|| Token(text.to_owned()))
}
