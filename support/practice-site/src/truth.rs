//! What is true about the site: every page, title and date, as data for tests.

use crate::date::{Date, Moment};
use std::sync::Arc;

/// What is true about a site: each article with its title and dates, and each page with the way that leads to it.
///
/// All paths begin with `/` and are written as they stand in links; [`Site::url`](crate::Site::url) makes URLs of them.
#[derive(Debug)]
pub struct Truth {
    pub(crate) articles: Arc<[Article]>,
    pub(crate) pages: Vec<Page>,
    pub(crate) redirects: Vec<Redirect>,
    pub(crate) duplicates: Vec<Duplicate>,
    pub(crate) forbidden: Vec<String>,
    pub(crate) files: Vec<File>,
    pub(crate) books: Vec<Book>,
}

impl Truth {
    /// Returns the articles, the newest first, in the order of the blog's listing.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// Returns the article with that canonical path.
    #[must_use]
    pub fn article(&self, path: &str) -> Option<&Article> {
        // A canonical path ends with the article's number, and the newest has the highest.
        let number: usize = path.strip_suffix('/')?.rsplit('-').next()?.parse().ok()?;
        let article = self
            .articles
            .get(self.articles.len().checked_sub(number)?)?;
        (article.path == path).then_some(article)
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

    /// Returns the files that `/files/` lists.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Returns the books that the API has at the start.
    #[must_use]
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// Returns the faults of the fault corner, in the order of its index.
    #[must_use]
    pub fn faults(&self) -> &'static [Fault] {
        crate::faults::FAULTS
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
///
/// A page may show the same date once more in its visible text. Every page also shows dates that are
/// not its own: of comments, of related articles, of things that happened long ago, of the copyright.
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
    /// Microdata: `<meta itemprop="datePublished">` inside the article.
    Microdata,
    /// `<time datetime="…">` below the headline.
    TimeDatetime,
    /// `<time>` without `datetime`: the date is its text, in the page's language.
    TimeText,
    /// Only in the path: `/blog/2024/03/05/…`.
    UrlPath,
    /// Only in the visible text below the headline, worded in the page's language.
    Text,
    /// Only in the visible text below the headline, in digits, in an order that the language decides: `05.03.2024`.
    TextDigits,
    /// Nowhere, although other dates stand on the page; perhaps also that of its last change.
    None,
}

/// Where and how an article's page carries its title.
///
/// Where the title is not in `<h1>`, the site's name is, and a reader sees the title as a large line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TitleForm {
    /// In `<h1>`, in `og:title`, and in `<title>` with the site's name behind it.
    Everywhere,
    /// In `<h1>` alone; `<title>` has only the site's name.
    HeadingOnly,
    /// In `og:title` and as a line of text; `<h1>` and `<title>` are the site's.
    OpenGraphOnly,
    /// In `<title>` with the site's name behind it, and as a line of text; `<h1>` is the site's.
    TitleElementOnly,
    /// In JSON-LD as `headline`, and as a line of text; `<h1>` and `<title>` are the site's.
    JsonLdHeadline,
    /// As [`TitleForm::Everywhere`], but `<h1>` has a link, emphasis, comments and line ends inside.
    NestedHeading,
    /// As [`TitleForm::Everywhere`], with `&`, quotes and `<`, and written with every kind of entity.
    Entities,
    /// More than 300 characters; whole in `<h1>`, cut with an ellipsis in `og:title` and `<title>`.
    VeryLong,
    /// With a separator of its own inside, as in `Bread | a portrait`, before the one that the site's name follows.
    Separators,
    /// As [`TitleForm::Everywhere`], but `og:title` has the site's name behind it too.
    OpenGraphWithSite,
    /// In `<h1>` and `<title>`; near them are titles that are none: in a comment, an SVG image, a template.
    Decoys,
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

/// A file that `/files/` lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The path, for example `/files/harbour.txt`.
    pub path: String,
    /// The length in bytes.
    pub length: u64,
    /// The CRC-32 of the whole, as gzip and PNG compute it.
    pub crc32: u32,
}

/// A book of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Book {
    /// The number in its path, `/api/books/17`.
    pub id: u64,
    /// The title.
    pub title: String,
    /// The author's name.
    pub author: String,
    /// The year of publication.
    pub year: i64,
    /// The number of pages, if it is known.
    pub pages: Option<i64>,
    /// True while it can be borrowed.
    pub available: bool,
}

/// A bad behaviour of the fault corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The path that shows it, with a parameter where it takes one, for example `/faults/slow?ms=3000`.
    pub path: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What the server does.
    pub what: &'static str,
    /// What a good client does about it.
    pub advice: &'static str,
}
