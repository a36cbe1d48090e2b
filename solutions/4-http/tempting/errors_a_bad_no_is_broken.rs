//! Tempting: a refusal that cannot be read is another error than the refusal.

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
    let (status, content_type, body) = match raw {
        Raw::Io(error) if is_passing(error.kind()) => {
            return Err(ApiError::Unavailable(Cause::Io(error)));
        }
        Raw::Io(error) => return Err(ApiError::Broken(Cause::Io(error))),
        Raw::Answer {
            status,
            content_type,
            body,
        } => (status, media_type(&content_type), body),
    };
    if (200..300).contains(&status) {
        if body.is_empty() {
            return Ok(String::new());
        }
        // The status says that it went well; the type says whether it was this API that answered.
        let text = String::from_utf8(body).ok();
        return text
            .filter(|_| content_type == "application/json")
            .ok_or(ApiError::Broken(Cause::NotJson(content_type)));
    }
    let problem: ProblemDetails = match content_type.as_str() {
        "application/problem+json" => serde_json::from_slice(&body)
            .map_err(|error| ApiError::Broken(Cause::NotJson(error.to_string())))?,
        _ => ProblemDetails::default(),
    };
    let cause = Cause::Status {
        status,
        detail: problem.detail,
    };
    Err(match status {
        401 => ApiError::NotLoggedIn(cause),
        403 => ApiError::NotPermitted(cause),
        404 | 410 => ApiError::NotFound(cause),
        409 | 412 => ApiError::Changed(cause),
        400 | 413 | 415 | 422 => ApiError::Invalid {
            fields: problem
                .errors
                .into_iter()
                .map(|error| error.field)
                .collect(),
            cause,
        },
        408 | 425 | 429 | 500 | 502 | 503 | 504 => ApiError::Unavailable(cause),
        _ => ApiError::Broken(cause),
    })
}

/// Kinds of errors that may be gone in a moment.
fn is_passing(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkDown, NetworkUnreachable, TimedOut, UnexpectedEof, WouldBlock,
    };
    matches!(
        kind,
        BrokenPipe
            | ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | NetworkDown
            | NetworkUnreachable
            | TimedOut
            | UnexpectedEof
            // What a socket says on Unix when its time is over.
            | WouldBlock
    )
}

/// `Application/JSON; charset=utf-8` is `application/json`.
fn media_type(content_type: &str) -> String {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

impl ApiError {
    /// Returns what a program does about it.
    pub fn action(&self) -> Action {
        match self {
            Self::Unavailable(_) => Action::TryAgain,
            Self::NotLoggedIn(_) => Action::LogIn,
            Self::Changed(_) => Action::ReadAgain,
            Self::Invalid { .. } => Action::Correct,
            Self::NotPermitted(_) | Self::NotFound(_) => Action::Tell,
            Self::Broken(_) => Action::Report,
        }
    }

    fn cause(&self) -> &Cause {
        match self {
            Self::Unavailable(cause)
            | Self::NotLoggedIn(cause)
            | Self::NotPermitted(cause)
            | Self::NotFound(cause)
            | Self::Changed(cause)
            | Self::Invalid { cause, .. }
            | Self::Broken(cause) => cause,
        }
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
        match self {
            Self::Unavailable(_) => write!(f, "the server is not available")?,
            Self::NotLoggedIn(_) => write!(f, "nobody is logged in")?,
            Self::NotPermitted(_) => write!(f, "this is not permitted")?,
            Self::NotFound(_) => write!(f, "there is no such thing")?,
            Self::Changed(_) => write!(f, "it has changed since it was read")?,
            Self::Invalid { fields, .. } if fields.is_empty() => {
                write!(f, "what was sent is wrong")?;
            }
            Self::Invalid { fields, .. } => {
                write!(
                    f,
                    "what was sent is wrong: {}",
                    harmless(&fields.join(", "))
                )?;
            }
            Self::Broken(_) => write!(f, "the server does not do what it should")?,
        }
        match self.cause() {
            Cause::Io(error) => write!(f, " ({error})"),
            Cause::Status { status, detail } if detail.is_empty() => {
                write!(f, " (status {status})")
            }
            Cause::Status { status, detail } => {
                write!(f, " (status {status}: {})", harmless(detail))
            }
            Cause::NotJson(what) => write!(f, " (not JSON: {})", harmless(what)),
        }
    }
}

/// What a stranger wrote may be long, and may hold what a terminal obeys.
fn harmless(text: &str) -> String {
    let blank = |letter: char| if letter.is_control() { ' ' } else { letter };
    // By characters: a cut in the middle of one is a panic.
    text.chars().take(200).map(blank).collect()
}

impl Error for ApiError {
    /// Returns the `io::Error` below, where there is one, for whoever looks into the log.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause() {
            Cause::Io(error) => Some(error),
            Cause::Status { .. } | Cause::NotJson(_) => None,
        }
    }
}
