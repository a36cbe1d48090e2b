//! # Browser: pages that need JavaScript
//!
//! After this lesson you can tell a page that is an empty shell, drive a real browser through
//! WebDriver (the protocol under Selenium), wait for what you need instead of sleeping, and say what
//! it costs.
//!
//! Read in this order:
//!
//! 1. [`empty_shell`]: does this page need a browser at all?
//! 2. [`message`] and `wire`: what is said to the driver, and how: JSON over HTTP
//! 3. [`options`] and `driver`: starting chromedriver and Chromium, and ending both in any case
//! 4. [`session`], [`element`], [`window`]: open, find, click, type, look
//! 5. [`wait`]: waiting for something to become true
//!
//! ```no_run
//! use std::time::Duration;
//! use browser::{Options, Session};
//!
//! let session = Session::start(&Options::default())?;
//! session.open("http://127.0.0.1:4000/js/books")?;
//! let book = session.wait(Duration::from_secs(10)).for_element(".book")?;
//! println!("{}", book.text()?);
//! # Ok::<(), browser::Error>(())
//! ```
//!
//! Run it with `just lesson 8`, practise with `just exercise 8`; chapter: `book/src/8-browser.md`.

pub mod empty_shell;
pub mod message;
mod wire;
pub mod options;
mod driver;
pub mod session;
pub mod element;
pub mod window;
pub mod wait;
mod base64;
mod error;

pub use crate::element::{Element, Key};
pub use crate::empty_shell::{EmptyShell, needs_rendering}; // what the capstone uses
pub use crate::error::{Error, Refusal};
pub use crate::message::Message;
pub use crate::options::Options;
pub use crate::session::Session;
pub use crate::wait::Wait;
pub use crate::window::Window;
