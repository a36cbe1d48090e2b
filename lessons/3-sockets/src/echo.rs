//! Echo: the smallest useful server, over four kinds of socket.
//!
//! An echo server sends back whatever it receives. Over TCP and Unix sockets that is a stream for
//! each peer, and a thread for each. Over UDP there is no connection: one socket hears everybody,
//! and each datagram says where it came from.
//!
//! Only the address differs between IPv4, IPv6 and Unix: the code is the same.
//!
//! Source: RFC 862, the echo protocol.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, SockAddr, Socket, Type};

use crate::Error;
use crate::address::{Address, Family, Protocol};
use crate::deadline::{Deadline, DeadlineStream};

/// Every wait of the server ends at least this often, so that it notices when it is to end.
const TICK: Duration = Duration::from_millis(50);

/// A peer that does not take its echo within this time is disconnected.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much [`ask`] sends before it reads: both ends' buffers together hold more than that.
const PIECE_BYTES: usize = 4096;

/// The largest payload of a UDP datagram over IPv4.
const MAX_DATAGRAM_BYTES: usize = 65_507;

/// A running echo server. It ends, and its threads are joined, when it is dropped.
#[derive(Debug)]
pub struct Echo {
    address: Address,
    ending: Arc<AtomicBool>,
    echoed_bytes: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Starts a server on the given address: `127.0.0.1:0`, `[::1]:0`, or a path.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken or the family is missing on this machine;
    /// [`Error::Protocol`] for UDP on a path, which this lesson leaves out.
    pub fn start(protocol: Protocol, address: &Address) -> Result<Self, Error> {
        let ending = Arc::new(AtomicBool::new(false));
        let echoed_bytes = Arc::new(AtomicU64::new(0));
        let (address, listening) = Listening::open(protocol, address)?;
        let thread = thread::Builder::new()
            .name(format!("echo {protocol}"))
            .spawn({
                let (ending, echoed_bytes) = (Arc::clone(&ending), Arc::clone(&echoed_bytes));
                move || match listening {
                    Listening::Streams(listener) => accept_peers(&listener, &ending, &echoed_bytes),
                    Listening::Datagrams(socket) => echo_datagrams(&socket, &ending, &echoed_bytes),
                }
            });
        let thread = Some(thread.map_err(Error::Thread)?);
        Ok(Self {
            address,
            ending,
            echoed_bytes,
            thread,
        })
    }

    /// Returns the address the server really has: port 0 has become a free port.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Stops the server, waits for its threads, and returns how many bytes it echoed.
    pub fn stop(mut self) -> u64 {
        self.end();
        self.echoed_bytes.load(Ordering::Relaxed)
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.ending.store(true, Ordering::Relaxed);
        // A timeout on `accept` is not honoured by every system, so a visitor wakes the server.
        drop(connect(&self.address, Deadline::after(TICK)));
        // A thread that panicked has nothing left to join; its message is already on stderr.
        let _ = thread.join();
        if let Address::Unix(path) = &self.address {
            let _ = fs::remove_file(path); // the system leaves the path behind
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a server listens with.
enum Listening {
    Streams(Socket),
    Datagrams(UdpSocket),
}

impl Listening {
    /// Takes the address, and returns the one it really is.
    fn open(protocol: Protocol, address: &Address) -> Result<(Address, Self), Error> {
        match (protocol, address) {
            (Protocol::Tcp, _) => {
                let listener = listen(address)?;
                Ok((name_of(&listener, address), Self::Streams(listener)))
            }
            (Protocol::Udp, Address::Ip(ip)) => {
                let (socket, name) = bind_datagrams(*ip)?;
                Ok((Address::Ip(name), Self::Datagrams(socket)))
            }
            (Protocol::Udp, Address::Unix(_)) => no_datagrams_over_paths(),
        }
    }
}

// ANCHOR: streams
/// Accepts peers until the server ends; the scope joins the threads of all of them.
fn accept_peers(listener: &Socket, ending: &AtomicBool, echoed_bytes: &AtomicU64) {
    thread::scope(|scope| {
        while !ending.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _peer)) => {
                    scope.spawn(move || {
                        // A peer that breaks its connection ends its own conversation only.
                        let _ = echo_stream(&stream, ending, echoed_bytes);
                    });
                }
                Err(error) if is_timeout(&error) => {}
                // No descriptor left, or the visitor vanished: others may still be served.
                Err(_) => thread::sleep(TICK),
            }
        }
    });
}

/// Sends back what comes, in pieces as they come: an echo needs no frames.
fn echo_stream(
    mut stream: &Socket,
    ending: &AtomicBool,
    echoed_bytes: &AtomicU64,
) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut buffer = [0; 4096];
    while !ending.load(Ordering::Relaxed) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => {
                stream.write_all(&buffer[..received])?;
                echoed_bytes.fetch_add(received as u64, Ordering::Relaxed);
            }
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
// ANCHOR_END: streams

