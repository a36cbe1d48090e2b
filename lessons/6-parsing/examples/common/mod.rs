//! JSON Lines in and out: one answer for each line, in the order of the lines, on all cores.

use std::io::{self, BufRead, BufWriter, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// How many lines are answered before their answers are printed.
const BATCH: usize = 512;

/// Reads the arguments: `--root FOLDER`, which paths are relative to.
pub fn root() -> anyhow::Result<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    let mut root = PathBuf::from(".");
    while let Some(argument) = arguments.next() {
        if argument == "--root" {
            root = arguments.next().context("--root needs a folder")?.into();
        } else if let Some(folder) = argument
            .to_str()
            .and_then(|text| text.strip_prefix("--root="))
        {
            root = folder.into();
        } else {
            bail!(
                "{} is no argument; only --root FOLDER is",
                argument.display()
            );
        }
    }
    Ok(root)
}

/// Answers each line of standard input.
pub fn answer_lines(answer: impl Fn(&Value) -> anyhow::Result<Value> + Sync) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = io::stdin().lock().split(b'\n');
    loop {
        let batch: Vec<Vec<u8>> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        for line in in_parallel(&batch, |line| answer_line(line, &answer)) {
            match writeln!(out, "{line}") {
                // Whoever reads has seen enough.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                result => result?,
            }
        }
        out.flush()?;
    }
}

fn answer_line(line: &[u8], answer: impl Fn(&Value) -> anyhow::Result<Value>) -> Value {
    let asked: Value = match serde_json::from_slice(line) {
        Ok(asked) => asked,
        Err(error) => return json!({"id": null, "error": format!("not a line of JSON: {error}")}),
    };
    let id = asked.get("id").cloned().unwrap_or_default();
    match answer(&asked) {
        Ok(mut answer) => {
            answer["id"] = id;
            answer
        }
        Err(error) => json!({"id": id, "error": format!("{error:#}")}),
    }
}

/// Runs `work` over all items on all cores; the results are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(items.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    let result = work(item);
                    done.lock()
                        .expect("no worker panics while it holds this")
                        .push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("all workers have ended");
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Returns the text at a key of a line.
pub fn text<'v>(asked: &'v Value, key: &str) -> anyhow::Result<&'v str> {
    asked
        .get(key)
        .and_then(Value::as_str)
        .with_context(|| format!("the line has no text {key:?}"))
}

/// Reads the page that a line names by `html`.
pub fn page(root: &Path, asked: &Value) -> anyhow::Result<Vec<u8>> {
    let path = root.join(text(asked, "html")?);
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}
