//! The pages of `corpus/`, hand-made after what publishing systems emit and people get wrong, each with
//! its truth beside it. A figure that falls is a rule that broke.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use parsing::article::{Article, Given, read};
use parsing::html::{Parts, decode};
use serde_json::Value;
use url::Url;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

struct Page {
    id: String,
    url: Url,
    bytes: Vec<u8>,
    title: Option<String>,
    date: Option<String>,
}

fn pages() -> Vec<Page> {
    let truth =
        std::fs::read_to_string(folder().join("truth.jsonl")).expect("the corpus has its truth");
    truth
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("each line is JSON");
            let text = |key: &str| line[key].as_str().map(str::to_owned);
            Page {
                id: text("id").expect("each page has an id"),
                url: Url::parse(&text("url").expect("each page has an address")).expect("a URL"),
                bytes: std::fs::read(folder().join(text("html").expect("each page has a file")))
                    .expect("the file is there"),
                title: text("title"),
                date: text("date"),
            }
        })
        .collect()
}

fn article(page: &Page) -> Article {
    let given = Given {
        url: Some(&page.url),
        language: None,
        today: Some(Date::constant(2026, 11, 22)),
    };
    read(&Parts::read(&decode(&page.bytes, None).text), given)
}

fn day(article: &Article) -> Option<String> {
    article
        .published
        .as_ref()
        .map(|found| found.value.to_string())
}

#[test]
fn the_corpus_is_large_enough_to_tell_something() {
    let pages = pages();

    let dated = pages.iter().filter(|page| page.date.is_some()).count();
    assert!(dated >= 150, "{dated} dated pages");
    assert!(
        pages.len() - dated >= 30,
        "{} undated pages",
        pages.len() - dated
    );
}

#[test]
fn nearly_every_dated_page_gets_its_day_and_no_other() {
    let pages: Vec<Page> = pages()
        .into_iter()
        .filter(|page| page.date.is_some())
        .collect();

    let answers: Vec<_> = pages
        .iter()
        .map(|page| (page, day(&article(page))))
        .collect();

    let right = answers
        .iter()
        .filter(|(page, day)| page.date == *day)
        .count();
    let wrong: Vec<_> = answers
        .iter()
        .filter(|(page, day)| day.is_some() && page.date != *day)
        .collect();
    let others: Vec<_> = answers
        .iter()
        .filter(|(page, day)| page.date != *day)
        .map(|(page, day)| (&page.id, day))
        .collect();
    assert!(
        right * 100 >= pages.len() * 98,
        "{right} of {}: {others:#?}",
        pages.len()
    );
    assert!(
        wrong.len() * 100 <= pages.len(),
        "{} dates are wrong",
        wrong.len()
    );
}

#[test]
fn hardly_any_undated_page_gets_a_day() {
    let pages: Vec<Page> = pages()
        .into_iter()
        .filter(|page| page.date.is_none())
        .collect();

    let invented: Vec<_> = pages
        .iter()
        .filter_map(|page| Some((&page.id, day(&article(page))?)))
        .collect();

    assert!(invented.len() * 20 <= pages.len(), "{invented:#?}");
}

#[test]
fn nearly_every_page_gets_its_title() {
    let pages: Vec<Page> = pages()
        .into_iter()
        .filter(|page| page.title.is_some())
        .collect();

    let wrong: Vec<_> = pages
        .iter()
        .map(|page| (&page.title, article(page).title.map(|found| found.value)))
        .filter(|(expected, found)| *expected != found)
        .collect();

    assert!(wrong.len() * 100 <= pages.len() * 2, "{wrong:#?}");
}

#[test]
fn every_answer_names_its_evidence_and_how_sure_it_is() {
    for page in pages() {
        let article = article(&page);

        if let Some(found) = &article.published {
            assert!(
                (0.0..=1.0).contains(&found.confidence),
                "{}: {found:?}",
                page.id
            );
            assert!(
                !found.place.is_empty() || found.evidence.name() == "time",
                "{}: {found:?}",
                page.id
            );
        }
    }
}
