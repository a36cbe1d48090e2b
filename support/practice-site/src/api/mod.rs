//! The REST API: books, tokens, a limit on haste, an endpoint that fails, an echo.

mod books;
mod haste;

use crate::account::{token, user};
use crate::app::{Outcome, add_slash, methods};
use crate::html::Frame;
use crate::js::STORIES;
use crate::json::{self, Json, number, object, text};
use crate::server::{Request, Response, find, lock, parse_form};
use crate::truth::Book;
use books::Books;
use haste::Haste;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub(crate) const TITLE: &str = "An API of books";

/// How long a token opens the door.
const TOKEN_LIFE: Duration = Duration::from_secs(3_600);
/// No memory of clients grows beyond this many entries; then it begins anew.
const MAX_REMEMBERED: usize = 10_000;

/// What the API remembers.
#[derive(Debug)]
pub(crate) struct Api {
    books: Books,
    haste: Haste,
    tokens: Mutex<HashMap<String, (&'static str, Instant)>>,
    made: Mutex<u64>,
}

impl Api {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            books: Books::new(seed),
            haste: Haste::default(),
            tokens: Mutex::default(),
            made: Mutex::default(),
        }
    }

    /// Returns the books that there are at the start.
    pub(crate) fn seeded(&self) -> Vec<Book> {
        self.books.all()
    }

    /// Answers requests below `/api`; `base` is the site's scheme and host.
    pub(crate) fn answer(&self, request: &Request, rest: &[&str], base: &str) -> Outcome {
        const READ: &str = "GET, HEAD, OPTIONS";
        match rest {
            [] => {
                methods(request, READ)?;
                add_slash(request)?;
                let main = include_str!("index.html");
                let frame = Frame {
                    title: TITLE,
                    corner: "/api/",
                    head: "",
                    main,
                };
                Ok(Response::html(200, frame.to_html()))
            }
            ["books"] => {
                methods(request, "GET, HEAD, POST, OPTIONS")?;
                if request.method == "POST" {
                    self.editor(request)?;
                    self.books.create(request, base)
                } else {
                    self.books.list(request, base)
                }
            }
            ["books", id] => {
                methods(request, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")?;
                let id = id
                    .parse()
                    .map_err(|_| problem(404, "There is no such book."))?;
                if request.is_read() {
                    return self.books.read(id);
                }
                self.editor(request)?;
                match request.method.as_str() {
                    "PUT" => self.books.replace(request, id),
                    "PATCH" => self.books.patch(request, id),
                    _ => self.books.delete(request, id),
                }
            }
            ["login"] => {
                methods(request, "POST, OPTIONS")?;
                self.log_in(request)
            }
            ["me"] => {
                methods(request, READ)?;
                let user = self.user(request)?;
                Ok(answer_json(
                    200,
                    &object([("user", text(user)), ("role", text(user))]),
                ))
            }
            ["limited"] => {
                methods(request, READ)?;
                self.haste.limited(request)
            }
            ["flaky"] => self.haste.flaky(request),
            ["echo"] => Ok(answer_json(200, &echo(request))),
            ["stories"] => {
                methods(request, READ)?;
                let stories = (1..=STORIES.len()).filter_map(story).collect();
                Ok(answer_json(
                    200,
                    &object([("stories", Json::List(stories))]),
                ))
            }
            ["stories", number] => {
                methods(request, READ)?;
                let story = number.parse().ok().and_then(story);
                story
                    .map(|story| answer_json(200, &story))
                    .ok_or_else(|| problem(404, "There is no such story."))
            }
            _ => Err(problem(404, "There is nothing at this path. See /api/.")),
        }
    }

    /// Takes a name and a password, as JSON or as a form, and gives a token.
    fn log_in(&self, request: &Request) -> Outcome {
        let body = String::from_utf8_lossy(&request.body);
        let is_json = media_type(request).ends_with("json");
        let (name, password) = if is_json {
            let value = json::parse(&body).map_err(|why| problem(400, &why))?;
            let field = |name| {
                value
                    .get(name)
                    .and_then(Json::as_text)
                    .unwrap_or_default()
                    .to_string()
            };
            (field("user"), field("password"))
        } else {
            let fields = parse_form(&body);
            let field = |name| find(&fields, name).unwrap_or_default().to_string();
            (field("user"), field("password"))
        };
        let user = user(&name, &password)
            .ok_or_else(|| unauthorized("That name and password do not belong together."))?;
        let token = {
            let mut made = lock(&self.made);
            *made += 1;
            token(u64::MAX - *made)
        };
        let mut tokens = lock(&self.tokens);
        if tokens.len() >= MAX_REMEMBERED {
            tokens.clear();
        }
        tokens.insert(token.clone(), (user, Instant::now() + TOKEN_LIFE));
        Ok(answer_json(
            200,
            &object([
                ("token", text(token)),
                ("token_type", text("Bearer")),
                ("role", text(user)),
                ("expires_in", number(TOKEN_LIFE.as_secs())),
            ]),
        )
        .with("Cache-Control", "no-store"))
    }

    /// Returns the user whose token the request carries.
    fn user(&self, request: &Request) -> Result<&'static str, Response> {
        let header = request.header("authorization").ok_or_else(|| {
            unauthorized("Log in at /api/login, and send the token as Authorization: Bearer TOKEN.")
        })?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| unauthorized("The Authorization header should be: Bearer TOKEN."))?;
        match lock(&self.tokens).get(token) {
            Some((user, end)) if *end > Instant::now() => Ok(user),
            _ => Err(unauthorized("This token is unknown, or has expired.")),
        }
    }

    /// Refuses everybody but editors.
    fn editor(&self, request: &Request) -> Result<(), Response> {
        match self.user(request)? {
            "editor" => Ok(()),
            _ => Err(problem(
                403,
                "Readers may read; only editors may change books.",
            )),
        }
    }
}

