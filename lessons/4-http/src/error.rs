//! What can go wrong, and what a program should do about it.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::Url;

// ANCHOR: error
/// Why there is no answer, or none that can be used.
///
/// [`Error::advice`] sorts them by what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no URL, or one that does not begin with `http://` or `https://`.
    #[error("{0:?} is not an address on the web: write it with http:// or https://")]
    NotWeb(String),
    /// A header, a query or a body cannot be sent like this.
    #[error("cannot send {what}: {why}")]
    Unsendable {
        /// What was to be sent.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The host is this machine or in a private network, and only a flag allows that.
    #[error("{host} is this machine or in a private network, and that is not allowed")]
    PrivateAddress {
        /// The host as it was asked for.
        host: String,
    },
    /// The address is outside of what this client may ask.
    #[error("{0} is outside of the scope")]
    OutOfScope(Url),
    /// The host's name has no address.
    #[error("cannot find the address of {host}")]
    LookUp {
        /// The name.
        host: String,
        /// What the system answered.
        source: io::Error,
    },
    /// No connection came about.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// Host and port.
        host: String,
        /// What the system answered.
        why: String,
    },
    /// No connection came about in time.
    #[error("cannot connect to {host} within {}", seconds(.limit))]
    ConnectTimedOut {
        /// Host and port.
        host: String,
        /// The limit that passed.
        limit: Duration,
    },
    /// A connection came about, but not a safe one.
    #[error("no safe connection to {host}: {problem}")]
    Tls {
        /// Host and port.
        host: String,
        /// What is wrong.
        problem: TlsProblem,
    },
    /// The head of the answer, or the next piece of its body, did not come in time.
    #[error("waited {} in vain", seconds(.limit))]
    Silent {
        /// The limit that passed.
        limit: Duration,
    },
    /// The answer did not end in time, although something came now and then.
    #[error("not complete after {}", seconds(.limit))]
    TooSlow {
        /// The limit that passed.
        limit: Duration,
    },
    /// The answer broke off, contradicts itself, or is not HTTP.
    #[error("broken answer: {0}")]
    Broken(String),
    /// The body is larger than allowed.
    #[error("body larger than {limit} bytes {measured}")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Which of the two sizes is too large.
        measured: Measured,
    },
    /// The body is packed in a way that was not asked for.
    #[error("body packed as {0:?}, which was not asked for")]
    Encoding(String),
    /// A redirect led to where we had been.
    #[error("redirects go round in a circle at {0}")]
    RedirectLoop(Url),
    /// One redirect after another.
    #[error("more than {0} redirects")]
    TooManyRedirects(u32),
    /// A redirect would have given up the safety of https.
    #[error("redirect from https to {0}, which anybody on the way could read")]
    Downgrade(Url),
    /// A redirect leads nowhere on the web.
    #[error("redirect to {0:?}, which is not on the web")]
    BadRedirect(String),
    /// The server refuses or fails: a status of 400 or more.
    #[error("status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long the server asks us to stay away.
        retry_after: Option<Duration>,
    },
    /// The body is not what was promised: JSON of a certain shape, say.
    #[error("cannot understand the body: {0}")]
    Body(String),
    /// What came could not be written down.
    #[error("cannot write what came")]
    Write(#[source] io::Error),
    /// The system gives no client at all.
    #[error("cannot make a client: {0}")]
    Client(String),
}
// ANCHOR_END: error

/// Which size of a body is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// As it came over the wire.
    OnTheWire,
    /// After unpacking.
    Unpacked,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OnTheWire => "on the wire",
            Self::Unpacked => "unpacked",
        })
    }
}

/// Why a connection is not safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The certificate belongs to another host.
    #[error("its certificate is for another host")]
    WrongHost,
    /// The certificate was valid once.
    #[error("its certificate has expired")]
    Expired,
    /// The certificate is not valid yet: mind your clock.
    #[error("its certificate is not valid yet (is the clock of this machine right?)")]
    NotYetValid,
    /// Nobody whom we trust vouches for the certificate.
    #[error("nobody whom this machine trusts has signed its certificate")]
    UnknownIssuer,
    /// This machine has no root certificates, so it trusts nobody.
    #[error(
        "this machine has no root certificates (on Debian: apt-get install ca-certificates): {0}"
    )]
    NoRoots(String),
    /// This program cannot speak https.
    #[error("this program was built without its feature `tls`")]
    NotBuiltIn,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

// ANCHOR: advice
/// What a program should do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Try again, later: it may end better.
    Retry,
    /// Go on with something else: this address will give the same tomorrow.
    GiveUp,
    /// Tell a person: only somebody who knows what was meant can change this.
    TellUser,
}

impl Error {
    /// Says what to do about this error.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Connect { .. }
            | Self::ConnectTimedOut { .. }
            | Self::Silent { .. }
            | Self::TooSlow { .. }
            | Self::Broken(_) => Advice::Retry,
            Self::Status { status, .. } if status_may_pass(*status) => Advice::Retry,
            // Who we are, what we ask, how this machine is set up: no repetition mends it.
            Self::NotWeb(_)
            | Self::Unsendable { .. }
            | Self::PrivateAddress { .. }
            | Self::LookUp { .. }
            | Self::Tls { .. }
            | Self::Write(_)
            | Self::Client(_)
            | Self::Status {
                status: 401 | 403 | 407,
                ..
            } => Advice::TellUser,
            Self::OutOfScope(_)
            | Self::TooLarge { .. }
            | Self::Encoding(_)
            | Self::RedirectLoop(_)
            | Self::TooManyRedirects(_)
            | Self::Downgrade(_)
            | Self::BadRedirect(_)
            | Self::Body(_)
            | Self::Status { .. } => Advice::GiveUp,
        }
    }

    /// Returns how long the server asks us to stay away, where it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Returns whether a status says that another try may end better.
///
/// Source: RFC 9110, section 15, <https://www.rfc-editor.org/rfc/rfc9110#section-15>; 425 is RFC 8470,
/// 429 is RFC 6585.
pub fn status_may_pass(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}
// ANCHOR_END: advice

impl Error {
    /// Wraps the error so that it can pass through a [`std::io::Read`].
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match &self {
            Self::Silent { .. } | Self::TooSlow { .. } => io::ErrorKind::TimedOut,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, self)
    }

    /// Takes the error out of one that came from reading a [`Response`](crate::Response).
    pub fn from_read(error: io::Error) -> Self {
        Self::from_io(error).unwrap_or_else(|error| Self::Broken(error.to_string()))
    }

    /// Takes out what [`Error::into_io`] wrapped; gives back any other error.
    pub(crate) fn from_io(error: io::Error) -> Result<Self, io::Error> {
        error.downcast::<Self>()
    }
}

fn seconds(limit: &Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// Lists an error and what caused it, the deepest last.
pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

/// Returns what caused an error. An `io::Error` hides the error that it wraps from `source`.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Returns the message of the deepest cause, which is the one that says what happened.
pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}
