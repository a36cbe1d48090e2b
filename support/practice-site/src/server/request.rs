//! What a client asks: a request, its head, and how the end of its body is told.

use super::escapes::{parse_form, percent_decode};

/// The largest request head, in bytes.
pub(super) const MAX_HEAD: usize = 16 * 1024;
/// The most header fields in one request.
pub(super) const MAX_HEADERS: usize = 100;
/// The largest request body, in bytes.
pub(super) const MAX_BODY: usize = 1024 * 1024;
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

/// Reads a head; `None` while it is not complete. The number is the head's length in bytes.
pub(super) fn parse_head(bytes: &[u8]) -> Result<Option<(Request, usize)>, Refusal> {
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
pub(super) enum Framing {
    Empty,
    Length(usize),
    Chunked,
}

/// Decides how the body ends. Whatever could be read in two ways is refused: that is how requests are smuggled.
///
/// Source: RFC 9112, section 6.3.
pub(super) fn framing(request: &Request) -> Result<Framing, Refusal> {
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
