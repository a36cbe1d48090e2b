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
//! | title | an `<h1>` that `<title>` or `og:title` confirms; `og:title`; `<title>` without the site's name; `<h1>` |
//! | date | JSON-LD; `<meta>`; microdata; `<time>`; the path of the URL; text beside the title |
//! | author | JSON-LD; `<meta>`; microdata and `rel=author` |
//! | language | `<html lang>`; the header; `og:locale` |

use std::sync::LazyLock;

use encoding_rs::Encoding;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use jiff::civil::Date;
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};
use serde_json::Value;
use url::Url;

use crate::dates::{self, Order};
use crate::fetch::HtmlBody;
use crate::robots::Directives;
use crate::settings::is_web;

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
    let page = Page::new(url, &tree, body.language.as_deref());

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

// ---------------------------------------------------------------------------------------------
// From bytes to a tree
// ---------------------------------------------------------------------------------------------

// ANCHOR: decode
/// Turns bytes into text. The encoding is, in this order: a byte order mark, the header, the page's
/// own word for it, UTF-8 where that fits, and at last windows-1252, in which every byte is something.
///
/// Source: the HTML standard, <https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let declared = || declared_encoding(&bytes[..bytes.len().min(1_024)]);
    let guessed = || {
        if std::str::from_utf8(bytes).is_ok() {
            encoding_rs::UTF_8
        } else {
            encoding_rs::WINDOWS_1252
        }
    };
    let encoding = charset
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .or_else(declared)
        .unwrap_or_else(guessed);
    // `decode` itself looks for a byte order mark first, and replaces what does not fit.
    encoding.decode(bytes).0.into_owned()
}
// ANCHOR_END: decode

/// Finds `<meta charset=…>`, `<meta … content="text/html; charset=…">` or `<?xml encoding=…?>` at the
/// beginning of a page.
fn declared_encoding(start: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let tag = start.split('<').find_map(|tag| {
        let word = if tag.starts_with("meta") {
            "charset"
        } else {
            tag.starts_with("?xml").then_some("encoding")?
        };
        let (_, value) = tag.split_once(word)?;
        let value = value
            .trim_start()
            .strip_prefix('=')?
            .trim_start()
            .trim_start_matches(['"', '\'']);
        let end = value
            .find(|c: char| c.is_whitespace() || "\"'/>;?".contains(c))
            .unwrap_or(value.len());
        Encoding::for_label(value[..end].as_bytes())
    })?;
    // A page whose tag can be read as ASCII is not in UTF-16, whatever it says.
    let wide = tag == encoding_rs::UTF_16LE || tag == encoding_rs::UTF_16BE;
    Some(if wide { encoding_rs::UTF_8 } else { tag })
}

// ANCHOR: parse
/// How much text the parser gets at a time; afterwards the depth of the tree is measured.
const PIECE: usize = 4_096;

/// Builds the tree of a page, and gives up when its elements stand in each other too deep.
///
/// For each start tag the parser walks through the elements that are open. A page of 200,000 `<div>`
/// and nothing else therefore takes it hours. Counting tags beforehand does not help, since which of
/// them are open only the parser knows. So it is fed in pieces, and the depth is measured as it grows.
pub fn parse(text: &str, max_nesting: usize) -> Result<Html, ExtractError> {
    let mut parser = driver::parse_document(
        HtmlTreeSink::new(Html::new_document()),
        ParseOpts::default(),
    );
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(
            rest.floor_char_boundary(PIECE)
                .max(rest.chars().next().map_or(0, char::len_utf8)),
        );
        parser.process(piece.into());
        rest = after;
        let tree = parser.tokenizer.sink.sink.0.borrow();
        let depth = tree
            .tree
            .nodes()
            .next_back()
            .map_or(0, |last| last.ancestors().count());
        if depth > max_nesting {
            return Err(ExtractError::TooNested(max_nesting));
        }
    }
    Ok(parser.finish())
}
// ANCHOR_END: parse

// ---------------------------------------------------------------------------------------------
// What the tree says
// ---------------------------------------------------------------------------------------------

