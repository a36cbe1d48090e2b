//! `FetchJob -> Fetched`: asks the web one question and reads the answer, within limits.
//!
//! A server can be slow, silent, endless, broken or hostile. Each limit in
//! [`Limits`] holds one of these, and each way to fail is a variant of
//! [`FetchError`] that says whether another try makes sense.
//!
//! Three things are left to others on purpose:
//!
//! - **Redirects are not followed here.** A redirect is a discovery: its target goes to the frontier
//!   like a link, so that scope, robots.txt and delay hold for it as for every other URL.
//! - **Nothing is tried again here.** A second try is a request too: it goes through the frontier,
//!   which keeps the delay.
//! - **No body is read that nobody wants**: only HTML, and of the rest only the headers.

use std::error::Error as StdError;
use std::io::{self, Read};
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use flate2::read::MultiGzDecoder;
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use url::{Host, Url};

use crate::address::is_public;
use crate::frontier::{FetchJob, Want};
use crate::robots::{Directives, MAX_ROBOTS_BYTES};
use crate::settings::{Limits, Settings, is_web};

/// Whoever answers a [`FetchJob`]: the real web, a browser, or in tests an invented one.
pub trait Web: Sync {
    /// Makes one request and reads its answer.
    ///
    /// # Errors
    ///
    /// [`FetchError`] when there is no answer, or none that can be used.
    fn fetch(&self, job: &FetchJob) -> Result<Fetched, FetchError>;
}

/// The answer to one request.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// How long the whole exchange took.
    pub took: Duration,
    /// What came.
    pub content: Content,
}

/// What came.
#[derive(Clone, Debug)]
pub enum Content {
    /// A page.
    Html(HtmlBody),
    /// The bytes of a robots.txt, cut at [`MAX_ROBOTS_BYTES`].
    Robots(Vec<u8>),
    /// The answer lies elsewhere.
    Redirect(Url),
    /// Something that is no page; its body was not read.
    Other {
        /// What it says it is, for example `image/png`.
        content_type: String,
    },
    /// No answer: a status of 400 or more, or one that makes no sense here.
    Nothing {
        /// How long the server asks us to stay away.
        retry_after: Option<Duration>,
    },
}

/// The bytes of a page, and what the headers say about them.
#[derive(Clone, Debug, Default)]
pub struct HtmlBody {
    /// The body, decompressed.
    pub bytes: Vec<u8>,
    /// The label of its encoding, where the header names one, for example `windows-1252`.
    pub charset: Option<String>,
    /// The language, where the header names one.
    pub language: Option<String>,
    /// What `X-Robots-Tag` asks.
    pub directives: Directives,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The host's name leads only to addresses of this machine or a private network.
    #[error("the address is local: only --allow-local lets it be asked")]
    LocalAddress,
    /// No connection came about.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// No safe connection came about.
    #[error("cannot connect safely: {0}")]
    Tls(String),
    /// The server said nothing for too long.
    #[error("silent for {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// The answer did not end in time.
    #[error("not complete after {} s", .0.as_secs_f64())]
    TooSlow(Duration),
    /// The answer broke off or is no HTTP.
    #[error("broken answer: {0}")]
    Broken(String),
    /// The body is larger than we take.
    #[error("body larger than {0} bytes")]
    TooLarge(u64),
    /// The body is packed in a way that was not asked for.
    #[error("body encoded as {0:?}, which was not asked for")]
    Encoding(String),
    /// The redirect leads nowhere on the web.
    #[error("redirect to {0:?}, which is not on the web")]
    BadRedirect(String),
}

impl FetchError {
    /// Returns whether another try may end better.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Connect(_) | Self::Silent(_) | Self::TooSlow(_) | Self::Broken(_)
        )
    }
}

/// Returns whether a status says that another try may end better.
pub fn status_may_pass(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The real web, by one HTTP client that all workers share: its pool keeps connections open between pages.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    limits: Limits,
    allow_local: bool,
    token: String,
    /// Why https cannot work on this machine, if it cannot.
    no_tls: Option<String>,
}

