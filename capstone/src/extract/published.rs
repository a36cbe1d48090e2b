//! When a page was published, and where it says so.

use ego_tree::iter::Edge;
use jiff::civil::Date;
use scraper::{ElementRef, Node};
use url::Url;

use super::tree::{
    clean, is_beside, is_block, is_heading, is_hidden, stands_beside, text_of, within,
};
use super::{Evidence, Page, Published};
use crate::dates::{self, Order};

impl<'a> Page<'a> {
    // ANCHOR: dates
    /// The dates, by the first place that has one. The order is the argument: a place that only
    /// machines read is filled on purpose; words on the page may speak of anything.
    pub(super) fn dates(&self, title: Option<&str>) -> Dates {
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

    fn date_in_things(&self, key: &str) -> Option<Date> {
        dates::read(self.article()?[key].as_str()?, self.order())
    }

    fn date_in_metas(&self, names: &[&str]) -> Option<Date> {
        names
            .iter()
            .find_map(|name| dates::read(self.meta(name)?, self.order()))
    }

    fn date_in_microdata(&self, name: &str) -> Option<Date> {
        self.elements
            .property(name)
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
        let is_title = |line: &Line<'_>| {
            title.is_some_and(|title| line.text.trim_end_matches(['¶', ' ']) == title)
        };
        let heading = lines
            .iter()
            .position(is_title)
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
        // The part around the heading; without one there, the only article, or the main part.
        let heading = self
            .elements
            .named("h1")
            .find(|h1| within(h1, &["article", "main"]));
        let around = heading.and_then(|h1| {
            let mut parts = h1.ancestors().filter_map(ElementRef::wrap);
            parts.find(|part| matches!(part.value().name(), "article" | "main"))
        });
        let only = || {
            Some(self.elements.named("article"))
                .filter(|all| all.clone().count() == 1)?
                .next()
        };
        let around = around
            .or_else(only)
            .or_else(|| self.elements.named("main").next());
        let mut lines = Lines::default();
        if let Some(root) = around.or_else(|| self.elements.named("body").next()) {
            lines.read(root);
        }
        lines.done
    }
}

/// How many lines before and after the title are near it.
const NEAR: usize = 6;

/// Text longer than this is prose.
const PROSE: usize = 120;

pub(super) struct Dates {
    pub(super) published: Option<Published>,
    pub(super) modified: Option<Date>,
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
const PUBLISHED_WORDS: &str = "\
     publi|posted|written|veröffentlicht|erschienen|geschrieben|paru|escrito|pubblicat|\
     gepubliceerd|geplaatst|publicer|udgivet|skrevet|julkaist|opublikowan|publikov|vydáno|\
     közzét|megjelent|опубликован|опубліковано|yayın|δημοσι|公開|投稿|掲載|发布|發佈|게시|نشر|פורסם";

/// Words for changing.
const MODIFIED_WORDS: &str = "\
     updat|modif|edited|revis|changed|aktualis|geändert|überarbeitet|bearbeitet|mis à jour|\
     mise à jour|actualizad|atualizad|aggiornat|bijgewerkt|gewijzigd|uppdater|ändrad|\
     opdateret|oppdatert|päivitet|muokattu|zaktualizowan|aktualiz|upraveno|frissít|módosít|\
     обновлен|изменен|оновлено|güncel|更新|수정|تحديث|حدث|تعديل|עודכן";

/// What the words before a date say of it; the last word counts.
fn says(before: &str) -> Option<Says> {
    // Arabic is written with and without its vowel signs.
    let before = before
        .to_lowercase()
        .replace(|c| ('\u{64b}'..='\u{652}').contains(&c), "");
    let last = |words: &str| words.split('|').filter_map(|word| before.rfind(word)).max();
    match (last(PUBLISHED_WORDS), last(MODIFIED_WORDS)) {
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
    /// Sentences: too long for a line beside a title, or ended like one. A sign of Chinese, Japanese or
    /// Korean says about as much as three letters.
    fn is_prose(&self) -> bool {
        let weight: usize = self
            .text
            .chars()
            .map(|c| {
                if ('\u{2e80}'..'\u{fb00}').contains(&c) {
                    3
                } else {
                    1
                }
            })
            .sum();
        let ended = self.text.ends_with(['.', '!', '?', '؟', '।']);
        weight > PROSE || self.text.contains('。') || (ended && weight > PROSE / 2)
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
