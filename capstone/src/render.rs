//! `Fetched -> Fetched`: opens a page in a browser where the plain one is an empty shell.
//!
//! A [`Renderer`] is a [`Web`] round another one. Every page is fetched plainly first: that costs a
//! fraction, it says whether there is a page at all, and of most pages it is enough. What is left is
//! opened in Chromium, and its HTML as it is after its scripts takes the place of what the server sent.
//!
//! Chromium costs memory, so there are few of it, and they are started when the first page needs one.
//! They lie in a channel: a worker takes one out, works, and puts it back. So no lock is held while a
//! page is rendered, and when all are out a worker waits for the next that comes back.
//!
//! What fails here fails softly: the page is stored as the server sent it.
//!
//! A page in a browser is asked for a second time, and its scripts ask for what they like. Delay,
//! robots.txt and the address guard hold for pages alone, so nothing is rendered unless it is asked for.

use std::time::Duration;

use browser::{Options, Session, needs_rendering};
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::fetch::{Content, FetchError, Fetched, HtmlBody, Web};
use crate::frontier::{FetchJob, Want};
use crate::settings::{Render, Settings};

/// How many browsers there are at most.
const BROWSERS: usize = 2;

/// How long a page has to stay as it is before it counts as complete.
const QUIET: Duration = Duration::from_millis(500);

/// How long a page may take to become complete. Then it is taken as it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// A web whose empty shells are filled by a browser.
#[derive(Debug)]
pub struct Renderer<W> {
    web: W,
    when: Render,
    options: Options,
    /// Places for browsers: `None` is a place whose browser has not been started yet, or has died.
    free: Receiver<Option<Session>>,
    give_back: Sender<Option<Session>>,
}

impl<W: Web> Renderer<W> {
    /// Makes a renderer round `web`.
    ///
    /// # Errors
    ///
    /// [`browser::Error::NotInstalled`] when pages are to be rendered and there is no browser: better
    /// now than at the first page that needs one.
    pub fn new(web: W, settings: &Settings) -> Result<Self, browser::Error> {
        let options = Options {
            page_limit: settings.limits.exchange,
            ..Options::default().with_user_agent(settings.agent.header())
        };
        let (give_back, free) = bounded(BROWSERS);
        if settings.render != Render::Never {
            let first = Session::start(&options)?;
            // The channel has room for as many as there are places.
            let _ = give_back.send(Some(first));
            for _ in 1..BROWSERS {
                let _ = give_back.send(None);
            }
        }
        Ok(Self {
            web,
            when: settings.render,
            options,
            free,
            give_back,
        })
    }

    // ANCHOR: wants
    /// Returns whether this page is to be opened in a browser.
    fn wants(&self, body: &HtmlBody) -> bool {
        match self.when {
            Render::Never => false,
            Render::Always => true,
            Render::Auto => needs_rendering(&String::from_utf8_lossy(&body.bytes)).is_some(),
        }
    }
    // ANCHOR_END: wants

    /// Returns the HTML of a page after its scripts, if a browser gets that far.
    fn render(&self, job: &FetchJob, plain: &HtmlBody) -> Option<String> {
        // All places are filled or empty, none is lost: each that is taken out is given back below.
        let place = self.free.recv().ok()?;
        let session = place.or_else(|| Session::start(&self.options).ok());
        let html = session
            .as_ref()
            .and_then(|session| open(session, job.url.as_str(), plain).ok());
        // A browser that failed may be half dead. The next page gets a new one.
        let _ = self.give_back.send(session.filter(|_| html.is_some()));
        html
    }
}

impl<W: Web> Web for Renderer<W> {
    fn fetch(&self, job: &FetchJob) -> Result<Fetched, FetchError> {
        let mut fetched = self.web.fetch(job)?;
        if let (Content::Html(body), Want::Page(_)) = (&mut fetched.content, &job.want)
            && self.wants(body)
            && let Some(html) = self.render(job, body)
        {
            body.bytes = html.into_bytes();
            // It comes from the browser, whatever the header said of what the server sent.
            body.charset = Some("utf-8".to_owned());
        }
        Ok(fetched)
    }
}

/// Opens a page and waits until it is complete, as far as one can tell of a page that nobody knows.
fn open(session: &Session, url: &str, plain: &HtmlBody) -> Result<String, browser::Error> {
    session.open(url)?;
    let plain = needs_rendering(&String::from_utf8_lossy(&plain.bytes));
    // Of an empty shell it is known that more is to come, so rest alone is not enough: it may still be
    // waiting for an answer.
    let has_grown = |html: &str| match (plain, needs_rendering(html)) {
        (Some(before), Some(now)) => now.letters > before.letters,
        _ => true,
    };
    match session.wait(PATIENCE).for_rest(QUIET, has_grown) {
        Err(browser::Error::TimedOut { .. }) => session.source(),
        rendered => rendered,
    }
}
