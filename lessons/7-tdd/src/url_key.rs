//! Which URLs name one page: a key that is equal for two spellings of it.

use std::fmt;

pub mod cases;
#[cfg(test)]
mod tests;

/// A page's identity: two URLs with one key are fetched once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UrlKey(String);

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
        let mut url = url::Url::parse(text).map_err(|source| match source {
            url::ParseError::RelativeUrlWithoutBase => UrlError::Relative,
            source => UrlError::Malformed { source },
        })?;
        url.set_fragment(None);
        Ok(Self(url.into()))
    }
}

impl fmt::Display for UrlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
