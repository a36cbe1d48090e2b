//! Which URLs name one page: a key that is equal for two spellings of it.

use std::fmt;

pub mod cases;
#[cfg(test)]
mod tests;

/// A page's identity: two URLs with one key are fetched once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UrlKey(String);

/// What counts as one page, where the standards leave it open.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Names of query parameters that say where a reader came from, not which page is meant.
    /// A `*` at the end stands for any ending. Letter case is ignored.
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

/// Parameters that tell a statistics program where a reader came from.
pub const TRACKING: &[&str] = &["utm_*", "gclid", "fbclid"];

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
        let url = url::Url::parse(text).map_err(|source| match source {
            url::ParseError::RelativeUrlWithoutBase => UrlError::Relative,
            source => UrlError::Malformed { source },
        })?;
        let mut key = format!("{}:", url.scheme());
        if url.has_authority() {
            key.push_str("//");
            key.push_str(&authority(&url));
        } else if url.path().starts_with("//") {
            // Without the dot the path would read as a host.
            key.push_str("/.");
        }
        let mut path = normalised(url.path());
        // Of two slashes none goes, or the key of the key would lose the second one.
        if self.trailing_slash == TrailingSlash::Ignore
            && url.has_authority()
            && path.ends_with('/')
            && !path.ends_with("//")
            && path != "/"
        {
            path.pop();
        }
        key.push_str(&path);
        let query = normalised(url.query().unwrap_or_default());
        let query = if matches!(url.scheme(), "http" | "https") {
            let kept: Vec<&str> = query
                .split('&')
                .filter(|part| !self.is_tracking(part))
                .collect();
            kept.join("&")
        } else {
            query
        };
        if !query.is_empty() {
            key.push('?');
            key.push_str(&query);
        }
        Ok(UrlKey(key))
    }

    fn is_tracking(&self, parameter: &str) -> bool {
        let name = parameter
            .split('=')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        self.tracking.iter().any(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            match pattern.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == pattern,
            }
        })
    }
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
        source: url::ParseError,
    },
}

impl UrlKey {
    /// Returns the key of an absolute URL.
    ///
    /// # Errors
    ///
    /// When the text is no absolute URL.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        Rules::default().key(text)
    }
}

/// Returns what stands between `//` and the path.
fn authority(url: &url::Url) -> String {
    let mut text = normalised(url.username());
    if let Some(password) = url.password() {
        text.push(':');
        text.push_str(&normalised(password));
    }
    if !text.is_empty() {
        text.push('@');
    }
    match url.host() {
        // The parser leaves the host of an unknown scheme as it was written.
        Some(url::Host::Domain(host)) => {
            text.push_str(&normalised(&normalised(host).to_ascii_lowercase()));
        }
        Some(address) => text.push_str(&address.to_string()),
        None => {}
    }
    if let Some(port) = url.port() {
        text.push_str(&format!(":{port}"));
    }
    text
}

/// Returns the one spelling of a part of a URL that RFC 3986 prefers.
fn normalised(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let byte = match (first, tail) {
            (b'%', [high, low, tail @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                rest = tail;
                let value = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
                let byte = value(*high) * 16 + value(*low);
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(byte as char);
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                continue;
            }
            (byte, _) => *byte,
        };
        if byte.is_ascii_alphanumeric() || b"-._~/:@?!$&'()*+,;=".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl UrlKey {
    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UrlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