fn unauthorized(why: &str) -> Response {
    problem(401, why).with("WWW-Authenticate", "Bearer realm=\"practice site\"")
}

/// Returns the media type of the request's body, in lower case, without parameters.
fn media_type(request: &Request) -> String {
    let value = request.header("content-type").unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Makes a response of JSON.
fn answer_json(status: u16, value: &Json) -> Response {
    Response::new(status, "application/json", value.to_pretty())
}

/// Makes a response that says what is wrong (RFC 9457).
fn problem(status: u16, detail: &str) -> Response {
    problem_with(status, detail, Vec::new())
}

fn problem_with(status: u16, detail: &str, errors: Vec<(&str, &str)>) -> Response {
    let mut fields = vec![
        ("type".to_string(), text("about:blank")),
        ("title".to_string(), text(crate::server::reason(status))),
        ("status".to_string(), number(status)),
        ("detail".to_string(), text(detail)),
    ];
    if !errors.is_empty() {
        let errors = errors
            .into_iter()
            .map(|(field, message)| object([("field", text(field)), ("message", text(message))]))
            .collect();
        fields.push(("errors".to_string(), Json::List(errors)));
    }
    let body = Json::Object(fields).to_pretty();
    Response::new(status, "application/problem+json", body)
}

fn story(id: usize) -> Option<Json> {
    let (title, author, published, words) = STORIES.get(id.checked_sub(1)?)?;
    Some(object([
        ("id", number(id)),
        ("title", text(*title)),
        ("author", text(*author)),
        ("published", text(*published)),
        ("text", text(*words)),
    ]))
}

/// Tells a client what it sent.
fn echo(request: &Request) -> Json {
    let pairs = |pairs: &[(String, String)]| {
        Json::List(
            pairs
                .iter()
                .map(|(name, value)| object([("name", text(name)), ("value", text(value))]))
                .collect(),
        )
    };
    object([
        ("method", text(&request.method)),
        ("target", text(&request.target)),
        ("path", text(&request.path)),
        ("query", pairs(&request.query)),
        ("headers", pairs(&request.headers)),
        ("body", text(String::from_utf8_lossy(&request.body))),
        ("body_bytes", number(request.body.len())),
    ])
}
