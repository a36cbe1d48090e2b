//! The load: thousands of clients in one process with one thread, on the same readiness calls as
//! the engine, so that it is not the load that is measured.

use std::io::{self, BufRead, BufReader, Read, Write, stdin};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use socket2::SockRef;

use crate::Result;
use crate::servers::Kind;

/// No phase may last longer.
const LIMIT: Duration = Duration::from_secs(40);

/// The load's process, seen from the benchmark: one order, one answer.
pub struct Load {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Load {
    pub fn start(kind: Kind, address: SocketAddr) -> Result<Self> {
        let protocol = match kind {
            Kind::Bare => "bare",
            Kind::Readiness | Kind::Threads => "chat",
            Kind::Ngircd => "irc",
        };
        let mut child = Command::new(std::env::current_exe()?)
            .args(["load", protocol, &address.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().ok_or("a child has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("a child has no output")?);
        Ok(Self {
            child,
            orders,
            answers,
        })
    }

    /// Connects so many clients; returns how long it took until all were welcomed.
    pub fn connect(&mut self, clients: usize) -> Result<Duration> {
        Ok(self.order(&format!("connect {clients}"))?[0])
    }

    /// Lets the first so many join one room.
    pub fn join(&mut self, room: usize) -> Result<()> {
        self.order(&format!("join {room}")).map(drop)
    }

    pub fn add_one_that_never_reads(&mut self) -> Result<()> {
        self.order("deaf").map(drop)
    }

    /// Returns, sorted, how long each message took until the last member had it.
    pub fn one_at_a_time(&mut self, messages: usize, bytes: usize) -> Result<Vec<Duration>> {
        let mut latencies = self.order(&format!("send {messages} 1 {bytes}"))?;
        latencies.pop(); // the whole
        latencies.sort_unstable();
        Ok(latencies)
    }

    /// Returns how long it took until the last member had all.
    pub fn many_at_a_time(
        &mut self,
        messages: usize,
        window: usize,
        bytes: usize,
    ) -> Result<Duration> {
        let times = self.order(&format!("send {messages} {window} {bytes}"))?;
        Ok(times[times.len() - 1])
    }

    fn order(&mut self, order: &str) -> Result<Vec<Duration>> {
        let mut answer = String::new();
        if writeln!(self.orders, "{order}").is_ok() {
            self.answers.read_line(&mut answer)?;
        }
        if answer.is_empty() {
            let mut why = String::new();
            if let Some(mut stderr) = self.child.stderr.take() {
                stderr.read_to_string(&mut why)?;
            }
            return Err(format!("`{order}` failed: {}", why.trim()).into());
        }
        let micros = answer.split_whitespace().map(str::parse);
        Ok(micros
            .map(|micros| micros.map(Duration::from_micros))
            .collect::<std::result::Result<_, _>>()?)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have failed by itself
        let _ = self.child.wait();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Bare,
    Chat,
    Irc,
}

impl Protocol {
    /// How many connects or joins are under way at once: no more than the server's backlog holds,
    /// since a visitor beyond it is not heard and tries again only after a second (ngircd listens
    /// with a backlog of 10, std with 128, our engines with 4096).
    const fn at_once(self) -> usize {
        match self {
            Self::Bare => 100,
            Self::Chat => 400,
            Self::Irc => 8,
        }
    }
}

struct Client {
    stream: TcpStream,
    unfinished: Vec<u8>,
}

/// The child's state.
struct Crowd {
    protocol: Protocol,
    address: SocketAddr,
    poll: Poll,
    events: Events,
    clients: Vec<Client>,
    buffer: Vec<u8>,
    welcomed: usize,
    joined: usize,
    room: usize,
    /// How many members have each message.
    copies: Vec<usize>,
    _deaf: Option<std::net::TcpStream>,
}

/// The child's part: carries out orders until its input ends.
pub fn run(protocol: &str, address: &str) -> Result<()> {
    let mut crowd = Crowd {
        protocol: match protocol {
            "bare" => Protocol::Bare,
            "irc" => Protocol::Irc,
            _ => Protocol::Chat,
        },
        address: address.parse()?,
        poll: Poll::new()?,
        events: Events::with_capacity(1024),
        clients: Vec::new(),
        buffer: vec![0; 64 * 1024],
        welcomed: 0,
        joined: 0,
        room: 0,
        copies: Vec::new(),
        _deaf: None,
    };
    for order in stdin().lines() {
        let order = order?;
        let words: Vec<&str> = order.split(' ').collect();
        let start = Instant::now();
        let mut times = match words[..] {
            ["connect", clients] => crowd.connect(clients.parse()?)?,
            ["join", room] => crowd.join(room.parse()?)?,
            ["deaf"] => crowd.add_deaf()?,
            ["send", messages, window, bytes] => {
                crowd.send(messages.parse()?, window.parse()?, bytes.parse()?)?
            }
            _ => return Err(format!("what is `{order}`?").into()),
        };
        times.push(start.elapsed());
        let micros: Vec<String> = times
            .iter()
            .map(|time| time.as_micros().to_string())
            .collect();
        println!("{}", micros.join(" "));
    }
    Ok(())
}

impl Crowd {
    fn connect(&mut self, wanted: usize) -> Result<Vec<Duration>> {
        while self.welcomed < wanted {
            while self.clients.len() < wanted
                && self.clients.len() < self.welcomed + self.protocol.at_once()
            {
                let number = self.clients.len();
                let mut stream = TcpStream::connect(self.address)?;
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll
                    .registry()
                    .register(&mut stream, Token(number), interest)?;
                self.clients.push(Client {
                    stream,
                    unfinished: Vec::new(),
                });
            }
            self.turn()?;
        }
        Ok(vec![])
    }

    fn join(&mut self, room: usize) -> Result<Vec<Duration>> {
        self.room = room;
        if self.protocol == Protocol::Bare {
            self.say(0, &format!("/room {room}"))?;
            return Ok(vec![]);
        }
        let mut asked = 0;
        while self.joined < room {
            while asked < room && asked < self.joined + self.protocol.at_once() {
                self.say(
                    asked,
                    match self.protocol {
                        Protocol::Irc => "JOIN #hall",
                        _ => "/join hall",
                    },
                )?;
                asked += 1;
            }
            self.turn()?;
        }
        Ok(vec![])
    }

    fn add_deaf(&mut self) -> Result<Vec<Duration>> {
        let socket = socket2::Socket::new(
            socket2::Domain::for_address(self.address),
            socket2::Type::STREAM,
            None,
        )?;
        socket.set_recv_buffer_size(1)?;
        socket.connect(&self.address.into())?;
        let mut stream = std::net::TcpStream::from(socket);
        stream.write_all(b"/join hall\n")?;
        // Its arrival is certain once a later visitor's has been told: ask until it is there.
        let mut asking = sockets::chat::Client::connect(self.address, LIMIT)?;
        let wanted = format!("hall ({})", self.room + 1);
        loop {
            asking.send("/rooms")?;
            if asking.wait_for("* rooms:")?.contains(&wanted) {
                break;
            }
        }
        self._deaf = Some(stream);
        Ok(vec![])
    }

    /// Sends so many messages to the room, at most `window` of them under way, and returns how long
    /// each was.
    fn send(&mut self, messages: usize, window: usize, bytes: usize) -> Result<Vec<Duration>> {
        // IRC does not send a message back to its speaker.
        let expected = self.room - usize::from(self.protocol == Protocol::Irc);
        self.copies = vec![0; messages];
        let mut sent_at = Vec::with_capacity(messages);
        let mut times = vec![None; messages];
        let mut first_open = 0;
        while first_open < messages {
            while sent_at.len() < messages && sent_at.len() < first_open + window {
                let number = sent_at.len();
                let mut text = format!("|{number}|");
                text.extend(std::iter::repeat_n('x', bytes.saturating_sub(text.len())));
                // Everybody speaks in turn, since IRC servers make a busy speaker wait.
                let speaker = if self.protocol == Protocol::Bare {
                    0
                } else {
                    number % self.room
                };
                sent_at.push(Instant::now());
                match self.protocol {
                    Protocol::Irc => self.say(speaker, &format!("PRIVMSG #hall :{text}"))?,
                    _ => self.say(speaker, &text)?,
                }
            }
            self.turn().map_err(|error| {
                let copies = self.copies[first_open];
                format!("{error}: message {first_open} has {copies} of {expected} copies")
            })?;
            for number in first_open..sent_at.len() {
                if times[number].is_none() && self.copies[number] == expected {
                    times[number] = Some(sent_at[number].elapsed());
                }
            }
            while first_open < messages && times[first_open].is_some() {
                first_open += 1;
            }
        }
        Ok(times.into_iter().flatten().collect())
    }

    fn say(&mut self, client: usize, line: &str) -> Result<()> {
        let line = format!("{line}\r\n");
        // Small enough for any buffer; a short write would be a fault of the benchmark.
        self.clients[client].stream.write_all(line.as_bytes())?;
        Ok(())
    }

    /// Reads from all that have something.
    fn turn(&mut self) -> Result<()> {
        self.poll.poll(&mut self.events, Some(LIMIT))?;
        if self.events.is_empty() {
            return Err("the server says nothing more".into());
        }
        let ready: Vec<(usize, bool, bool)> = self
            .events
            .iter()
            .map(|event| (event.token().0, event.is_readable(), event.is_writable()))
            .collect();
        for (number, readable, writable) in ready {
            if writable {
                self.introduce(number)?;
            }
            if readable {
                self.read(number)?;
            }
        }
        Ok(())
    }

    /// An IRC client speaks first; a writable event may come again later.
    fn introduce(&mut self, number: usize) -> Result<()> {
        let client = &mut self.clients[number];
        if let Some(error) = client.stream.take_error()? {
            return Err(format!("client {number}: {error}").into());
        }
        // A mark that this was done: the buffer is given its first room then.
        if self.protocol == Protocol::Irc && client.unfinished.capacity() == 0 {
            client.unfinished.reserve(64);
            SockRef::from(&client.stream).set_tcp_nodelay(true)?;
            let line = format!("NICK n{number}\r\nUSER n 0 * :n\r\n");
            client.stream.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn read(&mut self, number: usize) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            match self.clients[number].stream.read(&mut buffer) {
                Ok(0) => {
                    let last = String::from_utf8_lossy(&self.clients[number].unfinished);
                    return Err(format!("client {number} was let go: {last}").into());
                }
                Ok(received) => self.hear(number, &buffer[..received])?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(format!("client {number}: {error}").into()),
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    fn hear(&mut self, number: usize, mut bytes: &[u8]) -> Result<()> {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (line, rest) = bytes.split_at(end + 1);
            bytes = rest;
            if self.clients[number].unfinished.is_empty() {
                self.hear_line(number, line)?;
            } else {
                let mut whole = std::mem::take(&mut self.clients[number].unfinished);
                whole.extend_from_slice(line);
                self.hear_line(number, &whole)?;
                whole.clear();
                self.clients[number].unfinished = whole;
            }
        }
        self.clients[number].unfinished.extend_from_slice(bytes);
        Ok(())
    }

    fn hear_line(&mut self, number: usize, line: &[u8]) -> Result<()> {
        if let Some(message) = message_number(line) {
            if let Some(copies) = self.copies.get_mut(message) {
                *copies += 1;
            }
            return Ok(());
        }
        let has = |what: &[u8]| line.windows(what.len()).any(|window| window == what);
        match self.protocol {
            Protocol::Irc if line.starts_with(b"PING") => self.say(number, "PONG bench")?,
            Protocol::Irc if has(b" 001 ") => self.welcomed += 1,
            Protocol::Irc if has(b" 366 ") => self.joined += 1,
            Protocol::Irc => {}
            _ if line.starts_with(b"* you are in lobby") => self.welcomed += 1,
            _ if line.starts_with(b"* you are in hall") => self.joined += 1,
            _ if line.starts_with(b"!") => {
                return Err(String::from_utf8_lossy(line).trim().to_owned().into());
            }
            _ => {}
        }
        Ok(())
    }
}

/// Finds the number between two bars: `|17|`.
fn message_number(line: &[u8]) -> Option<usize> {
    let start = line.iter().position(|&byte| byte == b'|')? + 1;
    let length = line[start..].iter().position(|&byte| byte == b'|')?;
    std::str::from_utf8(&line[start..start + length])
        .ok()?
        .parse()
        .ok()
}
