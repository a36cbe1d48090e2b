//! What servers do wrong, and how our client has to end each time: the tour shows this table, and the
//! test `tests/faults.rs` holds the client to it.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress};
use http_client::retry::Policy;
use http_client::{Client, Config, Error, Limits, Measured, Method, Private, Redirects};
use practice_site::Site;

/// One bad behaviour.
#[derive(Clone, Copy)]
pub struct Behaviour {
    /// What the server does.
    pub does: &'static str,
    /// Who does it.
    by: By,
    /// How it has to end.
    pub ends: &'static str,
}

#[derive(Clone, Copy)]
enum By {
    /// The practice site, at this path.
    Site(&'static str),
    /// The practice site, asked by HEAD.
    SiteHead(&'static str),
    /// A bare socket, after it has read the request.
    Socket(fn(&mut TcpStream) -> io::Result<()>),
    /// A bare socket that does not wait for the request.
    Hasty(fn(&mut TcpStream) -> io::Result<()>),
    /// A bare socket that keeps a client so busy that others would wait: it meets one of its own.
    ///
    /// The client reads all its connections on one thread, which looks at interim answers as long as
    /// there are any, some megabytes at a time. No option of the library limits their number.
    Flood(fn(&mut TcpStream) -> io::Result<()>),
    /// Nobody.
    Nobody,
}

/// How one of them ended.
pub struct Met {
    /// The ending, in the words of [`Behaviour::ends`].
    pub ended: String,
    /// What a program should do.
    pub advice: &'static str,
    /// How long it took.
    pub took: Duration,
}

const fn site(does: &'static str, path: &'static str, ends: &'static str) -> Behaviour {
    Behaviour {
        does,
        by: By::Site(path),
        ends,
    }
}

const fn socket(
    does: &'static str,
    serve: fn(&mut TcpStream) -> io::Result<()>,
    ends: &'static str,
) -> Behaviour {
    Behaviour {
        does,
        by: By::Socket(serve),
        ends,
    }
}

// ANCHOR: behaviours
/// All of them, by what they are about.
pub const BEHAVIOURS: &[(&str, &[Behaviour])] = &[
    (
        "time",
        &[
            site(
                "waits before it answers",
                "/faults/slow?ms=5000",
                "waited in vain",
            ),
            site(
                "sends the head byte by byte",
                "/faults/drip-head?ms=200",
                "waited in vain",
            ),
            site(
                "never ends the head",
                "/faults/unfinished-head",
                "waited in vain",
            ),
            site(
                "stops in the middle of the body",
                "/faults/stall",
                "waited in vain",
            ),
            socket(
                "sends a byte, then waits longer than we do",
                one_byte,
                "waited in vain",
            ),
            site(
                "sends a byte now and then",
                "/faults/drip?ms=50&bytes=400",
                "too slow",
            ),
            Behaviour {
                does: "sends interim answers for ever",
                by: By::Flood(endless_interim),
                ends: "waited in vain",
            },
        ],
    ),
    (
        "size",
        &[
            site(
                "sends chunks for ever",
                "/faults/endless",
                "too large on the wire",
            ),
            site(
                "sends lines for ever",
                "/faults/endless-lines",
                "too large on the wire",
            ),
            site(
                "sends 50 MB of page",
                "/faults/page/huge?mb=50",
                "too large on the wire",
            ),
            site(
                "promises 8 exbibytes",
                "/faults/huge-length",
                "too large on the wire",
            ),
            site(
                "sends header fields for ever",
                "/faults/endless-head",
                "broken",
            ),
            site("sends a field of 1 MiB", "/faults/huge-field", "broken"),
            socket("sends 1,000 header fields", thousand_fields, "broken"),
            socket(
                "puts endless words behind a chunk's size",
                endless_extension,
                "broken",
            ),
            socket(
                "sends fields for ever after the body",
                endless_trailer,
                "broken",
            ),
        ],
    ),
    (
        "packing",
        &[
            site(
                "gzip: 1 MiB that becomes 1 GiB",
                "/faults/bomb/gzip",
                "too large unpacked",
            ),
            site(
                "deflate: the same",
                "/faults/bomb/deflate",
                "too large unpacked",
            ),
            socket(
                "deflate without its frame: 64 MiB",
                bare_bomb,
                "too large unpacked",
            ),
            socket(
                "brotli, which we did not ask for",
                brotli,
                "unknown packing",
            ),
            socket("gzip inside gzip", two_codings, "unknown packing"),
            site(
                "a packing that nobody knows",
                "/faults/coding/unknown",
                "unknown packing",
            ),
            site("says gzip and sends text", "/faults/coding/lie", "broken"),
            site("spoils the gzip", "/faults/coding/corrupt", "broken"),
            site(
                "cuts the gzip, with a length that fits",
                "/faults/coding/truncated",
                "broken",
            ),
        ],
    ),
    (
        "lengths and chunks",
        &[
            site(
                "promises 10,000 bytes, sends 5,000",
                "/faults/truncated",
                "broken",
            ),
            site(
                "promises 100 bytes, sends 500",
                "/faults/too-short",
                "200, 100 bytes",
            ),
            site(
                "tells no length and closes",
                "/faults/no-length",
                "200, 36 bytes",
            ),
            site(
                "sends two lengths that differ",
                "/faults/two-lengths",
                "broken",
            ),
            site("sends a length in words", "/faults/bad-length", "broken"),
            socket("sends a negative length", negative_length, "broken"),
            site(
                "sends a length and chunks",
                "/faults/length-and-chunked",
                "200, 5 bytes",
            ),
            site(
                "sends a chunk whose size is no number",
                "/faults/bad-chunk",
                "broken",
            ),
            site(
                "closes in the middle of a chunk",
                "/faults/truncated-chunk",
                "broken",
            ),
            site(
                "leaves out the last chunk",
                "/faults/no-last-chunk",
                "broken",
            ),
            site(
                "announces a chunk of 16 exbibytes",
                "/faults/huge-chunk",
                "broken",
            ),
        ],
    ),
    (
        "heads",
        &[
            site(
                "ends its lines with LF alone",
                "/faults/bare-lf",
                "200, 3 bytes",
            ),
            site(
                "begins with no status line",
                "/faults/bad-status-line",
                "broken",
            ),
            site("sends a status in letters", "/faults/bad-status", "broken"),
            socket("sends a status of five digits", long_status, "broken"),
            site(
                "sends a field without a colon",
                "/faults/bad-field",
                "broken",
            ),
            socket("puts a zero byte into a field", nul_in_field, "broken"),
            site("answers in HTTP/0.9", "/faults/http09", "broken"),
            site("answers in HTTP/2", "/faults/http2", "broken"),
            site(
                "sends 1,000 interim answers first",
                "/faults/informational?n=1000",
                "200, 3 bytes",
            ),
            site(
                "sends a body with 204",
                "/faults/no-content-with-body",
                "204, 0 bytes",
            ),
            Behaviour {
                does: "sends a body to a HEAD",
                by: By::SiteHead("/faults/head-with-body"),
                ends: "200, 0 bytes",
            },
            Behaviour {
                does: "speaks first, in another protocol",
                by: By::Hasty(speaks_first),
                ends: "broken",
            },
        ],
    ),
    (
        "connections",
        &[
            Behaviour {
                does: "is not there",
                by: By::Nobody,
                ends: "no connection",
            },
            Behaviour {
                does: "closes after accept",
                by: By::Hasty(closes),
                ends: "broken",
            },
            site("reads the request and closes", "/faults/close", "broken"),
            site(
                "closes in the middle of the head",
                "/faults/close-in-head",
                "broken",
            ),
            site("resets the connection", "/faults/reset", "broken"),
            site(
                "resets it in the middle of the body",
                "/faults/reset-in-body",
                "broken",
            ),
        ],
    ),
    (
        "redirects and statuses",
        &[
            site("redirects to itself", "/faults/loop", "redirect loop"),
            site(
                "redirects in a circle of three",
                "/faults/loops/1",
                "redirect loop",
            ),
            site(
                "redirects twenty times",
                "/faults/redirects/20",
                "too many redirects",
            ),
            site(
                "redirects to ../status/200",
                "/faults/location/relative",
                "200, 24 bytes",
            ),
            site(
                "redirects without saying where",
                "/faults/location/missing",
                "302, 23 bytes",
            ),
            site(
                "redirects to http://[broken/",
                "/faults/location/invalid",
                "bad redirect",
            ),
            site(
                "redirects to a file of ours",
                "/faults/location/scheme",
                "bad redirect",
            ),
            site(
                "redirects into our network",
                "/faults/location/private",
                "private address",
            ),
            site("has no such page", "/faults/status/404", "status 404"),
            site("is overloaded", "/faults/status/503", "status 503"),
        ],
    ),
];
// ANCHOR_END: behaviours

/// Makes the client that meets them. It may ask this machine and no other private address, and it
/// does not try again, so that each ending is that of one exchange.
pub fn client(limits: Limits) -> Result<Client, Error> {
    Client::new(Config {
        limits,
        retry: Policy::NEVER,
        redirects: Redirects::Follow(5),
        private: Private::Only(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
        ..Config::default()
    })
}

/// The limits under which they are met: small, so that nobody waits long.
pub fn limits(silence: Duration, whole: Duration) -> Limits {
    Limits {
        connect: silence,
        silence,
        whole,
        wire_bytes: 2 * 1024 * 1024,
        body_bytes: 4 * 1024 * 1024,
    }
}

/// Meets all of them, several at a time, and returns how each ended, in the order of the table.
pub fn meet_all(client: &Client, site: &Site) -> io::Result<Vec<Met>> {
    let behaviours: Vec<&Behaviour> = BEHAVIOURS.iter().flat_map(|(_, list)| *list).collect();
    let next = Mutex::new(behaviours.iter().enumerate());
    let met = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    // Not in the condition of a `while`, where the lock would be held while we work.
                    let job = next.lock().map(|mut next| next.next());
                    let Ok(Some((place, behaviour))) = job else {
                        return;
                    };
                    let one = meet(client, site, behaviour);
                    if let Ok(mut met) = met.lock() {
                        met.push((place, one));
                    }
                }
            });
        }
    });
    let mut met = met.into_inner().unwrap_or_default();
    met.sort_by_key(|(place, _)| *place);
    met.into_iter().map(|(_, met)| met).collect()
}