// ANCHOR: datagrams
/// Sends each datagram back to where it came from. No connection, no thread for each peer.
fn echo_datagrams(socket: &UdpSocket, ending: &AtomicBool, echoed_bytes: &AtomicU64) {
    let mut buffer = vec![0; MAX_DATAGRAM_BYTES];
    while !ending.load(Ordering::Relaxed) {
        // An error is about one datagram (a timeout, or a peer that is gone): go on.
        let Ok((received, peer)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        if let Ok(sent) = socket.send_to(&buffer[..received], peer) {
            echoed_bytes.fetch_add(sent as u64, Ordering::Relaxed);
        }
    }
}
// ANCHOR_END: datagrams

// ANCHOR: ask
/// Sends the message to an echo server and returns what came back.
///
/// A stream brings the message back in pieces, so we read until as much came as was sent. A
/// datagram comes back whole, or not at all.
///
/// # Errors
///
/// [`Error::Connect`], or [`Error::TimedOut`] when the answer is not whole within `limit`.
pub fn ask(
    protocol: Protocol,
    address: &Address,
    message: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, Error> {
    let deadline = Deadline::after(limit);
    match (protocol, address) {
        (Protocol::Tcp, _) => {
            let socket = connect(address, deadline)?;
            let mut stream = DeadlineStream::new(&socket, deadline);
            let mut echo = vec![0; message.len()];
            // Piece by piece: were all sent first, both sides could wait for the other to read.
            for (piece, back) in message
                .chunks(PIECE_BYTES)
                .zip(echo.chunks_mut(PIECE_BYTES))
            {
                stream.write_all(piece).map_err(deadline.error("send"))?;
                stream
                    .read_exact(back)
                    .map_err(deadline.error("receive the echo"))?;
            }
            Ok(echo)
        }
        (Protocol::Udp, Address::Ip(ip)) => {
            let unspecified: IpAddr = if ip.is_ipv4() {
                Ipv4Addr::UNSPECIFIED.into()
            } else {
                Ipv6Addr::UNSPECIFIED.into()
            };
            let socket = UdpSocket::bind((unspecified, 0)).map_err(Error::socket("bind"))?;
            // Nothing is sent here: `connect` on UDP only notes with whom we speak.
            socket.connect(ip).map_err(Error::socket("connect"))?;
            let mut stream = DeadlineStream::new(&socket, deadline);
            stream.write_all(message).map_err(deadline.error("send"))?;
            let mut echo = vec![0; MAX_DATAGRAM_BYTES];
            let received = stream
                .read(&mut echo)
                .map_err(deadline.error("receive the echo"))?;
            echo.truncate(received);
            Ok(echo)
        }
        (Protocol::Udp, Address::Unix(_)) => Err(Error::Protocol(
            "no datagrams over paths in this lesson".into(),
        )),
    }
}
// ANCHOR_END: ask

fn no_datagrams_over_paths<T>() -> Result<T, Error> {
    Err(Error::Protocol(
        "datagrams over paths are left out of this lesson".to_owned(),
    ))
}

/// Makes a listening socket of any family: only the address differs.
// ANCHOR: listen
fn listen(address: &Address) -> Result<Socket, Error> {
    let bind = || {
        let socket = Socket::new(domain(address), Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&system_address(address)?)?;
        socket.listen(128)?;
        // On Linux this bounds `accept` too.
        socket.set_read_timeout(Some(TICK))?;
        Ok(socket)
    };
    match (bind(), address) {
        // A server that was killed leaves its path behind. If nobody answers there, it is ours.
        (Err(error), Address::Unix(path))
            if io::Error::kind(&error) == io::ErrorKind::AddrInUse
                && connect(address, Deadline::after(PATIENCE)).is_err() =>
        {
            fs::remove_file(path).and_then(|()| bind())
        }
        (socket, _) => socket,
    }
    .map_err(|source| Error::Bind {
        address: address.to_string(),
        source,
    })
}
// ANCHOR_END: listen

fn bind_datagrams(ip: SocketAddr) -> Result<(UdpSocket, SocketAddr), Error> {
    let bind = || {
        let socket = UdpSocket::bind(ip)?;
        socket.set_read_timeout(Some(TICK))?;
        let name = socket.local_addr()?;
        Ok((socket, name))
    };
    bind().map_err(|source| Error::Bind {
        address: ip.to_string(),
        source,
    })
}

fn connect(address: &Address, deadline: Deadline) -> Result<Socket, Error> {
    let connect = || {
        let socket = Socket::new(domain(address), Type::STREAM, None)?;
        match address {
            Address::Ip(_) => {
                socket.connect_timeout(&system_address(address)?, deadline.remaining()?)?;
            }
            // On this machine it is done at once; a full backlog is bounded by the send timeout.
            Address::Unix(_) => {
                socket.set_write_timeout(Some(deadline.remaining()?))?;
                socket.connect(&system_address(address)?)?;
            }
        }
        Ok(socket)
    };
    connect().map_err(|source| Error::Connect {
        address: address.to_string(),
        source,
    })
}

const fn domain(address: &Address) -> Domain {
    match address.family() {
        Family::Ipv4 => Domain::IPV4,
        Family::Ipv6 => Domain::IPV6,
        Family::Unix => Domain::UNIX,
    }
}

fn system_address(address: &Address) -> io::Result<SockAddr> {
    match address {
        Address::Ip(ip) => Ok(SockAddr::from(*ip)),
        Address::Unix(path) => SockAddr::unix(path),
    }
}

/// Returns the name a listener really has: port 0 has become a free port.
fn name_of(listener: &Socket, asked: &Address) -> Address {
    match listener.local_addr().ok().and_then(|name| name.as_socket()) {
        Some(name) => Address::Ip(name),
        None => asked.clone(), // a path is as it was asked for
    }
}

/// A timeout that has passed is reported by the system as "would block".
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
