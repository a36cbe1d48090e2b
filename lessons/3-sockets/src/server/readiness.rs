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

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Registry, Token};

use super::door::{self, Door, Visit};
use super::pace::Pace;
use super::{
    Clients, Config, Control, DOOR, Event, Inside, LastWords, MAX_ANNOUNCEMENTS, WAKER, carry_out,
    depart,
};
use crate::frame::LineDecoder;
use crate::outbox::{Full, Outbox};
use crate::service::{ClientId, Delivery, Reason, Service};

/// How many bytes are read at once.
const READ_BYTES: usize = 16 * 1024;

/// How many lines one client may say in a turn, so that the others get theirs.
const LINES_PER_TURN: usize = 32;

/// How often one client is read in a turn.
const READS_PER_TURN: usize = 4;

/// How many clients are let in, and how many announcements are heard, in a turn.
const VISITS_PER_TURN: usize = 64;
const ANNOUNCEMENTS_PER_TURN: usize = 64;

/// How long the door stays shut when accepting is impossible.
const DOOR_PAUSE: Duration = Duration::from_millis(100);

/// One client.
struct Connection {
    stream: TcpStream,
    decoder: LineDecoder,
    outbox: Outbox,
    pace: Pace,
    /// What was read and not yet said, because the client is too fast.
    unsaid: Vec<u8>,
    /// The system has not said `WouldBlock` since it last said that there is something to read.
    readable: bool,
    /// The same for writing.
    writable: bool,
    /// It stands in the queue for the next turn.
    queued: bool,
    /// Its outbox has changed in this turn.
    changed: bool,
    /// The client has closed its side.
    ended: bool,
    /// It was let go, and is served its last lines until then.
    leaving: Option<Instant>,
    half_closed: bool,
}

/// All clients, and who among them needs the engine's attention.
#[derive(Default)]
struct Crowd {
    connections: HashMap<ClientId, Connection>,
    /// Who has more to say than the last turn took.
    queue: VecDeque<ClientId>,
    /// Whose outbox has changed in this turn.
    changed: VecDeque<ClientId>,
    /// Who is to be looked at again, and when.
    alarms: BinaryHeap<Reverse<(Instant, ClientId)>>,
    farewell: Duration,
}

