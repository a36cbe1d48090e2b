//! Reading one request after another from a connection.

use super::request::{
    Framing, MAX_BODY, MAX_HEAD, MAX_HEADERS, Refusal, Request, framing, parse_head,
};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest line that frames a chunk, in bytes.
const MAX_CHUNK_LINE: usize = 1024;
/// How long a client may take over one head, and then again over one body.
const PART_LIMIT: Duration = Duration::from_secs(10);

/// The reading half of a connection, with what has arrived and is not yet used.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    stream: &'a TcpStream,
    buffer: Vec<u8>,
    idle_timeout: Duration,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(stream: &'a TcpStream, idle_timeout: Duration) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            idle_timeout,
        }
    }

    /// Reads the next request's head. What follows it stays for [`Incoming::read_body`] and the next request.
    pub(crate) fn read_head(&mut self) -> Result<Request, Refusal> {
        self.skip_empty_lines();
        if self.buffer.is_empty() {
            let deadline = Instant::now() + self.idle_timeout;
            match self.fill(deadline) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Err(Refusal::Gone),
            }
        }
        let deadline = Instant::now() + PART_LIMIT;
        let mut parsed_to = 0;
        loop {
            self.skip_empty_lines();
            // A head can only become complete, or wrong, with a line: so a client that drips its
            // request byte by byte does not make us parse it once for each byte.
            let fresh = self.buffer.get(parsed_to..).unwrap_or_default();
            if parsed_to == 0 || fresh.contains(&b'\n') {
                parsed_to = self.buffer.len();
                if let Some((request, length)) = parse_head(&self.buffer)? {
                    self.buffer.drain(..length);
                    return Ok(request);
                }
            }
            if self.buffer.len() >= MAX_HEAD {
                return Err(Refusal::Bad(431, "The request head is larger than 16 KiB."));
            }
            match self.fill(deadline) {
                Ok(0) => {
                    return Err(if self.buffer.is_empty() {
                        Refusal::Gone
                    } else {
                        Refusal::Bad(400, "The request head ended before its empty line.")
                    });
                }
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {
                    return Err(Refusal::Bad(
                        408,
                        "The request head took longer than 10 seconds.",
                    ));
                }
                Err(_) => return Err(Refusal::Gone),
            }
        }
    }

    /// Reads the request's body, if it has one, into [`Request::body`].
    pub(crate) fn read_body(&mut self, request: &mut Request) -> Result<(), Refusal> {
        let framing = framing(request)?;
        if framing == Framing::Empty {
            return Ok(());
        }
        let expects = request
            .header("expect")
            .is_some_and(|v| v.eq_ignore_ascii_case("100-continue"));
        if expects && self.buffer.is_empty() && request.is_http_1_1 {
            // The client waits for a sign before it sends the body.
            let _ = self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        let deadline = Instant::now() + PART_LIMIT;
        match framing {
            Framing::Length(length) => request.body = self.take(length, deadline)?,
            _ => request.body = self.take_chunks(deadline)?,
        }
        Ok(())
    }

    fn take_chunks(&mut self, deadline: Instant) -> Result<Vec<u8>, Refusal> {
        const BAD_SIZE: Refusal = Refusal::Bad(400, "A chunk's size is not a hexadecimal number.");
        let mut body = Vec::new();
        loop {
            let line = self.take_line(deadline)?;
            let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
            let size = std::str::from_utf8(size).map_err(|_| BAD_SIZE)?.trim();
            // `from_str_radix` would take a sign as well.
            if size.is_empty() || size.len() > 8 || !size.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(BAD_SIZE);
            }
            let size = usize::from_str_radix(size, 16).map_err(|_| BAD_SIZE)?;
            if size == 0 {
                break;
            }
            if body.len() + size > MAX_BODY {
                return Err(Refusal::Bad(413, "The request body is larger than 1 MiB."));
            }
            body.extend(self.take(size, deadline)?);
            if !self.take_line(deadline)?.is_empty() {
                return Err(Refusal::Bad(400, "A chunk is longer than its size says."));
            }
        }
        // Trailer fields, which nobody here needs, end with an empty line.
        for _ in 0..=MAX_HEADERS {
            if self.take_line(deadline)?.is_empty() {
                return Ok(body);
            }
        }
        Err(Refusal::Bad(431, "There are more than 100 trailer fields."))
    }

    fn take_line(&mut self, deadline: Instant) -> Result<Vec<u8>, Refusal> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.buffer.len() > MAX_CHUNK_LINE {
                return Err(Refusal::Bad(
                    400,
                    "A line that frames a chunk is longer than 1 KiB.",
                ));
            }
            self.fill_body(deadline)?;
        }
    }

    fn take(&mut self, length: usize, deadline: Instant) -> Result<Vec<u8>, Refusal> {
        while self.buffer.len() < length {
            self.fill_body(deadline)?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill_body(&mut self, deadline: Instant) -> Result<(), Refusal> {
        match self.fill(deadline) {
            Ok(1..) => Ok(()),
            Ok(0) => Err(Refusal::Bad(
                400,
                "The request body is shorter than its head says.",
            )),
            Err(error) if is_timeout(&error) => Err(Refusal::Bad(
                408,
                "The request body took longer than 10 seconds.",
            )),
            Err(_) => Err(Refusal::Gone),
        }
    }

    /// Reads what there is, and returns how much that was: 0 at the end of the stream.
    fn fill(&mut self, deadline: Instant) -> io::Result<usize> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut piece = [0; 8 * 1024];
        loop {
            match self.stream.read(&mut piece) {
                Ok(length) => {
                    self.buffer.extend_from_slice(&piece[..length]);
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Some clients send an empty line after a body (RFC 9112, section 2.2).
    fn skip_empty_lines(&mut self) {
        let empty = self
            .buffer
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        self.buffer.drain(..empty);
    }
}

fn is_timeout(error: &io::Error) -> bool {
    // A socket's timeout is `WouldBlock` on Unix.
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
