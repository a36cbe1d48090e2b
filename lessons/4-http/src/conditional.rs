//! Asking only for what has changed.
//!
//! A server names the version that it sends, by a tag or a date. Who asks again with that name gets
//! either the new version or 304 without a body: "what you have is still right".
//!
//! Source: RFC 9110, section 13, <https://www.rfc-editor.org/rfc/rfc9110#section-13>.

use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED};

// ANCHOR: validators
/// What names the version of an answer; both as the server wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, its quotes included. `W/` before it makes it weak: good enough to compare pages, not to
    /// put pieces together.
    pub etag: Option<String>,
    /// `Last-Modified`, kept as text: it goes back as it came.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Takes the validators out of an answer.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
        Self {
            etag: text(ETAG),
            last_modified: text(LAST_MODIFIED),
        }
    }

    /// Returns the tag if it names exactly these bytes.
    pub fn strong_etag(&self) -> Option<&str> {
        self.etag.as_deref().filter(|tag| tag.starts_with('"'))
    }
}
// ANCHOR_END: validators
