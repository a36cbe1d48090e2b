//! Asks robots.txt files, a question a line:
//!
//! ```sh
//! echo '{"id":1,"robots_path":"robots.txt","ua":"Spindle","url":"/a","kind":"allow"}' |
//!     cargo run --quiet --example robots -- --root .
//! ```
//!
//! A question is `{"id","robots_path" or "robots_b64","ua","url","kind"}`; `kind` is `allow` (and then `got` is true or
//! false), `delay` (seconds or null) or `sitemaps` (a list). The answer is `{"id","got","line"}`, `line` being the
//! number of the line that decided, or null. A question that cannot be answered gets `{"id","error"}`.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use parsing::robots::Robots;
use serde_json::{Value, json};

#[path = "common/pipe.rs"]
mod pipe;

fn main() -> anyhow::Result<()> {
    let root = pipe::only_root()?;
    let output = io::BufWriter::new(io::stdout());
    pipe::answer_lines(io::BufReader::new(io::stdin()), output, |line| {
        answer(&root, line)
    })?;
    Ok(())
}

fn answer(root: &Path, line: &str) -> anyhow::Result<Vec<Value>> {
    let question: Value = serde_json::from_str(line).context("this line is no JSON")?;
    let text = |name: &str| question[name].as_str();
    let file = match (text("robots_path"), text("robots_b64")) {
        (Some(path), _) => {
            let path = pipe::below(root, path)?;
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?
        }
        (None, Some(encoded)) => base64(encoded).context("robots_b64 is no base64")?,
        (None, None) => bail!("robots_path or robots_b64 is missing"),
    };
    let robots = Robots::parse(&file);
    let rules = robots.rules_for(text("ua").unwrap_or_default());
    let (got, line) = match text("kind").unwrap_or("allow") {
        "allow" => {
            let verdict = rules.verdict(text("url").context("url is missing")?);
            (
                json!(verdict.is_allowed()),
                verdict.line().map(|line| line.number),
            )
        }
        "delay" => {
            let delay = rules.crawl_delay();
            (
                delay.map_or(Value::Null, |delay| number(delay.pause.as_secs_f64())),
                delay.map(|delay| delay.line.number),
            )
        }
        "sitemaps" => (robots.sitemaps().collect(), None),
        other => bail!("kind is allow, delay or sitemaps, not {other}"),
    };
    Ok(vec![
        json!({"id": question["id"], "got": got, "line": line}),
    ])
}

/// Whole seconds are written without a fraction.
fn number(seconds: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole, positive and small"
    )]
    if seconds.fract() == 0.0 && seconds < 1e15 {
        json!(seconds as u64)
    } else {
        json!(seconds)
    }
}

/// Undoes base64 (RFC 4648, either alphabet); line breaks and padding may be missing or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
    {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}
