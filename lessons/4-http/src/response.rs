//! An answer: its head is there, its body still comes.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::blocking;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::conditional::Validators;
use crate::decode::{Coding, Decoder};
use crate::error::{Measured, root_cause};
use crate::event::{Event, Observer, What};
use crate::limits::Deadline;
use crate::{Error, Limits};

/// An answer whose head has come. Its body is a [`Read`] within the limits, or is taken whole by
/// [`bytes`](Response::bytes), [`text`](Response::text), [`json`](Response::json), or piece by piece by
/// [`copy_to`](Response::copy_to). Nothing of the body is read before one asks for it.
pub struct Response {
    status: StatusCode,
    url: Url,
    method: Method,
    headers: HeaderMap,
    body: Decoder<Wire>,
    /// Bytes after unpacking, so far.
    body_bytes: u64,
    /// Why nothing may be read, found out before the first read.
    refused: Option<Error>,
    ended: bool,
    limits: Limits,
    request: u64,
    observer: Observer,
    retry_after: Option<Duration>,
    /// Bytes over the wire so far, kept here since the decoder hides its reader.
    wire_bytes: Arc<AtomicU64>,
}

/// What an answer needs to know of its request.
pub(crate) struct Asked {
    pub(crate) number: u64,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) limits: Limits,
    pub(crate) deadline: Deadline,
    pub(crate) observer: Observer,
    pub(crate) retry_after: Option<Duration>,
}

impl Response {
    pub(crate) fn new(mut inner: blocking::Response, asked: Asked) -> Self {
        let status = inner.status();
        let headers = std::mem::take(inner.headers_mut());
        let text = |name| {
            let value = headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let promised: Option<u64> = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        // These have headers about a body that is not there (RFC 9110, section 6.4.1).
        let bare = asked.method == Method::HEAD || matches!(status.as_u16(), 204 | 304);
        let coding = match Coding::parse(&text(CONTENT_ENCODING).unwrap_or_default()) {
            _ if bare => Ok(Coding::Identity),
            coding => coding,
        };
        let too_long = !bare && promised.is_some_and(|promised| promised > asked.limits.wire_bytes);
        let (coding, refused) = match coding {
            Err(error) => (Coding::Identity, Some(error)),
            // A server that promises too much is believed: not one byte is read.
            Ok(coding) if too_long => (coding, Some(too_large(&asked.limits, Measured::OnTheWire))),
            Ok(coding) => (coding, None),
        };
        let wire_bytes = Arc::default();
        let wire = Wire {
            inner,
            deadline: asked.deadline,
            limits: asked.limits.clone(),
            bytes: Arc::clone(&wire_bytes),
        };
        Self {
            status,
            url: asked.url,
            method: asked.method,
            headers,
            body: Decoder::new(coding, wire),
            body_bytes: 0,
            refused,
            ended: false,
            limits: asked.limits,
            request: asked.number,
            observer: asked.observer,
            retry_after: asked.retry_after,
            wire_bytes,
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns where the answer came from: after redirects not where one asked first.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns a header as text, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// Returns how long the server asks us to stay away, where it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns what to ask with the next time, so that an unchanged answer need not be sent again.
    pub fn validators(&self) -> Validators {
        Validators::of(&self.headers)
    }

    /// Returns whether the server says that what one has is still right (304).
    pub fn is_not_modified(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED
    }

    /// Returns how many bytes of body came over the wire so far.
    pub fn wire_bytes(&self) -> u64 {
        self.wire_bytes.load(Ordering::Relaxed)
    }

    /// Takes only an answer of success.
    ///
    /// # Errors
    ///
    /// [`Error::Status`] for every status outside of 200 to 299.
    pub fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(Error::Status {
            status: self.status.as_u16(),
            retry_after: self.retry_after,
        })
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// [`Error::Silent`], [`Error::TooSlow`], [`Error::TooLarge`], [`Error::Broken`],
    /// [`Error::Encoding`].
    pub fn bytes(mut self) -> Result<Vec<u8>, Error> {
        // A promise is worth so much memory and no more; beyond that it grows with what comes. Without
        // any, the reader would begin with pieces of some bytes, and each read is a wait of its own.
        let promised = self
            .header(CONTENT_LENGTH.as_str())
            .and_then(|n| n.parse().ok());
        let mut bytes = Vec::with_capacity(promised.unwrap_or(FIRST_BYTES).min(FIRST_BYTES) + 1);
        self.read_to_end(&mut bytes).map_err(own)?;
        Ok(bytes)
    }

    /// Reads the whole body as UTF-8; what is not is replaced. (Lesson 6 reads other encodings.)
    ///
    /// # Errors
    ///
    /// As [`bytes`](Response::bytes).
    pub fn text(self) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    /// Reads the whole body as JSON.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Response::bytes); [`Error::Body`] when it is no JSON of this shape.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(&self.bytes()?).map_err(|error| Error::Body(error.to_string()))
    }

    /// Writes the body to a writer, piece by piece, and returns its length.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Response::bytes); [`Error::Write`] when the writer fails.
    pub fn copy_to(&mut self, writer: &mut impl Write) -> Result<u64, Error> {
        let mut buffer = [0; 16 * 1024];
        let mut copied = 0;
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok(copied),
                Ok(read) => {
                    writer.write_all(&buffer[..read]).map_err(Error::Write)?;
                    copied += read as u64;
                }
                Err(error) => return Err(own(error)),
            }
        }
    }

