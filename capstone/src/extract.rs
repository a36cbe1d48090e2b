//! `Fetched -> ExtractedPage`: reads what a page says about itself, and where it leads.
//!
//! ```text
//! bytes ──decode──> text ──one walk──> parts ──weighed──> title, date, author, language
//!        (encoding)                          ──joined───> canonical, links
//! ```
//!
//! The reading is lesson 6's ([`parsing`]): no tree is built, so a page costs a fraction of what a tree
//! of it would. This stage decides what the crawler does with it: links become the keys that the
//! frontier knows pages by, and a page that asks not to be followed has none.

use std::collections::HashSet;

use jiff::Zoned;
use jiff::civil::Date;
use parsing::article::{Given, read};
use parsing::html::{Directives, Parts, decode};
use url::Url;

pub use parsing::article::Evidence;

use crate::fetch::HtmlBody;
use crate::url_key::{page_key, request_url};

/// What a page says about itself, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtractedPage {
    /// The title, without the name of the site.
    pub title: Option<String>,
    /// The day of publication, and where it says so.
    pub published: Option<Published>,
    /// The day of the last change.
    pub modified: Option<Date>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language, as a tag such as `de` or `pt-BR`.
    pub language: Option<String>,
    /// The URL that the page calls its own, where that is another than the one it was asked by.
    pub canonical: Option<Url>,
    /// What the page asks of robots, in its header and in its markup.
    pub directives: Directives,
    /// The links that may be followed, each once, in the order of the page.
    pub links: Vec<Url>,
}

/// A day of publication, and where the page says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The day.
    pub date: Date,
    /// The place.
    pub evidence: Evidence,
}

/// Why a page is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// Its elements stand in each other so deep that nobody wrote it to be read.
    #[error("elements nested deeper than {0}")]
    TooNested(usize),
}

// ANCHOR: extract
/// Reads a page that was asked for as `url` by the crawler called `token`.
///
/// # Errors
///
/// [`ExtractError::TooNested`] when elements stand in each other deeper than `max_nesting`: a trap.
/// Anything else that is wrong with a page is repaired or left out: the web is full of broken pages.
pub fn extract(
    url: &Url,
    body: &HtmlBody,
    token: &str,
    max_nesting: usize,
) -> Result<ExtractedPage, ExtractError> {
    let page = decode(&body.bytes, body.charset.as_deref());
    let parts = Parts::read(&page.text);
    if parts.depth > max_nesting {
        return Err(ExtractError::TooNested(max_nesting));
    }
    let given = Given {
        url: Some(url),
        language: body.language.as_deref(),
        today: Some(Zoned::now().date()),
    };
    let article = read(&parts, given);
    let directives = body.directives.and(parts.directives(token));
    Ok(ExtractedPage {
        title: article.title.map(|found| found.value),
        published: article.published.map(|found| Published {
            date: found.value,
            evidence: found.evidence,
        }),
        modified: article.modified.map(|found| found.value),
        author: article.author.map(|found| found.value),
        language: article.language,
        canonical: article
            .canonical
            .filter(|canonical| page_key(canonical) != page_key(url)),
        links: if directives.nofollow {
            Vec::new()
        } else {
            links(&parts, url)
        },
        directives,
    })
}
// ANCHOR_END: extract

