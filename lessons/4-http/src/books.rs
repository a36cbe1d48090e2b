//! A typed client for the practice site's API of books.
//!
//! What the wire knows as JSON and statuses, the rest of a program should know as types: a [`Book`],
//! and a [`BookError`] with a variant for each thing that a caller would do something about.
//!
//! REST means that each thing has an address, and that the methods of HTTP are the verbs:
//! `GET /api/books/17` reads it, `PUT` replaces it, `PATCH` changes it, `DELETE` removes it, and
//! `POST /api/books` adds one.

use reqwest::header::{IF_MATCH, LOCATION};
use reqwest::{StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::paging::Pages;
use crate::redirect::web_url;
use crate::{Client, Error, Request, Response};

// ANCHOR: types
/// A book, as the API has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Book {
    /// The number in its address.
    pub id: u64,
    /// What it is about; see [`Draft`].
    #[serde(flatten)]
    pub about: Draft,
}

/// What one says about a book: all of it but the number, which the server gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The title.
    pub title: String,
    /// The author's name.
    pub author: String,
    /// The year of publication; before our era it is negative.
    pub year: i32,
    /// The number of pages, where it is known.
    pub pages: Option<u32>,
    /// Whether it can be borrowed.
    pub available: bool,
}

/// A change: what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// A new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether it can be borrowed now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
}

/// A book, and the version that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// The book.
    pub book: Book,
    /// Its `ETag`. A change that carries it is refused if somebody else was quicker.
    pub version: Option<String>,
}

/// Why the API did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// The request or its answer failed.
    #[error(transparent)]
    Http(#[from] Error),
    /// Nobody is logged in, or somebody who may not do this.
    #[error("not permitted: {0}")]
    NotPermitted(String),
    /// There is no such book.
    #[error("there is no book {0}")]
    NotFound(u64),
    /// The book has changed since it was read: read it again, and decide again.
    #[error("the book has changed since it was read")]
    Changed,
    /// What was sent is wrong.
    #[error("refused: {}", fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// What is wrong with which field.
        fields: Vec<FieldError>,
    },
    /// Anything else that the server says no to.
    #[error("the server refused with status {status}: {detail}")]
    Refused {
        /// The status.
        status: u16,
        /// What it says about it.
        detail: String,
    },
}
// ANCHOR_END: types

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FieldError {
    /// Its name.
    pub field: String,
    /// What should be there.
    pub message: String,
}

/// The body of a refusal (RFC 9457).
#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<FieldError>,
}

/// One page of the list.
#[derive(Debug, Deserialize)]
pub struct BookPage {
    books: Vec<Book>,
}

impl From<BookPage> for Vec<Book> {
    fn from(page: BookPage) -> Self {
        page.books
    }
}

/// The books of one site.
#[derive(Clone, Debug)]
pub struct Books {
    client: Client,
    list: Url,
    login: Url,
    token: Option<String>,
}

impl Books {
    /// Names the site, for example `http://127.0.0.1:8000`. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// [`Error::NotWeb`] when that is no address on the web.
    pub fn at(client: &Client, site: &str) -> Result<Self, BookError> {
        let site = web_url(site)?;
        let join = |path| site.join(path).map_err(|_| Error::NotWeb(site.to_string()));
        Ok(Self {
            client: client.clone(),
            list: join("/api/books")?,
            login: join("/api/login")?,
            token: None,
        })
    }

    /// Gets a token for a name and a password; later requests carry it.
    ///
    /// # Errors
    ///
    /// [`BookError::NotPermitted`] when they do not belong together.
    pub fn log_in(&mut self, user: &str, password: &str) -> Result<(), BookError> {
        #[derive(Deserialize)]
        struct Answer {
            token: String,
        }
        let form = [("user", user), ("password", password)];
        let answer: Answer = self
            .send(0, self.client.post(&self.login).form(form))?
            .json()?;
        self.token = Some(answer.token);
        Ok(())
    }

