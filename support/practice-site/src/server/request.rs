//! What a client asks: reading one request after another from a connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The largest request head, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// The most header fields in one request.
const MAX_HEADERS: usize = 100;
/// The largest request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// The longest line that frames a chunk, in bytes.
const MAX_CHUNK_LINE: usize = 1024;
/// How long a client may take over one head, and then again over one body.
const PART_LIMIT: Duration = Duration::from_secs(10);

/// One request, whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// The method, for example `GET`.
    pub(crate) method: String,
    /// The path and query as sent.
    pub(crate) target: String,
    /// The path, with percent escapes resolved.
    pub(crate) path: String,
    /// The query's names and values, in order.
    pub(crate) query: Vec<(String, String)>,
    /// The header fields, in order, as sent.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, with chunks put together.
    pub(crate) body: Vec<u8>,
    /// True for HTTP/1.1, false for HTTP/1.0.
    pub(crate) is_http_1_1: bool,
    /// True where the client wants to use the connection again.
    pub(crate) keep_alive: bool,
}

impl Request {
    /// Returns the first header field of that name; upper and lower case are the same.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the query's first value of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Returns a number from the query: `default` where it is missing or is none, and at most `most`.
    pub(crate) fn number(&self, name: &str, default: u64, most: u64) -> u64 {
        self.parameter(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
            .min(most)
    }

    /// Returns the parts of the path between slashes, without empty ones.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// Returns true for GET and HEAD.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }
}

/// Returns the first value of that name.
pub(crate) fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
}

/// Why there is no request.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The client closed the connection, or said nothing for too long, between two requests.
    Gone,
    /// The request cannot be answered as it is: the status and a sentence for the client.
    Bad(u16, &'static str),
}

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

/// Reads a head; `None` while it is not complete. The number is the head's length in bytes.
fn parse_head(bytes: &[u8]) -> Result<Option<(Request, usize)>, Refusal> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut fields);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= MAX_HEAD => length,
        Ok(httparse::Status::Complete(_)) => {
            return Err(Refusal::Bad(431, "The request head is larger than 16 KiB."));
        }
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(refuse_head(error)),
    };
    let mut request = Request {
        method: head.method.unwrap_or_default().to_string(),
        is_http_1_1: head.version == Some(1),
        headers: head
            .headers
            .iter()
            .map(|field| {
                (
                    field.name.to_string(),
                    String::from_utf8_lossy(field.value).trim().to_string(),
                )
            })
            .collect(),
        ..Request::default()
    };
    request.target = origin_form(head.path.unwrap_or_default()).ok_or(Refusal::Bad(
        400,
        "The request target is neither a path nor a URL.",
    ))?;
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    (request.path, request.query) = (percent_decode(path), parse_form(query));
    if request.is_http_1_1 && request.header("host").is_none() {
        return Err(Refusal::Bad(
            400,
            "An HTTP/1.1 request needs a Host header.",
        ));
    }
    let connection = request
        .header("connection")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let has = |option: &str| connection.split(',').any(|word| word.trim() == option);
    request.keep_alive = if request.is_http_1_1 {
        !has("close")
    } else {
        has("keep-alive")
    };
    Ok(Some((request, length)))
}

fn refuse_head(error: httparse::Error) -> Refusal {
    match error {
        httparse::Error::Version => Refusal::Bad(505, "This server speaks HTTP/1.0 and HTTP/1.1."),
        httparse::Error::TooManyHeaders => {
            Refusal::Bad(431, "There are more than 100 header fields.")
        }
        httparse::Error::HeaderName | httparse::Error::HeaderValue => {
            Refusal::Bad(400, "A header field is not of the form `Name: value`.")
        }
        httparse::Error::NewLine => Refusal::Bad(400, "A line does not end with CR LF."),
        _ => Refusal::Bad(
            400,
            "The request line is not of the form `GET /path HTTP/1.1`.",
        ),
    }
}

/// Turns a target into path and query: proxies' clients send a whole URL, `OPTIONS` may send `*`.
fn origin_form(target: &str) -> Option<String> {
    if target.starts_with('/') || target == "*" {
        return Some(target.split('#').next().unwrap_or_default().to_string());
    }
    let rest = target
        .strip_prefix("http://")
        .or_else(|| target.strip_prefix("https://"))?;
    let start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let rest = rest[start..].split('#').next().unwrap_or_default();
    Some(if rest.starts_with('/') {
        rest.to_string()
    } else {
        format!("/{rest}")
    })
}

/// How the end of a request's body is told.
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Empty,
    Length(usize),
    Chunked,
}

/// Decides how the body ends. Whatever could be read in two ways is refused: that is how requests are smuggled.
///
/// Source: RFC 9112, section 6.3.
fn framing(request: &Request) -> Result<Framing, Refusal> {
    let all = |name: &'static str| {
        let named = move |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        request
            .headers
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    };
    let bad_request = Refusal::Bad;
    let codings: Vec<&str> = all("transfer-encoding").collect();
    let mut lengths: Vec<&str> = all("content-length")
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    lengths.dedup();
    match (codings.as_slice(), lengths.as_slice()) {
        ([], []) => Ok(Framing::Empty),
        ([], [length]) => {
            if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(bad_request(400, "Content-Length is not a number."));
            }
            match length.parse() {
                Ok(0) => Ok(Framing::Empty),
                Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
                _ => Err(bad_request(413, "The request body is larger than 1 MiB.")),
            }
        }
        ([], _) => Err(bad_request(
            400,
            "There are two Content-Length fields that differ.",
        )),
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") && request.is_http_1_1 => {
            Ok(Framing::Chunked)
        }
        (_, []) => Err(bad_request(
            501,
            "The only transfer coding known here is chunked.",
        )),
        _ => Err(bad_request(
            400,
            "A request has Content-Length or Transfer-Encoding, not both.",
        )),
    }
}

/// Resolves percent escapes; what is no escape stays as it is, and what is not UTF-8 becomes U+FFFD.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1).zip(bytes.get(at + 2));
        let value = digits.and_then(|(high, low)| {
            Some(char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?)
        });
        match (bytes[at], value) {
            (b'%', Some(value)) => {
                decoded.push(value as u8);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Writes every byte but letters, digits and `-._~/` as a percent escape.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Reads `name=value&name=value`, as queries and forms have it.
pub(crate) fn parse_form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                percent_decode(&name.replace('+', " ")),
                percent_decode(&value.replace('+', " ")),
            )
        })
        .collect()
}
