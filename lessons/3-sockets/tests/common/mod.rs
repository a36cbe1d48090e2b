//! What the tests share: servers on free ports, clients, and limits on every wait.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use sockets::chat::{self, Client};
use sockets::server::{Config, Engine, Event, Server};
use sockets::service::Reason;

/// No wait in a test is longer; none is expected to come near it.
pub const LIMIT: Duration = Duration::from_secs(20);

pub const ENGINES: [Engine; 2] = [Engine::Threads, Engine::Readiness];

/// Runs a check on both engines, each under a limit, so that a hang is a failure with a name.
pub fn on_both_engines(check: fn(Engine)) {
    for engine in ENGINES {
        within(Duration::from_secs(60), &format!("{engine:?}"), move || {
            check(engine)
        });
    }
}

/// Runs a test under a limit.
pub fn within(limit: Duration, what: &str, test: impl FnOnce() + Send + 'static) {
    let (done, is_done) = channel();
    let thread = thread::spawn(move || {
        test();
        done.send(())
            .expect("somebody waits for the end of the test");
    });
    match is_done.recv_timeout(limit) {
        Ok(()) => thread.join().expect("it has sent its end"),
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
            panic!("{what}: it did not end within {limit:?}")
        }
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
            panic!("{what}: it failed, see above")
        }
    }
}

/// A chat server that reports its events to the test.
pub struct Chat {
    pub server: Server,
    events: Mutex<Receiver<Event>>,
}

/// Limits that make a test quick: no pace, a short farewell.
pub fn config() -> Config {
    Config {
        max_lines_per_second: None,
        farewell: Duration::from_millis(200),
        ..Config::new(([127, 0, 0, 1], 0).into())
    }
}

impl Chat {
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, config())
    }

    pub fn start_with(engine: Engine, config: Config) -> Self {
        let (sender, events) = channel();
        let config = config.with_observer(move |event| {
            let _ = sender.send(event.clone()); // the test may have ended
        });
        let server = chat::serve(engine, config).expect("a free port can be had");
        Self {
            server,
            events: Mutex::new(events),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Connects a client and gives it a name.
    pub fn client(&self, name: &str) -> Client {
        let mut client = Client::connect(self.address(), LIMIT).unwrap();
        client.send(&format!("/nick {name}")).unwrap();
        client.wait_for(&format!("* you are now {name}")).unwrap();
        client
    }

    /// Connects without speaking a protocol.
    pub fn raw(&self) -> TcpStream {
        raw(self.address())
    }

    /// Waits for an event that the test is looking for.
    pub fn wait_for_event<T>(&self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let end = Instant::now() + LIMIT;
        let mut seen = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.lock().unwrap().recv_timeout(left) else {
                panic!("waited for {what} and saw only {seen:?}");
            };
            if let Some(found) = wanted(&event) {
                return found;
            }
            seen.push(event);
        }
    }

    pub fn wait_for_departures(&self, count: usize) -> Vec<Reason> {
        (0..count)
            .map(|_| {
                self.wait_for_event("departures", |event| match event {
                    Event::Departed { reason, .. } => Some(reason.clone()),
                    _ => None,
                })
            })
            .collect()
    }
}

/// Connects with limits on every read and write.
pub fn raw(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, LIMIT).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.set_write_timeout(Some(LIMIT)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Reads until the text has come, and returns everything up to then.
pub fn read_until(stream: &mut TcpStream, text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(text.as_bytes()) {
        let received = stream.read(&mut byte).unwrap_or_else(|error| {
            panic!("{error} after {}", String::from_utf8_lossy(&bytes));
        });
        assert_ne!(
            received,
            0,
            "ended after {}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.push(byte[0]);
    }
    bytes
}

/// Reads to the end of the stream.
pub fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Writes bytes; the peer may have closed already.
pub fn write_if_possible(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// Returns an address where nobody listens, and the socket that keeps it from being used by others.
pub fn silent_address() -> (socket2::Socket, SocketAddr) {
    use socket2::{Domain, Socket, Type};
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

/// Whether this machine has IPv6 on its loopback; says so when not.
pub fn has_ipv6() -> bool {
    let has = std::net::TcpListener::bind("[::1]:0").is_ok();
    if !has {
        eprintln!("skipped: this machine has no IPv6 loopback");
    }
    has
}
