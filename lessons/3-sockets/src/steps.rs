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

mod step;

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

pub use self::step::Step;
use crate::Error;

/// How many finished handshakes the system keeps for us until we accept them.
pub const BACKLOG: i32 = 128;

/// How long either side waits for the other in one call before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Serves one connection: answers everything it receives in capital letters until the client ends.
///
/// The observer runs between the calls. Let it send the address of [`Step::Bind`] to whoever will
/// connect.
///
/// # Errors
///
/// Names the call that failed: [`Error::Bind`] when the address is taken, [`Error::TimedOut`] when
/// the client falls silent for [`PATIENCE`].
// ANCHOR: server
pub fn server(address: SocketAddr, observe: &mut dyn FnMut(Step)) -> Result<(), Error> {
    let listener = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )
    .map_err(Error::socket("make a socket"))?;
    let fd = listener.as_raw_fd();
    observe(Step::Socket { fd });

    // Without this a server that was just ended cannot start again for a minute: its old
    // connections linger in TIME_WAIT and hold the port.
    reuse_address(&listener, observe)?;

    listener
        .bind(&address.into())
        .map_err(|source| Error::Bind {
            address: address.to_string(),
            source,
        })?;
    observe(Step::Bind {
        fd,
        address: name_of(&listener)?,
    });

    listener.listen(BACKLOG).map_err(Error::socket("listen"))?;
    observe(Step::Listen {
        fd,
        backlog: BACKLOG,
    });

    // A limit for `accept` too, on the systems that keep it there (Linux does).
    limit_waiting(&listener, observe)?;
    let (stream, peer) = listener.accept().map_err(waited("accept"))?;
    let peer = peer
        .as_socket()
        .expect("a TCP socket has an IP address at its other end");
    observe(Step::Accept {
        listener: fd,
        fd: stream.as_raw_fd(),
        peer,
    });

    limit_waiting(&stream, observe)?;
    let mut buffer = [0; 1024];
    loop {
        let received = recv(&stream, &mut buffer, observe)?;
        if received == 0 {
            break; // the client has half-closed: it says no more, and still listens
        }
        send(&stream, &buffer[..received].to_ascii_uppercase(), observe)?;
    }
    close(stream, observe);
    close(listener, observe);
    Ok(())
}
// ANCHOR_END: server

/// Connects, sends each message by a call of its own, half-closes, and returns all that comes back.
///
/// # Errors
///
/// Names the call that failed: [`Error::Connect`] when nobody listens, [`Error::TimedOut`] when the
/// server falls silent for [`PATIENCE`].
// ANCHOR: client
pub fn client(
    server: SocketAddr,
    messages: &[&[u8]],
    observe: &mut dyn FnMut(Step),
) -> Result<Vec<u8>, Error> {
    let stream = Socket::new(
        Domain::for_address(server),
        Type::STREAM,
        Some(Protocol::TCP),
    )
    .map_err(Error::socket("make a socket"))?;
    let fd = stream.as_raw_fd();
    observe(Step::Socket { fd });

    // No `bind`: a client does not care which port it calls from, the system chooses one.
    stream
        .connect_timeout(&server.into(), PATIENCE)
        .map_err(|source| Error::Connect {
            address: server.to_string(),
            source,
        })?;
    observe(Step::Connect {
        fd,
        local: name_of(&stream)?,
        peer: server,
    });

    // Nagle's algorithm holds a small send back until the one before is acknowledged. For somebody
    // who types and waits for an answer that is a delay without a gain.
    no_delay(&stream, observe)?;
    limit_waiting(&stream, observe)?;

    for message in messages {
        send(&stream, message, observe)?;
    }
    // Only the half-close tells the server that this was all: a stream has no other end mark.
    stream
        .shutdown(Shutdown::Write)
        .map_err(Error::socket("half-close"))?;
    observe(Step::HalfClose { fd });

    let mut answer = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = recv(&stream, &mut buffer, observe)?;
        if received == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..received]);
    }
    close(stream, observe);
    Ok(answer)
}
// ANCHOR_END: client

/// Sends all of the message; the system may take it in several pieces, each a call of its own.
fn send(
    mut stream: &Socket,
    mut message: &[u8],
    observe: &mut dyn FnMut(Step),
) -> Result<(), Error> {
    while !message.is_empty() {
        // On a socket `write` is the call `send`.
        let taken = stream.write(message).map_err(waited("send"))?;
        let (sent, rest) = message.split_at(taken);
        observe(Step::Send {
            fd: stream.as_raw_fd(),
            bytes: sent.to_vec(),
        });
        message = rest;
    }
    Ok(())
}

/// Receives what is there, at least one byte, or 0 at the end of the stream.
fn recv(
    mut stream: &Socket,
    buffer: &mut [u8],
    observe: &mut dyn FnMut(Step),
) -> Result<usize, Error> {
    // On a socket `read` is the call `recv`.
    let received = stream.read(buffer).map_err(waited("receive"))?;
    let fd = stream.as_raw_fd();
    observe(match received {
        0 => Step::End { fd },
        _ => Step::Recv {
            fd,
            bytes: buffer[..received].to_vec(),
        },
    });
    Ok(received)
}

/// Allows to take a port on which old connections rest. Call and report are one, as in the other
/// helpers: who leaves this out has neither.
fn reuse_address(socket: &Socket, observe: &mut dyn FnMut(Step)) -> Result<(), Error> {
    socket
        .set_reuse_address(true)
        .map_err(Error::socket("set SO_REUSEADDR"))?;
    observe(Step::ReuseAddress {
        fd: socket.as_raw_fd(),
    });
    Ok(())
}

/// Lets small sends leave at once.
fn no_delay(socket: &Socket, observe: &mut dyn FnMut(Step)) -> Result<(), Error> {
    socket
        .set_tcp_nodelay(true)
        .map_err(Error::socket("set TCP_NODELAY"))?;
    observe(Step::NoDelay {
        fd: socket.as_raw_fd(),
    });
    Ok(())
}

/// Bounds each later wait on this socket.
fn limit_waiting(socket: &Socket, observe: &mut dyn FnMut(Step)) -> Result<(), Error> {
    socket
        .set_read_timeout(Some(PATIENCE))
        .map_err(Error::socket("set SO_RCVTIMEO"))?;
    socket
        .set_write_timeout(Some(PATIENCE))
        .map_err(Error::socket("set SO_SNDTIMEO"))?;
    observe(Step::Timeout {
        fd: socket.as_raw_fd(),
        limit: PATIENCE,
    });
    Ok(())
}

fn close(socket: Socket, observe: &mut dyn FnMut(Step)) {
    let fd = socket.as_raw_fd();
    drop(socket); // in Rust the end of the owner is the call `close`
    observe(Step::Close { fd });
}

/// Asks the system for the socket's own address: `getsockname`.
fn name_of(socket: &Socket) -> Result<SocketAddr, Error> {
    let address = socket
        .local_addr()
        .map_err(Error::socket("ask for the own address"))?;
    Ok(address.as_socket().expect("a TCP socket has an IP address"))
}

/// A limit on one call that has passed is reported by the system as "would block".
fn waited(doing: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |source| match source.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::TimedOut {
            doing,
            limit: PATIENCE,
        },
        _ => Error::Socket { doing, source },
    }
}
