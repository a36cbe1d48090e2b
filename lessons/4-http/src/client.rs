//! A client, and the loop that holds everything together.
//!
//! Make one client and share it: it keeps connections open between requests, and a clone is the same
//! client once more. A client for each request makes each request pay for a connection of its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::blocking;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, PROXY_AUTHORIZATION,
};
use reqwest::{Method, Url};
use serde::Serialize;

use crate::decode::ACCEPTED;
use crate::error::{causes, root_cause, status_may_pass};
use crate::event::{Event, Observer, What};
use crate::limits::Deadline;
use crate::redirect::{Redirects, Scope, Way, method_after, same_origin, target, web_url};
use crate::resolve::{
    Guard, LookUp, LookUpFailed, Private, PrivateOnly, SystemLookUp, check_literal,
};
use crate::response::Asked;
use crate::retry::{Clock, Jitter, Policy, SystemClock, is_idempotent, retry_after};
use crate::tls::{self, Trust};
use crate::{Advice, Error, Limits, Response, TlsProblem, Validators};

/// How a client behaves.
#[derive(Clone)]
pub struct Config {
    /// Who we are: a name, a version, and where to complain.
    pub user_agent: String,
    /// What one exchange may cost.
    pub limits: Limits,
    /// When to try again.
    pub retry: Policy,
    /// What to do about redirects.
    pub redirects: Redirects,
    /// Which hosts may be asked.
    pub scope: Scope,
    /// Whether this machine and private networks may be asked. No, unless you know who wrote the links.
    pub private: Private,
    /// How many idle connections are kept for each host.
    pub idle_per_host: usize,
    /// Whose signature on a certificate counts.
    pub trust: Trust,
    /// Who is told what happens.
    pub observer: Observer,
    /// The time, for retries.
    pub clock: Arc<dyn Clock>,
    /// Who knows the addresses of names.
    pub look_up: Arc<dyn LookUp>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            user_agent: concat!("spindle-http/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            retry: Policy::default(),
            redirects: Redirects::default(),
            scope: Scope::default(),
            private: Private::default(),
            idle_per_host: 32,
            trust: Trust::default(),
            observer: Observer::default(),
            clock: Arc::new(SystemClock),
            look_up: Arc::new(SystemLookUp),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("user_agent", &self.user_agent)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .field("redirects", &self.redirects)
            .field("scope", &self.scope)
            .field("private", &self.private)
            .finish_non_exhaustive()
    }
}

/// A client for all threads. A clone shares its connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    inner: blocking::Client,
    config: Config,
    jitter: Jitter,
    requests: AtomicU64,
    /// Why https cannot work, if it cannot.
    no_tls: Option<TlsProblem>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.shared.config).finish()
    }
}

impl Client {
    /// Makes a client.
    ///
    /// A machine without root certificates still gets one, for http; https then fails with the reason.
    ///
    /// # Errors
    ///
    /// [`Error::Client`] when the system gives none, and when a certificate of [`Trust::Only`] is none.
    pub fn new(config: Config) -> Result<Self, Error> {
        tls::install_crypto();
        let builder = || tls::trust(builder(&config), &config.trust).map_err(Error::Client);
        let (inner, no_tls) = match builder()?.build() {
            Ok(inner) => (inner, tls::missing()),
            Err(why) => {
                let inner = tls::trust_nobody(builder()?)
                    .build()
                    .map_err(|error| Error::Client(root_cause(&error)))?;
                (inner, Some(TlsProblem::NoRoots(root_cause(&why))))
            }
        };
        Ok(Self {
            shared: Arc::new(Shared {
                inner,
                config,
                jitter: Jitter::new(),
                requests: AtomicU64::new(0),
                no_tls,
            }),
        })
    }

    /// Makes another client that behaves the same and shares nothing: connections and thread of its own.
    ///
    /// # Errors
    ///
    /// As [`new`](Client::new).
    pub fn alone(&self) -> Result<Self, Error> {
        Self::new(self.shared.config.clone())
    }

    /// Begins a request. What is wrong with the address is told when it is sent.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> Request {
        Request {
            shared: Arc::clone(&self.shared),
            repeatable: is_idempotent(&method),
            method,
            url: web_url(url.as_ref()).map_err(|_| url.as_ref().to_owned()),
            headers: HeaderMap::new(),
            body: None,
            limits: self.shared.config.limits.clone(),
            wrong: None,
        }
    }

    /// Begins a request for what is there. Safe: it changes nothing.
    pub fn get(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::GET, url)
    }

    /// Begins a request for the head of the answer alone.
    pub fn head(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::HEAD, url)
    }

    /// Begins a request that adds something. Twice sent, it adds two.
    pub fn post(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::POST, url)
    }

    /// Begins a request that puts something in the place of what is there. Idempotent.
    pub fn put(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::PUT, url)
    }

    /// Begins a request that changes a part of what is there.
    pub fn patch(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::PATCH, url)
    }

    /// Begins a request that removes what is there. Idempotent: what is gone stays gone.
    pub fn delete(&self, url: impl AsRef<str>) -> Request {
        self.request(Method::DELETE, url)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn chance(&self) -> f64 {
        self.shared.jitter.draw()
    }
}

