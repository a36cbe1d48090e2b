//! One call and what it was about.

use std::fmt;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::time::Duration;

/// One call that has returned, with what it was about.
///
/// `fd` is the number by which the system knows the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `socket`: a socket exists; it has no address yet.
    Socket {
        /// The new socket.
        fd: RawFd,
    },
    /// `setsockopt(SO_REUSEADDR)`: the port may be taken although an old connection still lingers.
    ReuseAddress {
        /// The listening socket.
        fd: RawFd,
    },
    /// `bind`: the socket has an address.
    Bind {
        /// The listening socket.
        fd: RawFd,
        /// The address it now has; port 0 has become a free port.
        address: SocketAddr,
    },
    /// `listen`: the system now accepts handshakes in our name.
    Listen {
        /// The listening socket.
        fd: RawFd,
        /// How many may wait.
        backlog: i32,
    },
    /// `accept`: the first waiting connection got a socket of its own.
    Accept {
        /// The listening socket, which goes on listening.
        listener: RawFd,
        /// The new socket for this one conversation.
        fd: RawFd,
        /// Who is at the other end.
        peer: SocketAddr,
    },
    /// `connect`: the handshake is done.
    Connect {
        /// The client's socket.
        fd: RawFd,
        /// The address that the system chose for our end.
        local: SocketAddr,
        /// The server.
        peer: SocketAddr,
    },
    /// `setsockopt(TCP_NODELAY)`: small sends leave at once (Nagle's algorithm is off).
    NoDelay {
        /// The socket.
        fd: RawFd,
    },
    /// `setsockopt(SO_RCVTIMEO)` and `SO_SNDTIMEO`: no single call may wait longer.
    Timeout {
        /// The socket.
        fd: RawFd,
        /// The limit for one call.
        limit: Duration,
    },
    /// `send`: the system has taken these bytes; they need not have arrived anywhere.
    Send {
        /// The socket.
        fd: RawFd,
        /// What was taken.
        bytes: Vec<u8>,
    },
    /// `recv`: some bytes of the stream.
    Recv {
        /// The socket.
        fd: RawFd,
        /// What came.
        bytes: Vec<u8>,
    },
    /// `recv` returned nothing: the peer will send no more.
    End {
        /// The socket.
        fd: RawFd,
    },
    /// `shutdown(write)`: we shall send no more, and still listen. The half-close.
    HalfClose {
        /// The socket.
        fd: RawFd,
    },
    /// `close`: the number is free again.
    Close {
        /// The socket that was.
        fd: RawFd,
    },
}

impl Step {
    /// Returns the name of the call, as the manual pages have it: `bind`, `accept`.
    #[must_use]
    pub const fn call(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "socket",
            Self::ReuseAddress { .. } | Self::NoDelay { .. } | Self::Timeout { .. } => "setsockopt",
            Self::Bind { .. } => "bind",
            Self::Listen { .. } => "listen",
            Self::Accept { .. } => "accept",
            Self::Connect { .. } => "connect",
            Self::Send { .. } => "send",
            Self::Recv { .. } | Self::End { .. } => "recv",
            Self::HalfClose { .. } => "shutdown",
            Self::Close { .. } => "close",
        }
    }
}

impl fmt::Display for Step {
    /// Writes the call with its arguments and its result: `bind(3, 127.0.0.1:40113)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = self.call();
        match self {
            Self::Socket { fd } => write!(f, "{call}() = {fd}"),
            Self::ReuseAddress { fd } => write!(f, "{call}({fd}, SO_REUSEADDR)"),
            Self::Bind { fd, address } => write!(f, "{call}({fd}, {address})"),
            Self::Listen { fd, backlog } => write!(f, "{call}({fd}, backlog {backlog})"),
            Self::Accept { listener, fd, peer } => {
                write!(f, "{call}({listener}) = {fd}, peer {peer}")
            }
            Self::Connect { fd, local, peer } => write!(f, "{call}({fd}, {peer}), from {local}"),
            Self::NoDelay { fd } => write!(f, "{call}({fd}, TCP_NODELAY)"),
            Self::Timeout { fd, limit } => write!(f, "{call}({fd}, timeouts of {limit:?})"),
            Self::Send { fd, bytes } => {
                write!(
                    f,
                    "{call}({fd}, \"{}\") = {}",
                    bytes.escape_ascii(),
                    bytes.len()
                )
            }
            Self::Recv { fd, bytes } => {
                write!(
                    f,
                    "{call}({fd}) = {}, \"{}\"",
                    bytes.len(),
                    bytes.escape_ascii()
                )
            }
            Self::End { fd } => write!(f, "{call}({fd}) = 0, the peer has ended"),
            Self::HalfClose { fd } => write!(f, "{call}({fd}, write)"),
            Self::Close { fd } => write!(f, "{call}({fd})"),
        }
    }
}
