//! `FetchJob -> Fetched`: asks the web one question and reads the answer, within limits.
//!
//! How one asks and outlives the answer is lesson 4's: limits, the guard on addresses, TLS, unpacking,
//! errors. Here stands what a crawler adds:
//!
//! - **Redirects are not followed here.** A redirect is a discovery: its target goes to the frontier
//!   like a link, so that scope, robots.txt and delay hold for it as for every other URL.
//! - **Nothing is tried again here.** A second try is a request too: it goes through the frontier,
//!   which keeps the delay.
//! - **No body is read that nobody wants**: only HTML, and of the rest only the headers.

use std::io::Read;
use std::time::{Duration, Instant};

use http_client::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName};
use http_client::redirect::target;
use http_client::retry::Policy;
use http_client::{Advice, Client, Config, Private, Redirects, Response};
use url::Url;

use crate::frontier::{FetchJob, Want};
use crate::robots::{Directives, MAX_ROBOTS_BYTES};
use crate::settings::Settings;

/// Why there is no answer.
pub use http_client::Error as FetchError;
pub use http_client::error::status_may_pass;

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

/// Returns whether another try may end better. A crawl lasts longer than a request: in an hour a name
/// server may be back.
pub fn may_pass(error: &FetchError) -> bool {
    error.advice() == Advice::Retry || matches!(error, FetchError::LookUp { .. })
}

/// The real web, by one HTTP client that all workers share: its pool keeps connections open between pages.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    limits: http_client::Limits,
    token: String,
}

impl Fetcher {
    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`FetchError::Client`] when the system gives no client at all. A machine without root certificates
    /// still gets one, for http; a page by https then fails with the reason.
    pub fn new(settings: &Settings) -> Result<Self, FetchError> {
        let limits = http_client::Limits {
            connect: settings.limits.connect,
            silence: settings.limits.silence,
            whole: settings.limits.exchange,
            wire_bytes: settings.limits.max_body_bytes,
            body_bytes: settings.limits.max_body_bytes,
        };
        let client = Client::new(Config {
            user_agent: settings.agent.header(),
            limits: limits.clone(),
            retry: Policy::NEVER,
            redirects: Redirects::HandOver,
            private: match settings.allow_local {
                true => Private::Allow,
                false => Private::Refuse,
            },
            idle_per_host: settings.politeness.connections.max(1),
            ..Config::default()
        })?;
        Ok(Self {
            client,
            limits,
            token: settings.agent.token().to_owned(),
        })
    }

    fn page(&self, response: Response) -> Result<Content, FetchError> {
        let content_type = text(&response, CONTENT_TYPE).unwrap_or_default();
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
        let language = text(&response, CONTENT_LANGUAGE);
        let directives = response
            .headers()
            .get_all("x-robots-tag")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .fold(Directives::default(), |all, value| {
                all.and(Directives::parse(value, &self.token))
            });
        Ok(Content::Html(HtmlBody {
            bytes: response.bytes()?,
            charset,
            language,
            directives,
        }))
    }

    /// Returns what a request for this may cost. Of a robots.txt the beginning is taken, however long
    /// it is (RFC 9309, section 2.5); a page is taken whole or not at all.
    fn limits_for(&self, want: &Want) -> http_client::Limits {
        match want {
            Want::Page(_) => self.limits.clone(),
            Want::Robots { .. } => http_client::Limits {
                wire_bytes: u64::MAX,
                body_bytes: MAX_ROBOTS_BYTES,
                ..self.limits.clone()
            },
        }
    }
}

impl Web for Fetcher {
    // ANCHOR: fetch
    fn fetch(&self, job: &FetchJob) -> Result<Fetched, FetchError> {
        let started = Instant::now();
        let response = self
            .client
            .get(&job.url)
            .header("accept", "text/html, application/xhtml+xml, */*;q=0.1")
            .limits(self.limits_for(&job.want))
            .send()?;
        let status = response.status();
        let content = if let Some(to) = target(&job.url, status, response.headers())? {
            Content::Redirect(to)
        } else if !status.is_success() {
            Content::Nothing {
                retry_after: response.retry_after(),
            }
        } else {
            match job.want {
                Want::Page(_) => self.page(response)?,
                Want::Robots { .. } => Content::Robots(beginning(response)?),
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

/// Reads as much of a body as a robots.txt may have.
fn beginning(response: Response) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    response
        .take(MAX_ROBOTS_BYTES)
        .read_to_end(&mut bytes)
        .map_err(FetchError::from_read)?;
    Ok(bytes)
}

fn text(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
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
            Err(FetchError::TooLarge { limit: 10_000, .. })
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
            Err(FetchError::TooLarge { limit: 10_000, .. })
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
            Err(FetchError::TooSlow { .. })
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

        assert!(
            matches!(answer, Err(FetchError::Silent { .. })),
            "{answer:?}"
        );
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
            assert!(may_pass(&error));
        }
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
        assert!(may_pass(&error));
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
                matches!(error, FetchError::PrivateAddress { .. }),
                "{text}: {error:?}"
            );
        }
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
