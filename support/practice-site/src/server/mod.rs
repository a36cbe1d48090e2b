//! A small HTTP/1.1 server on plain threads: it knows connections and messages, and nothing of content.
//!
//! One thread accepts, and each connection has a thread of its own. All of them live in one scope, so
//! the server cannot end before they do. At the end every socket is shut down, which wakes whoever reads
//! from it or writes to it.

mod connection;
mod incoming;
mod request;
mod escapes;
mod response;
mod stop;

pub(crate) use connection::now;
pub(crate) use escapes::{parse_form, percent_decode, percent_encode};
pub(crate) use request::{Request, find};
pub(crate) use response::{After, Answer, Body, Raw, Response, reason};
pub(crate) use stop::{Stop, lock};

use crate::journal::Journal;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A compressor of a debug build takes some 300 KiB of stack on its way to the heap, so less would not do.
/// A thread that compresses nothing never touches most of it, and what is not touched costs no memory.
const STACK: usize = 1024 * 1024;
/// How many turned-away connections stay open for a while, so that they can read why.
const MAX_TURNED_AWAY: usize = 64;

/// What gives the answers.
pub(crate) trait Handler: fmt::Debug + Send + Sync {
    /// Answers a request.
    fn answer(&self, request: &Request) -> Answer;

    /// Returns false for a request that the journal leaves out.
    fn is_recorded(&self, request: &Request) -> bool;
}

/// What a server allows its clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many connections may be open at once.
    pub(crate) max_connections: usize,
    /// How long a connection may be silent between two requests.
    pub(crate) idle_timeout: Duration,
}

/// What all threads of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    handler: Box<dyn Handler>,
    journal: Arc<Journal>,
    limits: Limits,
    stop: Stop,
    /// The open connections by number, so that the end can shut them down.
    open: Mutex<HashMap<u64, Arc<TcpStream>>>,
}

/// A running server; it ends, with all of its threads, when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts to accept connections.
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        handler: Box<dyn Handler>,
        journal: Arc<Journal>,
        limits: Limits,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            handler,
            journal,
            limits,
            stop: Stop::default(),
            open: Mutex::default(),
        });
        let acceptor = thread::Builder::new()
            .name("site acceptor".to_string())
            .spawn({
                let shared = Arc::clone(&shared);
                move || accept(&shared, &listener)
            })?;
        Ok(Self {
            shared,
            address,
            acceptor: Some(acceptor),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.announce();
        for stream in lock(&self.shared.open).values() {
            // Wakes the connection's thread, whether it reads or writes.
            let _ = stream.shutdown(Shutdown::Both);
        }
        // The acceptor sleeps in `accept` until somebody comes. When nobody can come because the
        // backlog is full, somebody has come already.
        let _ = TcpStream::connect_timeout(&reachable(self.address), Duration::from_secs(1));
        if let Some(acceptor) = self.acceptor.take() {
            // Without this join the port and the threads would outlive the site.
            let _ = acceptor.join();
        }
    }
}

/// Returns an address that reaches a listener: one that listens on all addresses is also on loopback.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, v4.port()))
        }
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            SocketAddr::from((Ipv6Addr::LOCALHOST, v6.port()))
        }
        other => other,
    }
}

/// Accepts connections until the site stops; returns when the last connection's thread has ended.
fn accept(shared: &Shared, listener: &TcpListener) {
    let mut turned_away = VecDeque::new();
    thread::scope(|scope| {
        for number in 1.. {
            let accepted = listener.accept();
            if shared.stop.is_announced() {
                return;
            }
            let Ok((stream, _)) = accepted else {
                // Out of descriptors, or the client went away again. Those that are open will close.
                let _ = shared.stop.sleep(Duration::from_millis(10));
                continue;
            };
            let stream = Arc::new(stream);
            let entered = shared.enter(number, &stream);
            let thread = entered.then(|| {
                let stream = Arc::clone(&stream);
                thread::Builder::new()
                    .name(format!("site connection {number}"))
                    .stack_size(STACK)
                    .spawn_scoped(scope, move || {
                        let _open = Open { shared, number };
                        connection::serve(shared, &stream, number);
                    })
            });
            if !matches!(thread, Some(Ok(_))) {
                lock(&shared.open).remove(&number);
                turn_away(&mut turned_away, stream);
            }
        }
    });
}

impl Shared {
    /// Enters a connection in the list; false when the list is full or the site stops.
    fn enter(&self, number: u64, stream: &Arc<TcpStream>) -> bool {
        let mut open = lock(&self.open);
        // Asked under the lock that the end takes as well: no connection can slip past it.
        if open.len() >= self.limits.max_connections || self.stop.is_announced() {
            return false;
        }
        open.insert(number, Arc::clone(stream));
        true
    }
}

/// A connection's place in the list, given back when its thread ends in whatever way.
///
/// The socket closes with its last owner, so the list must let go of it too.
struct Open<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        lock(&self.shared.open).remove(&self.number);
    }
}

/// Tells a client that there is no room, without waiting for it.
///
/// The socket stays open until more are turned away: closed at once, with the client's request unread,
/// it would send RST, and the client might never see the answer.
fn turn_away(turned_away: &mut VecDeque<Arc<TcpStream>>, stream: Arc<TcpStream>) {
    let text = "The site has as many connections as it allows. Please come again.\n";
    let answer = format!(
        "HTTP/1.1 503 {}\r\nDate: {}\r\nRetry-After: 1\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        reason(503),
        now().to_http(),
        text.len(),
    );
    let _ = stream.set_nonblocking(true);
    let _ = (&*stream).write_all(answer.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    turned_away.push_back(stream);
    if turned_away.len() > MAX_TURNED_AWAY {
        turned_away.pop_front();
    }
}
