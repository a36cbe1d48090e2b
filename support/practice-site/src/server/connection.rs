//! One connection, from the first request to the last byte.

use super::Shared;
use super::incoming::Incoming;
use super::request::{Refusal, Request};
use super::response::{After, Answer, Body, Raw, Response, reason};
use super::stop::Stop;
use crate::date::Moment;
use crate::journal::{Entry, Ticket};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a client may leave the site's bytes unread.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// Up to this many bytes go out in one piece with the head; a socket's buffer takes them without waiting.
const ONE_PIECE: usize = 32 * 1024;
/// How many bytes are kept back until the journal says that the request is over.
const KEPT_BACK: usize = 512;

/// The writing half of a connection, while one request is answered.
#[derive(Debug)]
pub(crate) struct Wire<'a> {
    stream: &'a TcpStream,
    stop: &'a Stop,
    ticket: Ticket<'a>,
    struck: Option<&'static str>,
}

impl Wire<'_> {
    /// Sends all of the bytes.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.stop.is_announced() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.stream.write_all(bytes)
    }

    /// Waits so long, unless the site stops first.
    pub(crate) fn wait(&self, time: Duration) -> io::Result<()> {
        self.stop.sleep(time)
    }

    /// Tells the journal that the request is over, before the last bytes go out.
    pub(crate) fn finish(&mut self, status: Option<u16>) {
        self.ticket.finish(status, self.struck);
    }

    /// Waits until the client goes or says more, at most so long.
    pub(crate) fn wait_for_client(&mut self, limit: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(Some(limit))?;
        self.stream.peek(&mut [0]).map(|_| ())
    }
}

/// Answers the requests of one connection until it ends.
pub(crate) fn serve(shared: &Shared, stream: &TcpStream, number: u64) {
    let after = match converse(shared, stream, number) {
        Ok(after) => after,
        // The client went away, or does not read: nobody is left to be told.
        Err(_) => After::Reset,
    };
    match after {
        After::Reset => {
            // With a linger time of zero, closing sends RST instead of FIN.
            let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
        }
        After::Close | After::KeepAlive => close_gently(stream),
    }
}

/// Says goodbye, then reads for a moment what the client still sends.
///
/// Closing a socket with unread bytes sends RST, and that can destroy an answer on its way to the client.
fn close_gently(stream: &TcpStream) {
    let deadline = Instant::now() + Duration::from_secs(1);
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let (mut stream, mut piece, mut unread) = (stream, [0; 8 * 1024], 0);
    while unread < 256 * 1024 {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            return;
        }
        match stream.read(&mut piece) {
            Ok(length @ 1..) => unread += length,
            _ => return,
        }
    }
}

fn converse(shared: &Shared, stream: &TcpStream, number: u64) -> io::Result<After> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_LIMIT))?;
    let mut incoming = Incoming::new(stream, shared.limits.idle_timeout);
    while !shared.stop.is_announced() {
        let mut request = match incoming.read_head() {
            Ok(request) => request,
            Err(Refusal::Gone) => return Ok(After::Close),
            Err(Refusal::Bad(status, why)) => {
                let ticket = shared.journal.arrive(entry(None, number));
                let mut wire = Wire {
                    stream,
                    stop: &shared.stop,
                    ticket,
                    struck: None,
                };
                return send(
                    &mut wire,
                    &Request::default(),
                    Response::text(status, why),
                    false,
                );
            }
        };
        let ticket = if shared.handler.is_recorded(&request) {
            shared.journal.arrive(entry(Some(&request), number))
        } else {
            Ticket::unrecorded()
        };
        let mut wire = Wire {
            stream,
            stop: &shared.stop,
            ticket,
            struck: None,
        };
        match incoming.read_body(&mut request) {
            Ok(()) => {}
            Err(Refusal::Gone) => return Ok(After::Close),
            Err(Refusal::Bad(status, why)) => {
                return send(&mut wire, &request, Response::text(status, why), false);
            }
        }
        let after = match answer(shared, &request) {
            Answer::Response(response) => {
                let keep_alive = request.keep_alive;
                wire.struck = response.struck;
                send(&mut wire, &request, response, keep_alive)?
            }
            Answer::Raw(Raw {
                status,
                struck,
                write,
            }) => {
                wire.struck = struck;
                let after = write(&mut wire);
                // Also when writing failed: many faults end with a client that had enough.
                wire.finish(status);
                match after? {
                    After::KeepAlive if !request.keep_alive => After::Close,
                    after => after,
                }
            }
        };
        if after != After::KeepAlive {
            return Ok(after);
        }
    }
    Ok(After::Close)
}