impl Fetcher {
    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`FetchError::Tls`] when the system gives no client at all. A machine without root certificates
    /// still gets one, for http; a page by https then fails with the reason.
    pub fn new(settings: &Settings) -> Result<Self, FetchError> {
        let builder = || client_builder(settings);
        let (client, no_tls) = match builder().build() {
            Ok(client) => (client, no_tls_built_in()),
            Err(why) => {
                let client = without_certificates(builder())
                    .build()
                    .map_err(|e| FetchError::Tls(root_cause(&e)))?;
                (client, Some(root_cause(&why)))
            }
        };
        Ok(Self {
            client,
            limits: settings.limits.clone(),
            allow_local: settings.allow_local,
            token: settings.agent.token().to_owned(),
            no_tls,
        })
    }

    /// Waits until the headers of the answer are there.
    fn ask(&self, url: &Url) -> Result<Response, FetchError> {
        if let (Some(why), "https") = (&self.no_tls, url.scheme()) {
            return Err(FetchError::Tls(why.clone()));
        }
        // The resolver sees names alone: an address written as one is looked at here.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if !self.allow_local && address.is_some_and(|address| !is_public(address)) {
            return Err(FetchError::LocalAddress);
        }
        self.client
            .get(url.clone())
            .send()
            .map_err(|error| self.explain(&error))
    }

    /// Says what went wrong in our words.
    fn explain(&self, error: &reqwest::Error) -> FetchError {
        if causes(error).any(|cause| cause.is::<LocalOnly>()) {
            FetchError::LocalAddress
        } else if error.is_timeout() {
            FetchError::Silent(self.limits.silence)
        } else if causes(error).any(is_tls) {
            FetchError::Tls(root_cause(error))
        } else if error.is_connect() {
            FetchError::Connect(root_cause(error))
        } else {
            FetchError::Broken(root_cause(error))
        }
    }

    /// Reads a body: decompressed, at most `max` bytes, until the deadline of the exchange.
    ///
    /// Returns the bytes and whether there were more.
    fn read(
        &self,
        response: Response,
        started: Instant,
        max: u64,
    ) -> Result<(Vec<u8>, bool), FetchError> {
        let encoding = header(response.headers(), CONTENT_ENCODING)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let timely = Timely {
            inner: response,
            deadline: started + self.limits.exchange,
        };
        let mut body: Box<dyn Read> = match encoding.as_str() {
            "" | "identity" => Box::new(timely),
            "gzip" | "x-gzip" => Box::new(MultiGzDecoder::new(timely)),
            _ => return Err(FetchError::Encoding(encoding)),
        };
        // `take` counts what comes out of the decoder: 10 KB that unpack to 10 GB are stopped here.
        let mut bytes = Vec::new();
        (&mut body)
            .take(max)
            .read_to_end(&mut bytes)
            .map_err(|error| self.explain_read(&error))?;
        let more = bytes.len() as u64 == max
            && body
                .read(&mut [0])
                .map_err(|error| self.explain_read(&error))?
                > 0;
        Ok((bytes, more))
    }

    fn explain_read(&self, error: &io::Error) -> FetchError {
        let inner = error
            .get_ref()
            .map(|inner| inner as &(dyn StdError + 'static));
        if inner.is_some_and(|inner| inner.is::<DeadlinePassed>()) {
            FetchError::TooSlow(self.limits.exchange)
        } else if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
            if error.is_timeout() {
                FetchError::Silent(self.limits.silence)
            } else {
                FetchError::Broken(root_cause(error))
            }
        } else {
            FetchError::Broken(error.to_string())
        }
    }

    fn page(&self, response: Response, started: Instant) -> Result<Content, FetchError> {
        let content_type = header(response.headers(), CONTENT_TYPE).unwrap_or_default();
        let mut parts = content_type.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        if kind != "text/html" && kind != "application/xhtml+xml" {
            let content_type = if kind.is_empty() {
                "no content type".to_owned()
            } else {
                kind
            };
            return Ok(Content::Other { content_type });
        }
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"').to_owned())
        });
        let language = header(response.headers(), CONTENT_LANGUAGE);
        let directives = response
            .headers()
            .get_all("x-robots-tag")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .fold(Directives::default(), |all, value| {
                all.and(Directives::parse(value, &self.token))
            });
        let max = self.limits.max_body_bytes;
        match self.read(response, started, max)? {
            (_, true) => Err(FetchError::TooLarge(max)),
            (bytes, false) => Ok(Content::Html(HtmlBody {
                bytes,
                charset,
                language,
                directives,
            })),
        }
    }
}

