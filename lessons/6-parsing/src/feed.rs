//! What is new on a site: RSS 0.9 to 2.0, RDF (RSS 1.0), Atom 0.3 and 1.0, JSON Feed, all as one [`Feed`].
//!
//! A feed is for programs, so it says outright what a page only hints at: title, link, date, author.
//! And it is written by programs that nobody looks after, so it is often broken. What readers salvage
//! is salvaged here: a bare `&`, HTML's entities, tags left open, junk before the first tag, a wrong
//! encoding, HTML in a title, dates in every form that has ever been sent. What is an attack is refused, see
//! [`crate::xml`].
//!
//! Read in this order: [`read`] (which kind it is), [`elements`] (RSS and Atom), [`json`], [`date`]
//! (when), [`text`] (what a title says once its markup is taken off).
//!
//! ```
//! let rss = b"<rss><channel><title>News</title><item><title>Salt & Light</title>
//!     <link>/salt</link><pubDate>Tue, 5 Mar 24 10:00 EST</pubDate></item></channel></rss>";
//!
//! let feed = parsing::feed::read(rss, None, Some("https://site.example/feed"))?;
//!
//! let entry = &feed.entries[0];
//! assert_eq!(entry.title.as_deref(), Some("Salt & Light"));
//! assert_eq!(entry.link.as_deref(), Some("https://site.example/salt"));
//! assert_eq!(entry.published.unwrap().to_string(), "2024-03-05T10:00:00-05:00");
//! # Ok::<(), parsing::feed::Error>(())
//! ```

pub mod elements;
pub mod json;
pub mod date;
pub mod text;

use url::Url;

pub use crate::xml::Error;
use crate::xml::unpack;
pub use date::Stamp;

/// The longest feed that is read, in bytes, also after unpacking.
pub const MAX_FEED_BYTES: usize = 16 * 1024 * 1024;

/// Which format a feed is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// RSS 0.91 to 2.0.
    #[default]
    Rss,
    /// RSS 0.9 and 1.0, which are RDF.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed.
    Json,
}

/// A feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The format.
    pub format: Format,
    /// What the site calls itself.
    pub title: Option<String>,
    /// The site's page.
    pub link: Option<String>,
    /// The language, as `en-GB`.
    pub language: Option<String>,
    /// The entries, in the feed's order.
    pub entries: Vec<Entry>,
}

/// An article that a feed announces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What stays the same when the entry changes.
    pub id: Option<String>,
    /// The title as plain text.
    pub title: Option<String>,
    /// The article's address, absolute where it can be made so.
    pub link: Option<String>,
    /// When it was published.
    pub published: Option<Stamp>,
    /// When it was changed last.
    pub updated: Option<Stamp>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The beginning or a summary, as plain text.
    pub summary: Option<String>,
}

impl Entry {
    /// Returns whether the feed said anything of use about it.
    fn says_something(&self) -> bool {
        self.title.is_some() || self.link.is_some() || self.id.is_some() || self.summary.is_some()
    }
}

// ANCHOR: read
/// Reads a feed of any kind.
///
/// `charset` is what the `Content-Type` header says, `url` is where the feed was found: links are
/// relative to it.
///
/// # Errors
///
/// [`Error`] if it is no feed, too long, or an attack. A feed that is only broken is read as far as
/// it can be.
pub fn read(bytes: &[u8], charset: Option<&str>, url: Option<&str>) -> Result<Feed, Error> {
    let bytes = unpack::unpack(bytes, MAX_FEED_BYTES)?;
    let text = unpack::decode(&bytes, charset);
    let start =
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    let mut feed = if start.starts_with('{') {
        json::read(start)?
    } else {
        elements::read(start)?
    };
    let base = url.and_then(|url| Url::parse(url).ok());
    make_absolute(&mut feed.link, base.as_ref());
    // A feed that was read from a file still knows its site.
    let site = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    for entry in &mut feed.entries {
        make_absolute(&mut entry.link, base.as_ref().or(site.as_ref()));
    }
    Ok(feed)
}
// ANCHOR_END: read

fn make_absolute(link: &mut Option<String>, base: Option<&Url>) {
    if let Some(written) = link
        && let Some(base) = base
        && let Ok(joined) = base.join(written)
        && Url::parse(written).is_err()
    {
        *link = Some(joined.into());
    }
}

#[cfg(test)]
mod tests;
