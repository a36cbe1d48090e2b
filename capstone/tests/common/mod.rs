//! What the tests of the whole crawl share: a small site of their own, and ways to look at what a crawl did.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use capstone::crawl::{CrawlError, Summary, crawl};
use capstone::events::{CrawlEvent, Observer, Progress};
use capstone::fetch::{Fetcher, Web};
use capstone::settings::{Settings, UserAgent, seed};
use capstone::store::{Exported, Store, StoreError};
use database::Address;

/// A failing test ends within this.
pub const LIMIT: Duration = Duration::from_secs(120);

// ---------------------------------------------------------------------------------------------
// A small site
// ---------------------------------------------------------------------------------------------

/// What a site answers.
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            head: "Content-Type: text/html; charset=utf-8\r\n".into(),
            body: body.into(),
        }
    }

    pub fn text(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            head: "Content-Type: text/plain\r\n".into(),
            body: body.into(),
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            head: String::new(),
            body: Vec::new(),
        }
    }

    pub fn redirect(to: &str) -> Self {
        Self {
            status: 301,
            head: format!("Location: {to}\r\n"),
            body: Vec::new(),
        }
    }
}

/// One request, in the order of arrival over all hosts of the site.
#[derive(Clone, Debug)]
pub struct Request {
    pub host: SocketAddr,
    pub path: String,
    pub arrived: Instant,
    pub finished: Option<Instant>,
    /// Requests to the same host that were being answered, this one included.
    pub in_flight: usize,
}

type Handler = dyn Fn(SocketAddr, &str) -> Response + Send + Sync;

/// A site on one or more addresses of this machine, answered by a function. It ends when dropped.
pub struct Site {
    pub addresses: Vec<SocketAddr>,
    journal: Arc<Mutex<Vec<Request>>>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    acceptors: Vec<JoinHandle<()>>,
    closing: Arc<std::sync::atomic::AtomicBool>,
}

impl Site {
    pub fn start(answer: impl Fn(&str) -> Response + Send + Sync + 'static) -> Self {
        Self::on(&["127.0.0.1"], move |_, path| answer(path))
    }

    pub fn on(
        hosts: &[&str],
        answer: impl Fn(SocketAddr, &str) -> Response + Send + Sync + 'static,
    ) -> Self {
        let mut site = Self {
            addresses: Vec::new(),
            journal: Arc::default(),
            connections: Arc::default(),
            acceptors: Vec::new(),
            closing: Arc::default(),
        };
        let answer: Arc<Handler> = Arc::new(answer);
        for host in hosts {
            let listener = TcpListener::bind((*host, 0)).expect("a free port");
            let address = listener.local_addr().expect("bound");
            site.addresses.push(address);
            let (journal, connections) = (Arc::clone(&site.journal), Arc::clone(&site.connections));
            let (answer, closing) = (Arc::clone(&answer), Arc::clone(&site.closing));
            site.acceptors.push(thread::spawn(move || {
                let mut serving = Vec::new();
                for stream in listener.incoming() {
                    if closing.load(std::sync::atomic::Ordering::SeqCst) {
                        break;
                    }
                    let Ok(stream) = stream else { continue };
                    connections
                        .lock()
                        .expect("not poisoned")
                        .push(stream.try_clone().expect("a second handle"));
                    let (journal, answer) = (Arc::clone(&journal), Arc::clone(&answer));
                    serving.push(thread::spawn(move || {
                        serve(stream, address, &journal, &*answer)
                    }));
                }
                for thread in serving {
                    let _ = thread.join();
                }
            }));
        }
        site
    }

    pub fn url(&self, path: &str) -> String {
        self.url_of(0, path)
    }

    pub fn url_of(&self, host: usize, path: &str) -> String {
        format!("http://{}{path}", self.addresses[host])
    }

    pub fn journal(&self) -> Vec<Request> {
        self.journal.lock().expect("not poisoned").clone()
    }

    /// Waits until the journal holds so many requests.
    pub fn wait_for(&self, count: usize) {
        wait_until("the site was asked", || self.journal().len() >= count);
    }

    /// How often each path was asked for.
    pub fn times_asked(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for request in self.journal() {
            *times.entry(request.path).or_default() += 1;
        }
        times
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.closing
            .store(true, std::sync::atomic::Ordering::SeqCst);
        for address in &self.addresses {
            let _ = TcpStream::connect(address);
        }
        for connection in self.connections.lock().expect("not poisoned").iter() {
            let _ = connection.shutdown(Shutdown::Both);
        }
        for acceptor in self.acceptors.drain(..) {
            let _ = acceptor.join();
        }
    }
}

