//! Prints the entries of feeds as JSON Lines:
//!
//! ```sh
//! cargo run --quiet --example feed -- news.rss blog.atom
//! ls *.xml | cargo run --quiet --example feed
//! ```
//!
//! Feeds are named by arguments, or a line each on standard input: a path, or `{"id","path","url"}`. Each entry is
//! `{"feed","id","title","link","published","updated","authors","summary"}`, dates as much as the feed said:
//! `2024-03-05` or `2024-03-05T10:00:00+01:00`. A feed that cannot be read gets `{"id","error"}`.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use anyhow::Context;
use parsing::feed;
use serde_json::{Value, json};

#[path = "common/pipe.rs"]
#[expect(dead_code, reason = "arguments are paths here")]
mod pipe;

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = pipe::root(&mut arguments)?;
    let input: Box<dyn BufRead + Send> = if arguments.is_empty() {
        Box::new(io::BufReader::new(io::stdin()))
    } else {
        Box::new(io::Cursor::new(arguments.join("\n").into_bytes()))
    };
    let output = io::BufWriter::new(io::stdout());
    pipe::answer_lines(input, output, |line| {
        // A path alone is its own identity, also in a complaint.
        let asked = match serde_json::from_str(line) {
            Ok(Value::Object(asked)) => Value::Object(asked),
            _ => json!({"id": line, "path": line}),
        };
        Ok(entries(&root, &asked).unwrap_or_else(|error| {
            vec![json!({"id": asked["id"], "error": format!("{error:#}")})]
        }))
    })?;
    Ok(())
}

fn entries(root: &Path, asked: &Value) -> anyhow::Result<Vec<Value>> {
    let path = asked["path"].as_str().context("path is missing")?;
    let path = pipe::below(root, path)?;
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let feed = feed::read(&bytes, None, asked["url"].as_str())?;
    let written = |stamp: Option<feed::Stamp>| stamp.map(|stamp| stamp.to_string());
    let lines = feed.entries.into_iter().map(|entry| {
        json!({
            "feed": asked["id"],
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "published": written(entry.published),
            "updated": written(entry.updated),
            "authors": entry.authors,
            "summary": entry.summary,
        })
    });
    Ok(lines.collect())
}
