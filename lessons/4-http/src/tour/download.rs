//! Part 9: a download that is cut off twice, and resumed.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use http_client::download::{download, limits};
use http_client::retry::Policy;
use http_client::{Client, Config};
use tour::{Stage, count};

use super::{config, site};

const BYTES: u64 = 1_000_000;

/// After so many bytes of the answer the connection breaks, on the first two.
const CUTS: [u64; 2] = [400_000, 300_000];

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let line = BadLine::to(site.address())?;
    let client = Client::new(Config {
        retry: Policy {
            base: Duration::from_millis(20),
            ..Policy::default()
        },
        ..config()
    })?;
    let path = std::env::temp_dir().join(format!("spindle-download-{}", std::process::id()));
    let url = format!("http://{}/bytes/{BYTES}?seed=4", line.address);
    let mut next = 0;
    // ANCHOR: use
    let done = download(&client, &url, &path, &limits(), 10 * BYTES, |progress| {
        let percent = 100 * progress.have / progress.total.unwrap_or(u64::MAX);
        // A line for each fifth, and not one for each piece.
        if percent >= next {
            stage.line(bar(percent));
            next = percent / 20 * 20 + 20;
        }
    });
    // ANCHOR_END: use
    let file = std::fs::read(&path);
    let _ = std::fs::remove_file(&path);
    let (done, file) = (done?, file?);
    line.stop();

    stage.line(format!(
        "{} bytes came on {} connections; it went on {} times where it had broken off",
        count(done.bytes),
        done.resumed_at.len() + 1,
        done.resumed_at.len()
    ));
    let right = file == practice_site::bytes(4, 0, BYTES as usize);
    stage.line(format!(
        "compared byte by byte with what the server has: {}",
        if right { "the same" } else { "different" }
    ));
    stage.means("Range asks for the rest, and If-Range for the whole if the version is another: so no file is made of two versions");
    Ok(())
}

/// A bar in steps of a fifth, so that it does not depend on how large the pieces are.
fn bar(percent: u64) -> String {
    let percent = percent / 20 * 20;
    let done = (percent / 5) as usize;
    format!(
        "[{}{}] {percent:>3} %",
        "=".repeat(done),
        " ".repeat(20 - done)
    )
}

/// A line to the site that breaks: it passes on so many bytes and closes.
struct BadLine {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl BadLine {
    fn to(site: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut cuts = CUTS.into_iter();
            for client in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                if let Ok(client) = client {
                    // What breaks here is what is being shown.
                    let _ = pass_on(client, site, cuts.next().unwrap_or(u64::MAX));
                }
            }
        });
        Ok(Self {
            address,
            stop,
            thread,
        })
    }

    fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        if TcpStream::connect(self.address).is_ok() {
            let _ = self.thread.join();
        }
    }
}

/// Passes one request on, and so many bytes of its answer.
fn pass_on(mut client: TcpStream, site: SocketAddr, cut: u64) -> io::Result<()> {
    const PATIENCE: Option<Duration> = Some(Duration::from_secs(5));
    client.set_read_timeout(PATIENCE)?;
    let mut server = TcpStream::connect(site)?;
    server.set_read_timeout(PATIENCE)?;
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    // The site ends the connection after the answer, so that its end is seen here.
    let request = String::from_utf8_lossy(&request);
    let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    server.write_all(request.as_bytes())?;
    io::copy(&mut server.take(cut), &mut client)?;
    client.shutdown(Shutdown::Both)
}
