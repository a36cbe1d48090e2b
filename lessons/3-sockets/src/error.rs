//! What can go wrong, named by the act that failed.

use std::io;
use std::time::Duration;

/// Says which act failed, on what, and why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A socket could not be given its address.
    #[error("cannot listen on {address}: {}", advice(source))]
    Bind {
        /// The address that was asked for.
        address: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A peer could not be reached.
    #[error("cannot connect to {address}: {}", advice(source))]
    Connect {
        /// The address that was tried.
        address: String,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// Another call on a socket failed.
    #[error("cannot {doing}: {source}")]
    Socket {
        /// What was being done, as a verb: `send`, `accept`.
        doing: &'static str,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// An exchange did not end within its limit.
    #[error("{doing} did not end within {limit:?}")]
    TimedOut {
        /// What was being done.
        doing: &'static str,
        /// The limit that passed.
        limit: Duration,
    },
    /// The peer said something that the protocol does not allow, or that this lesson does not read.
    #[error("the answer cannot be read: {0}")]
    Protocol(String),
    /// The peer ended the conversation and said why.
    #[error("disconnected by the server: {0}")]
    Disconnected(String),
    /// A thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] io::Error),
    /// The process may not hold as many sockets as were asked for.
    #[error(
        "this process may hold {hard} open files at most, and {wanted} are needed: \
         raise the hard limit (as root: `ulimit -Hn {wanted}`) or serve fewer clients"
    )]
    OpenFiles {
        /// How many are needed.
        wanted: u64,
        /// The hard limit.
        hard: u64,
    },
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
