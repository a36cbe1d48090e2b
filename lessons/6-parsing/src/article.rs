//! Title, date, author and language of any page, each with its evidence.
//!
//! A page says the same thing in several places, and not always the same. So each place is a witness
//! with a weight; witnesses that agree support each other, and the answer names the one that weighs
//! most ([`Evidence`]) and how sure it is.
//!
//! | field | places, in order of their weight |
//! |---|---|
//! | title | a heading that another place agrees with; an `<h1>`; `og:title`; JSON-LD; `<title>` without the site's name |
//! | date | JSON-LD; `<meta>`; microdata and RDFa; the URL; `<time>`; a class; the words beside the title |
//! | author | JSON-LD; `<meta>`; microdata and `rel=author`; a class |
//! | language | `<html lang>`; the header; `<meta>` |
//!
//! Most wrong dates are not misread, they are dates of something else: a comment, a related post, the
//! year in the copyright line, the first entry of a list. So where a date stands decides, and a page
//! of a kind that has no date of its own ([`Kind`]) gets none from its words.
//!
//! 1. [`json_ld`]: things that a page describes for machines
//! 2. [`title`]: the title, without the name of the site
//! 3. [`kind`]: what kind of page it is
//! 4. [`date`]: when it was published, and [`path`]: what its address says of that; [`words`]

pub mod json_ld;
pub mod title;
pub mod kind;
pub mod date;
pub mod path;
pub mod words;
mod author;
mod fold;

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use self::fold::fold;
use self::json_ld::Things;
pub use self::kind::Kind;
use crate::dates::Order;
use crate::html::Parts;
use crate::html::parts::{Heading, Line, RegionKind};

/// What is known of a page besides its text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The address it was fetched from.
    pub url: Option<&'a Url>,
    /// The `Content-Language` of the answer.
    pub language: Option<&'a str>,
    /// The day it was fetched: later dates are refused, and `yesterday` is counted from it.
    pub today: Option<Date>,
}

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// The title, without the name of the site.
    pub title: Option<Found<String>>,
    /// The day of publication.
    pub published: Option<Found<Date>>,
    /// The day of the last change.
    pub modified: Option<Found<Date>>,
    /// Who wrote it.
    pub author: Option<Found<String>>,
    /// The language, as a tag such as `de` or `pt-BR`.
    pub language: Option<String>,
    /// The address that the page calls its own.
    pub canonical: Option<Url>,
    /// What kind of page it is.
    pub kind: Kind,
}

/// A value, and why it is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The place that says so; of several, the one that weighs most.
    pub evidence: Evidence,
    /// The place in detail: the name of the `<meta>`, the words on the page.
    pub place: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f32,
}

/// Where on a page a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// An article described in JSON-LD.
    JsonLd,
    /// A `<meta>` element.
    Meta,
    /// Microdata or RDFa: `itemprop="datePublished"`.
    Microdata,
    /// The path of the address: `/2024/03/05/`.
    UrlPath,
    /// A `<time>`.
    Time,
    /// An element whose class says so.
    Class,
    /// Words beside the title: "Published on 5 March 2024".
    Text,
    /// A heading.
    Heading,
    /// The `<title>`.
    TitleElement,
}

impl Evidence {
    /// Returns the name that programs show.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "json-ld",
            Self::Meta => "meta",
            Self::Microdata => "microdata",
            Self::UrlPath => "url",
            Self::Time => "time",
            Self::Class => "class",
            Self::Text => "text",
            Self::Heading => "heading",
            Self::TitleElement => "title",
        }
    }
}

// ANCHOR: read
/// Reads what a page says about itself from its parts.
pub fn read(parts: &Parts<'_>, given: Given<'_>) -> Article {
    let mut page = Page::new(parts, given);
    let title = page.title();
    if let Some((found, heading)) = &title {
        page.settle(&found.value, *heading);
    }
    page.kind = page.find_kind();

    let dates = page.dates();
    Article {
        title: title.map(|(found, _)| found),
        published: dates.published,
        modified: dates.modified,
        author: page.author(),
        canonical: given.url.and_then(|url| parts.canonical(url)),
        kind: page.kind,
        language: page.language,
    }
}
// ANCHOR_END: read