/// Meets one.
fn meet(client: &Client, site: &Site, behaviour: &Behaviour) -> io::Result<Met> {
    let method = match behaviour.by {
        By::SiteHead(_) => Method::HEAD,
        _ => Method::GET,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let here = listener.local_addr()?;
    thread::scope(|scope| {
        let url = match behaviour.by {
            By::Site(path) | By::SiteHead(path) => site.url(path),
            _ => format!("http://{here}/"),
        };
        match behaviour.by {
            By::Socket(serve) | By::Flood(serve) => {
                scope.spawn(move || answer_one(&listener, true, serve));
            }
            By::Hasty(serve) => {
                scope.spawn(move || answer_one(&listener, false, serve));
            }
            // A port that was ours a moment ago, and where nobody listens now.
            By::Nobody | By::Site(_) | By::SiteHead(_) => drop(listener),
        }
        let own = match behaviour.by {
            By::Flood(_) => Some(client.alone().map_err(io::Error::other)?),
            _ => None,
        };
        let started = Instant::now();
        let answer = ask(own.as_ref().unwrap_or(client), method, &url);
        let took = started.elapsed();
        // Should the client never have come, this one ends the server's wait.
        let _ = TcpStream::connect(here);
        Ok(Met {
            ended: ending(&answer),
            advice: match &answer {
                Ok(_) => "use it",
                Err(error) => match error.advice() {
                    http_client::Advice::Retry => "try again later",
                    http_client::Advice::GiveUp => "give up",
                    http_client::Advice::TellUser => "tell a person",
                },
            },
            took,
        })
    })
}

/// Asks, and reads the whole body; returns status and length.
fn ask(client: &Client, method: Method, url: &str) -> Result<(u16, u64), Error> {
    let mut response = client.request(method, url).send()?;
    let status = response.status().as_u16();
    if status >= 400 {
        return Err(Error::Status {
            status,
            retry_after: response.retry_after(),
        });
    }
    let length = response.copy_to(&mut io::sink())?;
    Ok((status, length))
}

/// Says in a few words how it ended.
fn ending(answer: &Result<(u16, u64), Error>) -> String {
    let words = match answer {
        Ok((status, length)) => return format!("{status}, {length} bytes"),
        Err(Error::Status { status, .. }) => return format!("status {status}"),
        Err(error) => match error {
            Error::Silent { .. } => "waited in vain",
            Error::TooSlow { .. } => "too slow",
            Error::TooLarge {
                measured: Measured::OnTheWire,
                ..
            } => "too large on the wire",
            Error::TooLarge {
                measured: Measured::Unpacked,
                ..
            } => "too large unpacked",
            Error::Encoding(_) => "unknown packing",
            Error::Broken(_) => "broken",
            Error::Connect { .. } => "no connection",
            Error::RedirectLoop(_) => "redirect loop",
            Error::TooManyRedirects(_) => "too many redirects",
            Error::BadRedirect(_) => "bad redirect",
            Error::PrivateAddress { .. } => "private address",
            other => return other.to_string(),
        },
    };
    words.to_owned()
}

/// Answers one client. What goes wrong here is what is being shown.
fn answer_one(listener: &TcpListener, reads: bool, serve: fn(&mut TcpStream) -> io::Result<()>) {
    let Ok((mut stream, _)) = listener.accept() else {
        return;
    };
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    if !reads || read_head(&mut stream).is_ok() {
        let _ = serve(&mut stream);
    }
}

/// No server of ours waits longer for a client.
const PATIENCE: Duration = Duration::from_secs(30);

fn read_head(stream: &mut TcpStream) -> io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(())
}

