//! What can go wrong on the way to a page.

use std::io;
use std::time::Duration;

/// Why the browser did not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The driver's program is not there.
    #[error(
        "cannot find {program}: `cargo course setup` installs Chromium and its driver \
         (on Debian: apt install chromium chromium-driver)"
    )]
    NotInstalled {
        /// The program that was looked for.
        program: String,
    },
    /// A process or a folder could not be made.
    #[error("cannot {act}")]
    Start {
        /// What was tried.
        act: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The driver started and did not tell its port in time.
    #[error("chromedriver did not say its port within {limit:?}; it said: {said:?}")]
    NoPort {
        /// What it said instead.
        said: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// The conversation with the driver broke off.
    #[error("cannot talk to chromedriver about `{command}`")]
    Wire {
        /// The command that was being sent.
        command: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The driver answered something that the protocol does not know.
    #[error("cannot understand chromedriver's answer to `{command}`: {answer}")]
    Answer {
        /// The command.
        command: String,
        /// The beginning of the answer.
        answer: String,
    },
    /// The driver understood, and refused.
    #[error("`{command}` was refused: {message}")]
    Refused {
        /// The command.
        command: String,
        /// The reason, as a kind.
        refusal: Refusal,
        /// The reason, in the driver's words, for people.
        message: String,
    },
    /// What was waited for did not come.
    #[error("{what} did not come within {limit:?}{}", after(.last))]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long it was waited for.
        limit: Duration,
        /// What stood in the way at the last look, if something did.
        last: Option<Box<Error>>,
    },
}

fn after(last: &Option<Box<Error>>) -> String {
    last.as_ref()
        .map(|last| format!("; at the last look: {last}"))
        .unwrap_or_default()
}

impl Error {
    /// Returns why the driver refused, if it did.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// Returns whether the same question may be answered otherwise a moment later: the page is still
    /// being built.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self.refusal(),
            Some(
                Refusal::NoSuchElement
                    | Refusal::StaleElement
                    | Refusal::NotInteractable
                    | Refusal::ClickIntercepted
                    | Refusal::NoSuchAlert
                    | Refusal::NoSuchWindow
            )
        )
    }
}

/// The driver's reasons to refuse.
///
/// Source: <https://www.w3.org/TR/webdriver2/#errors>
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing on the page fits the selector.
    NoSuchElement,
    /// The element was there once, and the page has thrown it away since.
    StaleElement,
    /// The element is there, and cannot be used: it is hidden or has no size.
    NotInteractable,
    /// Something else lies over the element.
    ClickIntercepted,
    /// No dialog is open.
    NoSuchAlert,
    /// A dialog is open, and wants an answer first.
    UnexpectedAlert,
    /// The window has been closed.
    NoSuchWindow,
    /// The selector is no CSS.
    InvalidSelector,
    /// The script threw an exception.
    JavaScript,
    /// The page, or the script, was not done in time.
    Timeout,
    /// The browser did not start.
    SessionNotCreated,
    /// The browser is gone.
    InvalidSession,
    /// Another reason, by its code.
    Other(String),
}

impl Refusal {
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "no such element" => Self::NoSuchElement,
            "stale element reference" => Self::StaleElement,
            "element not interactable" => Self::NotInteractable,
            "element click intercepted" => Self::ClickIntercepted,
            "no such alert" => Self::NoSuchAlert,
            "unexpected alert open" => Self::UnexpectedAlert,
            "no such window" => Self::NoSuchWindow,
            "invalid selector" => Self::InvalidSelector,
            "javascript error" => Self::JavaScript,
            "timeout" | "script timeout" => Self::Timeout,
            "session not created" => Self::SessionNotCreated,
            "invalid session id" => Self::InvalidSession,
            other => Self::Other(other.to_owned()),
        }
    }
}