/// A page that is being read.
struct Page<'p, 'a> {
    parts: &'p Parts<'a>,
    given: Given<'p>,
    language: Option<String>,
    things: Things,
    /// The thing that is this page's article, and whether that is sure.
    main: Option<(Value, bool)>,
    order: Order,
    kind: Kind,
    /// The lines of the title, once it is known.
    title_lines: Option<(usize, usize)>,
    /// For each region whether it stands beside the page's own matter.
    beside: Vec<bool>,
    /// Whether the page's own matter has an `<h1>`.
    has_h1: bool,
    /// For each region the `<article>` or `<main>` around it; 0 for none.
    scope: Vec<usize>,
}

/// Where the title stands: a heading's number, where it is one.
type TitlePlace = Option<usize>;

impl<'p, 'a> Page<'p, 'a> {
    fn new(parts: &'p Parts<'a>, given: Given<'p>) -> Self {
        let language = parts.language(given.language);
        let host = given.url.and_then(Url::host_str).unwrap_or_default();
        let order = Order::shown_by(&parts.text)
            .unwrap_or_else(|| Order::on_host(language.as_deref(), host));
        let mut scope = vec![0; parts.regions.len()];
        for (at, region) in parts.regions.iter().enumerate().skip(1) {
            scope[at] = match region.kind {
                RegionKind::Article | RegionKind::Main => at,
                _ => scope[region.around],
            };
        }
        let things = Things::read(&parts.json_ld);
        let titles = [parts.meta("og:title"), parts.title.as_deref()];
        let titles: Vec<&str> = titles.into_iter().flatten().collect();
        let main = things.main(given.url, &titles);
        let main = main.map(|(thing, sure)| (thing.clone(), sure));
        let mut page = Self {
            parts,
            given,
            language,
            things,
            main,
            order,
            kind: Kind::Unknown,
            title_lines: None,
            beside: Vec::new(),
            has_h1: false,
            scope,
        };
        page.beside = page.find_beside(None);
        let own = |heading: &Heading| {
            heading.level == 1 && !page.beside[heading.region] && heading.range.1 > heading.range.0
        };
        page.has_h1 = parts.headings.iter().any(own);
        page
    }

    /// Takes down where the title stands, and what stands beside the page's matter: nothing that holds
    /// the title does, whatever its class says.
    fn settle(&mut self, title: &str, heading: TitlePlace) {
        let Some(heading) = heading.map(|at| &self.parts.headings[at]) else {
            // Old pages make their headings of `<font>` and `<b>`: the line that says the same is it.
            let folded = fold(title);
            let lines = self.parts.lines.iter().take(400);
            let same = |line: &Line| {
                !self.beside[line.region]
                    && line.length < title.len() * 2 + 8
                    && fold(self.parts.slice(line.range)) == folded
            };
            let at = lines.enumerate().position(|(_, line)| same(line));
            self.title_lines = at.map(|at| (at, at + 1));
            return;
        };
        let after = self.parts.lines[heading.line.min(self.parts.lines.len())..]
            .iter()
            .take_while(|line| line.range.0 < heading.range.1)
            .count();
        self.title_lines = Some((heading.line, heading.line + after.max(1)));
        self.beside = self.find_beside(Some(heading.region));
    }

    fn find_beside(&self, title: Option<usize>) -> Vec<bool> {
        let regions = &self.parts.regions;
        let mut holds_title = vec![false; regions.len()];
        if let Some(mut at) = title {
            while at != 0 {
                holds_title[at] = true;
                at = regions[at].around;
            }
        }
        let mut beside = vec![false; regions.len()];
        for (at, region) in regions.iter().enumerate().skip(1) {
            let own = match region.kind {
                RegionKind::Beside | RegionKind::Comments => true,
                // The footer of an article may tell its date; that of the page tells the copyright.
                RegionKind::Footer => self.scope[at] == 0,
                _ => false,
            };
            beside[at] = (own && !holds_title[at]) || beside[region.around];
        }
        beside
    }
}

#[cfg(test)]
mod tests;
