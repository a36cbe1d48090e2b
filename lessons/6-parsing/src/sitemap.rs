//! All that is on a site: sitemaps and their indexes, as XML or as text, compressed or not.
//!
//! A sitemap is a list of addresses that a site would like to be found, with the day of their last
//! change. An index is a list of sitemaps. `robots.txt` says where they are.
//!
//! ```
//! use parsing::sitemap::{self, Sitemap};
//!
//! let xml = b"<urlset><url><loc>https://site.example/a?b&amp;c</loc><lastmod>2024-03-05</lastmod></url></urlset>";
//!
//! let Sitemap::Pages(pages) = sitemap::read(xml)? else { panic!("it lists pages") };
//!
//! assert_eq!(pages[0].url, "https://site.example/a?b&c");
//! assert_eq!(pages[0].modified.unwrap().to_string(), "2024-03-05");
//! # Ok::<(), parsing::sitemap::Error>(())
//! ```
//!
//! Source: <https://www.sitemaps.org/protocol.html>; the news extension:
//! <https://www.google.com/schemas/sitemap-news/0.9/>.

use crate::feed::{self, Stamp, text::collapsed};
use crate::html::entities::Place;
pub use crate::xml::Error;
use crate::xml::{MAX_DEPTH, Scanner, Token, text_of, unpack};

/// The longest sitemap, in bytes, unpacked. The protocol allows 50 MB.
pub const MAX_SITEMAP_BYTES: usize = 52_428_800;

/// The most entries that a sitemap may have. What comes behind them is not read.
pub const MAX_ENTRIES: usize = 50_000;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sitemap {
    /// A list of pages.
    Pages(Vec<Page>),
    /// A list of further sitemaps: each is a page whose address is that of a sitemap.
    Index(Vec<Page>),
}

/// A page that a sitemap lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The address, as it is written there.
    pub url: String,
    /// When it was changed last.
    pub modified: Option<Stamp>,
    /// How often it changes, in the site's words: `daily`.
    pub changes: Option<String>,
    /// What the news extension says.
    pub news: Option<News>,
}

/// What the news extension says about an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The title.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Stamp>,
    /// The newspaper.
    pub publication: Option<String>,
    /// The language.
    pub language: Option<String>,
}

// ANCHOR: read
/// Reads a sitemap of any kind. A feed is one too: the protocol allows it.
///
/// # Errors
///
/// [`Error`] if it is none, too long, or an attack.
pub fn read(bytes: &[u8]) -> Result<Sitemap, Error> {
    let bytes = unpack::unpack(bytes, MAX_SITEMAP_BYTES)?;
    let text = unpack::decode(&bytes, None);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with("http://") || start.starts_with("https://") {
        return Ok(Sitemap::Pages(lines(start)));
    }
    match elements(start) {
        Err(Error::NotA { found, .. }) => {
            let feed = feed::elements::read(start).map_err(|error| match error {
                Error::NotA { .. } => Error::NotA {
                    wanted: "sitemap",
                    found,
                },
                attack => attack,
            })?;
            let pages = feed.entries.into_iter().filter_map(|entry| {
                Some(Page {
                    url: entry.link?,
                    modified: entry.updated.or(entry.published),
                    ..Page::default()
                })
            });
            Ok(Sitemap::Pages(pages.take(MAX_ENTRIES).collect()))
        }
        outcome => outcome,
    }
}
// ANCHOR_END: read

/// One address on each line.
fn lines(text: &str) -> Vec<Page> {
    let urls = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("http"));
    let pages = urls.map(|url| Page {
        url: url.to_owned(),
        ..Page::default()
    });
    pages.take(MAX_ENTRIES).collect()
}

fn elements(text: &str) -> Result<Sitemap, Error> {
    let mut scanner = Scanner::new(text);
    let mut is_index = None;
    let mut pages: Vec<Page> = Vec::new();
    let mut depth = 0_usize;
    while let Some(token) = scanner.next_token()? {
        let tag = match token {
            Token::Start(tag) => tag,
            Token::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
        };
        let name = tag.name.to_ascii_lowercase();
        let local = name.rsplit(':').next().unwrap_or_default();
        match (is_index, local) {
            (None, "urlset") => is_index = Some(false),
            (None, "sitemapindex") => is_index = Some(true),
            (None, _) => {}
            (Some(_), "url" | "sitemap") => {
                if pages.len() == MAX_ENTRIES {
                    break;
                }
                pages.push(Page::default());
                depth = 2;
            }
            // The address of a picture is `image:loc`.
            (Some(_), "loc" | "lastmod" | "changefreq") if !is_extension(&name) => {
                let inner = scanner.inner(tag.name, ends_field);
                if let Some(page) = pages.last_mut() {
                    fill(page, local, inner);
                }
            }
            (Some(_), "title" | "publication_date" | "name" | "language")
                if name.starts_with("news:") || name.starts_with("n:") =>
            {
                let inner = scanner.inner(tag.name, ends_field);
                if let Some(page) = pages.last_mut() {
                    fill_news(page.news.get_or_insert_default(), local, inner);
                }
            }
            (Some(_), _) if !tag.empty => depth += 1,
            (Some(_), _) => {}
        }
        depth += usize::from(is_index.is_none());
        if depth > MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
    }
    pages.retain(|page| !page.url.is_empty());
    match is_index {
        Some(true) => Ok(Sitemap::Index(pages)),
        Some(false) => Ok(Sitemap::Pages(pages)),
        None => Err(Error::NotA {
            wanted: "sitemap",
            found: "no element urlset or sitemapindex",
        }),
    }
}

/// Elements of the image and video extensions bear the same names.
fn is_extension(name: &str) -> bool {
    ["image:", "video:", "xhtml:", "news:"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// A field holds no tags, so any tag ends it.
fn ends_field(_next: &str) -> bool {
    true
}

fn fill(page: &mut Page, field: &str, inner: &str) {
    let text = collapsed(&text_of(inner, Place::Attribute));
    match field {
        "loc" if page.url.is_empty() => page.url = text.replace(' ', ""),
        "lastmod" => page.modified = page.modified.or_else(|| Stamp::parse(&text)),
        "changefreq" => page.changes = Some(text.to_ascii_lowercase()),
        _ => {}
    }
}

fn fill_news(news: &mut News, field: &str, inner: &str) {
    let text = collapsed(&text_of(inner, Place::Text));
    match field {
        "title" => news.title = Some(text),
        "publication_date" => news.published = Stamp::parse(&text),
        "name" => news.publication = Some(text),
        _ => news.language = Some(text),
    }
}

#[cfg(test)]
mod tests;
