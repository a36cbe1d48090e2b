//! A web server for the built book: one folder, read once, served from memory on loopback.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::common::pages::files_below;

/// What was asked for, and the status of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The path as sent: `/house.html`.
    pub path: String,
    /// 200 or 404.
    pub status: u16,
}

/// A server of files. It stops, and its threads are joined, when the value is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    files: BTreeMap<String, Vec<u8>>,
    journal: Mutex<Vec<Request>>,
    stopping: AtomicBool,
}

impl Server {
    /// Serves the files below `folder` on a free port of 127.0.0.1.
    pub fn start(folder: &Path) -> Self {
        let files = files_below(folder).into_iter().map(|path| {
            let below = path.strip_prefix(folder).expect("it lies below");
            let body = fs::read(&path).expect("a file that was just listed can be read");
            (format!("/{}", below.display()), body)
        });
        let shared = Arc::new(Shared {
            files: files.collect(),
            journal: Mutex::default(),
            stopping: AtomicBool::new(false),
        });
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// Returns the address of a file: `http://127.0.0.1:40113/house.html`.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Returns what was asked for until now, in order.
    pub fn journal(&self) -> Vec<Request> {
        let journal = self.shared.journal.lock();
        journal.expect("nothing panics while it writes").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // `accept` waits for a connection. This is one.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Shared) {
    // The scope joins every thread before this function returns.
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.stopping.load(Ordering::SeqCst) {
                break;
            }
            if let Ok(stream) = stream {
                // A browser that goes away in the middle is no failure of the server's.
                scope.spawn(move || drop(answer(&stream, shared)));
            }
        }
    });
}

/// Reads one request, writes one answer, and closes. A browser also opens connections that it never
/// uses: the limit ends those.
fn answer(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let Some(request_line) = lines.next().transpose()? else {
        return Ok(());
    };
    for header in lines {
        if header?.is_empty() {
            break;
        }
    }

    let target = request_line.split(' ').nth(1).unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let found = shared.files.get(path);
    let status = if found.is_some() { 200 } else { 404 };
    let journal = shared.journal.lock();
    journal
        .expect("nothing panics while it writes")
        .push(Request {
            path: path.to_owned(),
            status,
        });

    let body = found.map_or(&[][..], Vec::as_slice);
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} -\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content_type(path),
        body.len()
    )?;
    stream.write_all(body)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}
