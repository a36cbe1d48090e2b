//! Stage 1: two threads for each connection, one that reads and one that writes.
//!
//! This is the engine one writes first, and for a few hundred clients it is a good one: each thread
//! is a plain loop over blocking calls, and whoever waits, waits alone. The reader hands lines to
//! the service. It must never write to other clients' sockets itself, or the slowest of them would
//! hold it up: it puts lines into their outboxes, and each outbox has its own writer.
//!
//! An outbox of this engine must hold what is said until its writer has its turn on a core: with
//! thousands of threads that may take a while, and a client may be called slow that is only unlucky.
//!
//! Two kinds of lock, always taken in this order: the state (service and list of clients), then one
//! connection. A writer takes only its own, and nobody holds a lock during a read or write.

mod connection;

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use mio::Events;

use self::connection::Connection;
use super::acceptor::{self, Visitor};
use super::pace::PacedLines;
use super::{
    Clients, Config, Control, Event, Inside, LastWords, MAX_ANNOUNCEMENTS, carry_out, depart,
};
use crate::outbox::Full;
use crate::service::{ClientId, Reason, Service};

/// Enough for our loops and the service; the default of 2 MiB is only reserved, but 8,000 threads
/// reserve 16 GiB.
const STACK_BYTES: usize = 256 * 1024;

/// How many bytes are read or written at once.
const PIECE_BYTES: usize = 4 * 1024;

/// How many clients are let in before announcements are heard again.
const ACCEPTS_PER_TURN: usize = 64;

/// How long nobody is accepted when accepting is impossible.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What all threads share.
struct Shared<S> {
    config: Config,
    control: Arc<Control>,
    /// How many connections have threads.
    connected: AtomicUsize,
    state: Mutex<State<S>>,
}

/// Who is here, and the service that they talk to.
struct State<S> {
    service: S,
    clients: Connections,
    ending: bool,
}

struct Connections {
    connections: HashMap<ClientId, Arc<Connection>>,
    farewell: Duration,
}

/// Serves until told to end; the scope joins every client's threads.
pub(super) fn run<S: Service>(inside: Inside, service: S) {
    let Inside {
        config,
        control,
        announcements,
        mut poll,
        mut acceptor,
    } = inside;
    let clients = Connections {
        connections: HashMap::new(),
        farewell: config.farewell,
    };
    let shared = Shared {
        config,
        control,
        connected: AtomicUsize::new(0),
        state: Mutex::new(State {
            service,
            clients,
            ending: false,
        }),
    };
    let hear_announcements = || {
        for line in announcements.try_iter().take(MAX_ANNOUNCEMENTS) {
            let State {
                service, clients, ..
            } = &mut *shared.state();
            let deliveries = service.announce(&line);
            carry_out(deliveries, service, clients, &shared.control);
        }
    };
    let mut events = Events::with_capacity(8);
    let mut next_client = 1;
    thread::scope(|scope| {
        let mut timeout = None;
        while !shared.control.is_ending() {
            // The one place where this engine asks for readiness: a plain `accept` could not be
            // told to end. Our poll, waker and events are valid: it fails only when interrupted.
            let _ = poll.poll(&mut events, timeout.take());
            hear_announcements();
            for accepts in 0.. {
                if accepts == ACCEPTS_PER_TURN {
                    timeout = Some(Duration::ZERO); // announcements are heard in between
                    break;
                }
                match acceptor.accept() {
                    Visitor::Nobody => break,
                    Visitor::Refused(why) => shared.control.tell(&Event::Refused { why }),
                    Visitor::Later(why) => {
                        shared.control.tell(&Event::Refused { why });
                        timeout = Some(ACCEPT_PAUSE);
                        break;
                    }
                    Visitor::Client(stream, peer) => {
                        let client = ClientId(next_client);
                        next_client += 1;
                        if let Err(why) = start_client(scope, &shared, client, stream.into(), peer)
                        {
                            shared.control.tell(&Event::Refused { why });
                        }
                    }
                }
            }
        }
        hear_announcements();
        shared.say_goodbye();
    });
}

