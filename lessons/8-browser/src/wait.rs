//! Waiting for something to become true, instead of sleeping and hoping.
//!
//! A sleep is too long on a good day and too short on a bad one. A wait asks again and again, and goes on
//! as soon as the answer is yes; its limit is only for the day when the answer never comes.

use std::thread;
use std::time::{Duration, Instant};

use crate::element::Element;
use crate::error::Error;
use crate::session::Session;
use crate::window::Window;

/// How long it rests between two questions.
const PAUSE: Duration = Duration::from_millis(25);

/// How to wait, made by [`Session::wait`].
#[derive(Debug, Clone, Copy)]
#[must_use = "this waits for nothing until it is told for what"]
pub struct Wait<'s> {
    session: &'s Session,
    limit: Duration,
}

impl<'s> Wait<'s> {
    pub(crate) fn new(session: &'s Session, limit: Duration) -> Self {
        Self { session, limit }
    }

    // ANCHOR: until
    /// Asks again and again until `look` returns something, and returns that. `what` is what the
    /// error says did not come.
    ///
    /// A refusal that [may pass](Error::may_pass), such as an element that is not there, counts as "not yet".
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`], with what stood in the way at last; or any other error of `look`, at once.
    pub fn until<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&'s Session) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        let end = Instant::now() + self.limit;
        loop {
            let last = match look(self.session) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => None,
                // The page is being built: what is missing may come, what was replaced can be found anew.
                Err(error) if error.may_pass() => Some(Box::new(error)),
                // The browser is gone, the selector is no CSS: waiting mends nothing.
                Err(error) => return Err(error),
            };
            // The clock is asked after the look, so that even no time at all is enough for one look.
            if Instant::now() >= end {
                return Err(Error::TimedOut {
                    what: what.to_owned(),
                    limit: self.limit,
                    last,
                });
            }
            thread::sleep(PAUSE);
        }
    }
    // ANCHOR_END: until

    /// Waits until an element fits the CSS selector, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_element(&self, css: &str) -> Result<Element<'s>, Error> {
        self.until(css, |session| session.find(css).map(Some))
    }

    /// Waits until an element can be seen and used, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_clickable(&self, css: &str) -> Result<Element<'s>, Error> {
        self.until(&format!("{css}, ready to be clicked"), |session| {
            let element = session.find(css)?;
            let ready = element.is_displayed()? && element.is_enabled()?;
            Ok(ready.then_some(element))
        })
    }

    /// Waits until the text of an element is as it should be, and returns the text.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_text(&self, css: &str, is_so: impl Fn(&str) -> bool) -> Result<String, Error> {
        self.until(&format!("the right text in {css}"), |session| {
            let text = session.find(css)?.text()?;
            Ok(is_so(&text).then_some(text))
        })
    }

    /// Waits until so many elements fit, or more, and returns them.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_count(&self, css: &str, at_least: usize) -> Result<Vec<Element<'s>>, Error> {
        self.until(&format!("{at_least} of {css}"), |session| {
            let found = session.find_all(css)?;
            Ok((found.len() >= at_least).then_some(found))
        })
    }

    /// Waits until the page has come to rest: its HTML has not changed for `quiet`, and `is_enough` says
    /// yes to it. Returns that HTML. Of a page that nobody knows, one can ask for no more.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_rest(
        &self,
        quiet: Duration,
        is_enough: impl Fn(&str) -> bool,
    ) -> Result<String, Error> {
        let mut before = String::new();
        let mut since = Instant::now();
        self.until("a page that has come to rest", |session| {
            let now = session.source()?;
            if now != before {
                before = now;
                since = Instant::now();
            }
            let rests = since.elapsed() >= quiet && is_enough(&before);
            Ok(rests.then(|| before.clone()))
        })
    }

    /// Waits until a dialog is open, and returns what it says.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_dialog(&self) -> Result<String, Error> {
        self.until("a dialog", |session| session.dialog_text().map(Some))
    }

    /// Waits until there is a window that is not among these, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`].
    pub fn for_new_window(&self, known: &[Window]) -> Result<Window, Error> {
        self.until("a new window", |session| {
            let windows = session.windows()?;
            Ok(windows.into_iter().find(|window| !known.contains(window)))
        })
    }
}
