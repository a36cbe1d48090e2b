//! The calls one by one: a server makes five before it hears anything, a client two.
//!
//! [`server`] and [`client`] hold one conversation and report every call as soon as it has
//! returned. The observer runs between two calls, so whoever watches can also hold one side still:
//! keep the server between `listen` and `accept`, and see that `connect` succeeds all the same,
//! because the system completes the handshake and lets the connection wait in the backlog.
//!
//! `std::net::TcpListener::bind` makes the first four calls in one; here they are apart.
//!
//! Source: W. R. Stevens, "UNIX Network Programming", volume 1, chapter 4; `man 2 socket`.

use std::fmt;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::time::Duration;

use crate::Error;

/// How many finished handshakes the system keeps for us until we accept them.
pub const BACKLOG: i32 = 128;

/// How long either side waits for the other in one call before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(5);

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
    /// `setsockopt(SO_RCVTIMEO)`: no single `recv` may wait longer.
    RecvTimeout {
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

/// Serves one connection: answers everything it receives in capital letters until the client ends.
///
/// # Errors
///
/// Names the call that failed. [`Error::Bind`] when the address is taken.
pub fn server(address: SocketAddr, observe: &mut dyn FnMut(Step)) -> Result<(), Error> {
    let _ = (address, observe);
    todo!()
}

/// Connects, sends each message by a call of its own, half-closes, and returns all that comes back.
///
/// # Errors
///
/// Names the call that failed. [`Error::Connect`] when nobody listens.
pub fn client(
    server: SocketAddr,
    messages: &[&[u8]],
    observe: &mut dyn FnMut(Step),
) -> Result<Vec<u8>, Error> {
    let _ = (server, messages, observe);
    todo!()
}

impl Step {
    /// Returns the name of the call, as the manual pages have it: `bind`, `accept`.
    #[must_use]
    pub const fn call(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "socket",
            Self::ReuseAddress { .. } | Self::NoDelay { .. } | Self::RecvTimeout { .. } => {
                "setsockopt"
            }
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
    /// Writes the call with its arguments and result: `bind(3, 127.0.0.1:40113)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.call())
    }
}
