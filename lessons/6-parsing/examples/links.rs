//! Reads the links of pages: JSON Lines in, JSON Lines out.
//!
//! ```text
//! cargo run --release --example links -- --root lessons/6-parsing/corpus < lines.jsonl
//! ```
//!
//! A line in: `{"id": 1, "url": "https://a.test/b", "html": "pages/1.html"}`. A line out: `{"id",
//! "canonical", "noindex", "nofollow", "links": [{"url", "text", "rel", "nofollow", "hreflang"}]}`; or
//! `{"id", "error"}`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for pipes"
)]

use std::io;
use std::path::Path;

use anyhow::Context;
use parsing::html::{Parts, decode};
use serde_json::{Value, json};
use url::Url;

#[path = "common/asked.rs"]
mod asked;
#[path = "common/pipe.rs"]
mod pipe;

/// The robot whose name a page may address.
const ROBOT: &str = "Spindle";

fn main() -> anyhow::Result<()> {
    let root = pipe::only_root()?;
    let (input, output) = (
        io::BufReader::new(io::stdin()),
        io::BufWriter::new(io::stdout()),
    );
    pipe::answer_lines(input, output, |line| answer(&root, line))?;
    Ok(())
}

fn answer(root: &Path, line: &str) -> anyhow::Result<Vec<Value>> {
    let asked = asked::line(line)?;
    let written = asked::text(&asked, "url")?;
    let url = Url::parse(written).with_context(|| format!("{written:?} is no address"))?;
    let bytes = asked::page(root, &asked)?;
    let page = decode(&bytes, asked["charset"].as_str());
    let parts = Parts::read(&page.text);
    let directives = parts.directives(ROBOT);
    let links: Vec<Value> = parts
        .links(&url)
        .into_iter()
        .map(|link| {
            json!({
                "url": link.url.as_str(),
                "text": link.text,
                "rel": link.rel,
                "nofollow": link.nofollow,
                "hreflang": link.language,
            })
        })
        .collect();
    Ok(vec![json!({
        "id": asked["id"],
        "canonical": parts.canonical(&url).map(String::from),
        "noindex": directives.noindex,
        "nofollow": directives.nofollow,
        "links": links,
    })])
}
