//! One browser, from its start to its end.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::base64;
use crate::driver::Driver;
use crate::element::Element;
use crate::error::{Error, Refusal};
use crate::message::Message;
use crate::options::Options;
use crate::wait::Wait;
use crate::wire;

/// How long an ordinary command may take beyond what the options allow a page.
const SPARE: Duration = Duration::from_secs(15);
/// How long a browser may take to say goodbye before it is ended without.
const GOODBYE: Duration = Duration::from_secs(2);

/// Under this name the driver hands out elements.
///
/// Source: <https://www.w3.org/TR/webdriver2/#elements>
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

type Listener = Box<dyn Fn(&Message) + Send + Sync>;

/// A browser with a profile of its own: no history, no cookies, nothing that another session left.
///
/// It ends when it is dropped, and it ends when the process that holds it ends, in whatever way:
/// neither a process nor a folder stays behind.
pub struct Session {
    id: String,
    sandboxed: bool,
    limit: Duration,
    listener: Option<Listener>,
    // Last, so that the goodbye in `drop` still reaches it.
    driver: Driver,
}

impl Session {
    /// Starts chromedriver on a free port, and Chromium.
    ///
    /// # Errors
    ///
    /// [`Error::NotInstalled`] says what to install.
    pub fn start(options: &Options) -> Result<Self, Error> {
        Self::begin(options, None)
    }

    /// Starts as [`Session::start`], and calls `listener` with every message to the driver and its answer.
    ///
    /// # Errors
    ///
    /// As [`Session::start`].
    pub fn start_watched(
        options: &Options,
        listener: impl Fn(&Message) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Self::begin(options, Some(Box::new(listener)))
    }

    fn begin(options: &Options, listener: Option<Listener>) -> Result<Self, Error> {
        let driver = Driver::start(&options.driver, options.start_limit)?;
        let mut session = Self {
            id: String::new(),
            sandboxed: !is_root(),
            limit: options.start_limit,
            listener,
            driver,
        };
        let profile = format!("{}/profile", session.driver.folder());
        let answer = loop {
            let body = options.capabilities(&profile, session.sandboxed);
            match session.command("POST", "/session", &body) {
                // Many containers forbid what the sandbox is made of. Without it a page that breaks
                // out of the browser has broken out, so that is the second choice and not the first.
                Err(error)
                    if session.sandboxed
                        && error.refusal() == Some(&Refusal::SessionNotCreated) =>
                {
                    session.sandboxed = false;
                }
                other => break other?,
            }
        };
        session.id = answer["sessionId"]
            .as_str()
            .ok_or_else(|| Error::Answer {
                command: "POST /session".to_owned(),
                answer: answer.to_string(),
            })?
            .to_owned();
        session.limit = options.page_limit.max(options.script_limit) + SPARE;
        Ok(session)
    }

    /// Returns whether Chromium's sandbox is on. It is off for root, and where the system forbids it.
    #[must_use]
    pub fn is_sandboxed(&self) -> bool {
        self.sandboxed
    }

    /// Returns the folder that holds the profile, and goes with the session.
    #[must_use]
    pub fn folder(&self) -> &Path {
        Path::new(self.driver.folder())
    }

    /// Returns where the driver listens.
    #[must_use]
    pub fn driver_address(&self) -> SocketAddr {
        self.driver.address()
    }

    /// Opens a page, and returns when it has loaded. What its scripts fetch may come later.
    ///
    /// # Errors
    ///
    /// [`Refusal::Timeout`] when it does not load in time, and others as `net::ERR_…` in the message.
    pub fn open(&self, url: &str) -> Result<(), Error> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Returns the URL of the page, which may be another than the one that was opened.
    ///
    /// # Errors
    ///
    /// When the browser is gone.
    pub fn url(&self) -> Result<String, Error> {
        self.text_of("/url")
    }

    /// Returns the title of the page.
    ///
    /// # Errors
    ///
    /// When the browser is gone.
    pub fn title(&self) -> Result<String, Error> {
        self.text_of("/title")
    }

    /// Returns the page as HTML, as it is now: after its scripts, not as the server sent it.
    ///
    /// # Errors
    ///
    /// When the browser is gone.
    pub fn source(&self) -> Result<String, Error> {
        self.text_of("/source")
    }

