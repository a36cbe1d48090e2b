//! # The practice site: a small web to practise on
//!
//! A real HTTP/1.1 server with a blog, files, an API, forms, pages that need JavaScript, and a corner
//! of faults. All content comes from a seed, so the [`Truth`] about every page is known, and the
//! [`Journal`] tells what a program really asked for. Nothing leaves the machine.
//!
//! ```
//! use practice_site::{Config, Site};
//!
//! let site = Site::start(Config::default())?;   // 127.0.0.1, any free port; stops when it is dropped
//! let newest = &site.truth().articles()[0];
//! println!("{} was published on {:?}", site.url(&newest.path), newest.published);
//! # Ok::<(), practice_site::Error>(())
//! ```
//!
//! For the browser: `cargo course site`, or `cargo run --bin practice-site -- --help`.
//!
//! # Routes
//!
//! | path | what is there |
//! |---|---|
//! | `/` | what each corner has, and what it teaches |
//! | `/blog/`, `/blog/page/N/` | articles, the newest first, ten on a page; `?page=N` and `?p=NUMBER` redirect; `?sort=oldest` is closed to robots |
//! | `/blog/category/SLUG/`, `/blog/tag/SLUG/`, `/blog/author/N/`, `/blog/YEAR/` | the same for a part of them, with `page/N/` behind |
//! | `/blog/WORDS-NUMBER/`, `/blog/YEAR/MONTH/DAY/WORDS-NUMBER/` | an article; some also with `print/`, without the slash, or with tracking parameters |
//! | `/feed.rss`, `/feed.atom`, `/feed.json` | the latest twenty articles |
//! | `/robots.txt`, `/sitemap.xml`, `/sitemap-pages.xml`, `/sitemap-blog-N.xml` (the last one `.xml.gz`) | for robots |
//! | `/links/…` | one page behind every way to write a link |
//! | `/rules/…` | pages that robots must not fetch, store, or follow |
//! | `/files/`, `/files/NAME` | files; `?ms=` waits, `?rate=` paces; ranges and conditions |
//! | `/bytes/LENGTH?seed=S` | any number of bytes, see [`bytes()`]; `?ms=` and `?rate=` too; `?chunked=1` without telling the length |
//! | `/images/`, `/images/N.png`, `/images/N.svg` | pictures; `?ms=` and `?rate=` too |
//! | `/api/` | what the API does, for people |
//! | `/api/books`, `/api/books/ID` | GET (`page`, `per_page`, `q`), POST, PUT, PATCH, DELETE; `If-Match`, `If-None-Match`, `Idempotency-Key` |
//! | `/api/login`, `/api/me` | a bearer token for `editor`/`tide` or `reader`/`rain`; whose it is |
//! | `/api/limited?limit=&window_ms=&key=&form=date` | 429 with `Retry-After` beyond the limit |
//! | `/api/flaky?fail=N&key=K&status=&retry_after=` | fails N times for each key, then answers |
//! | `/api/echo` | tells what was sent, for any method |
//! | `/api/stories`, `/api/stories/N` | what `/js/stories` shows |
//! | `/login`, `/account`, `/logout` | a form, a session by cookie, its end |
//! | `/forms/`, `/forms/search`, `/forms/contact`, `/forms/order`, `/forms/upload`, `/forms/thanks` | forms by GET, POST and multipart; a redirect after each POST |
//! | `/js/`, `/js/books`, `/js/scroll`, `/js/form`, `/js/windows`, `/js/window`, `/js/late`, `/js/stories`, `/js/story/N` | pages that are empty without JavaScript |
//! | `/faults/…` | everything a server can do wrong: [`Truth::faults`] lists it, `/faults/` explains it |
//! | `/faults/status/NNN`, `/faults/redirects/N` | any status from 200 to 599; a chain of so many redirects |
//! | `/journal`, `/journal.json` | the latest requests, for people and as data |
//! | `/style.css`, `/icon.svg` | what the pages look like |
//!
//! Every page that can be read answers GET, HEAD and OPTIONS, has `ETag` and `Last-Modified`, answers
//! conditions with 304, and is compressed with gzip or deflate for clients that ask for it.
//!
//! # Bounds
//!
//! At most [`Config::max_connections`] at once (503 beyond), 16 KiB and 100 fields in a request's head (431),
//! 1 MiB in its body (413), 10 seconds for each (408), [`Config::idle_timeout`] between two requests,
//! 30 seconds for a client that does not read. Endless answers end at 256 MiB, waits at 60 seconds.
//! What the site remembers of clients (sessions, tokens, sent forms, books, the journal) is bounded too.
//!
//! # How it is made
//!
//! Read in this order: `server` (connections, requests, responses; no content), `app` (which corner answers
//! which path), then the corners: `blog`, `links`, `rules`, `files`, `api`, `faults` and the smaller ones.

// What a user of the library sees.
mod config;
mod error;
mod site;
mod truth;
mod journal;
mod date;

// Connections and messages, and which corner answers.
mod server;
mod app;
mod negotiate;

// The corners, in the order of the routes above.
mod front;
mod blog;
mod feeds;
mod robots;
mod sitemap;
mod links;
mod rules;
mod files;
mod images;
mod api;
mod account;
mod forms;
mod js;
mod faults;
mod journal_view;

// What they are written with.
mod html;
mod language;
mod encoding;
mod json;
mod random;

pub use config::Config;
pub use date::{Date, Moment};
pub use error::Error;
pub use files::bytes;
pub use journal::{Entry, Journal};
pub use site::Site;
pub use truth::{
    Article, Book, DateForm, Duplicate, Fault, File, Page, Reach, Redirect, TitleForm, Truth,
};
