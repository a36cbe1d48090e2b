//! `Fetched -> ExtractedPage`: reads what a page says about itself, and where it leads.
//!
//! ```text
//! bytes ──decode──> text ──parse──> tree ──> title, date, author, language, canonical, links
//!        (encoding)      (nesting capped)
//! ```
//!
//! A page says the same thing in several places, and not always the same. So each field has an
//! explicit order of places, the most deliberate first, and the date carries the name of the place it
//! came from ([`Evidence`]): a reader of the database can see why.
//!
//! | field | places, in order |
//! |---|---|
//! | title | an `<h1>` that another place agrees with; `og:title`; JSON-LD; `<title>` without the site's name; `<h1>` |
//! | date | JSON-LD; `<meta>`; microdata; `<time>`; the path of the URL; text beside the title |
//! | author | JSON-LD; `<meta>`; microdata and `rel=author` |
//! | language | `<html lang>`; the header; `og:locale` |

mod published;
mod title;
mod tree;

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use self::tree::{Elements, clean, has_word, is_beside, text_of};
pub use self::tree::{decode, parse};
use crate::dates::Order;
use crate::fetch::HtmlBody;
use crate::robots::Directives;
use crate::settings::is_web;
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

/// Where a page says when it was published, the most deliberate place first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Evidence {
    /// `datePublished` of an article in JSON-LD.
    JsonLd,
    /// A `<meta>` element, for example `article:published_time`.
    Meta,
    /// `itemprop="datePublished"`.
    Microdata,
    /// A `<time>` beside the title.
    Time,
    /// The path of the URL: `/2024/03/05/`.
    UrlPath,
    /// Words beside the title: "Published on 5 March 2024".
    Text,
}

impl Evidence {
    /// Returns the name that the database shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "json-ld",
            Self::Meta => "meta",
            Self::Microdata => "microdata",
            Self::Time => "time",
            Self::UrlPath => "url",
            Self::Text => "text",
        }
    }
}

/// Why a page cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// Its elements stand in each other so deep that parsing would take for ever.
    #[error("elements nested deeper than {0}")]
    TooNested(usize),
}

// ANCHOR: extract
/// Reads a page that was asked for as `url` by the crawler called `token`.
///
/// # Errors
///
/// [`ExtractError::TooNested`] when elements stand in each other deeper than `max_nesting`. Anything
/// else that is wrong with a page is repaired or left out: the web is full of broken pages.
pub fn extract(
    url: &Url,
    body: &HtmlBody,
    token: &str,
    max_nesting: usize,
) -> Result<ExtractedPage, ExtractError> {
    let text = decode(&body.bytes, body.charset.as_deref());
    let tree = parse(&text, max_nesting)?;
    let page = Page::new(url, Elements::of(&tree), body.language.as_deref());

    let directives = body.directives.and(page.directives(token));
    let title = page.title();
    let dates = page.dates(title.as_deref());
    Ok(ExtractedPage {
        published: dates.published,
        modified: dates.modified,
        author: page.author(),
        language: page.language.clone(),
        canonical: page.canonical(),
        links: if directives.nofollow {
            Vec::new()
        } else {
            page.links()
        },
        directives,
        title,
    })
}
// ANCHOR_END: extract

/// A page that is being read.
struct Page<'a> {
    url: &'a Url,
    elements: Elements<'a>,
    base: Url,
    language: Option<String>,
    /// Objects of JSON-LD that describe something of the page, from all scripts and graphs.
    things: Vec<Value>,
    /// Name (in small letters) and content of each `<meta>`.
    metas: Vec<(String, String)>,
}

impl<'a> Page<'a> {
    fn new(url: &'a Url, elements: Elements<'a>, header_language: Option<&str>) -> Self {
        let base = elements
            .first_with("base", "href")
            .and_then(|href| url.join(href.trim()).ok())
            .filter(is_web)
            .unwrap_or_else(|| url.clone());
        let metas = elements
            .named("meta")
            .filter_map(|meta| {
                let names = ["property", "name", "itemprop", "http-equiv"];
                let name = names.iter().find_map(|name| meta.attr(name))?;
                let content = clean(meta.attr("content")?);
                (!content.is_empty()).then(|| (name.trim().to_ascii_lowercase(), content))
            })
            .collect();
        let mut things = Vec::new();
        for script in elements
            .named("script")
            .filter(|script| script.attr("type") == Some("application/ld+json"))
        {
            if let Ok(value) = serde_json::from_str(&script.text().collect::<String>()) {
                collect_things(value, &mut things);
            }
        }
        let mut page = Self {
            url,
            elements,
            base,
            language: None,
            things,
            metas,
        };
        page.language = page.find_language(header_language);
        page
    }