    fn tell(&self, what: What<'_>) {
        self.observer.tell(&Event {
            request: self.request,
            method: &self.method,
            url: &self.url,
            what,
        });
    }

    fn end(&mut self, whole: bool) {
        if !std::mem::replace(&mut self.ended, true) {
            self.tell(What::Read {
                wire_bytes: self.wire_bytes(),
                body_bytes: self.body_bytes,
                whole,
            });
        }
    }

    // ANCHOR: read
    fn read_within_limits(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        let read = self.body.read(buffer).map_err(own)? as u64;
        self.body_bytes += read;
        // Counted behind the decoder: ten kilobytes that unpack to ten gigabytes end here.
        if self.body_bytes > self.limits.body_bytes {
            return Err(too_large(&self.limits, Measured::Unpacked));
        }
        Ok(read as usize)
    }
    // ANCHOR_END: read
}

impl Read for Response {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        match self.read_within_limits(buffer) {
            Ok(0) => {
                self.end(true);
                Ok(0)
            }
            Ok(read) => Ok(read),
            Err(error) => {
                self.tell(What::Failed(&error));
                self.ended = true;
                Err(error.into_io())
            }
        }
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.end(false);
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

/// The memory that a body gets before its first byte has come.
const FIRST_BYTES: usize = 64 * 1024;

fn too_large(limits: &Limits, measured: Measured) -> Error {
    let limit = match measured {
        Measured::OnTheWire => limits.wire_bytes,
        Measured::Unpacked => limits.body_bytes,
    };
    Error::TooLarge { limit, measured }
}

/// Takes our own error out of one of the reader's; anything else comes from a decoder.
fn own(error: io::Error) -> Error {
    Error::from_io(error)
        .unwrap_or_else(|error| Error::Broken(format!("its body cannot be unpacked: {error}")))
}

// ANCHOR: wire
/// The body as it comes over the wire, within time and size.
///
/// The client's own timeout begins anew with each read, so a server that sends a byte now and then
/// could hold a thread for ever. This deadline does not.
struct Wire {
    inner: blocking::Response,
    deadline: Deadline,
    limits: Limits,
    bytes: Arc<AtomicU64>,
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.deadline.check().map_err(Error::into_io)?;
        let read = self
            .inner
            .read(buffer)
            .map_err(|error| self.explain(&error).into_io())?;
        let before = self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        if before + read as u64 > self.limits.wire_bytes {
            return Err(too_large(&self.limits, Measured::OnTheWire).into_io());
        }
        Ok(read)
    }
}
// ANCHOR_END: wire

impl Wire {
    fn explain(&self, error: &io::Error) -> Error {
        let inner = error.get_ref();
        let timed_out = inner
            .and_then(|inner| inner.downcast_ref::<reqwest::Error>())
            .is_some_and(reqwest::Error::is_timeout);
        if timed_out && self.deadline.passed() {
            self.deadline.error()
        } else if timed_out {
            Error::Silent {
                limit: self.limits.silence,
            }
        } else {
            Error::Broken(root_cause(error))
        }
    }
}
