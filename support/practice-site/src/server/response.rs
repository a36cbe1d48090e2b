//! What the site answers: status, header fields, body.

use super::connection::Wire;
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// An answer to one request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A well-formed response.
    Response(Response),
    /// Bytes written by hand, which may be wrong on purpose.
    Raw(Raw),
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

/// What becomes of the connection after bytes written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The next request may come.
    KeepAlive,
    /// The connection ends in an orderly way.
    Close,
    /// The connection is torn: the client sees "connection reset".
    Reset,
}

type Write = dyn FnOnce(&mut Wire<'_>) -> io::Result<After> + Send;

/// Bytes written by hand.
pub(crate) struct Raw {
    /// The status that a client reads from the bytes, for the journal.
    pub(crate) status: Option<u16>,
    /// The fault's name, where it struck a page that is otherwise well, for the journal.
    pub(crate) struck: Option<&'static str>,
    /// Writes the bytes.
    pub(crate) write: Box<Write>,
}

impl Raw {
    /// Makes an answer of what a function writes.
    pub(crate) fn answer(
        status: Option<u16>,
        write: impl FnOnce(&mut Wire<'_>) -> io::Result<After> + Send + 'static,
    ) -> Answer {
        Answer::Raw(Self {
            status,
            struck: None,
            write: Box::new(write),
        })
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Raw")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

type Produce = dyn FnOnce(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> + Send;

/// A response's body.
pub(crate) enum Body {
    /// Bytes that are there already.
    Bytes(Vec<u8>),
    /// Bytes that are shared with later responses.
    Shared(Arc<[u8]>),
    /// Bytes that are made while they are sent, piece by piece; the length is known beforehand.
    Stream(u64, Box<Produce>),
}

impl Body {
    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Shared(bytes) => bytes.len() as u64,
            Self::Stream(length, _) => *length,
        }
    }

    /// Returns the bytes, unless they are still to be made.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Shared(bytes) => Some(bytes),
            Self::Stream(..) => None,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Body({} bytes)", self.len())
    }
}

/// A well-formed response. Date, Content-Length and Connection are added when it is sent.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status, for example 200.
    pub(crate) status: u16,
    /// The header fields, in order.
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub(crate) body: Body,
    /// How long to wait before the head is sent.
    pub(crate) delay: Duration,
    /// How many bytes of the body to send in a second; as many as go where it is `None`.
    pub(crate) rate: Option<u64>,
    /// True where the body goes out in chunks, without its length being told beforehand.
    pub(crate) chunked: bool,
    /// The fault's name, where one struck, for the journal.
    pub(crate) struck: Option<&'static str>,
}

impl Response {
    /// Makes a response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Bytes(Vec::new()),
            delay: Duration::ZERO,
            rate: None,
            chunked: false,
            struck: None,
        }
    }

    /// Makes a response with a body of a type, for example `image/png`.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: Body::Bytes(body.into()),
            ..Self::empty(status)
        }
        .with("Content-Type", content_type)
    }

    /// Makes a response of plain text.
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    /// Makes a response of a whole HTML page.
    pub(crate) fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status, "text/html; charset=utf-8", page.into())
    }

    /// Makes a redirect.
    pub(crate) fn redirect(status: u16, location: impl Into<String>) -> Self {
        let location = location.into();
        Self::text(status, format!("The page is at {location}\n")).with("Location", location)
    }

    /// Adds a header field.
    pub(crate) fn with(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.headers.push((name.into(), clean(value.into())));
        self
    }

    /// Replaces all header fields of that name by one.
    pub(crate) fn replace(&mut self, name: &'static str, value: String) {
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), clean(value)));
    }

    /// Returns the first header field of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Takes line ends out of a header's value: what came from a query could otherwise add fields of its own.
fn clean(value: String) -> String {
    if value.chars().any(char::is_control) {
        value
            .chars()
            .filter(|character| !character.is_control())
            .collect()
    } else {
        value
    }
}

/// Returns the phrase that goes with a status (RFC 9110, section 15; RFC 6585).
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        102 => "Processing",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        _ => "Unnamed",
    }
}
