//! The connections of the readiness engine: what each has still to say and to hear, and who among
//! them needs attention. Nothing here waits.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::super::pace::PacedLines;
use super::super::{Clients, Config, LastWords};
use crate::outbox::{Full, Outbox};
use crate::service::{ClientId, Reason};

/// One client.
struct Connection {
    stream: TcpStream,
    lines: PacedLines,
    outbox: Outbox,
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
pub(super) struct Connections {
    all: HashMap<ClientId, Connection>,
    /// Who has more to say than the last turn took.
    queue: VecDeque<ClientId>,
    /// Whose outbox has changed in this turn.
    changed: VecDeque<ClientId>,
    /// Who is to be looked at again, and when.
    timers: BinaryHeap<Reverse<(Instant, ClientId)>>,
    farewell: Duration,
}

impl Connections {
    pub(super) fn new(farewell: Duration) -> Self {
        Self {
            all: HashMap::new(),
            queue: VecDeque::new(),
            changed: VecDeque::new(),
            timers: BinaryHeap::new(),
            farewell,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns all clients in the order of their arrival.
    pub(super) fn everybody(&self) -> Vec<ClientId> {
        let mut clients: Vec<_> = self.all.keys().copied().collect();
        clients.sort_unstable();
        clients
    }

    /// Returns how many have more to say.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn next_in_queue(&mut self) -> Option<ClientId> {
        let client = self.queue.pop_front()?;
        self.all.get_mut(&client)?.queued = false;
        Some(client)
    }

    /// Returns the next client whose outbox has changed.
    pub(super) fn next_changed(&mut self) -> Option<ClientId> {
        self.changed.pop_front()
    }

    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.timers.peek().map(|Reverse((when, _))| *when)
    }

    /// Closes the connection, whatever is still waiting.
    pub(super) fn remove(&mut self, client: ClientId) {
        self.all.remove(&client);
    }

    /// Returns a client's connection unless it is gone or leaving.
    fn staying(&mut self, client: ClientId) -> Option<&mut Connection> {
        let connection = self.all.get_mut(&client)?;
        connection.leaving.is_none().then_some(connection)
    }

    /// Returns what cuts the client's bytes into lines, unless it is gone or leaving.
    pub(super) fn lines(&mut self, client: ClientId) -> Option<&mut PacedLines> {
        self.staying(client).map(|connection| &mut connection.lines)
    }

    /// Takes what the client could not say in its last turn.
    pub(super) fn take_unsaid(&mut self, client: ClientId) -> Vec<u8> {
        let connection = self.all.get_mut(&client);
        connection
            .map(|connection| std::mem::take(&mut connection.unsaid))
            .unwrap_or_default()
    }

    /// Keeps what the client may not say now, for the next turn or for later.
    pub(super) fn keep_unsaid(&mut self, client: ClientId, bytes: &[u8], until: Option<Instant>) {
        if let Some(connection) = self.all.get_mut(&client) {
            connection.unsaid = bytes.to_vec();
            match until {
                None => self.queue_up(client),
                Some(until) => self.timers.push(Reverse((until, client))),
            }
        }
    }

    /// Takes a client in.
    pub(super) fn welcome(
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
            lines: PacedLines::new(
                config.max_line_bytes,
                config.max_lines_per_second,
                Instant::now(),
            ),
            outbox: Outbox::new(config.max_outbox_bytes),
            unsaid: Vec::new(),
            readable: false, // told by the first event, which comes at once if it is so
            writable: true,
            queued: false,
            changed: false,
            ended: false,
            leaving: None,
            half_closed: false,
        };
        self.all.insert(client, connection);
        Ok(())
    }

    /// Notes what the system says about a client.
    pub(super) fn note(&mut self, client: ClientId, readable: bool, writable: bool) {
        let Some(connection) = self.all.get_mut(&client) else {
            return;
        };
        connection.readable |= readable;
        connection.writable |= writable;
        // Who is made to wait by its pace is looked at when its timer fires, not before.
        let waits = !connection.unsaid.is_empty();
        if writable {
            self.mark_changed(client);
        }
        if readable && !waits {
            self.queue_up(client);
        }
    }

    pub(super) fn queue_up(&mut self, client: ClientId) {
        if let Some(connection) = self.all.get_mut(&client)
            && !std::mem::replace(&mut connection.queued, true)
        {
            self.queue.push_back(client);
        }
    }

    fn mark_changed(&mut self, client: ClientId) {
        if let Some(connection) = self.all.get_mut(&client)
            && !std::mem::replace(&mut connection.changed, true)
        {
            self.changed.push_back(client);
        }
    }

    /// Looks at those whose time has come.
    pub(super) fn fire_timers(&mut self, now: Instant) {
        while let Some(&Reverse((when, client))) = self.timers.peek() {
            if when > now {
                return;
            }
            self.timers.pop();
            match self.all.get(&client).map(|connection| connection.leaving) {
                None => {}
                Some(None) => self.queue_up(client),
                Some(Some(until)) if until <= now => drop(self.all.remove(&client)),
                Some(Some(_)) => {}
            }
        }
    }

    // ANCHOR: write
    /// Writes as much of the outbox as the system takes now.
    pub(super) fn write(&mut self, client: ClientId) -> io::Result<()> {
        let Some(connection) = self.all.get_mut(&client) else {
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
                self.all.remove(&client); // both sides have said all
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

    /// Reads once; `Ok(0)` when there is nothing now. What a leaving client says is thrown away, so
    /// that its close is not a reset.
    pub(super) fn read(&mut self, client: ClientId, buffer: &mut [u8]) -> Result<usize, Reason> {
        let Some(connection) = self.all.get_mut(&client) else {
            return Ok(0);
        };
        let leaving = connection.leaving.is_some();
        while connection.readable {
            match connection.stream.read(buffer) {
                Ok(0) => {
                    // A line without its end is not a line: what was half sent is not said.
                    connection.ended = true;
                    connection.readable = false;
                    self.mark_changed(client); // if it is leaving, it may be all over now
                    return if leaving { Ok(0) } else { Err(Reason::Left) };
                }
                Ok(_) if leaving => {
                    self.queue_up(client); // one piece a turn
                    return Ok(0);
                }
                Ok(received) => return Ok(received),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => connection.readable = false,
                    io::ErrorKind::Interrupted => {}
                    _ => {
                        connection.ended = true;
                        connection.readable = false;
                        self.mark_changed(client);
                        return if leaving {
                            Ok(0)
                        } else {
                            Err(Reason::Broken(error.to_string()))
                        };
                    }
                },
            }
        }
        Ok(0)
    }
}

impl Clients for Connections {
    fn push(&mut self, client: ClientId, line: &str) -> Result<(), Full> {
        let Some(connection) = self.staying(client) else {
            return Ok(());
        };
        if connection.outbox.push_line(line).is_err() {
            // Much may have been said in this turn before anything was written. Only when the system
            // does not take it either is the client slow. A failed write is found again at the end
            // of the turn.
            let _ = self.write(client);
            if let Some(connection) = self.staying(client) {
                connection.outbox.push_line(line)?;
            }
        }
        self.mark_changed(client);
        Ok(())
    }

    fn disconnect(&mut self, client: ClientId, last_words: &LastWords) -> bool {
        let until = Instant::now() + self.farewell;
        let Some(connection) = self.staying(client) else {
            return false;
        };
        connection.leaving = Some(until);
        connection.unsaid = Vec::new();
        last_words.put_into(&mut connection.outbox);
        self.timers.push(Reverse((until, client)));
        self.mark_changed(client);
        self.queue_up(client);
        true
    }
}
