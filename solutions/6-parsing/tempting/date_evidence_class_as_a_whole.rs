//! Tempting: the class compared as a whole.

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use url::Url;

/// Who said when a page was published, the most trustworthy first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// `"datePublished"` in a `<script type="application/ld+json">`.
    JsonLd,
    /// `<meta property="article:published_time" content="…">`.
    Meta,
    /// `<time datetime="…">` inside an `article`, and not inside an element of class `comments`.
    Time,
    /// The page's own address: `/2024/03/05/`.
    Address,
}

/// A day, and who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The day, as `2024-03-05`.
    pub day: String,
    /// Who said so.
    pub evidence: Evidence,
}

/// Returns the day at the beginning of a text such as `2024-03-05T10:00:00Z`, if it is one that the
/// calendar knows.
pub fn day(text: &str) -> Option<String> {
    let day = text.trim().get(..10)?;
    let mut parts = day.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, of_month) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (parts.next().is_none() && (1..=days).contains(&of_month)).then(|| day.to_owned())
}

/// Returns the day on which a page was published, from the first witness who says one that can be true.
///
/// - A day before 1995 or after `today` (as `2024-03-05`) cannot be true: the next witness is asked.
/// - The day of the last change is not asked for, and is no substitute.
/// - JSON-LD may be an object, a list, or an object with a list `@graph`; a script that is no JSON is skipped.
pub fn published(page: &str, url: &Url, today: &str) -> Option<Found> {
    let page = Html::parse_document(page);
    // One list of all that was said, in the order of trust. Whether it can be true is asked once, for
    // everybody: a rule that stops at the first *kind* of witness would stop at a liar.
    let said = json_ld(&page)
        .into_iter()
        .chain(meta(&page))
        .chain(time(&page))
        .chain(address(url));
    said.filter_map(|(evidence, text)| {
        Some(Found {
            day: day(&text)?,
            evidence,
        })
    })
    // Days in this form compare like texts.
    .find(|found| ("1995-01-01"..=today).contains(&found.day.as_str()))
}

type Said = (Evidence, String);

fn json_ld(page: &Html) -> Vec<Said> {
    let scripts = selector(r#"script[type="application/ld+json"]"#);
    let mut said = Vec::new();
    for script in page.select(&scripts) {
        let text: String = script.text().collect();
        // Scripts are written by machines that nobody watches: some are no JSON.
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            collect(&value, &mut said);
        }
    }
    said
}

/// Walks through lists and graphs. No deeper: what a page says about an author or a comment inside is not about the page.
fn collect(value: &Value, said: &mut Vec<Said>) {
    if let Some(list) = value.as_array() {
        list.iter().for_each(|value| collect(value, said));
    }
    // Only `datePublished`: `dateModified` and `uploadDate` are other questions.
    if let Some(text) = value["datePublished"].as_str() {
        said.push((Evidence::JsonLd, text.to_owned()));
    }
    if let Some(graph) = value["@graph"].as_array() {
        graph.iter().for_each(|value| collect(value, said));
    }
}

fn meta(page: &Html) -> Vec<Said> {
    let wanted = selector(r#"meta[property="article:published_time"][content]"#);
    let contents = page.select(&wanted).filter_map(|meta| meta.attr("content"));
    contents
        .map(|text| (Evidence::Meta, text.to_owned()))
        .collect()
}

fn time(page: &Html) -> Vec<Said> {
    let wanted = selector("article time[datetime]");
    let times = page.select(&wanted).filter(|time| {
        // A comment's time is true, and about the comment.
        let mut around = time.ancestors().filter_map(ElementRef::wrap);
        !around.any(|element| element.attr("class") == Some("comments"))
    });
    let times = times.filter_map(|time| time.attr("datetime"));
    times
        .map(|text| (Evidence::Time, text.to_owned()))
        .collect()
}

fn address(url: &Url) -> Vec<Said> {
    let segments: Vec<&str> = url.path().split('/').collect();
    // Four digits, two, two: `/2024/3000/12/` is something else, and `day` would not see it.
    let is_number = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
    };
    let windows = segments
        .windows(3)
        .filter(|it| is_number(it[0], 4) && is_number(it[1], 2) && is_number(it[2], 2));
    windows
        .map(|it| (Evidence::Address, it.join("-")))
        .collect()
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("it was written here, and is a selector")
}