impl Web for Fetcher {
    // ANCHOR: fetch
    fn fetch(&self, job: &FetchJob) -> Result<Fetched, FetchError> {
        let started = Instant::now();
        let response = self.ask(&job.url)?;
        let status = response.status();
        let content = if status.is_redirection() && response.headers().contains_key(LOCATION) {
            Content::Redirect(target(&job.url, response.headers())?)
        } else if !status.is_success() {
            Content::Nothing {
                retry_after: retry_after(response.headers(), SystemTime::now()),
            }
        } else {
            match job.want {
                Want::Page(_) => self.page(response, started)?,
                Want::Robots { .. } => {
                    Content::Robots(self.read(response, started, MAX_ROBOTS_BYTES)?.0)
                }
            }
        };
        Ok(Fetched {
            status: status.as_u16(),
            took: started.elapsed(),
            content,
        })
    }
    // ANCHOR_END: fetch
}

fn client_builder(settings: &Settings) -> ClientBuilder {
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCEPT,
        HeaderValue::from_static("text/html, application/xhtml+xml, */*;q=0.1"),
    );
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    install_crypto();
    let builder = Client::builder()
        .user_agent(settings.agent.header())
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A proxy would look names up for us, out of the guard's sight.
        .no_proxy()
        .connect_timeout(settings.limits.connect)
        // For this client a timeout is the longest silence: it bounds the wait for the headers and then
        // each single read, but not all reads together. `Timely` bounds those.
        .timeout(settings.limits.silence)
        .pool_max_idle_per_host(settings.politeness.connections.max(1));
    if settings.allow_local {
        builder
    } else {
        builder.dns_resolver(Arc::new(PublicOnly))
    }
}

// ANCHOR: tls
/// Chooses the cryptography for https. Without it every client would panic, even one for http alone.
#[cfg(feature = "tls")]
fn install_crypto() {
    // An error means that it was chosen before, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(feature = "tls")]
fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_certs_only([])
}

#[cfg(feature = "tls")]
fn no_tls_built_in() -> Option<String> {
    None
}

#[cfg(feature = "tls")]
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    cause.is::<rustls::Error>()
}
// ANCHOR_END: tls

#[cfg(not(feature = "tls"))]
fn install_crypto() {}

#[cfg(not(feature = "tls"))]
fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    builder
}

#[cfg(not(feature = "tls"))]
fn no_tls_built_in() -> Option<String> {
    Some("this program was built without its feature `tls`".to_owned())
}

