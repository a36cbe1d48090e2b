//! What a line about a page asks for: `{"id", "url", "html"}`.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::pipe;

/// Reads a line.
pub fn line(line: &str) -> anyhow::Result<Value> {
    serde_json::from_str(line).context("not a line of JSON")
}

/// Returns the text at a key of a line.
pub fn text<'v>(asked: &'v Value, key: &str) -> anyhow::Result<&'v str> {
    let text = asked.get(key).and_then(Value::as_str);
    text.with_context(|| format!("the line has no text {key:?}"))
}

/// Reads the file that a line names by `html`.
pub fn page(root: &Path, asked: &Value) -> anyhow::Result<Vec<u8>> {
    let path = pipe::below(root, text(asked, "html")?)?;
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}
