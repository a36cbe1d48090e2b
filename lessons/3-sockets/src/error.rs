//! What can go wrong, named by the act that failed.
//!
//! The messages are written out by hand, here and in the other modules. The crate `thiserror`
//! would derive them, and its compiler plugin would be a third of what a first `just lesson 3` has
//! to compile.

use std::fmt;
use std::io;
use std::time::Duration;

/// Says which act failed, on what, and why.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A socket could not be given its address.
    Bind {
        /// The address that was asked for.
        address: String,
        /// What the system answered.
        source: io::Error,
    },
    /// A peer could not be reached.
    Connect {
        /// The address that was tried.
        address: String,
        /// What the system answered.
        source: io::Error,
    },
    /// Another call on a socket failed.
    Socket {
        /// What was being done, as a verb: `send`, `accept`.
        doing: &'static str,
        /// What the system answered.
        source: io::Error,
    },
    /// An exchange did not end within its limit.
    TimedOut {
        /// What was being done.
        doing: &'static str,
        /// The limit that passed.
        limit: Duration,
    },
    /// The peer said something that the protocol does not allow, or that this lesson does not read.
    Protocol(String),
    /// The peer ended the conversation and said why.
    Disconnected(String),
    /// A thread could not be started.
    Thread(io::Error),
    /// The process may not hold as many sockets as were asked for.
    OpenFiles {
        /// How many are needed.
        wanted: u64,
        /// The hard limit.
        hard: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { address, source } => {
                write!(f, "cannot listen on {address}: {}", advice(source))
            }
            Self::Connect { address, source } => {
                write!(f, "cannot connect to {address}: {}", advice(source))
            }
            Self::Socket { doing, source } => write!(f, "cannot {doing}: {source}"),
            Self::TimedOut { doing, limit } => {
                write!(f, "{doing} did not end within {limit:?}")
            }
            Self::Protocol(what) => write!(f, "the answer cannot be read: {what}"),
            Self::Disconnected(why) => write!(f, "disconnected by the server: {why}"),
            Self::Thread(source) => write!(f, "cannot start a thread: {source}"),
            Self::OpenFiles { wanted, hard } => write!(
                f,
                "this process may hold {hard} open files at most, and {wanted} are needed: \
                 raise the hard limit (as root: `ulimit -Hn {wanted}`) or serve fewer clients"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. }
            | Self::Connect { source, .. }
            | Self::Socket { source, .. }
            | Self::Thread(source) => Some(source),
            Self::TimedOut { .. }
            | Self::Protocol(_)
            | Self::Disconnected(_)
            | Self::OpenFiles { .. } => None,
        }
    }
}

impl Error {
    /// Names the act behind an error of the system: `map_err(Error::socket("send"))`.
    pub(crate) fn socket(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Socket { doing, source }
    }
}

/// Says in words what can be done about an error of `bind` or `connect`.
fn advice(error: &io::Error) -> String {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program has this address: stop it, or choose another port (port 0 takes a \
             free one)"
        }
        io::ErrorKind::AddrNotAvailable => "no interface of this machine has this address",
        io::ErrorKind::PermissionDenied => {
            "not permitted: ports below 1024 may need root, and a path needs write permission"
        }
        io::ErrorKind::ConnectionRefused => "nobody listens there: is the server running?",
        io::ErrorKind::NotFound => "there is no such socket: is the server running?",
        io::ErrorKind::TimedOut => "no answer in time",
        _ => return error.to_string(),
    };
    advice.to_string()
}
