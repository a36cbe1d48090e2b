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

#[path = "common/mod.rs"]
mod common;

use std::path::Path;

use anyhow::Context;
use parsing::html::{Parts, decode};
use serde_json::{Value, json};
use url::Url;

/// The robot whose name a page may address.
const ROBOT: &str = "Spindle";

fn main() -> anyhow::Result<()> {
    let root = common::root()?;
    common::answer_lines(|asked| answer(&root, asked))
}

fn answer(root: &Path, asked: &Value) -> anyhow::Result<Value> {
    let written = common::text(asked, "url")?;
    let url = Url::parse(written).with_context(|| format!("{written:?} is no address"))?;
    let bytes = common::page(root, asked)?;
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
    Ok(json!({
        "id": null,
        "canonical": parts.canonical(&url).map(String::from),
        "noindex": directives.noindex,
        "nofollow": directives.nofollow,
        "links": links,
    }))
}