    fn meta(&self, name: &str) -> Option<&str> {
        self.metas
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, content)| content.as_str())
    }

    fn directives(&self, token: &str) -> Directives {
        let ours = token.to_ascii_lowercase();
        self.metas
            .iter()
            .filter(|(name, _)| *name == "robots" || *name == ours)
            .fold(Directives::default(), |all, (_, value)| {
                all.and(Directives::parse(value, token))
            })
    }

    fn find_language(&self, header: Option<&str>) -> Option<String> {
        let html = self
            .elements
            .first_with("html", "lang")
            .or(self.elements.first_with("html", "xml:lang"));
        html.map(str::trim)
            .filter(|lang| !lang.is_empty())
            .or(header
                .and_then(|languages| languages.split(',').next())
                .map(str::trim))
            .or(self.meta("content-language"))
            .or(self.meta("og:locale"))
            .map(|lang| clean(lang).replace('_', "-"))
    }

    fn order(&self) -> Order {
        Order::of(self.language.as_deref())
    }

    /// Where the page says it belongs, when that is another URL than the one it was asked by.
    fn canonical(&self) -> Option<Url> {
        let mut links = self
            .elements
            .named("link")
            .filter(|link| has_word(link.attr("rel"), "canonical"));
        let href = links.find_map(|link| link.attr("href"))?;
        let url = self.base.join(href.trim()).ok().filter(is_web)?;
        (page_key(&url) != page_key(self.url)).then_some(url)
    }

    // ANCHOR: links
    /// The links of the page that may be followed, each once.
    fn links(&self) -> Vec<Url> {
        let anchors = self
            .elements
            .named("a")
            .chain(self.elements.named("area"))
            .filter(|a| !has_word(a.attr("rel"), "nofollow"))
            .filter_map(|a| a.value().attr("href"));
        // `<meta http-equiv="refresh" content="0; url=…">` leads on as a link does.
        let refresh = self
            .metas
            .iter()
            .filter(|(name, _)| name == "refresh")
            .filter_map(|(_, content)| {
                let (_, after) = content.split_once(';')?;
                let (word, target) = after.split_once('=')?;
                word.trim()
                    .eq_ignore_ascii_case("url")
                    .then(|| target.trim().trim_matches(['"', '\'']))
            });
        // A page of documentation links a thousand times into itself and its neighbours: the part
        // before the `#` is compared first, which is cheap, and only what is new is made a URL.
        let mut written = HashSet::new();
        let mut seen = HashSet::new();
        anchors
            .chain(refresh)
            .map(|href| href.split_once('#').map_or(href, |(page, _)| page).trim())
            .filter(|href| written.insert(*href))
            .filter_map(|href| self.base.join(href).ok())
            .filter(is_web)
            .filter(|url| seen.insert(page_key(url)))
            .map(|url| request_url(&url))
            .collect()
    }
    // ANCHOR_END: links

    fn author(&self) -> Option<String> {
        const NAMES: [&str; 7] = [
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "dcterms.creator",
            "citation_author",
            "sailthru.author",
        ];
        let by_meta = || {
            NAMES
                .iter()
                .find_map(|name| self.meta(name))
                .filter(|value| !value.contains("://"))
                .map(str::to_owned)
        };
        let by_markup = || {
            let by_rel = self
                .elements
                .named("a")
                .filter(|a| has_word(a.attr("rel"), "author"));
            let author = self
                .elements
                .property("author")
                .chain(by_rel)
                .find(|element| !is_beside(element))?;
            let mut inside = self
                .elements
                .property("name")
                .filter(|name| name.ancestors().any(|around| around.id() == author.id()));
            let name = inside.next().unwrap_or(author);
            Some(name.attr("content").map_or_else(|| text_of(&name), clean))
        };
        let author = self
            .article()
            .and_then(|article| name_of(&article["author"]));
        author
            .or_else(by_meta)
            .or_else(by_markup)
            .filter(|name| !name.is_empty())
    }

    /// The thing of JSON-LD that is the article of this page: the one that names the page's URL, else the first.
    fn article(&self) -> Option<&Value> {
        let articles = || self.things.iter().filter(|thing| is_article(thing));
        let names_us = |thing: &&Value| {
            ["url", "@id", "mainEntityOfPage"].iter().any(|key| {
                let text = thing[key].as_str().or(thing[key]["@id"].as_str());
                text.and_then(|text| self.base.join(text).ok())
                    .is_some_and(|url| page_key(&url) == page_key(self.url))
            })
        };
        articles().find(names_us).or_else(|| articles().next())
    }
}

