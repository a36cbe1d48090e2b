//! Step 4: ask only for what has changed.
//!
//! A server can give an answer a name, its `ETag`, and say when the thing last changed. Whoever shows these
//! again gets 304 and no body if nothing has changed since. You build the memory that makes use of it.

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
    // TODO: what must be remembered of each address?
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
        // TODO: ask with what you know, then look at the status.
        todo!("get, and remember")
    }
}