    /// Lists all books whose title or author holds `words`; a page is fetched when it is needed.
    pub fn list(&self, words: &str, per_page: u32) -> Pages<BookPage, Book, BookError> {
        let mut first = self.list.clone();
        first
            .query_pairs_mut()
            .append_pair("q", words)
            .append_pair("per_page", &per_page.to_string());
        let books = self.clone();
        Pages::new(first, move |url| books.send(0, books.client.get(url)))
    }

    /// Reads a book.
    ///
    /// # Errors
    ///
    /// [`BookError::NotFound`], [`BookError::Http`].
    pub fn read(&self, id: u64) -> Result<Versioned, BookError> {
        versioned(self.send(id, self.client.get(self.one(id)))?)
    }

    // ANCHOR: create
    /// Adds a book. `key` names this act: sent twice with the same key, it adds one book, so it may be
    /// tried again although it is a POST.
    ///
    /// # Errors
    ///
    /// [`BookError::Invalid`], [`BookError::NotPermitted`], [`BookError::Http`].
    pub fn create(&self, draft: &Draft, key: &str) -> Result<Versioned, BookError> {
        let request = self
            .client
            .post(&self.list)
            .json(draft)
            .idempotency_key(key);
        let response = self.send(0, request)?;
        if response.status() != StatusCode::CREATED || response.header(LOCATION.as_str()).is_none()
        {
            return Err(Error::Body("a new book has status 201 and an address".into()).into());
        }
        versioned(response)
    }
    // ANCHOR_END: create

    /// Puts other words in the place of all that was said about a book, if nobody else was quicker.
    ///
    /// # Errors
    ///
    /// [`BookError::Changed`] when the book is not what `old` is any more.
    pub fn replace(&self, old: &Versioned, draft: &Draft) -> Result<Versioned, BookError> {
        let id = old.book.id;
        let request = if_still(self.client.put(self.one(id)).json(draft), old);
        versioned(self.send(id, request)?)
    }

    /// Changes some of what is said about a book, if nobody else was quicker.
    ///
    /// # Errors
    ///
    /// As [`replace`](Books::replace).
    pub fn change(&self, old: &Versioned, change: &Change) -> Result<Versioned, BookError> {
        let id = old.book.id;
        let request = if_still(self.client.patch(self.one(id)).json(change), old);
        versioned(self.send(id, request)?)
    }

    /// Removes a book.
    ///
    /// # Errors
    ///
    /// [`BookError::NotFound`] when it is gone already.
    pub fn remove(&self, id: u64) -> Result<(), BookError> {
        self.send(id, self.client.delete(self.one(id))).map(drop)
    }

    fn one(&self, id: u64) -> String {
        format!("{}/{id}", self.list)
    }

    // ANCHOR: send
    /// Sends a request with the token, and turns a refusal into an error that a program can act on.
    fn send(&self, id: u64, mut request: Request) -> Result<Response, BookError> {
        if let Some(token) = &self.token {
            request = request.bearer(token);
        }
        let response = request.send()?;
        let status = response.status().as_u16();
        if response.status().is_success() {
            return Ok(response);
        }
        // What a server says while refusing may be anything.
        let problem: Problem = response.json().unwrap_or_default();
        Err(match status {
            401 | 403 => BookError::NotPermitted(problem.detail),
            404 => BookError::NotFound(id),
            412 => BookError::Changed,
            422 => BookError::Invalid {
                fields: problem.errors,
            },
            status => BookError::Refused {
                status,
                detail: problem.detail,
            },
        })
    }
    // ANCHOR_END: send
}

fn if_still(request: Request, old: &Versioned) -> Request {
    match &old.version {
        Some(version) => request.header(IF_MATCH, version),
        None => request,
    }
}

fn versioned(response: Response) -> Result<Versioned, BookError> {
    let version = response.validators().etag;
    let book = response.json()?;
    Ok(Versioned { book, version })
}
