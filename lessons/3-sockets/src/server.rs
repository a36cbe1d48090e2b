//! A server for any number of clients, in two engines: the same promises, different costs.
//!
//! Both engines accept, cut the bytes into lines, hand the lines to a [`Service`] and put what comes
//! out into the clients' outboxes. They differ in who waits: in [`threads`] each connection has two
//! threads that wait for it alone; in [`readiness`] one thread waits for all.
//!
//! Both promise: no client makes another wait; what a client can cost is bounded, in memory
//! ([`Config`]) and in turns ([`pace`]); a client that is let go learns why, if it reads; when the
//! server has ended, so have all its threads.

pub mod pace;
pub mod acceptor;
pub mod threads;
pub mod readiness;
mod event;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mio::{Poll, Token, Waker};

use self::acceptor::Acceptor;
use self::event::Counters;
pub use self::event::{Event, Observer, Stats};
use crate::Error;
use crate::outbox::{Full, Outbox};
use crate::service::{ClientId, Delivery, Reason, Service};

/// The server's own two sources of events; clients are numbered from 1 and never come so far.
const LISTENER: Token = Token(usize::MAX);
const WAKER: Token = Token(usize::MAX - 1);

/// How many lines of the program itself may wait for the engine.
const MAX_ANNOUNCEMENTS: usize = 4096;

/// Which engine serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Two threads for each connection: one reads, one writes.
    Threads,
    /// One thread for all connections, which asks the system who is ready.
    Readiness,
}

/// Where a server listens and what a client may cost.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Who comes when so many are connected is told that the server is full.
    pub max_clients: usize,
    /// Longer lines are refused.
    pub max_line_bytes: usize,
    /// How much may wait for one client before it is disconnected.
    pub max_outbox_bytes: usize,
    /// How much the system may hold for one client after that; `None` leaves it to the system,
    /// which may hold megabytes.
    pub send_buffer_bytes: Option<usize>,
    /// How many lines a second a client may send for long; `None` for no limit. A faster client is
    /// read no faster, so that it has to wait itself.
    pub max_lines_per_second: Option<u32>,
    /// How long a client that is let go may take to read its last lines.
    pub farewell: Duration,
    /// Who is told what happens.
    pub observer: Observer,
}

impl Config {
    /// Listens on the given address, with limits that suit a chat.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            max_clients: 10_000,
            max_line_bytes: 1024,
            max_outbox_bytes: 64 * 1024,
            send_buffer_bytes: Some(32 * 1024),
            max_lines_per_second: Some(20),
            farewell: Duration::from_secs(1),
            observer: Observer::default(),
        }
    }

    /// Calls `observe` for each event, from the engine's own threads: it must not wait.
    #[must_use]
    pub fn with_observer(mut self, observe: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observe);
        self
    }
}

/// A running server. Dropping it ends it like [`Server::shutdown`].
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    announcer: Announcer,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Takes the address, starts the engine, and serves until it is told to end.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the address is taken, [`Error::Thread`] when no thread can be started.
    pub fn bind<S: Service>(engine: Engine, config: Config, service: S) -> Result<Self, Error> {
        let poll = Poll::new().map_err(Error::socket("ask the system for readiness"))?;
        let waker = Waker::new(poll.registry(), WAKER).map_err(Error::socket("make a waker"))?;
        let (acceptor, address) = Acceptor::open(&config, &poll)?;
        let (lines, announcements) = sync_channel(MAX_ANNOUNCEMENTS);
        let control = Arc::new(Control {
            ending: AtomicBool::new(false),
            waker,
            counters: Counters::default(),
            observer: config.observer.clone(),
        });
        let announcer = Announcer {
            control: Arc::clone(&control),
            lines,
        };
        let inside = Inside {
            config,
            control,
            announcements,
            poll,
            acceptor,
        };
        let thread = thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || match engine {
                Engine::Threads => threads::run(inside, service),
                Engine::Readiness => readiness::run(inside, service),
            })
            .map_err(Error::Thread)?;
        Ok(Self {
            address,
            announcer,
            thread: Some(thread),
        })
    }

    /// Returns the address the server really has.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what the server has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.announcer.control.counters.stats()
    }

    /// Returns a handle that tells the server to end, for a Ctrl-C handler or another thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper {
            control: Arc::clone(&self.announcer.control),
        }
    }

    /// Returns a handle through which the program itself speaks to the service.
    #[must_use]
    pub fn announcer(&self) -> Announcer {
        self.announcer.clone()
    }

    /// Tells every client that the server ends, lets them read it, joins all threads.
    ///
    /// It takes [`Config::farewell`] at most, and less when the clients are quick.
    pub fn shutdown(self) -> Stats {
        self.stopper().stop();
        self.wait()
    }

    /// Waits until somebody uses a [`Stopper`], then ends like [`Server::shutdown`].
    pub fn wait(mut self) -> Stats {
        self.join();
        self.stats()
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to join; its message is already on stderr.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopper().stop();
        self.join();
    }
}

