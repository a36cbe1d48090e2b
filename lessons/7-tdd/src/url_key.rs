//! Which URLs name one page: a key that is equal for two spellings of it.
//!
//! A crawler meets one page under many names: `HTTP://Example.com:80/%7Ebob#top` and
//! `http://example.com/~bob`. Fetching both is rude and slow. Taking two pages for one is worse: one
//! of them is never seen. So a key changes only what the standards say means nothing, and the few
//! things they leave open are [`Rules`] that the caller can read and change.
//!
//! Read [`cases`] first: the table that this module was grown by, row by row, with a reason in each.
//!
//! ```
//! use tdd::url_key::UrlKey;
//!
//! let key = UrlKey::parse("HTTP://Example.com:80/%7Ebob/../?utm_source=x#top")?;
//!
//! assert_eq!(key.as_str(), "http://example.com/");
//! assert_eq!(key, UrlKey::parse("http://example.com")?);
//! # Ok::<(), tdd::url_key::UrlError>(())
//! ```
//!
//! Sources: [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-6), section 6, and the
//! [URL Standard](https://url.spec.whatwg.org/), whose parser is the `url` crate.

use std::fmt::{self, Write as _};

use url::{Host, ParseError, Url};

pub mod cases;
mod percent;
mod tracking;
#[cfg(test)]
mod tests;

pub use tracking::TRACKING;

use percent::normalised;
use tracking::is_tracking;

/// A page's identity: URLs with one key are fetched once. The key of a key is that key.
///
/// Compare with it, but fetch the URL that you have found: servers may be pickier than the standards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UrlKey(String);

/// What counts as one page, where the standards leave it open.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Names of query parameters that say where a reader came from, not which page is meant: [`TRACKING`]
    /// when nothing else is said. A `*` at the end stands for any ending. Letter case is ignored.
    pub tracking: &'a [&'a str],
    /// Whether `/a/` and `/a` are one page.
    pub trailing_slash: TrailingSlash,
}

/// Whether a slash at the end of a path makes another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrailingSlash {
    /// It does. Relative links on `/a/` and on `/a` lead to different places.
    #[default]
    Keep,
    /// It does not, on a site that is known to serve the same page under both.
    Ignore,
}

/// Why a text has no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is no scheme in front, as in `/blog/`.
    #[error("it has no scheme, so it is relative to another URL")]
    Relative,
    /// The URL Standard's parser refuses it.
    #[error("it is malformed: {source}")]
    Malformed {
        /// What the parser said.
        #[source]
        source: ParseError,
    },
}

impl UrlKey {
    /// Returns the key of an absolute URL by the default [`Rules`].
    ///
    /// # Errors
    ///
    /// When the text is no absolute URL.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        Rules::default().key(text)
    }

    /// Returns the key as text, which is a URL too.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Rules<'_> {
    fn default() -> Self {
        Self {
            tracking: TRACKING,
            trailing_slash: TrailingSlash::Keep,
        }
    }
}

impl Rules<'_> {
    /// Returns the key of an absolute URL by these rules.
    ///
    /// # Errors
    ///
    /// When the text is no absolute URL.
    pub fn key(&self, text: &str) -> Result<UrlKey, UrlError> {
        match Url::parse(text) {
            Ok(url) => Ok(self.key_of(&url)),
            Err(ParseError::RelativeUrlWithoutBase) => Err(UrlError::Relative),
            Err(source) => Err(UrlError::Malformed { source }),
        }
    }

    // ANCHOR: key_of
    /// Returns the key of a URL that has been parsed. The parser has settled letter case, default
    /// port, dot segments and the forms of a host by then.
    pub fn key_of(&self, url: &Url) -> UrlKey {
        let mut key = format!("{}:", url.scheme());
        if url.has_authority() {
            key.push_str("//");
            push_authority(&mut key, url);
        } else if url.path().starts_with("//") {
            // Without the dot the path would be read as a host.
            key.push_str("/.");
        }
        key.push_str(&self.path(url));
        let query = self.query(url);
        if !query.is_empty() {
            key.push('?');
            key.push_str(&query);
        }
        // The fragment is left out: it is for the browser, and no server ever sees it.
        UrlKey(key)
    }
    // ANCHOR_END: key_of

    /// Returns the URL without the tracking parameters of these rules, and otherwise as it is written:
    /// what a crawler may ask for in its place.
    #[must_use]
    pub fn without_tracking(&self, url: &Url) -> Url {
        let mut clean = url.clone();
        if let Some(query) = url.query()
            && matches!(url.scheme(), "http" | "https")
        {
            let meant: Vec<&str> = query
                .split('&')
                .filter(|parameter| !is_tracking(&normalised(parameter), self.tracking))
                .collect();
            if meant.len() < query.split('&').count() {
                clean.set_query(Some(meant.join("&").as_str()).filter(|meant| !meant.is_empty()));
            }
        }
        clean
    }

    fn path(&self, url: &Url) -> String {
        let mut path = normalised(url.path());
        if self.trailing_slash == TrailingSlash::Ignore
            && url.has_authority()
            && path != "/"
            && path.ends_with('/')
            // Of two slashes none goes, or the key of the key would lose the second one.
            && !path.ends_with("//")
        {
            path.pop();
        }
        path
    }

    fn query(&self, url: &Url) -> String {
        let query = normalised(url.query().unwrap_or_default());
        if !matches!(url.scheme(), "http" | "https") {
            return query;
        }
        let meant: Vec<&str> = query
            .split('&')
            .filter(|parameter| !is_tracking(parameter, self.tracking))
            .collect();
        meant.join("&")
    }
}

/// Appends what stands between `//` and the path: `ann:secret@example.com:8080`.
fn push_authority(key: &mut String, url: &Url) {
    let user = normalised(url.username());
    let password = url.password().map(normalised);
    match password {
        Some(password) => key.extend([user.as_str(), ":", &password, "@"]),
        None if !user.is_empty() => key.extend([user.as_str(), "@"]),
        None => {}
    }
    match url.host() {
        // The parser leaves the host of a scheme that it does not know as it was written. Decoding
        // comes first, since it may bring capitals; the codes that stay have theirs put back.
        Some(Host::Domain(host)) => {
            key.push_str(&normalised(&normalised(host).to_ascii_lowercase()));
        }
        Some(address) => write!(key, "{address}").expect("writing to a String never fails"),
        None => {}
    }
    if let Some(port) = url.port() {
        write!(key, ":{port}").expect("writing to a String never fails");
    }
}

impl fmt::Display for UrlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
