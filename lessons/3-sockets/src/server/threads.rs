//! Stage 1: two threads for each connection, one that reads and one that writes.
//!
//! This is the engine one writes first, and for a few hundred clients it is a good one: each thread
//! is a plain loop over blocking calls, and whoever waits, waits alone. The reader hands lines to
//! the service. It must never write to other clients' sockets itself, or the slowest of them would
//! hold it up: it puts lines into their outboxes, and each outbox has its own writer.
//!
//! Two kinds of lock, always taken in this order: the hall (service and list of clients), then one
//! client's post. A writer takes only its own post, and nobody holds a lock during a read or write.

mod post;

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use mio::Events;

use self::post::Post;
use super::door::{self, Visit};
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
const VISITS_PER_TURN: usize = 64;

/// How long the door stays shut when accepting is impossible.
const DOOR_PAUSE: Duration = Duration::from_millis(100);

/// What all threads share.
struct Hall<S> {
    config: Config,
    control: Arc<Control>,
    /// How many connections have threads.
    connected: AtomicUsize,
    floor: Mutex<Floor<S>>,
}

/// Who is here, and the service that they talk to.
struct Floor<S> {
    service: S,
    clients: Posts,
    ending: bool,
}

struct Posts {
    posts: HashMap<ClientId, Arc<Post>>,
    farewell: Duration,
}

/// Serves until told to end; the scope joins every client's threads.
pub(super) fn run<S: Service>(inside: Inside, service: S) {
    let Inside {
        config,
        control,
        announcements,
        mut poll,
        mut door,
    } = inside;
    let clients = Posts {
        posts: HashMap::new(),
        farewell: config.farewell,
    };
    let hall = Hall {
        config,
        control,
        connected: AtomicUsize::new(0),
        floor: Mutex::new(Floor {
            service,
            clients,
            ending: false,
        }),
    };
    let hear_announcements = || {
        for line in announcements.try_iter().take(MAX_ANNOUNCEMENTS) {
            let Floor {
                service, clients, ..
            } = &mut *hall.floor();
            let deliveries = service.announce(&line);
            carry_out(deliveries, service, clients, &hall.control);
        }
    };
    let mut events = Events::with_capacity(8);
    let mut next_client = 1;
    thread::scope(|scope| {
        let mut timeout = None;
        while !hall.control.is_ending() {
            // The one place where this engine asks for readiness: a plain `accept` could not be
            // told to end. Our poll, waker and events are valid: it fails only when interrupted.
            let _ = poll.poll(&mut events, timeout.take());
            hear_announcements();
            for visits in 0.. {
                if visits == VISITS_PER_TURN {
                    timeout = Some(Duration::ZERO); // announcements are heard in between
                    break;
                }
                match door.accept() {
                    Visit::Nobody => break,
                    Visit::Refused(why) => hall.control.tell(&Event::Refused { why }),
                    Visit::Later(why) => {
                        hall.control.tell(&Event::Refused { why });
                        timeout = Some(DOOR_PAUSE);
                        break;
                    }
                    Visit::Client(stream, peer) => {
                        let client = ClientId(next_client);
                        next_client += 1;
                        if let Err(why) = let_in(scope, &hall, client, stream.into(), peer) {
                            hall.control.tell(&Event::Refused { why });
                        }
                    }
                }
            }
        }
        hear_announcements();
        hall.say_goodbye();
    });
}

// ANCHOR: let_in
/// Gives a client its two threads, or turns it away and says why.
fn let_in<'scope, S: Service>(
    scope: &'scope Scope<'scope, '_>,
    hall: &'scope Hall<S>,
    client: ClientId,
    stream: TcpStream,
    peer: SocketAddr,
) -> Result<(), String> {
    let refuse = |stream: &TcpStream, why: String| {
        door::turn_away(stream, "the server is full: try again later");
        Err(why)
    };
    if hall.connected.load(Ordering::Relaxed) >= hall.config.max_clients {
        return refuse(
            &stream,
            format!("{} clients are connected", hall.config.max_clients),
        );
    }
    let post = match Post::new(stream, &hall.config) {
        Ok(post) => Arc::new(post),
        Err(error) => return Err(format!("{peer} was gone at once: {error}")),
    };
    let thread = |role| {
        thread::Builder::new()
            .name(format!("{role} {}", client.0))
            .stack_size(STACK_BYTES)
    };
    // Each can fail: a system has a limit on threads, and this engine is the one that meets it.
    let writer = Arc::clone(&post);
    if let Err(error) = thread("writer").spawn_scoped(scope, move || writer.write_all()) {
        return refuse(post.stream(), format!("cannot start a thread: {error}"));
    }
    let reader = Arc::clone(&post);
    hall.connected.fetch_add(1, Ordering::Relaxed);
    let attend = move || {
        hall.attend(client, peer, &reader);
        hall.connected.fetch_sub(1, Ordering::Relaxed);
    };
    if let Err(error) = thread("reader").spawn_scoped(scope, attend) {
        hall.connected.fetch_sub(1, Ordering::Relaxed);
        post.let_go(&LastWords::None, Duration::ZERO); // so that the writer ends
        return refuse(post.stream(), format!("cannot start a thread: {error}"));
    }
    Ok(())
}
// ANCHOR_END: let_in