/// The engine's one thread.
struct Loop<S> {
    config: Config,
    control: Arc<Control>,
    announcements: Receiver<String>,
    door: Door,
    door_ready: bool,
    door_shut_until: Option<Instant>,
    next_client: u64,
    crowd: Crowd,
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
        door,
    } = inside;
    let mut engine = Loop {
        crowd: Crowd {
            farewell: config.farewell,
            ..Crowd::default()
        },
        config,
        control,
        announcements,
        door,
        door_ready: true,
        door_shut_until: None,
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

    /// Waits until a client, the door or the program wants something, and notes who it is.
    fn wait(&mut self, poll: &mut Poll, events: &mut Events, busy: bool) {
        let now = Instant::now();
        let timeout = if busy {
            Some(Duration::ZERO)
        } else {
            self.next_alarm(now)
        };
        match poll.poll(events, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => unreachable!("our own poll, waker and events are valid: {error}"),
        }
        for event in events.iter() {
            match event.token() {
                DOOR => self.door_ready = true,
                WAKER => {}
                Token(number) => {
                    let client = ClientId(number as u64);
                    self.crowd
                        .note(client, event.is_readable(), event.is_writable());
                }
            }
        }
        self.crowd.ring_alarms(Instant::now());
    }
    // ANCHOR_END: turn

    fn next_alarm(&self, now: Instant) -> Option<Duration> {
        let client = self.crowd.alarms.peek().map(|Reverse((when, _))| *when);
        let next = client.into_iter().chain(self.door_shut_until).min()?;
        Some(next.saturating_duration_since(now))
    }

    /// Hands what the program says to the service; returns whether there is more.
    fn hear_announcements(&mut self) -> bool {
        self.control.looking();
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
        for _ in 0..self.crowd.queue.len() {
            let Some(client) = self.crowd.queue.pop_front() else {
                break;
            };
            self.read_client(client);
        }
        !self.crowd.queue.is_empty()
    }

    // ANCHOR: read_client
    /// Lets one client say what it has to say, up to its share of the turn.
    fn read_client(&mut self, client: ClientId) {
        let Some(connection) = self.crowd.connections.get_mut(&client) else {
            return;
        };
        connection.queued = false;
        if connection.leaving.is_some() {
            return self.crowd.discard(client, &mut self.buffer);
        }
        // First what is left from the turn before, then what the system has.
        let unsaid = std::mem::take(&mut connection.unsaid);
        let mut lines_left = LINES_PER_TURN;
        let mut goes_on = self.hear(client, &unsaid, &mut lines_left);

        let mut buffer = std::mem::take(&mut self.buffer);
        for _ in 0..READS_PER_TURN {
            if !goes_on {
                break;
            }
            goes_on = match self.crowd.read(client, &mut buffer) {
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
            self.crowd.queue_up(client); // the system has more of it; the others are first
        }
    }

    /// Hands the lines in some bytes to the service; returns whether the client may go on. What it
    /// may not say yet is kept.
    fn hear(&mut self, client: ClientId, mut bytes: &[u8], lines_left: &mut usize) -> bool {
        while !bytes.is_empty() {
            let Some(connection) = self.crowd.connections.get_mut(&client) else {
                return false;
            };
            if connection.leaving.is_some() {
                return false; // it said `/quit`, or could not take its own echo
            }
            if *lines_left == 0 {
                connection.unsaid = bytes.to_vec();
                self.crowd.queue_up(client);
                return false;
            }
            let now = Instant::now();
            if let Err(wait) = connection.pace.check(now) {
                connection.unsaid = bytes.to_vec();
                self.crowd.alarms.push(Reverse((now + wait, client)));
                return false;
            }
            let before = bytes.len();
            let line = connection.decoder.decode(&mut bytes);
            // A line without end is paid for like as many lines of the greatest length.
            let lengths = (before - bytes.len()) / (self.config.max_line_bytes + 1);
            let lines = lengths.max(usize::from(line.is_some()));
            connection
                .pace
                .charge(u32::try_from(lines).unwrap_or(u32::MAX));
            if let Some(line) = line {
                *lines_left -= 1;
                self.control.counters.line();
                let line = line.as_deref().map_err(|&error| error);
                let deliveries = self.service.line(client, line);
                self.carry_out(deliveries);
            }
        }
        true
    }
    // ANCHOR_END: read_client

    /// Lets visitors in; returns whether more are waiting.
    fn accept(&mut self, registry: &Registry) -> bool {
        if self
            .door_shut_until
            .is_some_and(|until| Instant::now() >= until)
        {
            self.door_shut_until = None;
            self.door_ready = true;
        }
        for _ in 0..VISITS_PER_TURN {
            if !self.door_ready || self.door_shut_until.is_some() {
                return false;
            }
            match self.door.accept() {
                Visit::Nobody => self.door_ready = false,
                Visit::Refused(why) => self.control.tell(&Event::Refused { why }),
                Visit::Later(why) => {
                    self.control.tell(&Event::Refused { why });
                    self.door_shut_until = Some(Instant::now() + DOOR_PAUSE);
                }
                Visit::Client(stream, peer) => {
                    if self.crowd.connections.len() >= self.config.max_clients {
                        door::turn_away(&stream, "the server is full: try again later");
                        let why = format!("{} clients are connected", self.config.max_clients);
                        self.control.tell(&Event::Refused { why });
                        continue;
                    }
                    let client = ClientId(self.next_client);
                    self.next_client += 1;
                    if let Err(error) = self.crowd.welcome(client, stream, &self.config, registry) {
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
        while let Some(client) = self.crowd.changed.pop_front() {
            if let Err(error) = self.crowd.write(client) {
                self.depart(client, Reason::Broken(error.to_string()));
                self.crowd.connections.remove(&client);
            }
        }
    }

    fn depart(&mut self, client: ClientId, reason: Reason) {
        let deliveries = depart(
            client,
            reason,
            &mut self.service,
            &mut self.crowd,
            &self.control,
        );
        self.carry_out(deliveries);
    }

    fn carry_out(&mut self, deliveries: Vec<Delivery>) {
        carry_out(
            deliveries,
            &mut self.service,
            &mut self.crowd,
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
        self.door_shut_until = None; // nobody looks outside any more
        let mut clients: Vec<_> = self.crowd.connections.keys().copied().collect();
        clients.sort_unstable();
        for client in clients {
            // The service is told too, but nobody hears any more who else has left.
            let (service, crowd) = (&mut self.service, &mut self.crowd);
            drop(depart(
                client,
                Reason::ServerEnds,
                service,
                crowd,
                &self.control,
            ));
        }
        let end = Instant::now() + self.config.farewell;
        let mut events = Events::with_capacity(1024);
        self.write_outboxes();
        while !self.crowd.connections.is_empty() && Instant::now() < end {
            self.wait(poll, &mut events, !self.crowd.queue.is_empty());
            self.read_clients();
            self.write_outboxes();
        }
    }
}

impl Crowd {
    fn welcome(
        &mut self,
        client: ClientId,
        mut stream: TcpStream,
        config: &Config,
        registry: &Registry,
    ) -> io::Result<()> {
        let token = Token(usize::try_from(client.0).expect("clients are counted in memory"));
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        let connection = Connection {
            stream,
            decoder: LineDecoder::new(config.max_line_bytes),
            outbox: Outbox::new(config.max_outbox_bytes),
            pace: Pace::new(config.max_lines_per_second, Instant::now()),
            unsaid: Vec::new(),
            readable: false, // told by the first event, which comes at once if it is so
            writable: true,
            queued: false,
            changed: false,
            ended: false,
            leaving: None,
            half_closed: false,
        };
        self.connections.insert(client, connection);
        Ok(())
    }

    /// Notes what the system says about a client.
    fn note(&mut self, client: ClientId, readable: bool, writable: bool) {
        let Some(connection) = self.connections.get_mut(&client) else {
            return;
        };
        connection.readable |= readable;
        connection.writable |= writable;
        // Who is made to wait by its pace is looked at when its alarm rings, not before.
        let waits = !connection.unsaid.is_empty();
        if writable {
            self.mark_changed(client);
        }
        if readable && !waits {
            self.queue_up(client);
        }
    }

    fn queue_up(&mut self, client: ClientId) {
        if let Some(connection) = self.connections.get_mut(&client)
            && !std::mem::replace(&mut connection.queued, true)
        {
            self.queue.push_back(client);
        }
    }

    fn mark_changed(&mut self, client: ClientId) {
        if let Some(connection) = self.connections.get_mut(&client)
            && !std::mem::replace(&mut connection.changed, true)
        {
            self.changed.push_back(client);
        }
    }

    /// Looks at those whose time has come.
    fn ring_alarms(&mut self, now: Instant) {
        while let Some(&Reverse((when, client))) = self.alarms.peek() {
            if when > now {
                return;
            }
            self.alarms.pop();
            match self
                .connections
                .get(&client)
                .map(|connection| connection.leaving)
            {
                None => {}
                Some(None) => self.queue_up(client),
                Some(Some(until)) if until <= now => drop(self.connections.remove(&client)),
                Some(Some(_)) => {}
            }
        }
    }

    // ANCHOR: write
    /// Writes as much of the outbox as the system takes now.
    fn write(&mut self, client: ClientId) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(&client) else {
            return Ok(());
        };
        connection.changed = false;
        while connection.writable && !connection.outbox.is_empty() {
            match connection.stream.write(connection.outbox.front()) {
                Ok(sent) => connection.outbox.consume(sent),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => connection.writable = false,
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        if connection.leaving.is_some() && connection.outbox.is_empty() {
            if connection.ended {
                self.connections.remove(&client); // both sides have said all
            } else if !std::mem::replace(&mut connection.half_closed, true) {
                // Not closed yet: bytes of the client that we have not read would turn the close
                // into a reset, and a reset may overtake the last words.
                connection.stream.shutdown(Shutdown::Write)?;
                self.queue_up(client);
            }
        }
        Ok(())
    }
    // ANCHOR_END: write

    /// Reads once; `Ok(0)` when there is nothing now.
    fn read(&mut self, client: ClientId, buffer: &mut [u8]) -> Result<usize, Reason> {
        let Some(connection) = self.connections.get_mut(&client) else {
            return Ok(0);
        };
        while connection.readable && connection.leaving.is_none() {
            match connection.stream.read(buffer) {
                Ok(0) => {
                    // A line without its end is not a line: what was half sent is not said.
                    connection.ended = true;
                    return Err(Reason::Left);
                }
                Ok(received) => return Ok(received),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => connection.readable = false,
                    io::ErrorKind::Interrupted => {}
                    _ => {
                        connection.ended = true;
                        return Err(Reason::Broken(error.to_string()));
                    }
                },
            }
        }
        Ok(0)
    }

    /// Throws away what a leaving client still says, so that its close is not a reset.
    fn discard(&mut self, client: ClientId, buffer: &mut [u8]) {
        let Some(connection) = self.connections.get_mut(&client) else {
            return;
        };
        connection.unsaid = Vec::new();
        if !connection.readable {
            return;
        }
        match connection.stream.read(buffer) {
            Ok(0) => {
                connection.ended = true;
                connection.readable = false;
                self.mark_changed(client); // it may be all over now
            }
            Ok(_) => self.queue_up(client),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => connection.readable = false,
                io::ErrorKind::Interrupted => self.queue_up(client),
                _ => drop(self.connections.remove(&client)),
            },
        }
    }
}

impl Clients for Crowd {
    fn push(&mut self, client: ClientId, line: &str) -> Result<(), Full> {
        let Some(connection) = self.connections.get_mut(&client) else {
            return Ok(());
        };
        if connection.leaving.is_some() {
            return Ok(());
        }
        if connection.outbox.push_line(line).is_err() {
            // Much may have been said in this turn before anything was written. Full means that the
            // system does not take it either. A write that fails is found again at the turn's end.
            let _ = self.write(client);
            let Some(connection) = self.connections.get_mut(&client) else {
                return Ok(());
            };
            connection.outbox.push_line(line)?;
        }
        let Some(connection) = self.connections.get_mut(&client) else {
            return Ok(());
        };
        if !std::mem::replace(&mut connection.changed, true) {
            self.changed.push_back(client);
        }
        Ok(())
    }

    fn let_go(&mut self, client: ClientId, last_words: &LastWords) -> bool {
        let Some(connection) = self.connections.get_mut(&client) else {
            return false;
        };
        if connection.leaving.is_some() {
            return false;
        }
        last_words.put_into(&mut connection.outbox);
        let until = Instant::now() + self.farewell;
        connection.leaving = Some(until);
        self.alarms.push(Reverse((until, client)));
        self.mark_changed(client);
        self.queue_up(client);
        true
    }
}
