//! A GET spoken over a bare socket, and just enough of the answer read to see what a library saves.
//!
//! Not read here: chunked bodies, compression, redirects, cookies, TLS, kept-alive connections.
//!
//! Source: RFC 9112, sections 3 to 6.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Error;
use crate::deadline::{Deadline, DeadlineStream};

/// What the exchange may cost at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the status line and headers together.
    pub max_head_bytes: usize,
    /// Bytes of the body.
    pub max_body_bytes: usize,
    /// The whole exchange, from connect to the last byte.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_head_bytes: 16 * 1024,
            max_body_bytes: 1024 * 1024,
            time: Duration::from_secs(5),
        }
    }
}

/// A server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What we sent, byte for byte.
    pub request: String,
    /// The status code: 200, 404.
    pub status: u16,
    /// The words after the status code; clients must not rely on them.
    pub reason: String,
    /// The headers in the order in which they came, names as they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the first header of that name; the case of names does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// Asks for a path and reads the answer.
///
/// # Format
///
/// `GET /path HTTP/1.1`, headers, an empty line; back come a status line, headers, an empty line,
/// and a body of `Content-Length` bytes, or up to the end of the stream. Lines end with `\r\n`.
///
/// # Errors
///
/// [`Error::Connect`], [`Error::TimedOut`], or [`Error::Protocol`] with what could not be read.
// ANCHOR: get
pub fn get(address: SocketAddr, host: &str, path: &str, limits: Limits) -> Result<Answer, Error> {
    for part in [host, path] {
        // A newline in a path would end our header and begin one of somebody else's.
        if part.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return protocol(format!(
                "`{}` holds a space or a control",
                part.escape_debug()
            ));
        }
    }
    let deadline = Deadline::after(limits.time);
    let socket =
        TcpStream::connect_timeout(&address, limits.time).map_err(|source| Error::Connect {
            address: address.to_string(),
            source,
        })?;
    let mut stream = DeadlineStream::new(&socket, deadline);

    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: sockets-lesson\r\nConnection: close\r\n\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .map_err(deadline.error("send the request"))?;

    // The head ends with an empty line, which may be split between two reads like anything else;
    // what comes after it in the same read already belongs to the body.
    let mut received = Vec::new();
    let head_end = loop {
        if let Some(end) = find(&received, b"\r\n\r\n") {
            break end;
        }
        if received.len() > limits.max_head_bytes {
            return protocol(format!(
                "its head is longer than {} bytes",
                limits.max_head_bytes
            ));
        }
        if read_some(&mut stream, &mut received, deadline)? == 0 {
            return protocol(format!(
                "it ended after {} bytes of its head",
                received.len()
            ));
        }
    };
    let head = String::from_utf8_lossy(&received[..head_end]).into_owned();
    let (status, reason, headers) = read_head(&head)?;
    let mut answer = Answer {
        request,
        status,
        reason,
        headers,
        body: received.split_off(head_end + 4),
    };

    let length = body_length(&answer)?;
    let enough = length.unwrap_or(usize::MAX);
    // Checked before the body is read: the length is the server's claim.
    if length.is_some_and(|length| length > limits.max_body_bytes) {
        return protocol(format!(
            "its body has {enough} bytes, above {}",
            limits.max_body_bytes
        ));
    }
    while answer.body.len() < enough {
        if read_some(&mut stream, &mut answer.body, deadline)? == 0 {
            break;
        }
        if answer.body.len() > limits.max_body_bytes {
            return protocol(format!(
                "its body is longer than {} bytes",
                limits.max_body_bytes
            ));
        }
    }
    if let Some(length) = length {
        if answer.body.len() < length {
            return protocol(format!(
                "it ended after {} of {length} bytes",
                answer.body.len()
            ));
        }
        answer.body.truncate(length);
    }
    Ok(answer)
}
// ANCHOR_END: get

/// Status, reason and headers.
type Head = (u16, String, Vec<(String, String)>);

fn read_head(head: &str) -> Result<Head, Error> {
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    let mut words = status_line.splitn(3, ' ');
    let version = words.next().unwrap_or_default();
    let status = words
        .next()
        .filter(|code| code.len() == 3)
        .and_then(|code| code.parse().ok());
    let (true, Some(status)) = (version.starts_with("HTTP/1."), status) else {
        return protocol(format!(
            "`{}` is not a status line",
            status_line.escape_debug()
        ));
    };
    let reason = words.next().unwrap_or_default().to_owned();
    let headers = lines
        .map(|line| match line.split_once(':') {
            Some((name, value)) => Ok((name.to_owned(), value.trim().to_owned())),
            None => protocol(format!("`{}` is not a header", line.escape_debug())),
        })
        .collect::<Result<_, _>>()?;
    Ok((status, reason, headers))
}

/// Returns how long the body is; `None` when only the end of the stream tells.
fn body_length(answer: &Answer) -> Result<Option<usize>, Error> {
    if matches!(answer.status, 204 | 304) {
        return Ok(Some(0)); // these have no body, whatever their headers say
    }
    if let Some(coding) = answer.header("transfer-encoding") {
        return protocol(format!(
            "its body is sent as `{coding}`, which this lesson leaves out"
        ));
    }
    let mut lengths = answer
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, value)| value.as_str());
    let Some(length) = lengths.next() else {
        return Ok(None);
    };
    // Two different lengths are how requests are smuggled past a proxy: believe neither.
    if lengths.any(|other| other != length) {
        return protocol("it has two lengths".to_owned());
    }
    match length.parse() {
        // `parse` would also take a `+`.
        Ok(bytes) if length.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(bytes)),
        _ => protocol(format!("`{}` is not a length", length.escape_debug())),
    }
}

fn read_some(
    stream: &mut DeadlineStream<'_>,
    to: &mut Vec<u8>,
    deadline: Deadline,
) -> Result<usize, Error> {
    let mut buffer = [0; 4096];
    let received = stream
        .read(&mut buffer)
        .map_err(deadline.error("read the answer"))?;
    to.extend_from_slice(&buffer[..received]);
    Ok(received)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn protocol<T>(problem: String) -> Result<T, Error> {
    Err(Error::Protocol(problem))
}
