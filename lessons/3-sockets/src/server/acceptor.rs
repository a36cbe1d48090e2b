//! Accepting: who comes in, who is turned away, and what happens when no descriptor is left.
//!
//! A process that may open no more files cannot accept, and a server that then simply tries again
//! burns a whole core: the connection still waits, so the listener is still ready. The acceptor keeps
//! one descriptor in reserve. When none is left it gives that one up, accepts with it, says that the
//! server is full, closes, and takes the reserve back. So nobody hangs and nothing spins.
//!
//! Source: libev's documentation, "The special problem of accept()ing when you can't";
//! `man 2 accept`, errors.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::AsFd;
use std::time::Duration;

use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Poll};
use rustix::io::Errno;
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

use super::{Config, LISTENER};
use crate::Error;

/// How many finished handshakes may wait to be accepted: ten thousand clients come within a second.
/// Linux takes less if `net.core.somaxconn` is less.
const BACKLOG: i32 = 4096;

/// A peer that has vanished without a word (a cable pulled) is asked after a minute of silence, and
/// given up after three questions, a minute later.
const KEEPALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(60))
    .with_interval(Duration::from_secs(20))
    .with_retries(3);

/// A listening socket that survives a lack of descriptors.
#[derive(Debug)]
pub(super) struct Acceptor {
    listener: TcpListener,
    reserve: Option<File>,
    send_buffer_bytes: Option<usize>,
}

/// What one call of `accept` has brought.
#[derive(Debug)]
pub(super) enum Visitor {
    /// A client, ready to be served; non-blocking.
    Client(TcpStream, SocketAddr),
    /// Somebody was turned away, or left while waiting.
    Refused(String),
    /// Nobody is waiting.
    Nobody,
    /// Accepting is impossible for now: look again later, not at once.
    Later(String),
}

impl Acceptor {
    /// Takes the address and listens.
    pub(super) fn open(config: &Config, poll: &Poll) -> Result<(Self, SocketAddr), Error> {
        let open = || {
            let address = config.address;
            let socket = Socket::new(
                Domain::for_address(address),
                Type::STREAM,
                Some(Protocol::TCP),
            )?;
            socket.set_reuse_address(true)?;
            socket.bind(&address.into())?;
            socket.listen(BACKLOG)?;
            socket.set_nonblocking(true)?;
            let mut listener = TcpListener::from_std(socket.into());
            let address = listener.local_addr()?;
            poll.registry()
                .register(&mut listener, LISTENER, Interest::READABLE)?;
            let send_buffer_bytes = config.send_buffer_bytes;
            Ok((
                Self {
                    listener,
                    reserve: spare_descriptor(),
                    send_buffer_bytes,
                },
                address,
            ))
        };
        open().map_err(|source| Error::Bind {
            address: config.address.to_string(),
            source,
        })
    }

    // ANCHOR: accept
    /// Looks outside once; never waits.
    pub(super) fn accept(&mut self) -> Visitor {
        match self.listener.accept() {
            Ok((stream, peer)) => match self.prepare(&stream) {
                Ok(()) => Visitor::Client(stream, peer),
                Err(error) => Visitor::Refused(format!("{peer} was gone at once: {error}")),
            },
            Err(error) if no_descriptor_left(&error) => self.accept_with_the_reserve(&error),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => Visitor::Nobody,
                // The visitor has gone while it was waiting; the next one may be there.
                io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::Interrupted => Visitor::Refused(format!("gone again: {error}")),
                _ => Visitor::Later(format!("cannot accept: {error}")),
            },
        }
    }

    /// Turns the first visitor away with the one descriptor that was kept for this.
    fn accept_with_the_reserve(&mut self, error: &io::Error) -> Visitor {
        let why = format!("no descriptor left ({error}): raise the limit on open files");
        let had_reserve = self.reserve.take().is_some(); // taking it closes it
        let visitor = match self.listener.accept() {
            Ok((stream, _)) if had_reserve => {
                turn_away(&stream, "the server is full: try again later");
                Visitor::Refused(why)
            }
            Ok((stream, peer)) => Visitor::Client(stream, peer), // one became free meanwhile
            // Linux looks for a descriptor first and for a visitor afterwards.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Visitor::Nobody,
            Err(_) => Visitor::Later(why),
        };
        self.reserve = spare_descriptor();
        visitor
    }
    // ANCHOR_END: accept

    fn prepare(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream);
        // A chat line is small and somebody waits for it: no Nagle.
        socket.set_tcp_nodelay(true)?;
        socket.set_tcp_keepalive(&KEEPALIVE)?;
        if let Some(bytes) = self.send_buffer_bytes {
            socket.set_send_buffer_size(bytes)?;
        }
        Ok(())
    }
}

/// Says why, without waiting for anything; the caller closes.
pub(super) fn turn_away(stream: &impl AsFd, why: &str) {
    let socket = SockRef::from(stream);
    let mut stream = &*socket;
    // All of this is a courtesy: if it fails the visitor sees a closed connection, no more.
    let _ = stream.set_nonblocking(true);
    let _ = stream.write_all(format!("! {why}\n").as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    // Closing with unread bytes would be a reset, and a reset may overtake our line.
    let _ = stream.read(&mut [0; 1024]);
}

fn spare_descriptor() -> Option<File> {
    File::open("/dev/null").ok()
}

/// Whether the process or the system has no descriptor left.
fn no_descriptor_left(error: &io::Error) -> bool {
    [Errno::MFILE, Errno::NFILE]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}