/// Tells a server to end. Returns at once; whoever holds the [`Server`] waits for it.
#[derive(Clone, Debug)]
pub struct Stopper {
    control: Arc<Control>,
}

impl Stopper {
    /// Asks the server to end.
    pub fn stop(&self) {
        self.control.ending.store(true, Ordering::Release);
        self.control.wake();
    }
}

/// Speaks to a server's [`Service`] from inside the program, without ever waiting.
#[derive(Clone, Debug)]
pub struct Announcer {
    control: Arc<Control>,
    lines: SyncSender<String>,
}

impl Announcer {
    /// Hands a line to [`Service::announce`] and returns at once; returns `false` when the line was
    /// dropped, because the server has ended or is thousands of lines behind.
    pub fn announce(&self, line: String) -> bool {
        let taken = self.lines.try_send(line).is_ok();
        self.control.wake();
        taken
    }
}

/// What the handles outside and the engine inside share.
#[derive(Debug)]
struct Control {
    ending: AtomicBool,
    waker: Waker,
    counters: Counters,
    observer: Observer,
}

impl Control {
    /// Makes the engine look at what the handles have asked for. To be called after asking.
    fn wake(&self) {
        // It fails only when the system is out of memory; the next event wakes the engine then.
        let _ = self.waker.wake();
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    fn tell(&self, event: &Event) {
        self.counters.count(event);
        self.observer.tell(event);
    }
}

/// What an engine is given to run with.
struct Inside {
    config: Config,
    control: Arc<Control>,
    announcements: Receiver<String>,
    poll: Poll,
    acceptor: Acceptor,
}

/// The clients of an engine, as far as deliveries are concerned.
trait Clients {
    /// Puts a line into a client's outbox; a client that is no longer there needs nothing.
    fn push(&mut self, client: ClientId, line: &str) -> Result<(), Full>;

    /// Lets a client go. Returns `false` if it is already gone.
    fn disconnect(&mut self, client: ClientId, last_words: &LastWords) -> bool;
}

/// What a client that is let go hears at the end.
enum LastWords {
    /// Nothing but what is waiting for it.
    None,
    /// This after what is waiting.
    After(String),
    /// This instead of what is waiting: there is too much of it.
    Instead(String),
}

impl LastWords {
    fn put_into(&self, outbox: &mut Outbox) {
        match self {
            Self::None => {}
            Self::After(line) => outbox.push_last_line(line),
            Self::Instead(line) => outbox.replace_with(line),
        }
    }
}

// ANCHOR: carry_out
/// Does what the service said, and what follows from it: who cannot take a line is let go, which
/// may be news for the others, and so on until nothing is left to do.
fn carry_out<S: Service>(
    deliveries: Vec<Delivery>,
    service: &mut S,
    clients: &mut impl Clients,
    control: &Control,
) {
    let mut left_to_do = VecDeque::from(deliveries);
    while let Some(delivery) = left_to_do.pop_front() {
        match delivery {
            Delivery::Line { to, line } => {
                for client in to {
                    control.counters.delivery();
                    if let Err(full) = clients.push(client, &line) {
                        let reason = Reason::TooSlow {
                            waiting_bytes: full.waiting,
                        };
                        left_to_do.extend(depart(client, reason, service, clients, control));
                    }
                }
            }
            Delivery::Close { client } => {
                left_to_do.extend(depart(client, Reason::Quit, service, clients, control));
            }
        }
    }
}

/// Lets a client go and tells the service, once.
fn depart<S: Service>(
    client: ClientId,
    reason: Reason,
    service: &mut S,
    clients: &mut impl Clients,
    control: &Control,
) -> Vec<Delivery> {
    let last_words = match &reason {
        Reason::Left | Reason::Quit | Reason::Broken(_) => LastWords::None,
        Reason::ServerEnds => LastWords::After(service.last_words(&reason)),
        Reason::TooSlow { .. } => LastWords::Instead(service.last_words(&reason)),
    };
    if !clients.disconnect(client, &last_words) {
        return vec![];
    }
    let deliveries = service.depart(client, &reason);
    control.tell(&Event::Departed { client, reason });
    deliveries
}
// ANCHOR_END: carry_out