// ANCHOR: builder
fn builder(config: &Config) -> blocking::ClientBuilder {
    blocking::Client::builder()
        .user_agent(&config.user_agent)
        // Redirects, retries and unpacking are ours, since each of them needs limits.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // A proxy would look names up for us, out of the guard's sight.
        .no_proxy()
        .connect_timeout(config.limits.connect)
        // This bounds the wait for the head, and then begins anew with each read of the body. (The
        // timeout of a request would bound the whole, but replace this one.)
        .timeout(config.limits.silence)
        .pool_max_idle_per_host(config.idle_per_host)
        .dns_resolver(Arc::new(Guard {
            look_up: Arc::clone(&config.look_up),
            private: config.private.clone(),
        }))
}
// ANCHOR_END: builder

/// A request that is being put together.
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    shared: Arc<Shared>,
    method: Method,
    /// The address, or the text that is none.
    url: Result<Url, String>,
    headers: HeaderMap,
    body: Option<Arc<[u8]>>,
    limits: Limits,
    repeatable: bool,
    /// What cannot be sent, if anything.
    wrong: Option<(&'static str, String)>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the headers: they may hold a token.
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url.as_ref().map(Url::as_str))
            .finish_non_exhaustive()
    }
}

impl Request {
    /// Sets a header. A line break in a value is refused when the request is sent: it would begin a
    /// header of somebody else's choice.
    ///
    /// A header goes along on redirects, also to another site. Only `Authorization`, `Cookie` and
    /// `Proxy-Authorization` do not: put no secret into a header of your own.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => {
                self.wrong = Some((
                    "a header",
                    format!("{name:?} or its value holds a forbidden byte"),
                ))
            }
        }
        self
    }

    /// Sets a token: `Authorization: Bearer …`. It is not sent along to another site.
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", token.as_ref()))
    }

    /// Adds parameters to the query, percent-encoded.
    pub fn query<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        if let Ok(url) = &mut self.url {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        self
    }

    /// Sets the body and its type.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into().into());
        self.header(CONTENT_TYPE, content_type)
    }

    /// Sets a body of JSON.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.body("application/json", bytes),
            Err(error) => {
                self.wrong = Some(("a body of JSON", error.to_string()));
                self
            }
        }
    }

    /// Sets a body as a form sends it.
    pub fn form<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Asks only for what differs from this version: the answer is that, or 304.
    pub fn if_changed(mut self, since: &Validators) -> Self {
        if let Some(tag) = &since.etag {
            self = self.header(IF_NONE_MATCH, tag);
        }
        if let Some(date) = &since.last_modified {
            self = self.header(IF_MODIFIED_SINCE, date);
        }
        self
    }

    /// Names this act, so that a server that knows the header does it once, however often it is asked.
    /// This makes a POST repeatable, so it is retried like a GET: only for servers that promise it.
    pub fn idempotency_key(mut self, key: &str) -> Self {
        self.repeatable = true;
        self.header("idempotency-key", key)
    }

    /// Sets other limits for this request: on the whole, and on sizes. (Those on connecting and on
    /// silence belong to the client.)
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends it, follows redirects, tries again; returns when the head of the last answer is there.
    ///
    /// A status such as 404 is an answer and not an error: see [`Response::success`].
    ///
    /// # Errors
    ///
    /// Any but those of the body.
    pub fn send(self) -> Result<Response, Error> {
        self.attempts(Ok)
    }

    /// Sends it, takes only success, reads the whole body; when that breaks off, tries again.
    ///
    /// # Errors
    ///
    /// Any of [`Error`]; [`Error::Status`] for a status outside of 200 to 299.
    pub fn fetch(self) -> Result<Vec<u8>, Error> {
        self.attempts(|response| response.success()?.bytes())
    }

    // ANCHOR: attempts
    /// Tries until it works, makes no sense any more, or was tried often enough.
    fn attempts<T>(self, finish: impl Fn(Response) -> Result<T, Error>) -> Result<T, Error> {
        let (policy, clock) = (&self.shared.config.retry, &self.shared.config.clock);
        let number = self.shared.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let first = self.checked()?;
        let mut attempt = 1;
        loop {
            // Sent twice it might be done twice, and nobody knows whether it was done once.
            let pause = |asked| match self.repeatable {
                true => policy.pause(attempt, asked, self.shared.jitter.draw()),
                false => None,
            };
            let pause = match self.exchange(&first, number, attempt) {
                Ok(response) if status_may_pass(response.status().as_u16()) => {
                    match pause(response.retry_after()) {
                        Some(pause) => pause,
                        None => return finish(response),
                    }
                }
                answer => match answer.and_then(&finish) {
                    Err(error) if error.advice() == Advice::Retry => {
                        pause(error.retry_after()).ok_or(error)?
                    }
                    done => return done,
                },
            };
            self.tell(number, &self.method, &first, What::Paused { pause });
            clock.sleep(pause);
            attempt += 1;
        }
    }
    // ANCHOR_END: attempts

    fn checked(&self) -> Result<Url, Error> {
        if let Some((what, why)) = &self.wrong {
            let (what, why) = (*what, why.clone());
            return Err(Error::Unsendable { what, why });
        }
        self.url.clone().map_err(Error::NotWeb)
    }

    // ANCHOR: exchange
    /// One exchange: a question, and further ones as far as redirects lead.
    fn exchange(&self, first: &Url, number: u64, attempt: u32) -> Result<Response, Error> {
        let config = &self.shared.config;
        let deadline = Deadline::after(self.limits.whole);
        let (mut method, mut url) = (self.method.clone(), first.clone());
        let (mut headers, mut body) = (self.headers.clone(), self.body.clone());
        let max = match config.redirects {
            Redirects::Follow(max) => max,
            Redirects::HandOver => 0,
        };
        let mut way = Way::from(&method, &url, max);
        config.scope.check(&url, first)?;
        loop {
            self.tell(number, &method, &url, What::Sent { attempt });
            let answer = self.ask(&method, &url, &headers, body.as_deref(), &deadline);
            let answer = answer.inspect_err(|error| {
                self.tell(number, &method, &url, What::Failed(error));
            })?;
            let status = answer.status();
            let answered = What::Answered {
                status: status.as_u16(),
            };
            self.tell(number, &method, &url, answered);
            let to = match config.redirects {
                Redirects::Follow(_) => target(&url, status, answer.headers())?,
                Redirects::HandOver => None,
            };
            let Some(to) = to else {
                let retry_after = retry_after(answer.headers(), config.clock.now());
                return Ok(Response::new(
                    answer,
                    Asked {
                        number,
                        retry_after,
                        method,
                        url,
                        limits: Limits {
                            silence: config.limits.silence,
                            ..self.limits.clone()
                        },
                        deadline,
                        observer: config.observer.clone(),
                    },
                ));
            };
            let (next, keeps_body) = method_after(status, &method);
            way.step(&next, &to, &config.scope)?;
            if !keeps_body {
                body = None;
                headers.remove(CONTENT_TYPE);
            }
            if !same_origin(&url, &to) {
                // Secrets are for the site that gave them.
                for secret in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION] {
                    headers.remove(secret);
                }
            }
            self.tell(number, &method, &url, What::Redirected { to: &to });
            (method, url) = (next, to);
        }
    }
    // ANCHOR_END: exchange

    /// Sends one question and waits for the head of its answer.
    fn ask(
        &self,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        body: Option<&[u8]>,
        deadline: &Deadline,
    ) -> Result<blocking::Response, Error> {
        if let (Some(problem), "https") = (&self.shared.no_tls, url.scheme()) {
            return Err(Error::Tls {
                host: host_of(url),
                problem: problem.clone(),
            });
        }
        check_literal(url, &self.shared.config.private)?;
        deadline.check()?;
        let mut request = self
            .shared
            .inner
            .request(method.clone(), url.clone())
            .headers(headers.clone());
        if !headers.contains_key(ACCEPT_ENCODING) {
            request = request.header(ACCEPT_ENCODING, ACCEPTED);
        }
        if let Some(body) = body {
            request = request.body(body.to_vec());
        }
        request
            .send()
            .map_err(|error| self.explain(url, deadline, &error))
    }

    // ANCHOR: explain
    /// Says in our words why no answer came.
    fn explain(&self, url: &Url, deadline: &Deadline, error: &reqwest::Error) -> Error {
        let host = host_of(url);
        for cause in causes(error) {
            if cause.is::<PrivateOnly>() {
                return Error::PrivateAddress { host };
            }
            if let Some(LookUpFailed(source)) = cause.downcast_ref() {
                let source = std::io::Error::new(source.kind(), source.to_string());
                return Error::LookUp { host, source };
            }
            if let Some(problem) = tls::problem(cause) {
                return Error::Tls { host, problem };
            }
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Error::ConnectTimedOut {
                host,
                limit: self.shared.config.limits.connect,
            },
            (true, false) if deadline.passed() => deadline.error(),
            (true, false) => Error::Silent {
                limit: self.shared.config.limits.silence,
            },
            (false, true) => Error::Connect {
                host,
                why: root_cause(error),
            },
            (false, false) => Error::Broken(root_cause(error)),
        }
    }
    // ANCHOR_END: explain

    fn tell(&self, request: u64, method: &Method, url: &Url, what: What<'_>) {
        let event = Event {
            request,
            method,
            url,
            what,
        };
        self.shared.config.observer.tell(&event);
    }
}

/// Host and port, as a person would write them.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