    /// Goes back, reloads: what the buttons of the browser do.
    ///
    /// # Errors
    ///
    /// When the page does not load in time.
    pub fn back(&self) -> Result<(), Error> {
        self.post("/back", &json!({})).map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    ///
    /// When the page does not load in time.
    pub fn reload(&self) -> Result<(), Error> {
        self.post("/refresh", &json!({})).map(drop)
    }

    // ANCHOR: find
    /// Returns the first element that fits the CSS selector, if it is there now. This does not wait:
    /// [`Session::wait`] does.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchElement`] when nothing fits, [`Refusal::InvalidSelector`].
    pub fn find(&self, css: &str) -> Result<Element<'_>, Error> {
        let query = json!({ "using": "css selector", "value": css });
        let answer = self.post("/element", &query)?;
        self.element(&answer)
    }

    /// Returns all elements that fit the CSS selector now; none is no error.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidSelector`].
    pub fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>, Error> {
        let query = json!({ "using": "css selector", "value": css });
        let answer = self.post("/elements", &query)?;
        let elements = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        elements.iter().map(|answer| self.element(answer)).collect()
    }
    // ANCHOR_END: find

    /// Returns how to wait for something, no longer than `limit`.
    pub fn wait(&self, limit: Duration) -> Wait<'_> {
        Wait::new(self, limit)
    }

    /// Runs JavaScript in the page and returns what it returns. `arguments[0]` is the first argument.
    ///
    /// # Errors
    ///
    /// [`Refusal::JavaScript`] when it throws.
    pub fn execute(&self, script: &str, arguments: &[Value]) -> Result<Value, Error> {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/sync", &body)
    }

    /// Runs JavaScript that calls back when it is done: its last argument is the function to call.
    ///
    /// # Errors
    ///
    /// [`Refusal::Timeout`] when it does not call back in time.
    pub fn execute_async(&self, script: &str, arguments: &[Value]) -> Result<Value, Error> {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/async", &body)
    }

    /// Returns what the window shows, as a PNG.
    ///
    /// # Errors
    ///
    /// When the browser is gone.
    pub fn screenshot(&self) -> Result<Vec<u8>, Error> {
        self.picture("/screenshot")
    }

    pub(crate) fn picture(&self, path: &str) -> Result<Vec<u8>, Error> {
        let text = self.text_of(path)?;
        base64::decode(&text).ok_or_else(|| Error::Answer {
            command: format!("GET {path}"),
            answer: text.chars().take(80).collect(),
        })
    }

    pub(crate) fn element(&self, answer: &Value) -> Result<Element<'_>, Error> {
        let id = answer[ELEMENT].as_str().ok_or_else(|| Error::Answer {
            command: "find an element".to_owned(),
            answer: answer.to_string(),
        })?;
        Ok(Element::new(self, id))
    }

    pub(crate) fn text_of(&self, path: &str) -> Result<String, Error> {
        let answer = self.get(path)?;
        let text = answer.as_str().ok_or_else(|| Error::Answer {
            command: format!("GET {path}"),
            answer: answer.to_string(),
        })?;
        Ok(text.to_owned())
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value, Error> {
        self.command("GET", &format!("/session/{}{path}", self.id), &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Error> {
        self.command("POST", &format!("/session/{}{path}", self.id), body)
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Value, Error> {
        self.command(
            "DELETE",
            &format!("/session/{}{path}", self.id),
            &Value::Null,
        )
    }

    // ANCHOR: command
    /// Sends one command and returns the `value` of its answer.
    fn command(&self, method: &'static str, path: &str, body: &Value) -> Result<Value, Error> {
        let sent = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let started = Instant::now();
        let (status, received) =
            wire::exchange(self.driver.address(), method, path, &sent, self.limit).map_err(
                |source| Error::Wire {
                    command: format!("{method} {path}"),
                    source,
                },
            )?;
        let message = Message {
            method,
            path: path.to_owned(),
            sent,
            status,
            received,
            took: started.elapsed(),
        };
        if let Some(listener) = &self.listener {
            listener(&message);
        }
        let mut answer: Value =
            serde_json::from_str(&message.received).map_err(|_| Error::Answer {
                command: message.command(),
                answer: message.received.chars().take(200).collect(),
            })?;
        let value = answer["value"].take();
        if message.status == 200 {
            return Ok(value);
        }
        let words = value["message"].as_str().unwrap_or_default();
        Err(Error::Refused {
            command: message.command(),
            refusal: Refusal::from_code(value["error"].as_str().unwrap_or_default()),
            // The driver adds its own version and a stack trace below the first line.
            message: words.lines().next().unwrap_or_default().to_owned(),
        })
    }
    // ANCHOR_END: command
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.id.is_empty() {
            // A browser that says goodbye closes its files properly. One that does not is ended anyway.
            self.limit = GOODBYE;
            let _ = self.delete("");
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("sandboxed", &self.sandboxed)
            .field("driver", &self.driver)
            .finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
