//! Step 1: a typed client for the API of books.
//!
//! What goes over the wire is text with a number in front. What the rest of your program wants is a
//! `Book`, or a reason why there is none. You build what stands between.
//!
//! The API, for people: start `cargo course site` and open `/api/`.

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
    // TODO: one client for all requests, and the token once there is one.
}

impl BookClient {
    /// Makes a client for the API at `base`. No request may take longer than `limit`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Http`] when the system gives no client.
    pub fn new(base: &str, limit: Duration) -> Result<Self, ApiError> {
        // TODO: build the HTTP client here, once.
        todo!("build a client with a limit on time")
    }

    /// Logs in: sends `{"user":…,"password":…}` to `/api/login`, and keeps the `token` of the answer for
    /// all later requests, which carry it as `Authorization: Bearer …`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 401 for a wrong password.
    pub fn log_in(&mut self, user: &str, password: &str) -> Result<(), ApiError> {
        // TODO: POST the two as JSON, and remember the token.
        todo!("log in")
    }

    /// Returns the books whose title or author contains these words: `/api/books?q=…&per_page=100`.
    ///
    /// # Errors
    ///
    /// As [`BookClient::read`], except that an empty list is no error.
    pub fn search(&self, words: &str) -> Result<Vec<Book>, ApiError> {
        // TODO: mind that the words may hold any character.
        todo!("search")
    }

    /// Returns one book: `GET /api/books/17`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 404 when there is none.
    pub fn read(&self, id: u64) -> Result<Book, ApiError> {
        // TODO: look at the status before you look at the body.
        todo!("read a book")
    }

    /// Adds a book, and returns it with its number: `POST /api/books`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Status`] with 401 for nobody, 422 for a book that cannot be.
    pub fn create(&self, draft: &Draft) -> Result<Book, ApiError> {
        // TODO: the server takes JSON only when the request says that it is JSON.
        todo!("add a book")
    }

    /// Removes a book: `DELETE /api/books/17`, which answers 204 and no body.
    ///
    /// # Errors
    ///
    /// As [`BookClient::read`].
    pub fn delete(&self, id: u64) -> Result<(), ApiError> {
        // TODO: success without a body is success.
        todo!("remove a book")
    }
}
