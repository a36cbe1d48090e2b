//! Families and protocols: where a socket lives and what it promises.
//!
//! A *family* says what an address looks like; a *protocol* says what happens to the bytes. The two
//! are chosen together in the first call, `socket(family, type, protocol)`, and never change
//! afterwards.
//!
//! Source: `man 7 ip`, `man 7 ipv6`, `man 7 unix`; RFC 9293 (TCP), RFC 768 (UDP).

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// What an address looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Four bytes and a port: `127.0.0.1:4000`.
    Ipv4,
    /// Sixteen bytes and a port: `[::1]:4000`.
    Ipv6,
    /// A path on this machine: `unix:/tmp/chat.sock`.
    Unix,
}

/// What happens to the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// A stream: every byte once, in order, or an error. No message boundaries.
    Tcp,
    /// Datagrams: each whole or not at all, perhaps twice, in any order.
    Udp,
}

/// What a protocol promises, so that a table can show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promises {
    /// Every byte arrives, or the sender learns that the connection broke.
    pub arrives: bool,
    /// What arrives does so in the order in which it was sent.
    pub ordered: bool,
    /// One `send` is one `recv`.
    pub keeps_boundaries: bool,
    /// A fast sender is made to wait for a slow receiver.
    pub slows_the_sender: bool,
}

impl Protocol {
    /// Returns what the protocol promises to a program.
    #[must_use]
    pub const fn promises(self) -> Promises {
        let stream = matches!(self, Self::Tcp);
        Promises {
            arrives: stream,
            ordered: stream,
            keeps_boundaries: !stream,
            slows_the_sender: stream,
        }
    }
}

/// Where a socket listens or connects: an IP address with a port, or a path.
///
/// # Format
///
/// `127.0.0.1:4000`, `[::1]:4000`, or `unix:` followed by a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// IPv4 or IPv6.
    Ip(SocketAddr),
    /// A path of at most about 100 bytes (the field in the system's structure is that small).
    Unix(PathBuf),
}

impl Address {
    /// Returns the family of this address.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::Ip(SocketAddr::V4(_)) => Family::Ipv4,
            Self::Ip(SocketAddr::V6(_)) => Family::Ipv6,
            Self::Unix(_) => Family::Unix,
        }
    }
}

/// A text that is neither an IP address with a port nor `unix:` with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAddress(pub String);

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an address: write 127.0.0.1:4000, [::1]:4000 or unix:/tmp/chat.sock",
            self.0
        )
    }
}

impl std::error::Error for NotAnAddress {}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("unix:") {
            Some("") => Err(NotAnAddress(text.to_owned())),
            Some(path) => Ok(Self::Unix(PathBuf::from(path))),
            None => text
                .parse()
                .map(Self::Ip)
                .map_err(|_| NotAnAddress(text.to_owned())),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
            Self::Unix => "Unix",
        })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        })
    }
}
