//! Tempting: every error is a reason to wait, even a selector that is no CSS.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use browser::{Error, Session};

/// Why there is no text.
#[derive(Debug)]
pub enum WaitError {
    /// The time was over.
    TimedOut {
        /// The text of the element at the last look; `None` if it was not there.
        last: Option<String>,
    },
    /// The browser refused for a reason that waiting does not mend.
    Browser(Error),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { last: Some(last) } => {
                write!(f, "the time was over, and it said {last:?}")
            }
            Self::TimedOut { last: None } => write!(f, "the time was over, and it was not there"),
            Self::Browser(_) => write!(f, "the browser refused"),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Browser(error) => Some(error),
            Self::TimedOut { .. } => None,
        }
    }
}

/// Waits until an element fits `css` and `is_so` says yes to its text, and returns the text.
///
/// Looks at least once, even if there is no time at all.
///
/// # Errors
///
/// [`WaitError::TimedOut`] if it did not come within `limit`. [`WaitError::Browser`], at once, for an
/// error that may not pass ([`Error::may_pass`]).
pub fn wait_for_text(
    session: &Session,
    css: &str,
    is_so: impl Fn(&str) -> bool,
    limit: Duration,
) -> Result<String, WaitError> {
    let end = Instant::now() + limit;
    loop {
        let last = match session.find(css).and_then(|element| element.text()) {
            Ok(text) if is_so(&text) => return Ok(text),
            Ok(text) => Some(text),
            Err(_) => None,
        };
        if Instant::now() >= end {
            return Err(WaitError::TimedOut { last });
        }
        thread::sleep(Duration::from_millis(20));
    }
}
