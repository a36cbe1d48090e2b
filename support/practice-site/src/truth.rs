//! What is true about the site: every page, title and date, as data for tests.

use crate::date::{Date, Moment};

/// What is true about a site: each article with its title and dates, and each page with the way that leads to it.
///
/// All paths begin with `/` and are written as they stand in links; [`Site::url`](crate::Site::url) makes URLs of them.
#[derive(Debug)]
pub struct Truth {
    pub(crate) articles: Vec<Article>,
    pub(crate) pages: Vec<Page>,
    pub(crate) redirects: Vec<Redirect>,
    pub(crate) duplicates: Vec<Duplicate>,
    pub(crate) forbidden: Vec<String>,
}

impl Truth {
    /// Returns the articles, the newest first, in the order of the blog's listing.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// Returns every HTML page that answers 200 under its canonical path, articles among them.
    ///
    /// The fault corner's own pages are not among them, except its index.
    #[must_use]
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Returns the pages that a polite crawler finds from `/`: those of [`Reach::Links`].
    pub fn crawlable(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.reach == Reach::Links)
    }

    /// Returns the redirects that a polite crawler meets on its way.
    #[must_use]
    pub fn redirects(&self) -> &[Redirect] {
        &self.redirects
    }

    /// Returns the linked paths that answer 200 with a page whose canonical path is another.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Returns paths that are linked but closed to every robot by robots.txt: a polite crawler never asks for them.
    #[must_use]
    pub fn forbidden(&self) -> &[String] {
        &self.forbidden
    }
}

/// One article: what a careful person would say after reading its page.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Article {
    /// The canonical path, percent-encoded where needed, for example `/blog/2024/03/05/a-quiet-harbour-7/`.
    pub path: String,
    /// The title, as plain text: entities resolved, white space collapsed, no name of the site.
    pub title: String,
    /// The day of publication as the page shows it, in the page's own time zone; `None` where the page has no such date.
    pub published: Option<Date>,
    /// The moment of publication, where the page tells the time of day as well.
    pub published_at: Option<Moment>,
    /// The day of the last change; `None` where the page does not tell.
    pub modified: Option<Date>,
    /// The author's name; `None` where the page does not tell.
    pub author: Option<String>,
    /// The language as a BCP 47 tag, for example `de`.
    pub language: &'static str,
    /// Where and how the page carries its publication date.
    pub date_form: DateForm,
    /// Where and how the page carries its title.
    pub title_form: TitleForm,
    /// The character encoding of the page, as the label that declares it, for example `windows-1252`.
    pub encoding: &'static str,
    /// Other paths that show the same article with status 200, its canonical link being [`Article::path`].
    pub duplicates: Vec<String>,
    /// Other paths that lead to it by a redirect.
    pub redirects: Vec<String>,
}

/// Where and how an article's page carries its publication date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateForm {
    /// `<meta property="article:published_time">`, the form of Open Graph.
    MetaArticle,
    /// Another of the names that `<meta>` dates go by; the name is given.
    MetaOther(&'static str),
    /// JSON-LD: one object of type `BlogPosting`.
    JsonLd,
    /// JSON-LD: the `BlogPosting` is one of several things in an `@graph`.
    JsonLdGraph,
    /// JSON-LD: the `BlogPosting` is one of several things in an array.
    JsonLdArray,
    /// Microdata: `itemprop="datePublished"`.
    Microdata,
    /// `<time datetime="…">`.
    TimeDatetime,
    /// `<time>` without `datetime`: the date is its text, in the page's language.
    TimeText,
    /// Only in the path: `/blog/2024/03/05/…`.
    UrlPath,
    /// Only in the visible text, in the page's language.
    Text,
    /// Nowhere, although other dates stand on the page.
    None,
}

/// Where and how an article's page carries its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TitleForm {
    /// In `<h1>`, `og:title`, and `<title>` with the site's name behind it.
    Everywhere,
}

/// One HTML page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The canonical path, with its query if it has one.
    pub path: String,
    /// The title, as plain text without the name of the site.
    pub title: String,
    /// How the page is found.
    pub reach: Reach,
    /// True where the page asks not to be stored (`noindex`, in a meta element or in `X-Robots-Tag`).
    pub noindex: bool,
}

/// How a page is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// By links that a polite crawler follows from `/`.
    Links,
    /// Only by the sitemap.
    Sitemap,
    /// Only by links that JavaScript puts on a page.
    JavaScript,
    /// Only by links that ask not to be followed.
    Nofollow,
    /// Linked, but closed to every robot by robots.txt.
    Forbidden,
}

/// A linked path that leads to another page by a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirect {
    /// The path that is linked.
    pub from: String,
    /// The path where the redirect ends.
    pub to: String,
    /// The status of the first answer, for example 301.
    pub status: u16,
}

/// A linked path that shows a page whose canonical path is another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duplicate {
    /// The path that is linked.
    pub path: String,
    /// The page's own path.
    pub canonical: String,
}
