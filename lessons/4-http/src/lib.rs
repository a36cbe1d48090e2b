//! # HTTP: asking the web, within limits
//!
//! After this lesson you can explain what a request and an answer are made of, and you have a client
//! that outlives every server: it bounds time and size, follows redirects with care, tries again when
//! that makes sense, and says by its errors what a program should do next.
//!
//! Read in this order:
//!
//! 1. [`client`]: a request, one client for all threads, and the loop that holds everything together
//! 2. [`response`]: an answer whose body still comes
//! 3. [`limits`]: time and size; `decode`: the size once more, after unpacking
//! 4. [`error`](mod@error): what can go wrong, and what to do about it
//! 5. [`retry`]: when to try again, and how long to wait before
//! 6. [`redirect`], [`resolve`], [`address`], [`tls`]: where a stranger may lead us
//! 7. [`conditional`], [`download`]: asking only for what has changed, or is missing
//! 8. [`paging`], [`books`]: a typed client for an API
//! 9. [`event`]: what happens, told while it happens
//!
//! Run it with `just lesson 4`, practise with `just exercise 4`; chapter: `book/src/4-http.md`.
//! Two terminals: `just site --port 8000`, and
//! `cargo run -p lesson-4 --example books -- http://127.0.0.1:8000 list tales`.

pub mod client;
pub mod response;
pub mod limits;
mod decode;
pub mod error;
pub mod retry;
pub mod redirect;
pub mod resolve;
pub mod address;
pub mod tls;
pub mod conditional;
pub mod download;
pub mod paging;
pub mod books;
pub mod event;

// What the capstone uses.
pub use crate::client::{Client, Config, Request};
pub use crate::conditional::Validators;
pub use crate::error::{Advice, Error, Measured, TlsProblem};
pub use crate::event::{Event, Observer, What};
pub use crate::limits::Limits;
pub use crate::redirect::{Redirects, Scope};
pub use crate::resolve::Private;
pub use crate::response::Response;
pub use reqwest::header;
pub use reqwest::{Method, StatusCode, Url};