/// Asks the handler; should it panic, the client gets a 500 and the site lives on.
fn answer(shared: &Shared, request: &Request) -> Answer {
    catch_unwind(AssertUnwindSafe(|| shared.handler.answer(request))).unwrap_or_else(|_| {
        Response::text(
            500,
            "The practice site has a fault of its own here. Please report it.\n",
        )
        .into()
    })
}

fn entry(request: Option<&Request>, connection: u64) -> Entry {
    let header = |name| {
        request
            .and_then(|request| request.header(name))
            .map(str::to_string)
    };
    Entry {
        at: Duration::ZERO,
        method: request.map_or("?", |request| &request.method).to_string(),
        path: request.map_or("?", |request| &request.target).to_string(),
        host: header("host"),
        user_agent: header("user-agent"),
        connection,
        in_flight: 0,
        status: None,
        finished: None,
        fault: None,
    }
}

/// Sends a well-formed response.
fn send(
    wire: &mut Wire<'_>,
    request: &Request,
    mut response: Response,
    keep_alive: bool,
) -> io::Result<After> {
    if !response.delay.is_zero() {
        wire.wait(response.delay)?;
    }
    // HTTP/1.0 knows no chunks.
    response.chunked &= request.is_http_1_1;
    let status = response.status;
    let head = head(request, &response, keep_alive);
    let has_body = request.method != "HEAD" && !matches!(status, 100..=199 | 204 | 304);
    let at_once = response.rate.is_none() && !response.chunked;
    match response.body.bytes() {
        _ if !has_body => {
            wire.finish(Some(status));
            wire.send(&head)?;
        }
        Some(bytes) if at_once => send_bytes(wire, head, bytes, status)?,
        _ => {
            wire.send(&head)?;
            send_pieces(wire, response)?;
        }
    }
    Ok(if keep_alive {
        After::KeepAlive
    } else {
        After::Close
    })
}

fn send_bytes(wire: &mut Wire<'_>, mut head: Vec<u8>, body: &[u8], status: u16) -> io::Result<()> {
    if head.len() + body.len() <= ONE_PIECE {
        head.extend_from_slice(body);
        wire.finish(Some(status));
        return wire.send(&head);
    }
    let (most, last) = body.split_at(body.len() - KEPT_BACK.min(body.len()));
    wire.send(&head)?;
    wire.send(most)?;
    wire.finish(Some(status));
    wire.send(last)
}

/// Sends a body piece by piece, always one piece behind so that the journal hears first of the end.
fn send_pieces(wire: &mut Wire<'_>, response: Response) -> io::Result<()> {
    let Response {
        rate,
        chunked,
        status,
        body,
        ..
    } = response;
    let started = Instant::now();
    let (mut sent, mut kept) = (0_u64, Vec::new());
    let mut sink = |bytes: &[u8]| {
        // Small pieces make a slow body arrive evenly.
        let size = rate.map_or(bytes.len(), |rate| (rate / 20) as usize).max(1);
        for piece in bytes.chunks(size) {
            wire.send(&kept)?;
            kept.clear();
            if chunked {
                write!(kept, "{:x}\r\n", piece.len())?;
            }
            kept.extend_from_slice(piece);
            if chunked {
                kept.extend_from_slice(b"\r\n");
            }
            sent += piece.len() as u64;
            if let Some(rate) = rate {
                let due = Duration::from_secs_f64(sent as f64 / rate.max(1) as f64);
                wire.wait(due.saturating_sub(started.elapsed()))?;
            }
        }
        Ok(())
    };
    match body {
        Body::Bytes(bytes) => sink(&bytes)?,
        Body::Shared(bytes) => sink(&bytes)?,
        Body::Stream(_, produce) => produce(&mut sink)?,
    }
    if chunked {
        kept.extend_from_slice(b"0\r\n\r\n");
    }
    wire.finish(Some(status));
    wire.send(&kept)
}

/// Writes a response's head.
fn head(request: &Request, response: &Response, keep_alive: bool) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {} {}\r\n",
        response.status,
        reason(response.status)
    );
    let mut add = |name: &str, value: &str| {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    };
    add("Date", &now().to_http());
    for (name, value) in &response.headers {
        add(name, value);
    }
    if response.chunked {
        add("Transfer-Encoding", "chunked");
    } else if !matches!(response.status, 100..=199 | 204 | 304) {
        // RFC 9110, section 8.6: neither 1xx nor 204 may tell a length; in a 304 it would be the page's.
        add("Content-Length", &response.body.len().to_string());
    }
    if !keep_alive {
        add("Connection", "close");
    } else if !request.is_http_1_1 {
        add("Connection", "keep-alive");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Returns the moment that the machine's clock shows, in UTC.
pub(crate) fn now() -> Moment {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Moment::from_unix_seconds(since_1970.as_secs() as i64)
}