/// Selectors, compiled once: each is a constant of this file, so it parses.
macro_rules! selector {
    ($css:literal) => {{
        static SELECTOR: LazyLock<Selector> = LazyLock::new(|| {
            Selector::parse($css).expect("the selector is a constant that a test has seen")
        });
        &*SELECTOR
    }};
}

/// A page that is being read.
struct Page<'a> {
    url: &'a Url,
    tree: &'a Html,
    base: Url,
    language: Option<String>,
    /// Objects of JSON-LD that describe something of the page, from all scripts and graphs.
    things: Vec<Value>,
    /// Name (in small letters) and content of each `<meta>`.
    metas: Vec<(String, String)>,
}

impl<'a> Page<'a> {
    fn new(url: &'a Url, tree: &'a Html, header_language: Option<&str>) -> Self {
        let base = tree
            .select(selector!("base[href]"))
            .next()
            .and_then(|base| url.join(base.attr("href")?.trim()).ok())
            .filter(is_web)
            .unwrap_or_else(|| url.clone());
        let metas = tree
            .select(selector!("meta[content]"))
            .filter_map(|meta| {
                let name = meta
                    .attr("property")
                    .or(meta.attr("name"))
                    .or(meta.attr("itemprop"))
                    .or(meta.attr("http-equiv"))?;
                let content = clean(meta.attr("content")?);
                (!content.is_empty()).then(|| (name.trim().to_ascii_lowercase(), content))
            })
            .collect();
        let mut things = Vec::new();
        for script in tree.select(selector!(r#"script[type="application/ld+json"]"#)) {
            if let Ok(value) = serde_json::from_str(&script.text().collect::<String>()) {
                collect_things(value, &mut things);
            }
        }
        let mut page = Self {
            url,
            tree,
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
        let html = self.tree.select(selector!("html")).next();
        html.and_then(|html| html.attr("lang").or(html.attr("xml:lang")))
            .map(str::trim)
            .filter(|lang| !lang.is_empty())
            .or(header
                .and_then(|languages| languages.split(',').next())
                .map(str::trim))
            .or(self.meta("content-language"))
            .or(self.meta("og:locale"))
            .map(|lang| clean(lang).replace('_', "-"))
    }

    /// Where the page says it belongs, when that is another URL than the one it was asked by.
    fn canonical(&self) -> Option<Url> {
        let link = self
            .tree
            .select(selector!(r#"link[rel~="canonical" i][href]"#))
            .next()?;
        let url = self
            .base
            .join(link.attr("href")?.trim())
            .ok()
            .filter(is_web)?;
        (crate::url_key::url_key(&url) != crate::url_key::url_key(self.url)).then_some(url)
    }

    /// The links of the page that may be followed, each once.
    fn links(&self) -> Vec<Url> {
        let anchors = self
            .tree
            .select(selector!("a[href], area[href]"))
            .filter(|a| {
                !a.attr("rel")
                    .unwrap_or_default()
                    .split_whitespace()
                    .any(|rel| rel.eq_ignore_ascii_case("nofollow"))
            })
            .filter_map(|a| a.attr("href"));
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
        let mut seen = std::collections::HashSet::new();
        anchors
            .chain(refresh)
            .filter_map(|href| self.base.join(href.trim()).ok())
            .filter(is_web)
            .map(|url| crate::url_key::url_key(&url))
            .filter(|url| seen.insert(url.clone()))
            .collect()
    }

    // ANCHOR: title
    /// The title. One place alone may be the site's name or a slogan; two that agree are believed first.
    fn title(&self) -> Option<String> {
        let of_page = self
            .tree
            .select(selector!("title"))
            .find(|title| !within(title, &["svg"]))
            .map(|title| text_of(&title));
        let of_page = of_page.filter(|title| !title.is_empty());
        let shared = self.meta("og:title").map(str::to_owned);
        let site = self.meta("og:site_name");
        let headings = self.headings();

        let confirmed = headings.iter().find(|heading| {
            shared.as_deref() == Some(heading)
                || of_page
                    .as_deref()
                    .is_some_and(|title| begins(title, heading))
        });
        confirmed
            .cloned()
            .or_else(|| shared.map(|title| without_site(title, site)))
            .or_else(|| of_page.map(|title| without_site(title, site)))
            .or_else(|| headings.into_iter().next())
    }
    // ANCHOR_END: title

    /// The texts of `<h1>`, those in the main part of the page first.
    fn headings(&self) -> Vec<String> {
        let mut headings: Vec<_> = self
            .tree
            .select(selector!("h1"))
            .map(|h1| (!within(&h1, &["article", "main"]), text_of(&h1)))
            .map(|(outside, text)| (outside, text.trim_end_matches(['¶', ' ']).to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        headings.sort_by_key(|(outside, _)| *outside);
        headings.into_iter().map(|(_, text)| text).collect()
    }

    fn author(&self) -> Option<String> {
        let by_meta = || {
            [
                "author",
                "article:author",
                "parsely-author",
                "dc.creator",
                "dcterms.creator",
                "citation_author",
                "sailthru.author",
            ]
            .iter()
            .find_map(|name| self.meta(name))
            .filter(|value| !value.contains("://"))
            .map(str::to_owned)
        };
        let by_markup = || {
            self.tree
                .select(selector!(r#"[itemprop~="author"], a[rel~="author"]"#))
                .find(|element| !is_beside(element))
                .map(|author| {
                    let name = author
                        .select(selector!(r#"[itemprop~="name"]"#))
                        .next()
                        .unwrap_or(author);
                    name.attr("content").map_or_else(|| text_of(&name), clean)
                })
        };
        self.article()
            .and_then(|article| name_of(&article["author"]))
            .or_else(by_meta)
            .or_else(by_markup)
            .filter(|name| !name.is_empty())
    }

    // ---- dates -----------------------------------------------------------------------------

    // ANCHOR: dates
    /// The dates, by the first place that has one. The order is the argument: a place that only
    /// machines read is filled on purpose; words on the page may speak of anything.
    fn dates(&self, title: Option<&str>) -> Dates {
        let lines = self.byline(title);
        let rules: [(Evidence, &dyn Fn() -> Option<Date>); 6] = [
            (Evidence::JsonLd, &|| self.date_in_things("datePublished")),
            (Evidence::Meta, &|| self.date_in_metas(&PUBLISHED_METAS)),
            (Evidence::Microdata, &|| {
                self.date_in_microdata("datePublished")
            }),
            (Evidence::Time, &|| {
                self.date_in_time(&lines, Says::Published)
            }),
            (Evidence::UrlPath, &|| date_in_path(self.url)),
            (Evidence::Text, &|| {
                self.date_in_text(&lines, Says::Published)
            }),
        ];
        let published = rules.iter().find_map(|(evidence, rule)| {
            Some(Published {
                date: rule()?,
                evidence: *evidence,
            })
        });
        let modified = self
            .date_in_things("dateModified")
            .or_else(|| self.date_in_metas(&MODIFIED_METAS))
            .or_else(|| self.date_in_microdata("dateModified"))
            .or_else(|| self.date_in_time(&lines, Says::Modified))
            .or_else(|| self.date_in_text(&lines, Says::Modified));
        Dates {
            published,
            modified,
        }
    }
    // ANCHOR_END: dates

    fn order(&self) -> Order {
        Order::of(self.language.as_deref())
    }

    /// The thing of JSON-LD that is the article of this page: the one that names the page's URL, else the first.
    fn article(&self) -> Option<Value> {
        let articles = || self.things.iter().filter(|thing| is_article(thing));
        let names_us = |thing: &&Value| {
            ["url", "@id", "mainEntityOfPage"].iter().any(|key| {
                let text = thing[key].as_str().or(thing[key]["@id"].as_str());
                text.and_then(|text| self.base.join(text).ok())
                    .is_some_and(|url| {
                        crate::url_key::url_key(&url) == crate::url_key::url_key(self.url)
                    })
            })
        };
        articles()
            .find(names_us)
            .or_else(|| articles().next())
            .cloned()
    }

    fn date_in_things(&self, key: &str) -> Option<Date> {
        dates::read(self.article()?[key].as_str()?, self.order())
    }

    fn date_in_metas(&self, names: &[&str]) -> Option<Date> {
        names
            .iter()
            .find_map(|name| dates::read(self.meta(name)?, self.order()))
    }

    fn date_in_microdata(&self, name: &str) -> Option<Date> {
        self.tree
            .select(selector!("[itemprop]"))
            .filter(|element| {
                element
                    .attr("itemprop")
                    .unwrap_or_default()
                    .split_whitespace()
                    .any(|prop| prop == name)
            })
            .filter(|element| !is_beside(element))
            .find_map(|element| {
                let written = element.attr("content").or(element.attr("datetime"));
                dates::read(
                    &written.map_or_else(|| text_of(&element), clean),
                    self.order(),
                )
            })
    }

    fn date_in_time(&self, lines: &[Line<'a>], wanted: Says) -> Option<Date> {
        lines
            .iter()
            .filter(|line| line.is_short())
            .find_map(|line| {
                line.times.iter().find_map(|(before, time)| {
                    let own = says(before)
                        .or(says_attribute(time))
                        .unwrap_or(Says::Published);
                    let written = time.attr("datetime").map_or_else(|| text_of(time), clean);
                    (own == wanted).then(|| {
                        dates::read(&written, self.order())
                            .or_else(|| dates::read(&text_of(time), self.order()))
                    })?
                })
            })
    }

    fn date_in_text(&self, lines: &[Line<'a>], wanted: Says) -> Option<Date> {
        lines
            .iter()
            .filter(|line| line.is_short())
            .find_map(|line| {
                let mut start = 0;
                dates::all(&line.text, self.order())
                    .into_iter()
                    .find_map(|found| {
                        let before = &line.text[start..found.start];
                        start = found.end;
                        (says(before).unwrap_or(Says::Published) == wanted).then_some(found.date)
                    })
            })
    }

    /// The lines of the page in which its own date may stand: near the title, or opened by a word that says so.
    fn byline(&self, title: Option<&str>) -> Vec<Line<'a>> {
        let lines = self.lines();
        let heading = lines
            .iter()
            .position(|line| {
                line.heading
                    && title.is_some_and(|title| line.text.trim_end_matches(['¶', ' ']) == title)
            })
            .or_else(|| lines.iter().position(|line| line.heading));
        let Some(heading) = heading else {
            return Vec::new();
        };
        // Prose ends the head of an article: what a first paragraph tells may have happened at any time.
        let prose = lines[heading + 1..]
            .iter()
            .position(|line| line.is_prose() || line.heading);
        let end = prose
            .map_or(lines.len(), |at| heading + 1 + at)
            .min(heading + 1 + NEAR);
        let start = heading.saturating_sub(NEAR);
        lines
            .into_iter()
            .enumerate()
            .filter(|(at, line)| (start..end).contains(at) || line.announces_date())
            .map(|(_, line)| line)
            .collect()
    }

    /// The text of the main part of the page, a line for each block, without what stands beside it.
    fn lines(&self) -> Vec<Line<'a>> {
        let root = self
            .tree
            .select(selector!("article, main"))
            .find(|part| part.select(selector!("h1")).next().is_some())
            .or_else(|| self.tree.select(selector!("body")).next());
        let mut lines = Lines::default();
        if let Some(root) = root {
            lines.read(root);
        }
        lines.done
    }
}

/// How many lines before and after the title are near it.
const NEAR: usize = 6;

/// Text longer than this, in characters, is prose.
const PROSE: usize = 120;

struct Dates {
    published: Option<Published>,
    modified: Option<Date>,
}

/// Names of `<meta>` for the day of publication, in small letters, the clearest first.
const PUBLISHED_METAS: [&str; 22] = [
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_date",
    "publication_date",
    "publicationdate",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "date",
];

/// Names of `<meta>` for the day of the last change.
const MODIFIED_METAS: [&str; 7] = [
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
];

/// What a date is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Published,
    Modified,
}

/// Words for publishing, in small letters: beginnings of words in the languages of the web.
const PUBLISHED_WORDS: [&str; 32] = [
    "publi",
    "posted",
    "written",
    "veröffentlicht",
    "erschienen",
    "geschrieben",
    "paru",
    "escrito",
    "pubblicat",
    "gepubliceerd",
    "geplaatst",
    "publicer",
    "udgivet",
    "skrevet",
    "julkaist",
    "opublikowan",
    "publikov",
    "vydáno",
    "közzét",
    "megjelent",
    "опубликован",
    "опубліковано",
    "yayın",
    "δημοσι",
    "公開",
    "投稿",
    "掲載",
    "发布",
    "發佈",
    "게시",
    "نشر",
    "פורסם",
];

/// Words for changing.
const MODIFIED_WORDS: [&str; 34] = [
    "updat",
    "modif",
    "edited",
    "revis",
    "changed",
    "aktualis",
    "geändert",
    "überarbeitet",
    "bearbeitet",
    "mis à jour",
    "mise à jour",
    "actualizad",
    "atualizad",
    "aggiornat",
    "bijgewerkt",
    "gewijzigd",
    "uppdater",
    "ändrad",
    "opdateret",
    "oppdatert",
    "päivitet",
    "muokattu",
    "zaktualizowan",
    "aktualiz",
    "upraveno",
    "frissít",
    "módosít",
    "обновлен",
    "изменен",
    "оновлено",
    "güncel",
    "更新",
    "수정",
    "تحديث",
];

/// What the words before a date say of it; the last word counts.
fn says(before: &str) -> Option<Says> {
    let before = before.to_lowercase();
    let last = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    match (last(&PUBLISHED_WORDS), last(&MODIFIED_WORDS)) {
        (Some(published), Some(modified)) if modified > published => Some(Says::Modified),
        (Some(_), _) => Some(Says::Published),
        (None, Some(_)) => Some(Says::Modified),
        (None, None) => None,
    }
}

/// What the class or the property of a `<time>` says of it.
fn says_attribute(time: &ElementRef<'_>) -> Option<Says> {
    let own = [time.attr("class"), time.attr("itemprop"), time.attr("id")];
    says(&own.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// One line of a page: the text of a block.
#[derive(Debug, Default)]
struct Line<'a> {
    text: String,
    heading: bool,
    /// Each `<time>` of the line, with the text of the line before it.
    times: Vec<(String, ElementRef<'a>)>,
}

impl Line<'_> {
    fn is_prose(&self) -> bool {
        self.text.chars().count() > PROSE
    }

    /// "Published 5 March 2024" at the end of an article counts as well as at its beginning.
    fn announces_date(&self) -> bool {
        self.is_short() && says(&self.text.chars().take(24).collect::<String>()).is_some()
    }

    /// A line that may speak of the page as a whole.
    fn is_short(&self) -> bool {
        !self.heading && !self.is_prose()
    }
}

/// Collects lines from a part of the tree.
#[derive(Default)]
struct Lines<'a> {
    done: Vec<Line<'a>>,
    current: Line<'a>,
}

impl<'a> Lines<'a> {
    fn read(&mut self, root: ElementRef<'a>) {
        use ego_tree::iter::Edge;
        // While this is set, everything up to the end of that node is beside the page.
        let mut skipping = None;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Text(text) => self.current.text.push_str(text),
                    Node::Element(element) => {
                        let is_root = node.id() == root.id();
                        let this = ElementRef::wrap(node).expect("an element node is an element");
                        if !is_root && (is_hidden(element.name()) || stands_beside(&this)) {
                            skipping = Some(node.id());
                        }
                        if is_block(element.name()) {
                            self.flush();
                        }
                        self.current.heading |= is_heading(element.name());
                        if element.name() == "time" {
                            self.current.times.push((clean(&self.current.text), this));
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) if skipping.is_none_or(|skipped| skipped == node.id()) => {
                    skipping = None;
                    if node
                        .value()
                        .as_element()
                        .is_some_and(|element| is_block(element.name()))
                    {
                        self.flush();
                    }
                }
                _ => {}
            }
        }
        self.flush();
    }

    fn flush(&mut self) {
        let mut line = std::mem::take(&mut self.current);
        line.text = clean(&line.text);
        if !line.text.is_empty() || !line.times.is_empty() {
            self.done.push(line);
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "noscript" | "template" | "button" | "select" | "textarea" | "svg"
    )
}

fn is_block(name: &str) -> bool {
    is_heading(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "br"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hgroup"
                | "hr"
                | "li"
                | "main"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
        )
}

/// Returns whether this element opens something that stands beside the page's own matter: navigation,
/// related posts, comments.
fn stands_beside(element: &ElementRef<'_>) -> bool {
    const WORDS: [&str; 9] = [
        "related",
        "comment",
        "sidebar",
        "widget",
        "recommend",
        "popular",
        "teaser",
        "see-also",
        "newsletter",
    ];
    match element.value().name() {
        "nav" | "aside" | "form" => true,
        "footer" => !within(element, &["article"]),
        "html" | "body" | "main" | "article" => false,
        _ => {
            let names = [element.attr("class"), element.attr("id")];
            names.into_iter().flatten().any(|name| {
                let name = name.to_ascii_lowercase();
                WORDS.iter().any(|word| name.contains(word))
            })
        }
    }
}

/// Returns whether the element or anything around it [`stands_beside`] the page's own matter.
fn is_beside(element: &ElementRef<'_>) -> bool {
    stands_beside(element)
        || element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|around| stands_beside(&around))
}

fn within(element: &ElementRef<'_>, names: &[&str]) -> bool {
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|around| names.contains(&around.value().name()))
}

/// Returns the text of an element as a person reads it: white space collapsed, scripts and buttons left out.
fn text_of(element: &ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(part) => {
                let mut around = node
                    .ancestors()
                    .take_while(|around| around.id() != element.id());
                if !around.any(|around| {
                    around
                        .value()
                        .as_element()
                        .is_some_and(|e| is_hidden(e.name()))
                }) {
                    text.push_str(part);
                }
            }
            Node::Element(part) if part.name() == "br" => text.push(' '),
            _ => {}
        }
    }
    clean(&text)
}

/// Collapses white space and removes control characters: neither is ever part of a title or name.
fn clean(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    let mut words = visible.split(' ').filter(|word| !word.is_empty());
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        out.push(' ');
        out.push_str(word);
    }
    out
}

/// Returns whether `title` is `heading`, or `heading` followed by the name of the site: `Heading - Site`.
fn begins(title: &str, heading: &str) -> bool {
    title
        .strip_prefix(heading)
        .is_some_and(|rest| rest.is_empty() || after_separator(rest).is_some())
}

/// Returns what follows a separator such as ` - ` or ` | ` at the beginning of `rest`.
fn after_separator(rest: &str) -> Option<&str> {
    let marks = rest.trim_start();
    let name = marks.trim_start_matches([
        '-', '|', '\u{2013}', '\u{2014}', '·', '•', '»', '«', ':', '/', '~',
    ]);
    let separated = rest.len() > marks.len() || rest.starts_with(['|', ':']);
    (separated && name.len() < marks.len() && name.starts_with(' ')).then(|| name.trim_start())
}

/// Removes the name of the site from the end or the beginning of a title, where the page says what that name is.
fn without_site(title: String, site: Option<&str>) -> String {
    let Some(site) = site else { return title };
    if let Some(rest) = title.strip_prefix(site)
        && let Some(own) = after_separator(rest)
        && !own.is_empty()
    {
        return own.to_owned();
    }
    let own = title.strip_suffix(site).map(|own| {
        own.trim_end_matches(|c: char| c == ' ' || "-|\u{2013}\u{2014}·•»«:/~".contains(c))
    });
    match own {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => title,
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

/// Reads a date from a path: `/2024/03/05/title` or `/2024-03-05-title`.
fn date_in_path(url: &Url) -> Option<Date> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let segments: Vec<&str> = url.path_segments()?.collect();
    let folders = segments.windows(3).find_map(|three| match three {
        [year, month, day] if number(year, 4..=4) && number(month, 1..=2) && number(day, 1..=2) => {
            dates::read(&format!("{year}-{month}-{day}"), Order::DayFirst)
        }
        _ => None,
    });
    folders.or_else(|| {
        segments.iter().find_map(|segment| {
            let (day, rest) = segment.split_at_checked(10)?;
            let ends = rest.is_empty() || rest.starts_with(['-', '_', '.']);
            let iso = day.bytes().enumerate().all(|(i, b)| {
                if i == 4 || i == 7 {
                    b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            });
            (ends && iso).then(|| dates::read(day, Order::DayFirst))?
        })
    })
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
                tell.send(extract(
                    &Url::parse("http://a.test").expect("a URL"),
                    &body,
                    "Spindle",
                    500,
                ))
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