/// Gathers the objects of JSON-LD: one, a list, an `@graph`, and the main entity of a page.
fn collect_things(value: Value, things: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values
            .into_iter()
            .for_each(|value| collect_things(value, things)),
        Value::Object(mut object) => {
            for key in ["@graph", "mainEntity"] {
                if let Some(inner) = object.remove(key) {
                    collect_things(inner, things);
                }
            }
            things.push(Value::Object(object));
        }
        _ => {}
    }
}

/// Returns whether a thing of JSON-LD is something that is published: an article or a posting of any sort.
fn is_article(thing: &Value) -> bool {
    let named = |kind: &Value| {
        kind.as_str().is_some_and(|kind| {
            kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
        })
    };
    match &thing["@type"] {
        Value::Array(kinds) => kinds.iter().any(named),
        kind => named(kind),
    }
}

/// Reads a name in JSON-LD: a text, an object with a name, or the first of a list.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(clean(name)),
        Value::Array(values) => values.iter().find_map(name_of),
        Value::Object(object) => object.get("name").and_then(name_of),
        _ => None,
    }
}

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

    fn title(html: &str, expected: &str) {
        assert_eq!(
            page(html).title.as_deref().unwrap_or("none"),
            expected,
            "{html}"
        );
    }

    fn date(html: &str, expected: &str) {
        let found = page(html)
            .published
            .map(|found| format!("{} {}", found.date, found.evidence.name()));
        assert_eq!(found.as_deref().unwrap_or("none"), expected, "{html}");
    }

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_title() {
        title(
            "<title>Bread - My Blog</title><h1>My Blog</h1><main><h1>Bread</h1></main>",
            "Bread",
        );
        title("<title>Bread | My Blog</title><h1>Bread</h1>", "Bread");
        title(
            "<title>My Blog: Bread</title><meta property=og:site_name content='My Blog'>",
            "Bread",
        );
        title(
            "<title>Bread \u{2014} My Blog</title><meta property=og:site_name content='My Blog'>",
            "Bread",
        );
        title(
            "<title>My Blog</title><meta property=og:title content=Bread><h1>Other</h1>",
            "Bread",
        );
    }

    #[test]
    fn a_dash_inside_a_title_stays() {
        title("<title>Bread - and butter</title>", "Bread - and butter");
        title(
            "<title>Bread-making - Blog</title><h1>Bread</h1><h1>Bread-making</h1>",
            "Bread-making",
        );
    }

    #[test]
    fn a_title_is_text_on_one_line() {
        title(
            "<title>\n Bread &amp; <b>butter\n\t</title>",
            "Bread & <b>butter",
        );
        title(
            "<h1>Bread <em>and</em><br>butter ¶</h1>",
            "Bread and butter",
        );
        title("<title>Bad\u{1b}[31m \u{7}bell</title>", "Bad[31m bell");
        title("<p>nothing</p>", "none");
        title(
            "<svg><title>icon</title></svg><title>Bread</title>",
            "Bread",
        );
    }

    #[test]
    fn json_ld_is_read_alone_in_lists_and_in_graphs() {
        let article = r#"{"@type":"BlogPosting","datePublished":"2024-03-05T10:00:00Z","author":{"name":"Ann"}}"#;
        for json in [
            article.to_owned(),
            format!("[{{\"@type\":\"WebSite\"}},{article}]"),
            format!(
                "{{\"@graph\":[{{\"@type\":\"Person\",\"datePublished\":\"1999-01-01\"}},{article}]}}"
            ),
            format!("{{\"@type\":\"WebPage\",\"mainEntity\":{article}}}"),
        ] {
            let html = format!("<script type='application/ld+json'>{json}</script>");

            date(&html, "2024-03-05 json-ld");
            assert_eq!(page(&html).author.as_deref(), Some("Ann"));
        }
        date(
            "<script type='application/ld+json'>{broken</script>",
            "none",
        );
    }

    #[test]
    fn of_several_articles_the_one_of_this_page_counts() {
        date(
            r#"<script type="application/ld+json">[
                {"@type":"BlogPosting","url":"/blog/other","datePublished":"2020-01-01"},
                {"@type":"BlogPosting","url":"/blog/a","datePublished":"2024-03-05"}]</script>"#,
            "2024-03-05 json-ld",
        );
    }

    #[test]
    fn the_most_deliberate_place_wins() {
        date(
            "<meta property=article:published_time content=2024-03-05><h1>A</h1><time datetime=2020-01-01>1 January 2020</time>",
            "2024-03-05 meta",
        );
        date(
            "<h1>A</h1><p>Published 1 January 2020</p><time datetime=2024-03-05></time>",
            "2024-03-05 time",
        );
        date(
            "<h1>A</h1><p><span itemprop=datePublished content=2024-03-05>x</span></p>",
            "2024-03-05 microdata",
        );
    }

    #[test]
    fn a_date_is_read_from_the_path() {
        for path in [
            "/2024/03/05/title",
            "/blog/2024/3/5/",
            "/2024-03-05-title.html",
            "/x/2024-03-05",
        ] {
            let found = page_at(&format!("http://site.test{path}"), "<h1>A</h1>").published;
            assert_eq!(
                found.map(|found| found.date.to_string()).as_deref(),
                Some("2024-03-05"),
                "{path}"
            );
        }
        for path in ["/2024/03/", "/2024/13/05/x", "/2024-03-051/", "/v/1.2.3/"] {
            assert_eq!(
                page_at(&format!("http://site.test{path}"), "<h1>A</h1>").published,
                None,
                "{path}"
            );
        }
    }

    #[test]
    fn words_beside_the_title_tell_the_date_in_the_pages_language() {
        date("<h1>A</h1><p>By Ann, 5 March 2024</p>", "2024-03-05 text");
        date(
            "<html lang=de><p>5. März 2024</p><h1>A</h1>",
            "2024-03-05 text",
        );
        date(
            "<html lang=en-GB><h1>A</h1><p>5/3/2024</p>",
            "2024-03-05 text",
        );
        date(
            "<html lang=en-US><h1>A</h1><p>3/5/2024</p>",
            "2024-03-05 text",
        );
        date(
            "<html lang=ja><h1>A</h1><p>公開日：2024年3月5日</p>",
            "2024-03-05 text",
        );
    }

    #[test]
    fn another_date_of_the_page_is_not_its_own() {
        let prose = "It happened on 1 January 2020, a day that nobody who was there will ever forget, since it rained from the \
                     morning to the evening without a pause.";
        date(
            &format!("<h1>A</h1><p>{prose}</p><p>2 January 2020</p>"),
            "none",
        );
        date("<h1>A</h1><p>Updated 5 March 2024</p>", "none");
        date(
            "<h1>A</h1><aside><time datetime=2020-01-01></time></aside>",
            "none",
        );
        date(
            "<h1>A</h1><div class='related-posts'><p>1 January 2020</p></div>",
            "none",
        );
        date(
            "<h1>A</h1><h2>More</h2><time datetime=2020-01-01></time>",
            "none",
        );
        date(
            "<h1>A</h1><p>Updated 7 March 2024, published 5 March 2024</p>",
            "2024-03-05 text",
        );
        date(
            "<h1>A</h1><p>Updated <time datetime=2024-03-07></time>, published <time datetime=2024-03-05></time></p>",
            "2024-03-05 time",
        );
    }

    #[test]
    fn a_date_announced_at_the_end_counts() {
        let prose = "word ".repeat(60);
        date(
            &format!(
                "<article><h1>A</h1><p>{prose}</p><footer>Posted on 5 March 2024</footer></article>"
            ),
            "2024-03-05 text",
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
    fn each_way_to_name_an_encoding_is_understood() {
        let check = |bytes: &[u8], charset: Option<&str>| {
            assert_eq!(
                decode(bytes, charset).chars().last(),
                Some('é'),
                "{bytes:?}"
            )
        };

        check(b"<meta charset=utf-8>\xe9", Some("windows-1252"));
        check(b"<meta charset='iso-8859-1'>\xe9", None);
        check(
            b"<meta http-equiv=Content-Type content=\"text/html; charset=ISO-8859-1\">\xe9",
            None,
        );
        check(b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\xe9", None);
        check("<meta charset=utf-16>é".as_bytes(), None);
        check("\u{feff}é".as_bytes(), Some("windows-1252"));
        check(&[0xff, 0xfe, 0xe9, 0x00], None);
        check("é".as_bytes(), None);
        check(b"\xe9", None);
    }

    #[test]
    fn the_language_is_a_tag() {
        assert_eq!(page("<html lang=' de '>").language.as_deref(), Some("de"));
        assert_eq!(
            page("<meta property=og:locale content=pt_BR>")
                .language
                .as_deref(),
            Some("pt-BR")
        );
        assert_eq!(page("<p>").language, None);
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