#[cfg(not(feature = "tls"))]
fn is_tls(_: &(dyn StdError + 'static)) -> bool {
    false
}

// ANCHOR: guard
/// A resolver that gives public addresses only.
///
/// The check stands here, and not before the request, because a name can have another address the
/// next time it is looked up: the address that was checked is the one that is connected to.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let look_up = move || (name.as_str(), 0).to_socket_addrs();
            let found = tokio::task::spawn_blocking(look_up).await??;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(LocalOnly.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads to this machine or a private network")]
struct LocalOnly;
// ANCHOR_END: guard

// ANCHOR: deadline
/// A reader with a deadline for all reads together.
///
/// The client's own timeout starts anew with each read, so a server that sends a byte now and then
/// could hold a worker for ever. A read that began in time may still take the client's timeout, so an
/// exchange ends at the latest at its deadline plus one silence.
struct Timely<R> {
    inner: R,
    deadline: Instant,
}

impl<R: Read> Read for Timely<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.deadline {
            return Err(io::Error::new(io::ErrorKind::TimedOut, DeadlinePassed));
        }
        self.inner.read(buffer)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the deadline passed")]
struct DeadlinePassed;
// ANCHOR_END: deadline

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// Reads where a redirect leads, relative to where it was met.
fn target(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = header(headers, LOCATION).unwrap_or_default();
    from.join(&location)
        .ok()
        .filter(is_web)
        .ok_or(FetchError::BadRedirect(location))
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = header(headers, RETRY_AFTER)?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(&value).ok()?;
    // A date in the past asks for no pause.
    SystemTime::from(date.timestamp())
        .duration_since(now)
        .ok()
        .or(Some(Duration::ZERO))
}

/// Lists an error and what caused it, the deepest last.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

/// Returns what caused an error. An `io::Error` hides the error that it wraps from `source`.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// Returns the message of the deepest cause, which is the one that says what happened.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread::{self, JoinHandle};

    use super::*;
    use crate::settings::UserAgent;

    /// Answers one connection with `answer`, and returns the head of its request.
    fn server(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> (Url, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let thread = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            while reader.read_line(&mut head).expect("a head") > 2 {}
            answer(&mut stream);
            head
        });
        (
            Url::parse(&format!("http://{address}/page")).expect("a URL"),
            thread,
        )
    }

    fn says(answer: impl Into<Vec<u8>>) -> (Url, JoinHandle<String>) {
        let answer = answer.into();
        server(move |stream| {
            // The client may have heard enough before the end.
            let _ = stream.write_all(&answer);
        })
    }

    fn settings() -> Settings {
        let mut settings = Settings::new(
            Vec::new(),
            std::path::Path::new("unused.db"),
            UserAgent::anonymous(),
        );
        settings.allow_local = true;
        settings.limits.silence = Duration::from_secs(5);
        settings.limits.max_body_bytes = 10_000;
        settings
    }

    fn fetch(url: &Url, settings: &Settings) -> Result<Fetched, FetchError> {
        let job = FetchJob::new(url.clone(), 0, Want::Page(1));
        Fetcher::new(settings).expect("a client").fetch(&job)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("a Vec takes all");
        encoder.finish().expect("a Vec takes all")
    }

    fn html_with(head: &str, body: &[u8]) -> Vec<u8> {
        let mut answer =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n").into_bytes();
        answer.extend(body);
        answer
    }

    #[test]
    fn a_page_arrives_with_what_its_headers_say() {
        let (url, server) = says(
            "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=\"windows-1252\"\r\nX-Robots-Tag: nofollow\r\n\
             Content-Language: de\r\nContent-Length: 5\r\n\r\nhello",
        );

        let fetched = fetch(&url, &settings()).expect("a page");

        let Content::Html(page) = fetched.content else {
            panic!("not a page: {fetched:?}")
        };
        assert_eq!(
            (fetched.status, page.bytes.as_slice()),
            (200, b"hello".as_slice())
        );
        assert_eq!(page.charset.as_deref(), Some("windows-1252"));
        assert_eq!(page.language.as_deref(), Some("de"));
        assert_eq!(
            page.directives,
            Directives {
                noindex: false,
                nofollow: true
            }
        );
        let head = server.join().expect("the server ends").to_ascii_lowercase();
        assert!(head.contains("user-agent: spindle/"), "{head}");
        assert!(head.contains("accept-encoding: gzip"), "{head}");
    }

    #[test]
    fn what_is_not_html_is_left_after_the_header() {
        let (url, _server) =
            says("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99999999\r\n\r\n");

        let fetched = fetch(&url, &settings()).expect("an answer");

        assert!(
            matches!(fetched.content, Content::Other { content_type } if content_type == "image/png")
        );
    }

    #[test]
    fn a_redirect_is_told_and_not_followed() {
        let (url, _server) =
            says("HTTP/1.1 301 Moved\r\nLocation: ../other?x\r\nContent-Length: 0\r\n\r\n");

        let fetched = fetch(&url, &settings()).expect("an answer");

        let Content::Redirect(to) = fetched.content else {
            panic!("not a redirect: {fetched:?}")
        };
        assert_eq!((to.path(), to.query()), ("/other", Some("x")));
    }

    #[test]
    fn a_redirect_off_the_web_is_an_error() {
        let (url, _server) =
            says("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");

        assert!(matches!(
            fetch(&url, &settings()),
            Err(FetchError::BadRedirect(_))
        ));
    }

    #[test]
    fn a_compressed_page_is_unpacked() {
        let packed = gzip(b"hello");
        let (url, _server) = says(html_with(
            &format!("Content-Encoding: gzip\r\nContent-Length: {}", packed.len()),
            &packed,
        ));

        let Ok(Fetched {
            content: Content::Html(page),
            ..
        }) = fetch(&url, &settings())
        else {
            panic!("no page")
        };

        assert_eq!(page.bytes, b"hello");
    }

    #[test]
    fn a_gzip_bomb_is_stopped_by_its_unpacked_size() {
        let packed = gzip(&vec![0; 50_000_000]);
        assert!(packed.len() < 60_000);
        let (url, _server) = says(html_with(
            &format!("Content-Encoding: gzip\r\nContent-Length: {}", packed.len()),
            &packed,
        ));

        assert!(matches!(
            fetch(&url, &settings()),
            Err(FetchError::TooLarge(10_000))
        ));
    }

    #[test]
    fn an_endless_page_is_stopped_by_its_size() {
        let (url, _server) = server(|stream| {
            let _ = stream.write_all(&html_with("", b""));
            while stream.write_all(&[b'x'; 1_000]).is_ok() {}
        });

        assert!(matches!(
            fetch(&url, &settings()),
            Err(FetchError::TooLarge(10_000))
        ));
    }

    #[test]
    fn a_page_of_exactly_the_limit_is_taken() {
        let (url, _server) = says(html_with("Content-Length: 10000", &[b'x'; 10_000]));

        assert!(fetch(&url, &settings()).is_ok());
    }

    #[test]
    fn a_page_that_drips_for_ever_is_stopped_by_the_deadline() {
        let (url, server) = server(|stream| {
            let _ = stream.write_all(&html_with("", b""));
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        let mut settings = settings();
        settings.limits.exchange = Duration::from_millis(300);

        assert!(matches!(
            fetch(&url, &settings),
            Err(FetchError::TooSlow(_))
        ));
        server
            .join()
            .expect("the connection was closed, so the drip ended");
    }

    #[test]
    fn a_server_that_says_nothing_is_given_up() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (url, server) = server(move |_| {
            let _ = held.recv();
        });
        let mut settings = settings();
        settings.limits.silence = Duration::from_millis(200);

        let answer = fetch(&url, &settings);

        assert!(matches!(answer, Err(FetchError::Silent(_))), "{answer:?}");
        drop(release);
        server.join().expect("the server ends");
    }

    #[test]
    fn a_body_that_breaks_off_is_an_error_that_may_pass() {
        for answer in [
            html_with("Content-Length: 100", b"only this"),
            html_with("Transfer-Encoding: chunked", b"64\r\nonly this"),
            html_with("Content-Encoding: gzip", &gzip(b"a whole page")[..12]),
            b"this is no HTTP at all\r\n\r\n".to_vec(),
            Vec::new(),
        ] {
            let (url, _server) = says(answer.clone());

            let error = fetch(&url, &settings()).expect_err("a broken answer");

            assert!(matches!(error, FetchError::Broken(_)), "{error:?}");
            assert!(error.may_pass());
        }
    }

    #[test]
    fn an_encoding_that_nobody_asked_for_is_an_error() {
        let (url, _server) = says(html_with("Content-Encoding: br", b"?"));

        assert!(
            matches!(fetch(&url, &settings()), Err(FetchError::Encoding(name)) if name == "br")
        );
    }

    #[test]
    fn a_port_where_nobody_listens_is_an_error_that_names_the_reason() {
        let free = TcpListener::bind("127.0.0.1:0")
            .expect("a free port")
            .local_addr()
            .expect("bound");
        let url = Url::parse(&format!("http://{free}/")).expect("a URL");

        let error = fetch(&url, &settings()).expect_err("nobody listens");

        assert!(error.to_string().contains("refused"), "{error}");
        assert!(error.may_pass());
    }

    #[test]
    fn local_addresses_are_refused_by_number_and_by_name() {
        let mut settings = settings();
        settings.allow_local = false;

        for text in [
            "http://127.0.0.1:9/",
            "http://[::1]:9/",
            "http://localhost:9/",
            "http://169.254.169.254/",
        ] {
            let error = fetch(&Url::parse(text).expect("a URL"), &settings).expect_err("refused");

            assert!(
                matches!(error, FetchError::LocalAddress),
                "{text}: {error:?}"
            );
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let read = |value: &'static str| {
            retry_after(
                &HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]),
                now,
            )
        };

        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:47 GMT"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(read("Sun, 06 Nov 1994 08:40:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("later"), None);
        assert_eq!(read("-5"), None);
    }

    #[test]
    fn a_status_that_may_pass_carries_its_retry_after() {
        let (url, _server) =
            says("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");

        let fetched = fetch(&url, &settings()).expect("an answer");

        assert!(status_may_pass(fetched.status));
        assert!(
            matches!(fetched.content, Content::Nothing { retry_after: Some(pause) } if pause.as_secs() == 7)
        );
    }
}