/// Waits until the client has gone.
fn until_gone(stream: &mut TcpStream) -> io::Result<()> {
    while stream.read(&mut [0; 512])? > 0 {}
    Ok(())
}

fn one_byte(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\nx")?;
    until_gone(stream)
}

fn endless_interim(stream: &mut TcpStream) -> io::Result<()> {
    let many = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n".repeat(100);
    // For ever, as far as a client is concerned that waits a second.
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(4) {
        stream.write_all(&many)?;
    }
    Ok(())
}

fn thousand_fields(stream: &mut TcpStream) -> io::Result<()> {
    let fields: String = (0..1_000).map(|n| format!("X-{n}: y\r\n")).collect();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{fields}\r\n");
    stream.write_all(head.as_bytes())?;
    until_gone(stream)
}

fn endless_extension(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;")?;
    loop {
        stream.write_all(&[b'x'; 4096])?;
    }
}

fn endless_trailer(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")?;
    loop {
        stream.write_all(&b"X-Trailer: and one more\r\n".repeat(100))?;
    }
}

fn packed(stream: &mut TcpStream, coding: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    // And closes: a body that is refused unread may leave the connection fit for another request.
    stream.write_all(body)
}

fn bare_bomb(stream: &mut TcpStream) -> io::Result<()> {
    // After a full flush the compressor remembers nothing, so the block can be repeated.
    let mut compress = Compress::new(Compression::fast(), false);
    let mut block = Vec::with_capacity(64 * 1024);
    compress.compress_vec(&[0; 256 * 1024], &mut block, FlushCompress::Full)?;
    let end = [0x03, 0x00]; // an empty last block
    packed(
        stream,
        "deflate",
        &[block.repeat(256), end.to_vec()].concat(),
    )
}

fn brotli(stream: &mut TcpStream) -> io::Result<()> {
    packed(stream, "br", b"what it is does not matter")
}

fn two_codings(stream: &mut TcpStream) -> io::Result<()> {
    packed(stream, "gzip, gzip", b"what it is does not matter")
}

fn negative_length(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")?;
    until_gone(stream)
}

fn long_status(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 20000 OK\r\nContent-Length: 0\r\n\r\n")?;
    until_gone(stream)
}

fn nul_in_field(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n")?;
    until_gone(stream)
}

fn speaks_first(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n")?;
    until_gone(stream)
}

fn closes(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Both)
}