impl<S: Service> Hall<S> {
    /// A service that panics has said so on stderr; the others go on with what there is.
    fn floor(&self) -> MutexGuard<'_, Floor<S>> {
        self.floor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: attend
    /// The reader's life: arrive, read lines, depart.
    fn attend(&self, client: ClientId, peer: SocketAddr, post: &Arc<Post>) {
        self.arrive(client, peer, post);
        let reason = self.read_lines(client, post);
        self.depart(client, reason);
        post.discard_rest();
    }

    fn arrive(&self, client: ClientId, peer: SocketAddr, post: &Arc<Post>) {
        let Floor {
            service,
            clients,
            ending,
        } = &mut *self.floor();
        if *ending {
            // It came in while the goodbyes were said.
            let last_words = LastWords::After(service.last_words(&Reason::ServerEnds));
            return post.let_go(&last_words, clients.farewell);
        }
        clients.posts.insert(client, Arc::clone(post));
        self.control.tell(&Event::Arrived { client, peer });
        carry_out(service.arrive(client), service, clients, &self.control);
    }

    /// Reads until the client ends, breaks, or is let go.
    fn read_lines(&self, client: ClientId, post: &Post) -> Reason {
        let Config {
            max_line_bytes,
            max_lines_per_second,
            ..
        } = self.config;
        let mut lines = PacedLines::new(max_line_bytes, max_lines_per_second, Instant::now());
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            let received = match post.stream().read(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    post.end();
                    return Reason::Broken(error.to_string());
                }
            };
            if received == 0 {
                // A line without its end is not a line: what was half sent is not said.
                post.end();
                return Reason::Left;
            }
            let mut bytes = &buffer[..received];
            while !bytes.is_empty() {
                let line = match lines.decode(&mut bytes, Instant::now()) {
                    Ok(Some(line)) => line,
                    Ok(None) => continue,
                    // Who is too fast waits here, and its bytes in the system: backpressure.
                    Err(wait) if post.waits_for_leave(wait) => return Reason::Left, // let go
                    Err(_) => continue,
                };
                let Floor {
                    service, clients, ..
                } = &mut *self.floor();
                if !clients.posts.contains_key(&client) {
                    return Reason::Left; // already let go
                }
                self.control.counters.line();
                let deliveries = service.line(client, line.as_deref().map_err(|&error| error));
                carry_out(deliveries, service, clients, &self.control);
            }
        }
    }
    // ANCHOR_END: attend

    fn depart(&self, client: ClientId, reason: Reason) {
        let Floor {
            service, clients, ..
        } = &mut *self.floor();
        let deliveries = depart(client, reason, service, clients, &self.control);
        carry_out(deliveries, service, clients, &self.control);
    }

    fn say_goodbye(&self) {
        let Floor {
            service,
            clients,
            ending,
        } = &mut *self.floor();
        *ending = true;
        let mut everybody: Vec<_> = clients.posts.keys().copied().collect();
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

impl Clients for Posts {
    fn push(&mut self, client: ClientId, line: &str) -> Result<(), Full> {
        self.posts
            .get(&client)
            .map_or(Ok(()), |post| post.push(line))
    }

    fn let_go(&mut self, client: ClientId, last_words: &LastWords) -> bool {
        match self.posts.remove(&client) {
            None => false,
            Some(post) => {
                post.let_go(last_words, self.farewell);
                true
            }
        }
    }
}
