//! Tempting: after any error the memory of the thing is thrown away.

use std::collections::HashMap;

/// A request, as the transport sends it. The method is GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(String, String)>,
}

/// A response, as the transport received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names and values of the headers. Names are written as the server likes: `ETag`, `etag`, `ETAG`.
    pub headers: Vec<(String, String)>,
    /// The body; empty for a 304.
    pub body: Vec<u8>,
}

/// What sends requests.
pub trait Transport {
    /// Sends a request, or says why it could not.
    fn send(&mut self, request: &Request) -> Result<Response, String>;
}

/// What was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// The body.
    pub body: Vec<u8>,
    /// True when the server said that nothing has changed, so that the body is the one from before.
    pub unchanged: bool,
}

/// Why nothing was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GetError {
    /// The request could not be sent, or its answer not received.
    Transport(String),
    /// The server answered with another status than 200 or 304.
    Status(u16),
    /// The server says that nothing has changed since a time that nobody has asked about.
    NotAsked,
}

/// Remembers the answers, and the names that the server gave them.
#[derive(Debug, Default)]
pub struct Memory {
    known: HashMap<String, Known>,
}

/// An answer, and how to ask whether it is still the one.
#[derive(Debug)]
struct Known {
    body: Vec<u8>,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Memory {
    /// Makes a memory that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gets an address, from the server or, if the server says that it may, from memory.
    ///
    /// - Always asks the server. If it remembers an `ETag` it sends it as `If-None-Match`; if it remembers
    ///   a `Last-Modified` it sends that as `If-Modified-Since`; both exactly as they came.
    /// - A 200 takes the place of what was remembered, validators and all. Without validators there is
    ///   nothing to ask by, so nothing is remembered.
    /// - A 304 gives the body from memory; validators that come with it take the place of the old ones.
    /// - A 404 or 410 says that the thing is gone, so it is forgotten. Any other status, and a failed
    ///   request, says nothing about the thing: what is remembered stays.
    ///
    /// # Errors
    ///
    /// [`GetError`]; a 304 that was not asked for is one, since there is no body.
    pub fn get(&mut self, url: &str, transport: &mut dyn Transport) -> Result<Got, GetError> {
        let known = self.known.get(url);
        let mut headers = Vec::new();
        let mut ask = |name: &str, value: Option<&String>| {
            // As it came: a weak mark and the quotes belong to it, and a date is only compared.
            headers.extend(value.map(|value| (name.to_owned(), value.clone())));
        };
        ask("If-None-Match", known.and_then(|known| known.etag.as_ref()));
        ask(
            "If-Modified-Since",
            known.and_then(|known| known.last_modified.as_ref()),
        );
        let request = Request {
            url: url.to_owned(),
            headers,
        };

        let response = transport.send(&request).map_err(GetError::Transport)?;

        let etag = header(&response, "etag");
        let last_modified = header(&response, "last-modified");
        match response.status {
            200 => {
                // Also when there was something: old validators are about the old body.
                self.known.remove(url);
                if etag.is_some() || last_modified.is_some() {
                    let known = Known {
                        body: response.body.clone(),
                        etag,
                        last_modified,
                    };
                    self.known.insert(url.to_owned(), known);
                }
                Ok(Got {
                    body: response.body,
                    unchanged: false,
                })
            }
            304 => {
                let known = self.known.get_mut(url).ok_or(GetError::NotAsked)?;
                known.etag = etag.or(known.etag.take());
                known.last_modified = last_modified.or(known.last_modified.take());
                Ok(Got {
                    body: known.body.clone(),
                    unchanged: true,
                })
            }
            status => {
                if status >= 300 {
                    self.known.remove(url);
                }
                Err(GetError::Status(status))
            }
        }
    }
}

fn header(response: &Response, wanted: &str) -> Option<String> {
    let mut headers = response.headers.iter();
    let named = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    named.map(|(_, value)| value.clone())
}
