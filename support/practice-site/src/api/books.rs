//! The books: list, create, read, replace, patch, delete.

use super::{MAX_REMEMBERED, answer_json, media_type, problem, problem_with};
use crate::app::Outcome;
use crate::json::{self, Json, number, object, text};
use crate::language::LANGUAGES;
use crate::negotiate::matches;
use crate::random::{Random, hash};
use crate::server::{Request, Response, lock, percent_encode};
use crate::truth::Book;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// How many books there are at the start, and at most.
const SEEDED: u64 = 57;
const MAX_BOOKS: usize = 10_000;
/// The most books on one page of the list.
const MAX_PER_PAGE: usize = 100;

/// The books by number.
#[derive(Debug)]
pub(super) struct Books {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    books: BTreeMap<u64, Book>,
    next: u64,
    /// For each idempotency key the book that it made.
    made: HashMap<String, u64>,
}

impl Books {
    pub(super) fn new(seed: u64) -> Self {
        let books = (1..=SEEDED).map(|id| (id, invent(seed, id))).collect();
        Self {
            state: Mutex::new(State {
                books,
                next: SEEDED + 1,
                made: HashMap::new(),
            }),
        }
    }

    pub(super) fn all(&self) -> Vec<Book> {
        lock(&self.state).books.values().cloned().collect()
    }

    /// Lists one page of the books that match.
    pub(super) fn list(&self, request: &Request, base: &str) -> Outcome {
        let mut errors = Vec::new();
        let mut whole = |name: &'static str, default: usize, most: usize, message: &'static str| {
            let value = request
                .parameter(name)
                .map_or(Some(default), |text| text.parse().ok());
            value
                .filter(|value| (1..=most).contains(value))
                .unwrap_or_else(|| {
                    errors.push((name, message));
                    default
                })
        };
        let page = whole("page", 1, usize::MAX, "A whole number from 1.");
        let per_page = whole(
            "per_page",
            10,
            MAX_PER_PAGE,
            "A whole number from 1 to 100.",
        );
        if !errors.is_empty() {
            return Err(problem_with(
                422,
                "The list cannot be turned like this.",
                errors,
            ));
        }
        let words = request.parameter("q").unwrap_or_default().to_lowercase();
        let found: Vec<Book> = self
            .all()
            .into_iter()
            .filter(|book| {
                let has = |text: &str| text.to_lowercase().contains(&words);
                has(&book.title) || has(&book.author)
            })
            .collect();
        let pages = found.len().div_ceil(per_page).max(1);
        let start = (page - 1).saturating_mul(per_page);
        let books = found
            .iter()
            .skip(start)
            .take(per_page)
            .map(to_json)
            .collect();
        let query = if words.is_empty() {
            String::new()
        } else {
            format!("&q={}", percent_encode(&words))
        };
        let link = |rel: &str, page: usize| {
            format!("<{base}/api/books?page={page}&per_page={per_page}{query}>; rel=\"{rel}\"")
        };
        let mut links = vec![link("first", 1), link("last", pages)];
        if page > 1 {
            links.push(link("prev", (page - 1).min(pages)));
        }
        if page < pages {
            links.push(link("next", page + 1));
        }
        Ok(answer_json(
            200,
            &object([
                ("books", Json::List(books)),
                ("page", number(page)),
                ("per_page", number(per_page)),
                ("pages", number(pages)),
                ("total", number(found.len())),
            ]),
        )
        .with("Link", links.join(", "))
        .with("X-Total-Count", found.len().to_string()))
    }

    /// Reads one book. The conditional request is answered where every one is.
    pub(super) fn read(&self, id: u64) -> Outcome {
        let state = lock(&self.state);
        let book = state.books.get(&id).ok_or_else(missing)?;
        Ok(answer_json(200, &to_json(book)).with("ETag", etag(book)))
    }

    /// Adds a book, unless the same idempotency key has added it already.
    pub(super) fn create(&self, request: &Request, base: &str) -> Outcome {
        let draft = read_draft(request)?;
        let mut state = lock(&self.state);
        let key = request.header("idempotency-key").map(str::to_string);
        let before = key.as_ref().and_then(|key| state.made.get(key)).copied();
        if let Some(book) = before.and_then(|id| state.books.get(&id)) {
            return Ok(created(book, base).with("Idempotent-Replay", "true"));
        }
        if state.books.len() >= MAX_BOOKS {
            return Err(problem(507, "There is no room for more books."));
        }
        let id = state.next;
        state.next += 1;
        let book = draft.into_book(id)?;
        let response = created(&book, base);
        state.books.insert(id, book);
        if let Some(key) = key {
            if state.made.len() >= MAX_REMEMBERED {
                state.made.clear();
            }
            state.made.insert(key, id);
        }
        Ok(response)
    }

    /// Puts a whole book in the place of another.
    pub(super) fn replace(&self, request: &Request, id: u64) -> Outcome {
        self.change(request, id, |_, draft| draft)
    }

    /// Changes the fields that are sent (RFC 7396).
    pub(super) fn patch(&self, request: &Request, id: u64) -> Outcome {
        self.change(request, id, |book, draft| draft.or(book))
    }

    /// Removes a book.
    pub(super) fn delete(&self, request: &Request, id: u64) -> Outcome {
        let mut state = lock(&self.state);
        may_change(request, state.books.get(&id).ok_or_else(missing)?)?;
        state.books.remove(&id);
        Ok(Response::empty(204))
    }