fn serve(stream: TcpStream, host: SocketAddr, journal: &Mutex<Vec<Request>>, answer: &Handler) {
    let _ = stream.set_nodelay(true);
    let mut writer = stream.try_clone().expect("a second handle");
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 2 {
            line.clear();
        }
        let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
        let number = {
            let mut journal = journal.lock().expect("not poisoned");
            let in_flight = 1 + journal
                .iter()
                .filter(|other| other.host == host && other.finished.is_none())
                .count();
            journal.push(Request {
                host,
                path: path.clone(),
                arrived: Instant::now(),
                finished: None,
                in_flight,
            });
            journal.len() - 1
        };
        let response = answer(host, &path);
        // Finished when the answer is ready: after the last byte the client may already ask again.
        journal.lock().expect("not poisoned")[number].finished = Some(Instant::now());
        let mut bytes = format!(
            "HTTP/1.1 {} X\r\n{}Content-Length: {}\r\n\r\n",
            response.status,
            response.head,
            response.body.len()
        )
        .into_bytes();
        bytes.extend(response.body);
        if writer.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// A site of `pages` pages, a few links on each, all reachable from `/`; some are missing, redirect or are no pages.
pub fn little_web(pages: usize, latency: Duration) -> Site {
    Site::start(move |path| {
        if path == "/robots.txt" {
            return Response::text("User-agent: *\nDisallow: /closed/\n");
        }
        thread::sleep(latency);
        let number: usize = path.trim_start_matches("/page/").parse().unwrap_or(0);
        match number % 17 {
            5 => return Response::status(404),
            7 => return Response::redirect(&format!("/page/{}", (number + 1) % pages)),
            11 => {
                return Response {
                    head: "Content-Type: image/png\r\n".into(),
                    ..Response::text("png")
                };
            }
            _ => {}
        }
        let links: String = [2 * number + 1, 2 * number + 2, 3 * number + 5, (number + 1)]
            .iter()
            .map(|to| format!("<a href='/page/{}'>x</a>", to % pages))
            .collect();
        Response::html(format!(
            "<title>Page {number}</title><h1>Page {number}</h1><time datetime=2024-03-05></time>{links}<a href='/closed/{number}'>closed</a>"
        ))
    })
}

// ---------------------------------------------------------------------------------------------
// Crawls
// ---------------------------------------------------------------------------------------------

/// Settings for a crawl of this machine, as fast as it goes.
pub fn settings(seeds: &[&str], database: impl Into<Address>) -> Settings {
    let seeds = seeds
        .iter()
        .map(|text| seed(text).expect("a seed"))
        .collect();
    let mut settings = Settings::new(seeds, database, UserAgent::anonymous());
    settings.allow_local = true;
    settings.threads = 4;
    settings.politeness.delay = Duration::ZERO;
    settings.politeness.connections = 4;
    settings.limits.first_backoff = Duration::from_millis(1);
    settings
}

/// Crawls to the end.
pub fn run(settings: &Settings) -> Summary {
    run_with(settings, &Fetcher::new(settings).expect("a client")).expect("the crawl ends well")
}

pub fn run_with(settings: &Settings, web: &dyn Web) -> Result<Summary, CrawlError> {
    let store = Store::create(&settings.database).expect("a database");
    crawl(
        settings,
        store,
        web,
        &mut [],
        &coordination::Shutdown::new(),
        None,
    )
}

/// Everything that a database says, in an order of its own: for comparing two crawls.
pub fn rows(database: impl Into<Address>) -> Vec<Exported> {
    let mut rows = Vec::new();
    let store = Store::open(database).expect("a database");
    store
        .export(|row| -> Result<(), StoreError> {
            rows.push(row.clone());
            Ok(())
        })
        .expect("readable");
    rows.sort_by(|one, other| one.url.cmp(&other.url));
    rows
}

/// Keeps every event as text.
#[derive(Clone, Default)]
pub struct Notes(pub Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn event(&mut self, event: &CrawlEvent<'_>, _progress: &Progress) {
        self.0
            .lock()
            .expect("not poisoned")
            .push(format!("{event:?}"));
    }
}

/// Waits until something is so; fails after [`LIMIT`].
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LIMIT, "waited too long until {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A small generator, so that a failing round can be run again from its seed.
pub struct Random(pub u64);

impl Random {
    /// Takes the seed from `CAPSTONE_SEED`, or from the clock, and says which.
    pub fn announced() -> Self {
        let seed = std::env::var("CAPSTONE_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| {
                let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                now.map_or(1, |since| since.as_nanos() as u64) | 1
            });
        println!("CAPSTONE_SEED={seed} repeats this run");
        Self(seed)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        // xorshift64: any generator will do here, as long as it is the same everywhere.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
