//! Stage 1: two threads for each connection, one that reads and one that writes.
//!
//! This is the engine one writes first, and for a few hundred clients it is a good one: each thread
//! is a plain loop over blocking calls, and whoever waits, waits alone. The reader hands lines to
//! the service. It must never write to other clients' sockets itself, or the slowest of them would
//! hold it up: it puts lines into their outboxes, and each outbox has its own writer.
//!
//! Two kinds of lock, always taken in this order: the hall (service and list of clients), then one
//! client's post. A writer takes only its own post, and nobody holds a lock during a read or write.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use mio::Events;

use super::door::{self, Visit};
use super::pace::Pace;
use super::{
    Clients, Config, Control, Event, Inside, LastWords, MAX_ANNOUNCEMENTS, carry_out, depart,
};
use crate::frame::LineDecoder;
use crate::outbox::{Full, Outbox};
use crate::service::{ClientId, Reason, Service};

/// Enough for our loops and the service; the default of 2 MiB is only reserved, but 8,000 threads
/// reserve 16 GiB.
const STACK_BYTES: usize = 256 * 1024;

/// How many bytes are read or written at once.
const PIECE_BYTES: usize = 4 * 1024;

/// A write to a client that does not read is interrupted this often, to see whether it is to go.
const TICK: Duration = Duration::from_millis(100);

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

/// One client's outbox, between those who put lines in and the writer who takes them out.
struct Post {
    stream: TcpStream,
    inner: Mutex<Letters>,
    changed: Condvar,
}

struct Letters {
    outbox: Outbox,
    /// The client was let go, and is served its last lines until then.
    leaving: Option<Instant>,
    /// Nothing more will be read from the client.
    ended: bool,
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
        hall.control.looking();
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
        return refuse(&post.stream, format!("cannot start a thread: {error}"));
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
        return refuse(&post.stream, format!("cannot start a thread: {error}"));
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
        let mut decoder = LineDecoder::new(self.config.max_line_bytes);
        let mut pace = Pace::new(self.config.max_lines_per_second, Instant::now());
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            let received = match (&post.stream).read(&mut buffer) {
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
                // Who is too fast sleeps here, and the bytes wait in the system: backpressure.
                while let Err(wait) = pace.check(Instant::now()) {
                    if post.waits_for_leave(wait) {
                        return Reason::Left; // already let go, for a reason that was told then
                    }
                }
                let before = bytes.len();
                let line = decoder.decode(&mut bytes);
                // A line without end is paid for like as many lines of the greatest length.
                let lengths = (before - bytes.len()) / (self.config.max_line_bytes + 1);
                let lines = lengths.max(usize::from(line.is_some()));
                pace.charge(u32::try_from(lines).unwrap_or(u32::MAX));
                let Some(line) = line else { continue };

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

impl Post {
    fn new(stream: TcpStream, config: &Config) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(TICK))?;
        let outbox = Outbox::new(config.max_outbox_bytes);
        let inner = Mutex::new(Letters {
            outbox,
            leaving: None,
            ended: false,
        });
        Ok(Self {
            stream,
            inner,
            changed: Condvar::new(),
        })
    }

    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: &str) -> Result<(), Full> {
        let mut letters = self.letters();
        if letters.leaving.is_some() {
            return Ok(());
        }
        let writer_waits = letters.outbox.is_empty();
        letters.outbox.push_line(line)?;
        drop(letters);
        if writer_waits {
            self.changed.notify_all();
        }
        Ok(())
    }

    fn let_go(&self, last_words: &LastWords, farewell: Duration) {
        let mut letters = self.letters();
        last_words.put_into(&mut letters.outbox);
        letters.leaving = Some(Instant::now() + farewell);
        drop(letters);
        self.changed.notify_all();
    }

    /// Notes that nothing more will be read.
    fn end(&self) {
        self.letters().ended = true;
        self.changed.notify_all();
    }

    /// Waits so long, unless the client is let go before; returns whether it was.
    fn waits_for_leave(&self, limit: Duration) -> bool {
        let stays = |letters: &mut Letters| letters.leaving.is_none();
        let waited = self
            .changed
            .wait_timeout_while(self.letters(), limit, stays);
        let (letters, _) = waited.unwrap_or_else(PoisonError::into_inner);
        letters.leaving.is_some()
    }

    // ANCHOR: writer
    /// The writer's life: take what is in the outbox, write it, wait for more.
    fn write_all(&self) {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        loop {
            let waits =
                |letters: &mut Letters| letters.outbox.is_empty() && letters.leaving.is_none();
            let waited = self.changed.wait_while(self.letters(), waits);
            let mut letters = waited.unwrap_or_else(PoisonError::into_inner);
            // Taken out before it is written: the lock is not held while this client keeps us
            // waiting, and those who put lines in never notice.
            piece.clear();
            let front = letters.outbox.front();
            piece.extend_from_slice(&front[..front.len().min(PIECE_BYTES)]);
            letters.outbox.consume(piece.len());
            drop(letters);
            if piece.is_empty() {
                break; // it was let go, and has been told everything
            }
            if self.write_piece(&piece).is_err() {
                break;
            }
        }
        self.close();
    }
    // ANCHOR_END: writer

    /// Writes a piece; each call returns after a tick at the latest, so that a client that reads
    /// nothing can be let go.
    fn write_piece(&self, mut piece: &[u8]) -> io::Result<()> {
        while !piece.is_empty() {
            match (&self.stream).write(piece) {
                Ok(sent) => piece = &piece[sent..],
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        if self
                            .letters()
                            .leaving
                            .is_some_and(|until| Instant::now() >= until)
                        {
                            return Err(error);
                        }
                    }
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    /// Half-closes, gives the client time to read its last lines, and wakes the reader, who may
    /// still wait for it.
    fn close(&self) {
        // These fail when the client is gone, which is what they are for.
        let _ = self.stream.shutdown(Shutdown::Write);
        let mut letters = self.letters();
        while let Some(until) = letters.leaving
            && !letters.ended
        {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(letters, left);
            letters = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(letters);
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Throws away what a leaving client still says, so that the close is not a reset that could
    /// overtake its last lines. The writer ends this by closing, the clock if that is not enough.
    fn discard_rest(&self) {
        let mut buffer = [0; 4096];
        loop {
            let letters = self.letters();
            let over = letters.leaving.is_none_or(|until| Instant::now() >= until);
            if letters.ended || over {
                break;
            }
            drop(letters);
            match (&self.stream).read(&mut buffer) {
                Ok(received) if received > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        self.end();
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