// ANCHOR: links
/// The links of the page that may be followed, each page once, as a server is asked for them.
fn links(parts: &Parts<'_>, url: &Url) -> Vec<Url> {
    let mut seen = HashSet::new();
    parts
        .targets(url)
        .into_iter()
        .filter(|target| seen.insert(page_key(target)))
        .map(|target| request_url(&target))
        .collect()
}
// ANCHOR_END: links

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn page(html: &str) -> ExtractedPage {
        page_at("http://site.test/blog/a", html)
    }

    fn page_at(url: &str, html: &str) -> ExtractedPage {
        let body = HtmlBody {
            bytes: html.as_bytes().to_vec(),
            ..HtmlBody::default()
        };
        extract(&Url::parse(url).expect("a URL"), &body, "Spindle", 500)
            .expect("a page that can be read")
    }

    #[test]
    fn each_field_comes_with_what_the_page_says_of_it() {
        let page = page(
            "<html lang=de><title>Brot | Blog</title><meta property=article:published_time content=2024-03-05>\
             <meta name=author content=Ann><h1>Brot</h1>",
        );

        assert_eq!(page.title.as_deref(), Some("Brot"));
        assert_eq!(
            page.published
                .map(|found| (found.date.to_string(), found.evidence.name())),
            Some(("2024-03-05".to_owned(), "meta"))
        );
        assert_eq!(
            (page.author.as_deref(), page.language.as_deref()),
            (Some("Ann"), Some("de"))
        );
    }

    #[test]
    fn the_last_change_is_kept_apart() {
        let page = page("<h1>A</h1><p>Published 5 March 2024, updated 7 March 2024</p>");

        assert_eq!(
            page.published
                .map(|found| found.date.to_string())
                .as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            page.modified.map(|date| date.to_string()).as_deref(),
            Some("2024-03-07")
        );
    }

    #[test]
    fn links_are_whole_single_and_may_be_followed() {
        let page = page(
            "<base href=/docs/><a href=one#x>1</a><a href=one>again</a><a href='/two?q=1'>2</a><a href=//other.test/>3</a>\
             <a href=mailto:a@b.test>mail</a><a href=javascript:void(0)>js</a><a rel='Nofollow ugc' href=no>no</a><a>none</a>\
             <area href=map><meta http-equiv=refresh content='0; URL=\"next\"'><a href='http://['>bad</a>",
        );

        let links: Vec<_> = page.links.iter().map(Url::as_str).collect();
        assert_eq!(
            links,
            [
                "http://site.test/docs/one",
                "http://site.test/two?q=1",
                "http://other.test/",
                "http://site.test/docs/map",
                "http://site.test/docs/next",
            ]
        );
    }

    #[test]
    fn a_page_that_asks_not_to_be_followed_has_no_links() {
        let page = page("<meta name=ROBOTS content='NOINDEX, nofollow'><a href=x>x</a>");

        assert!(page.links.is_empty());
        assert_eq!(
            page.directives,
            Directives {
                noindex: true,
                nofollow: true
            }
        );
    }

    #[test]
    fn a_canonical_link_to_the_page_itself_is_none() {
        assert_eq!(
            page("<link rel=canonical href='/blog/a#x'>").canonical,
            None
        );
        let other = page("<link rel='alternate Canonical' href='/blog/b'>").canonical;
        assert_eq!(
            other.as_ref().map(Url::as_str),
            Some("http://site.test/blog/b")
        );
    }

    #[test]
    fn a_page_nested_without_end_is_given_up_at_once() {
        for tag in [
            "<div>",
            "<b>",
            "<span><div></span>",
            "<table><td>",
            "<ul><li>",
        ] {
            let body = HtmlBody {
                bytes: tag.repeat(200_000).into_bytes(),
                ..HtmlBody::default()
            };

            // A thread of its own: a failure would be a parse that does not end, and that must not hang the suite.
            let (tell, told) = std::sync::mpsc::channel();
            thread::spawn(move || {
                let url = Url::parse("http://a.test").expect("a URL");
                let _ = tell.send(extract(&url, &body, "Spindle", 500).map(drop));
            });
            let result = told
                .recv_timeout(std::time::Duration::from_secs(60))
                .expect("the parser gives up long before");

            assert_eq!(result, Err(ExtractError::TooNested(500)), "{tag}");
        }
    }

    #[test]
    fn a_long_flat_page_is_read_whole() {
        let links: String = (0..20_000)
            .map(|n| format!("<p><a href=/{n}>{n}</a>"))
            .collect();

        assert_eq!(page(&links).links.len(), 20_000);
    }
}
