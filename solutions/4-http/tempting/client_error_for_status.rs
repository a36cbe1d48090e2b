//! Tempting: `error_for_status`, which knows the number and throws the words away.

use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, ClientBuilder, Request};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};

/// A book, as the API has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Book {
    /// The number in its address, `/api/books/17`.
    pub id: u64,
    /// What it is about.
    #[serde(flatten)]
    pub about: Draft,
}

/// All that one says about a book: its number comes from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The title.
    pub title: String,
    /// The author's name.
    pub author: String,
    /// The year of publication.
    pub year: i32,
    /// The number of pages, where it is known.
    pub pages: Option<u32>,
    /// Whether it can be borrowed.
    pub available: bool,
}

/// Why there is no book.
#[derive(Debug)]
pub enum ApiError {
    /// There was no whole answer: no connection, no time, or it broke off.
    Http(reqwest::Error),
    /// The server said no.
    Status {
        /// Its number: 404, for example.
        status: u16,
        /// The server's own words, from the field `detail` of the answer; empty when it gave none.
        detail: String,
    },
    /// The answer is not what the API promises.
    Json(serde_json::Error),
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

/// The list as the API sends it. More fields come; who does not name them does not see them.
#[derive(Debug, Deserialize)]
struct List {
    books: Vec<Book>,
}

/// What a log-in answers.
#[derive(Debug, Deserialize)]
struct LoggedIn {
    token: String,
}

/// What the API answers when it says no (RFC 9457).
#[derive(Debug, Default, Deserialize)]
struct ProblemDetails {
    #[serde(default)]
    detail: String,
}

/// Begins an HTTP client for plain http, which is all that the practice site speaks.
///
/// Use it where other programs say `Client::builder()`. In a build that also holds programs for https, a
/// client wants to know who does its cryptography and whom it trusts. This one trusts nobody.
pub fn plain_http() -> ClientBuilder {
    // The second time it says that it was done before, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([])
}

/// Talks to the API, as nobody or as somebody.
#[derive(Debug)]
pub struct BookClient {
    /// `http://127.0.0.1:4000`, without a slash at its end.
    base: String,
    /// It keeps connections open, and the next request takes one of them.
    http: Client,
    token: Option<String>,
}

impl BookClient {
    /// Makes a client for the API at `base`. No request may take longer than `limit`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Http`] when the system gives no client.
    pub fn new(base: &str, limit: Duration) -> Result<Self, ApiError> {
        Ok(Self {
            base: base.to_owned(),
            // The limit is for the whole: connecting, waiting and reading.
            http: plain_http().timeout(limit).build()?,
            token: None,
        })
    }

    /// Logs in: sends `{"user":…,"password":…}` to `/api/login`, and keeps the `token` of the answer for
    /// all later requests, which carry it as `Authorization: Bearer …`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 401 for a wrong password.
    pub fn log_in(&mut self, user: &str, password: &str) -> Result<(), ApiError> {
        let body = serde_json::to_vec(&serde_json::json!({"user": user, "password": password}))?;
        let answer = self.send(Method::POST, "/api/login", |request| json(request, body))?;
        self.token = Some(serde_json::from_str::<LoggedIn>(&answer)?.token);
        Ok(())
    }

    /// Returns the books whose title or author contains these words: `/api/books?q=…&per_page=100`.
    ///
    /// # Errors
    ///
    /// As [`BookClient::read`], except that an empty list is no error.
    pub fn search(&self, words: &str) -> Result<Vec<Book>, ApiError> {
        let answer = self.send(Method::GET, "/api/books", |request| {
            // Not by format!: an & in the words would begin another parameter.
            let mut query = request.url_mut().query_pairs_mut();
            query.append_pair("q", words).append_pair("per_page", "100");
        })?;
        Ok(serde_json::from_str::<List>(&answer)?.books)
    }

    /// Returns one book: `GET /api/books/17`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 404 when there is none.
    pub fn read(&self, id: u64) -> Result<Book, ApiError> {
        let answer = self.send(Method::GET, &format!("/api/books/{id}"), |_| {})?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Adds a book, and returns it with its number: `POST /api/books`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 401 for nobody, 422 for a book that cannot be.
    pub fn create(&self, draft: &Draft) -> Result<Book, ApiError> {
        let body = serde_json::to_vec(draft)?;
        let answer = self.send(Method::POST, "/api/books", |request| json(request, body))?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Removes a book: `DELETE /api/books/17`, which answers 204 and no body.
    ///
    /// # Errors
    ///
    /// As [`BookClient::read`].
    pub fn delete(&self, id: u64) -> Result<(), ApiError> {
        let path = format!("/api/books/{id}");
        // No JSON is read: there is none.
        self.send(Method::DELETE, &path, |_| {}).map(drop)
    }

    /// Sends a request, and returns the body of an answer that says yes.
    fn send(
        &self,
        method: Method,
        path: &str,
        fill: impl FnOnce(&mut Request),
    ) -> Result<String, ApiError> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut request = request.build()?;
        fill(&mut request);

        let response = self.http.execute(request)?;
        let status = response.status();
        let response = match response.error_for_status() {
            Ok(response) => response,
            Err(error) => {
                return Err(ApiError::Status {
                    status: error.status().map_or(0, |status| status.as_u16()),
                    detail: String::new(),
                });
            }
        };
        let body = response.text()?;
        // The status decides what the body is: a book, or the reason why there is none.
        if status.is_success() {
            return Ok(body);
        }
        // A server in trouble may send anything, so missing words are no error of their own.
        let problem: ProblemDetails = serde_json::from_str(&body).unwrap_or_default();
        Err(ApiError::Status {
            status: status.as_u16(),
            detail: problem.detail,
        })
    }
}

/// Puts JSON into a request, and says so: what the server cannot know, it refuses with 415.
fn json(request: &mut Request, body: Vec<u8>) {
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = Some(body.into());
}
