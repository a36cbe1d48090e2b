//! Stage 2: one thread for all connections, which asks the system who is ready.
//!
//! No call of this engine waits for one client. Sockets are non-blocking: a read or a write that
//! would have to wait returns `WouldBlock` instead, and the system (epoll on Linux, kqueue on macOS,
//! through mio) says later which sockets are worth trying again. Between two questions the engine
//! takes a *turn*: it reads a little from each client that has something, hands the lines to the
//! service, and at the end writes each changed outbox once, with all that was said in this turn.
//!
//! Readiness is told once for each change ("edge"), so what is not used up must be remembered: a
//! client that has more to say than one turn takes stands in the queue for the next.
//!
//! Source: D. Kegel, "The C10K problem", 1999; `man 7 epoll`; the mio documentation of `Poll`.

mod connections;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Registry, Token};

use self::connections::Connections;
use super::acceptor::{self, Acceptor, Visitor};
use super::{
    Config, Control, Event, Inside, LISTENER, MAX_ANNOUNCEMENTS, WAKER, carry_out, depart,
};
use crate::service::{ClientId, Delivery, Reason, Service};

/// How many bytes are read at once.
const READ_BYTES: usize = 4 * 1024;

/// How many lines one client may say in a turn, so that the others get theirs.
const LINES_PER_TURN: usize = 32;

/// How often one client is read in a turn.
const READS_PER_TURN: usize = 4;

/// How many clients are let in, and how many announcements are heard, in a turn.
const ACCEPTS_PER_TURN: usize = 64;
const ANNOUNCEMENTS_PER_TURN: usize = 64;

/// How long nobody is accepted when accepting is impossible.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The engine's one thread.
struct Loop<S> {
    config: Config,
    control: Arc<Control>,
    announcements: Receiver<String>,
    acceptor: Acceptor,
    may_accept: bool,
    paused_until: Option<Instant>,
    next_client: u64,
    connections: Connections,
    service: S,
    buffer: Vec<u8>,
}

/// Serves until told to end.
pub(super) fn run<S: Service>(inside: Inside, service: S) {
    let Inside {
        config,
        control,
        announcements,
        mut poll,
        acceptor,
    } = inside;
    let mut engine = Loop {
        connections: Connections::new(config.farewell),
        config,
        control,
        announcements,
        acceptor,
        may_accept: true,
        paused_until: None,
        next_client: 1,
        service,
        buffer: vec![0; READ_BYTES],
    };
    engine.serve(&mut poll);
    engine.say_goodbye(&mut poll);
}

impl<S: Service> Loop<S> {
    // ANCHOR: turn
    fn serve(&mut self, poll: &mut Poll) {
        let mut events = Events::with_capacity(1024);
        let mut busy = false; // something was left over for the next turn
        while !self.control.is_ending() {
            self.wait(poll, &mut events, busy);
            busy = self.hear_announcements();
            busy |= self.read_clients();
            busy |= self.accept(poll.registry());
            self.write_outboxes();
        }
    }

    /// Waits until a client, the listener or the program wants something, and notes who it is.
    fn wait(&mut self, poll: &mut Poll, events: &mut Events, busy: bool) {
        let now = Instant::now();
        let timeout = if busy {
            Some(Duration::ZERO)
        } else {
            self.next_timer(now)
        };
        match poll.poll(events, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => unreachable!("our own poll, waker and events are valid: {error}"),
        }
        for event in events.iter() {
            match event.token() {
                LISTENER => self.may_accept = true,
                WAKER => {}
                Token(number) => {
                    let client = ClientId(number as u64);
                    // An end or an error is found by reading.
                    let readable =
                        event.is_readable() || event.is_read_closed() || event.is_error();
                    self.connections.note(client, readable, event.is_writable());
                }
            }
        }
        self.connections.fire_timers(Instant::now());
    }
    // ANCHOR_END: turn

    fn next_timer(&self, now: Instant) -> Option<Duration> {
        let next = self
            .connections
            .next_timer()
            .into_iter()
            .chain(self.paused_until)
            .min()?;
        Some(next.saturating_duration_since(now))
    }

    /// Hands what the program says to the service; returns whether there is more.
    fn hear_announcements(&mut self) -> bool {
        for _ in 0..ANNOUNCEMENTS_PER_TURN {
            let Ok(line) = self.announcements.try_recv() else {
                return false;
            };
            let deliveries = self.service.announce(&line);
            self.carry_out(deliveries);
        }
        true
    }

    /// Gives each waiting client its turn; returns whether some have more to say.
    fn read_clients(&mut self) -> bool {
        for _ in 0..self.connections.waiting() {
            if let Some(client) = self.connections.next_in_queue() {
                self.read_client(client);
            }
        }
        self.connections.waiting() > 0
    }

