//! What passes between us and the driver, for those who want to watch.
//!
//! WebDriver is HTTP: a method and a path say what to do, JSON says with what, and the answer is JSON
//! again. Selenium, in every language, sends these same messages.
//!
//! # Format
//!
//! ```text
//! POST /session/SESSION/element
//! {"using":"css selector","value":"#late"}
//!
//! 200
//! {"value":{"element-6066-11e4-a52e-4f735466cecf":"ELEMENT"}}
//!
//! 404
//! {"value":{"error":"no such element","message":"…","stacktrace":"…"}}
//! ```
//!
//! Source: <https://www.w3.org/TR/webdriver2/#endpoints>

use std::time::Duration;

/// One command and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, for example `/session/ab12/url`.
    pub path: String,
    /// The JSON that was sent; empty for a command that needs none.
    pub sent: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The JSON that came back.
    pub received: String,
    /// How long the answer took.
    pub took: Duration,
}

impl Message {
    /// Returns the command without the session's and the elements' long names:
    /// `POST /session/…/element/…/click`.
    #[must_use]
    pub fn command(&self) -> String {
        let mut parts: Vec<&str> = self.path.split('/').collect();
        for position in 1..parts.len() {
            // These two are followed by a name that the driver has made up.
            let follows = matches!(parts[position - 1], "session" | "element");
            // `…/element/active` would be a command, and a name is much longer.
            if follows && parts[position].len() > 16 {
                parts[position] = "…";
            }
        }
        format!("{} {}", self.method, parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_the_driver_made_up_are_left_out() {
        let message = Message {
            method: "POST",
            path: "/session/0123456789abcdef0123/element/f.0123456789abcdef.d.e.1/click".to_owned(),
            sent: "{}".to_owned(),
            status: 200,
            received: "{\"value\":null}".to_owned(),
            took: Duration::ZERO,
        };

        assert_eq!(message.command(), "POST /session/…/element/…/click");
    }
}
