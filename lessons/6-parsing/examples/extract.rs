//! Reads title, dates and author of pages: JSON Lines in, JSON Lines out.
//!
//! ```text
//! cargo run --release --example extract -- --root lessons/6-parsing/corpus < lines.jsonl
//! ```
//!
//! A line in: `{"id": 1, "url": "https://a.test/b", "html": "pages/1.html"}`, where `url` may be left
//! out. A line out: `{"id", "title", "date", "modified", "author", "language", "evidence",
//! "confidence"}`, null where the page has none; or `{"id", "error"}`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for pipes"
)]

use std::io;
use std::path::Path;

use jiff::Zoned;
use jiff::civil::Date;
use parsing::article::{Found, Given, read};
use parsing::html::{Parts, decode};
use serde_json::{Value, json};
use url::Url;

#[path = "common/asked.rs"]
mod asked;
#[path = "common/pipe.rs"]
mod pipe;

fn main() -> anyhow::Result<()> {
    let root = pipe::only_root()?;
    let today = Zoned::now().date();
    let (input, output) = (
        io::BufReader::new(io::stdin()),
        io::BufWriter::new(io::stdout()),
    );
    pipe::answer_lines(input, output, |line| answer(&root, line, today))?;
    Ok(())
}

fn answer(root: &Path, line: &str, today: Date) -> anyhow::Result<Vec<Value>> {
    let asked = asked::line(line)?;
    let bytes = asked::page(root, &asked)?;
    // An address that is none is left out rather than refused: the page can be read without it.
    let url = asked["url"].as_str().and_then(|url| Url::parse(url).ok());
    let page = decode(&bytes, asked["charset"].as_str());
    let parts = Parts::read(&page.text);
    let given = Given {
        url: url.as_ref(),
        language: None,
        today: Some(today),
    };
    let article = read(&parts, given);
    let date = |found: &Option<Found<Date>>| found.as_ref().map(|found| found.value.to_string());
    let text = |found: &Option<Found<String>>| found.as_ref().map(|found| found.value.clone());
    Ok(vec![json!({
        "id": asked["id"],
        "title": text(&article.title),
        "date": date(&article.published),
        "modified": date(&article.modified),
        "author": text(&article.author),
        "language": article.language,
        "kind": article.kind.name(),
        "evidence": {
            "title": article.title.as_ref().map(|found| format!("{}: {}", found.evidence.name(), found.place)),
            "date": article.published.as_ref().map(|found| format!("{}: {}", found.evidence.name(), found.place)),
        },
        "confidence": {
            "title": article.title.as_ref().map(|found| rounded(found.confidence)),
            "date": article.published.as_ref().map(|found| rounded(found.confidence)),
        },
    })])
}

fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}
