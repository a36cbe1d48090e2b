//! Step 5: from what went wrong to what a program does.
//!
//! An error is for somebody. A loop wants to know whether to try again, a person wants to know what to do,
//! and whoever looks into the log wants to know what happened. You build an error that serves all three.

use std::error::Error;
use std::fmt;
use std::io;

use serde::Deserialize;

/// What came of a request.
#[derive(Debug)]
pub enum Raw {
    /// No answer, or only a part of one.
    Io(io::Error),
    /// An answer.
    Answer {
        /// The status.
        status: u16,
        /// The `Content-Type`, as it came; empty when there was none.
        content_type: String,
        /// The body.
        body: Vec<u8>,
    },
}

/// What went wrong, sorted by what one does about it.
#[derive(Debug)]
pub enum ApiError {
    /// The server is not there, or not at the moment.
    Unavailable(Cause),
    /// Nobody is logged in.
    NotLoggedIn(Cause),
    /// Somebody is logged in who may not do this.
    NotPermitted(Cause),
    /// There is no such thing, or no more.
    NotFound(Cause),
    /// The thing has changed since it was read.
    Changed(Cause),
    /// What was sent is wrong.
    Invalid {
        /// The names of the fields that are wrong, as far as the server told.
        fields: Vec<String>,
        /// What happened.
        cause: Cause,
    },
    /// The server does something that it should not, and another try would not change it.
    Broken(Cause),
}

/// What happened.
#[derive(Debug)]
pub enum Cause {
    /// No whole answer.
    Io(io::Error),
    /// A status, and the server's own words, if it had any that are meant for people.
    Status {
        /// The status.
        status: u16,
        /// The words; may be empty.
        detail: String,
    },
    /// An answer that should be JSON and is not.
    NotJson(String),
}

/// What a program does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Wait, and try the same again.
    TryAgain,
    /// Let the person log in, and try the same again.
    LogIn,
    /// Read the thing again, and let the person decide again.
    ReadAgain,
    /// Show the person what is wrong, and let them change it.
    Correct,
    /// Tell the person that it cannot be had.
    Tell,
    /// Write it down for whoever runs the program: neither waiting nor the person can help.
    Report,
}

/// What the API answers when it says no (RFC 9457).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProblemDetails {
    detail: String,
    errors: Vec<FieldError>,
}

/// One field that is wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FieldError {
    field: String,
}

/// Returns the JSON text of a good answer, or what is wrong.
///
/// | what came | what it is |
/// |---|---|
/// | refused, reset, aborted, broken off, timed out, host or network not reachable | `Unavailable` |
/// | any other input or output error | `Broken` |
/// | 200 to 299 with JSON (`application/json`, whatever parameters follow), or with an empty body | the text |
/// | 200 to 299 with anything else | `Broken` |
/// | 401, 403, 404 and 410, 409 and 412 | `NotLoggedIn`, `NotPermitted`, `NotFound`, `Changed` |
/// | 400, 413, 415, 422 | `Invalid` |
/// | 408, 425, 429, 500, 502, 503, 504 | `Unavailable` |
/// | any other status | `Broken` |
///
/// The server's words and the names of fields are read only from `application/problem+json`: an HTML page is
/// not meant for a person with a program in between.
///
/// # Errors
///
/// [`ApiError`], see above.
pub fn classify(raw: Raw) -> Result<String, ApiError> {
    // TODO: first what came, then what it says.
    todo!("sort what came")
}

impl ApiError {
    /// Returns what a program does about it.
    pub fn action(&self) -> Action {
        // TODO: one action for each kind.
        todo!("say what to do")
    }
}

impl fmt::Display for ApiError {
    /// Writes one line for a person: what it is, and in parentheses why.
    ///
    /// # Format
    ///
    /// ```text
    /// the server is not available (status 503: Too busy.)
    /// nobody is logged in (status 401)
    /// this is not permitted (status 403: Readers may not write.)
    /// there is no such thing (status 404: There is no such book.)
    /// it has changed since it was read (status 412)
    /// what was sent is wrong: title, year (status 422: Some fields of the book are wrong.)
    /// what was sent is wrong (status 400)
    /// the server does not do what it should (not JSON: text/html)
    /// the server is not available (connection refused)
    /// ```
    ///
    /// The words of the server are cut to their first 200 characters, and control characters in them
    /// become blanks: a stranger wrote them, and they may go to a terminal. In the last line stands what
    /// the `io::Error` says of itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // TODO: the line above.
        todo!("write the line")
    }
}

impl Error for ApiError {
    /// Returns the `io::Error` below, where there is one, for whoever looks into the log.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // TODO: the error below.
        todo!("hand over the error below")
    }
}