    // ANCHOR: read_client
    /// Lets one client say what it has to say, up to its share of the turn.
    fn read_client(&mut self, client: ClientId) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut lines_left = LINES_PER_TURN;
        // First what is left from the turn before, then what the system has.
        let unsaid = self.connections.take_unsaid(client);
        let mut goes_on = self.hear(client, &unsaid, &mut lines_left);
        for _ in 0..READS_PER_TURN {
            if !goes_on {
                break;
            }
            goes_on = match self.connections.read(client, &mut buffer) {
                Ok(0) => false,
                Ok(received) => self.hear(client, &buffer[..received], &mut lines_left),
                Err(reason) => {
                    self.depart(client, reason);
                    false
                }
            };
        }
        self.buffer = buffer;
        if goes_on {
            self.connections.queue_up(client); // the system has more of it; the others are first
        }
    }

    /// Hands the lines in some bytes to the service; returns whether the client may go on. What it
    /// may not say yet is kept.
    fn hear(&mut self, client: ClientId, mut bytes: &[u8], lines_left: &mut usize) -> bool {
        while !bytes.is_empty() {
            // It may have said `/quit`, or been unable to take its own echo.
            let Some(lines) = self.connections.lines(client) else {
                return false;
            };
            if *lines_left == 0 {
                self.connections.keep_unsaid(client, bytes, None);
                return false;
            }
            let now = Instant::now();
            match lines.decode(&mut bytes, now) {
                Err(wait) => {
                    self.connections
                        .keep_unsaid(client, bytes, Some(now + wait));
                    return false;
                }
                Ok(None) => {}
                Ok(Some(line)) => {
                    *lines_left -= 1;
                    self.control.counters.line();
                    let line = line.as_deref().map_err(|&error| error);
                    let deliveries = self.service.line(client, line);
                    self.carry_out(deliveries);
                }
            }
        }
        true
    }
    // ANCHOR_END: read_client

    /// Lets visitors in; returns whether more are waiting.
    fn accept(&mut self, registry: &Registry) -> bool {
        if self
            .paused_until
            .is_some_and(|until| Instant::now() >= until)
        {
            self.paused_until = None;
            self.may_accept = true;
        }
        for _ in 0..ACCEPTS_PER_TURN {
            if !self.may_accept || self.paused_until.is_some() {
                return false;
            }
            match self.acceptor.accept() {
                Visitor::Nobody => self.may_accept = false,
                Visitor::Refused(why) => self.control.tell(&Event::Refused { why }),
                Visitor::Later(why) => {
                    self.control.tell(&Event::Refused { why });
                    self.paused_until = Some(Instant::now() + ACCEPT_PAUSE);
                }
                Visitor::Client(stream, peer) => {
                    if self.connections.len() >= self.config.max_clients {
                        acceptor::turn_away(&stream, "the server is full: try again later");
                        let why = format!("{} clients are connected", self.config.max_clients);
                        self.control.tell(&Event::Refused { why });
                        continue;
                    }
                    let client = ClientId(self.next_client);
                    self.next_client += 1;
                    if let Err(error) =
                        self.connections
                            .welcome(client, stream, &self.config, registry)
                    {
                        self.control.tell(&Event::Refused {
                            why: error.to_string(),
                        });
                        continue;
                    }
                    self.control.tell(&Event::Arrived { client, peer });
                    let deliveries = self.service.arrive(client);
                    self.carry_out(deliveries);
                }
            }
        }
        true
    }

    /// Writes what was said in this turn. A broken connection may be news for others, whose
    /// outboxes then change too.
    fn write_outboxes(&mut self) {
        while let Some(client) = self.connections.next_changed() {
            if let Err(error) = self.connections.write(client) {
                self.depart(client, Reason::Broken(error.to_string()));
                self.connections.remove(client);
            }
        }
    }

    fn depart(&mut self, client: ClientId, reason: Reason) {
        let deliveries = depart(
            client,
            reason,
            &mut self.service,
            &mut self.connections,
            &self.control,
        );
        self.carry_out(deliveries);
    }

    fn carry_out(&mut self, deliveries: Vec<Delivery>) {
        carry_out(
            deliveries,
            &mut self.service,
            &mut self.connections,
            &self.control,
        );
    }

    /// Says what is still to be said, then goodbye, and waits for the clients to read it, but not
    /// for ever.
    fn say_goodbye(&mut self, poll: &mut Poll) {
        for _ in 0..=MAX_ANNOUNCEMENTS / ANNOUNCEMENTS_PER_TURN {
            let more = self.hear_announcements();
            self.write_outboxes();
            if !more {
                break;
            }
        }
        self.paused_until = None; // nobody looks outside any more
        for client in self.connections.everybody() {
            // The service is told too, but nobody hears any more who else has left.
            let (service, connections) = (&mut self.service, &mut self.connections);
            drop(depart(
                client,
                Reason::ServerEnds,
                service,
                connections,
                &self.control,
            ));
        }
        let end = Instant::now() + self.config.farewell;
        let mut events = Events::with_capacity(1024);
        self.write_outboxes();
        while self.connections.len() > 0 && Instant::now() < end {
            self.wait(poll, &mut events, self.connections.waiting() > 0);
            self.read_clients();
            self.write_outboxes();
        }
    }
}
