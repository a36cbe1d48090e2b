//! A server that follows a script, a clock that does not wait, and names that lead where a test wants.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use http_client::resolve::LookUp;
use http_client::retry::{Clock, Policy};
use http_client::{Client, Config, Limits, Observer, Private};
use practice_site::Site;

/// No server of a test waits longer for a client that does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that may ask this machine and does not try again.
pub fn config() -> Config {
    Config {
        private: Private::Allow,
        retry: Policy::NEVER,
        ..Config::default()
    }
}

pub fn client() -> Client {
    Client::new(config()).expect("a client")
}

pub fn site() -> Site {
    Site::start(practice_site::Config::default()).expect("a site")
}

/// Limits that a test waits for.
pub fn short() -> Limits {
    Limits {
        silence: Duration::from_millis(200),
        whole: Duration::from_millis(600),
        ..Limits::default()
    }
}

/// Answers one request after another by a script, each on a connection of its own.
pub struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Starts it. `{here}` in an answer becomes its address.
    pub fn says<A: Into<Vec<u8>>>(answers: impl IntoIterator<Item = A>) -> Self {
        let mut answers: VecDeque<Vec<u8>> = answers.into_iter().map(Into::into).collect();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut requests = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.expect("a client");
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
                requests.push(read_request(&mut stream).expect("a whole request"));
                let answer = answers.pop_front().unwrap_or_default();
                // The client may have heard enough before the end.
                let _ = stream.write_all(&put_in(&answer, &address.to_string()));
            }
            requests
        });
        Self {
            address,
            stop,
            thread,
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops it, and returns what it was asked.
    pub fn requests(self) -> Vec<String> {
        self.stop.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).expect("it listens");
        self.thread.join().expect("it did what it should")
    }
}

fn put_in(answer: &[u8], address: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"{here}";
    match answer
        .windows(PLACE.len())
        .position(|window| window == PLACE)
    {
        Some(at) => [
            &answer[..at],
            address.as_bytes(),
            &answer[at + PLACE.len()..],
        ]
        .concat(),
        None => answer.to_vec(),
    }
}

/// Reads a request to its end, by its `Content-Length`.
pub fn read_request(stream: &mut impl Read) -> io::Result<String> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    request.extend(body);
    Ok(String::from_utf8_lossy(&request).into_owned())
}

/// An answer with a length.
pub fn answer(head: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// A clock whose time passes when somebody sleeps.
#[derive(Debug, Default)]
pub struct FakeClock {
    pub slept: Mutex<Vec<Duration>>,
}

/// Sunday, 6 November 1994, 08:49:37.
pub fn then() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
}

impl FakeClock {
    pub fn sleeps(&self) -> Vec<Duration> {
        self.slept.lock().expect("nobody panics with it").clone()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        then() + self.sleeps().iter().sum::<Duration>()
    }

    fn sleep(&self, pause: Duration) {
        self.slept
            .lock()
            .expect("nobody panics with it")
            .push(pause);
    }
}

/// Names that lead where a test wants; each look-up takes the next answer, the last one for ever.
pub struct Names(Mutex<VecDeque<Vec<IpAddr>>>);

impl Names {
    pub fn lead_to<const N: usize>(answers: [&[IpAddr]; N]) -> Arc<Self> {
        Arc::new(Self(Mutex::new(
            answers.iter().map(|a| a.to_vec()).collect(),
        )))
    }
}

impl LookUp for Names {
    fn look_up(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().expect("nobody panics with it");
        if answers.len() > 1 {
            return Ok(answers.pop_front().unwrap_or_default());
        }
        Ok(answers.front().cloned().unwrap_or_default())
    }
}

/// Collects what happens, a line for each event.
pub fn listening() -> (Observer, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&heard);
    let observer = Observer::new(move |event| {
        let line = format!("{} {} {:?}", event.request, event.url.path(), event.what);
        lines.lock().expect("nobody panics with it").push(line);
    });
    (observer, heard)
}