// ANCHOR: start_client
/// Gives a client its two threads, or turns it away and says why.
fn start_client<'scope, S: Service>(
    scope: &'scope Scope<'scope, '_>,
    shared: &'scope Shared<S>,
    client: ClientId,
    stream: TcpStream,
    peer: SocketAddr,
) -> Result<(), String> {
    let refuse = |stream: &TcpStream, why: String| {
        acceptor::turn_away(stream, "the server is full: try again later");
        Err(why)
    };
    if shared.connected.load(Ordering::Relaxed) >= shared.config.max_clients {
        return refuse(
            &stream,
            format!("{} clients are connected", shared.config.max_clients),
        );
    }
    let connection = match Connection::new(stream, &shared.config) {
        Ok(connection) => Arc::new(connection),
        Err(error) => return Err(format!("{peer} was gone at once: {error}")),
    };
    let thread = |role| {
        thread::Builder::new()
            .name(format!("{role} {}", client.0))
            .stack_size(STACK_BYTES)
    };
    // Each can fail: a system has a limit on threads, and this engine is the one that meets it.
    let writer = Arc::clone(&connection);
    if let Err(error) = thread("writer").spawn_scoped(scope, move || writer.write_all()) {
        return refuse(
            connection.stream(),
            format!("cannot start a thread: {error}"),
        );
    }
    let reader = Arc::clone(&connection);
    shared.connected.fetch_add(1, Ordering::Relaxed);
    let serve = move || {
        shared.serve(client, peer, &reader);
        shared.connected.fetch_sub(1, Ordering::Relaxed);
    };
    if let Err(error) = thread("reader").spawn_scoped(scope, serve) {
        shared.connected.fetch_sub(1, Ordering::Relaxed);
        let refused = refuse(
            connection.stream(),
            format!("cannot start a thread: {error}"),
        );
        connection.disconnect(&LastWords::None, Duration::ZERO); // so that the writer ends
        return refused;
    }
    Ok(())
}
// ANCHOR_END: start_client

impl<S: Service> Shared<S> {
    /// A service that panics has said so on stderr; the others go on with what there is.
    fn state(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: serve
    /// The reader's life: arrive, read lines, depart.
    fn serve(&self, client: ClientId, peer: SocketAddr, connection: &Arc<Connection>) {
        self.arrive(client, peer, connection);
        let reason = self.read_lines(client, connection);
        self.depart(client, reason);
        connection.discard_rest();
    }

    fn arrive(&self, client: ClientId, peer: SocketAddr, connection: &Arc<Connection>) {
        let State {
            service,
            clients,
            ending,
        } = &mut *self.state();
        if *ending {
            // It came in while the goodbyes were said.
            let last_words = LastWords::After(service.last_words(&Reason::ServerEnds));
            return connection.disconnect(&last_words, clients.farewell);
        }
        clients.connections.insert(client, Arc::clone(connection));
        self.control.tell(&Event::Arrived { client, peer });
        carry_out(service.arrive(client), service, clients, &self.control);
    }

    /// Reads until the client ends, breaks, or is let go.
    fn read_lines(&self, client: ClientId, connection: &Connection) -> Reason {
        let Config {
            max_line_bytes,
            max_lines_per_second,
            ..
        } = self.config;
        let mut lines = PacedLines::new(max_line_bytes, max_lines_per_second, Instant::now());
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            let received = match connection.stream().read(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    connection.end();
                    return Reason::Broken(error.to_string());
                }
            };
            if received == 0 {
                // A line without its end is not a line: what was half sent is not said.
                connection.end();
                return Reason::Left;
            }
            let mut bytes = &buffer[..received];
            while !bytes.is_empty() {
                let line = match lines.decode(&mut bytes, Instant::now()) {
                    Ok(Some(line)) => line,
                    Ok(None) => continue,
                    // Who is too fast waits here, and its bytes in the system: backpressure.
                    Err(wait) if connection.waits_for_leave(wait) => return Reason::Left, // let go
                    Err(_) => continue,
                };
                let State {
                    service, clients, ..
                } = &mut *self.state();
                if !clients.connections.contains_key(&client) {
                    return Reason::Left; // already let go
                }
                self.control.counters.line();
                let deliveries = service.line(client, line.as_deref().map_err(|&error| error));
                carry_out(deliveries, service, clients, &self.control);
            }
        }
    }
    // ANCHOR_END: serve

    fn depart(&self, client: ClientId, reason: Reason) {
        let State {
            service, clients, ..
        } = &mut *self.state();
        let deliveries = depart(client, reason, service, clients, &self.control);
        carry_out(deliveries, service, clients, &self.control);
    }

    fn say_goodbye(&self) {
        let State {
            service,
            clients,
            ending,
        } = &mut *self.state();
        *ending = true;
        let mut everybody: Vec<_> = clients.connections.keys().copied().collect();
        everybody.sort_unstable();
        for client in everybody {
            // The service is told too, but nobody hears any more who else has left.
            drop(depart(
                client,
                Reason::ServerEnds,
                service,
                clients,
                &self.control,
            ));
        }
    }
}

impl Clients for Connections {
    fn push(&mut self, client: ClientId, line: &str) -> Result<(), Full> {
        self.connections
            .get(&client)
            .map_or(Ok(()), |connection| connection.push(line))
    }

    fn disconnect(&mut self, client: ClientId, last_words: &LastWords) -> bool {
        match self.connections.remove(&client) {
            None => false,
            Some(connection) => {
                connection.disconnect(last_words, self.farewell);
                true
            }
        }
    }
}