    fn change(
        &self,
        request: &Request,
        id: u64,
        merge: impl FnOnce(&Book, Draft) -> Draft,
    ) -> Outcome {
        // Under one lock from the look at the old book to the new one: so of two changes with the
        // same If-Match one is refused.
        let mut state = lock(&self.state);
        let old = state.books.get(&id).ok_or_else(missing)?;
        let draft = read_draft(request)?;
        may_change(request, old)?;
        let book = merge(old, draft).into_book(id)?;
        let response = answer_json(200, &to_json(&book)).with("ETag", etag(&book));
        state.books.insert(id, book);
        Ok(response)
    }
}

fn missing() -> Response {
    problem(404, "There is no such book.")
}

fn created(book: &Book, base: &str) -> Response {
    answer_json(201, &to_json(book))
        .with("Location", format!("{base}/api/books/{}", book.id))
        .with("ETag", etag(book))
}

/// Refuses a change to a book that is no longer what the client has seen.
fn may_change(request: &Request, book: &Book) -> Result<(), Response> {
    match request.header("if-match") {
        Some(tags) if !matches(tags, &etag(book)) => {
            Err(problem(412, "The book has changed since you read it."))
        }
        _ => Ok(()),
    }
}

fn to_json(book: &Book) -> Json {
    object([
        ("id", number(book.id)),
        ("title", text(&book.title)),
        ("author", text(&book.author)),
        ("year", number(book.year)),
        ("pages", book.pages.map_or(Json::Null, number)),
        ("available", Json::Bool(book.available)),
    ])
}

fn etag(book: &Book) -> String {
    format!("\"{:016x}\"", hash(to_json(book).to_pretty().as_bytes()))
}

/// The fields of a book that a client sent: outside `None` for missing, inside for wrong.
#[derive(Debug, Default)]
struct Draft {
    title: Option<Option<String>>,
    author: Option<Option<String>>,
    year: Option<Option<i64>>,
    pages: Option<Option<Option<i64>>>,
    available: Option<Option<bool>>,
}

fn read_draft(request: &Request) -> Result<Draft, Response> {
    if !matches!(
        media_type(request).as_str(),
        "application/json" | "application/merge-patch+json"
    ) {
        return Err(problem(415, "A book is sent as application/json."));
    }
    let body =
        std::str::from_utf8(&request.body).map_err(|_| problem(400, "The body is not UTF-8."))?;
    let value = json::parse(body).map_err(|why| problem(400, &why))?;
    if !matches!(value, Json::Object(_)) {
        return Err(problem(400, "A book is a JSON object."));
    }
    let short = |value: &Json| {
        let text = value.as_text()?.trim();
        (1..=200)
            .contains(&text.chars().count())
            .then(|| text.to_string())
    };
    let whole = |value: &Json, low: i64, high: i64| match value {
        Json::Integer(number) if (low..=high).contains(number) => Some(*number),
        _ => None,
    };
    Ok(Draft {
        title: value.get("title").map(short),
        author: value.get("author").map(short),
        year: value.get("year").map(|year| whole(year, -1_000, 2_100)),
        pages: value.get("pages").map(|pages| match pages {
            Json::Null => Some(None),
            pages => whole(pages, 1, 10_000).map(Some),
        }),
        available: value.get("available").map(|value| match value {
            Json::Bool(value) => Some(*value),
            _ => None,
        }),
    })
}

impl Draft {
    /// Takes the fields that are missing from a book.
    fn or(self, book: &Book) -> Self {
        Self {
            title: self.title.or_else(|| Some(Some(book.title.clone()))),
            author: self.author.or_else(|| Some(Some(book.author.clone()))),
            year: self.year.or(Some(Some(book.year))),
            pages: self.pages.or(Some(Some(book.pages))),
            available: self.available.or(Some(Some(book.available))),
        }
    }

    fn into_book(self, id: u64) -> Result<Book, Response> {
        let mut errors = Vec::new();
        let mut wrong = |field, message| errors.push((field, message));
        if self.title.as_ref().is_none_or(Option::is_none) {
            wrong("title", "A text of 1 to 200 characters.");
        }
        if self.author.as_ref().is_none_or(Option::is_none) {
            wrong("author", "A text of 1 to 200 characters.");
        }
        if self.year.is_none_or(|year| year.is_none()) {
            wrong("year", "A whole number from -1000 to 2100.");
        }
        if self.pages == Some(None) {
            wrong("pages", "A whole number from 1 to 10000, or null.");
        }
        if self.available == Some(None) {
            wrong("available", "true or false.");
        }
        match (
            self.title.flatten(),
            self.author.flatten(),
            self.year.flatten(),
        ) {
            (Some(title), Some(author), Some(year)) if errors.is_empty() => Ok(Book {
                id,
                title,
                author,
                year,
                pages: self.pages.flatten().flatten(),
                available: self.available.flatten().unwrap_or(true),
            }),
            _ => Err(problem_with(
                422,
                "Some fields of the book are wrong.",
                errors,
            )),
        }
    }
}

/// Invents a book.
fn invent(seed: u64, id: u64) -> Book {
    let random = &mut Random::new(seed, "book", id);
    let languages = LANGUAGES.map(|language| language.names);
    let names = random.pick(&languages);
    let topic = random.pick(LANGUAGES[0].topics);
    // A few titles with what has to be escaped in JSON or HTML.
    let title = match id % 9 {
        0 => format!("{topic} & other tales"),
        4 => format!("\"{topic}\", explained"),
        _ => topic.to_string(),
    };
    Book {
        id,
        title: format!("{title}, volume {}", 1 + id / 12),
        author: (random.pick(names)).to_string(),
        year: random.between(1871, 2024) as i64,
        pages: random.chance(0.9).then(|| random.between(48, 900) as i64),
        available: random.chance(0.7),
    }
}
