//! Reads the book's Markdown as far as the checks need it: fences, directives, code spans.
//!
//! This is no Markdown parser. It knows the forms that the book's pages use, and the tests at the
//! end of `pages.rs` say which.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::source_folder;

/// One page of the book as written.
#[derive(Debug, Clone)]
pub struct Page {
    /// Path below `book/src`, for messages and links: `3-sockets.md`.
    pub name: String,
    /// The Markdown.
    pub text: String,
}

impl Page {
    /// Reads the page `name` below `book/src`.
    pub fn read(name: &str) -> Self {
        let path = source_folder().join(name);
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("SUMMARY.md names {}: {error}", path.display()));
        Self {
            name: name.to_owned(),
            text,
        }
    }

    /// Returns the folder that the page's includes and links start from.
    pub fn folder(&self) -> PathBuf {
        let path = source_folder().join(&self.name);
        path.parent()
            .expect("a page lies in a folder")
            .to_path_buf()
    }

    /// Returns `page.md:12: what`, the form of every complaint about a page.
    pub fn complaint(&self, line: usize, what: impl AsRef<str>) -> String {
        format!("{}:{line}: {}", self.name, what.as_ref())
    }
}

/// Returns the pages in the order of `SUMMARY.md`.
pub fn pages() -> Vec<Page> {
    let summary =
        fs::read_to_string(source_folder().join("SUMMARY.md")).expect("a book has a SUMMARY.md");
    link_targets(&summary)
        .iter()
        .map(|name| Page::read(name))
        .collect()
}

/// Returns the targets of all inline links `[text](target)`, in order, code left out.
pub fn link_targets(markdown: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for (_, line) in prose_lines(markdown) {
        let mut rest = without_code_spans(line);
        while let Some(start) = rest.find("](") {
            rest = rest.split_off(start + 2);
            let Some(end) = rest.find(')') else { break };
            targets.push(rest[..end].to_owned());
        }
    }
    targets
}

/// A fenced block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What follows the opening backticks: `rust,ignore`.
    pub info: String,
    /// The lines between, with the fence's own indentation taken away.
    pub body: String,
    /// Line number of the opening backticks, from 1.
    pub line: usize,
}

impl Fence {
    /// Returns the words of the info string: `rust,compile_fail,E0382` has three.
    pub fn words(&self) -> Vec<&str> {
        self.info
            .split([',', ' '])
            .filter(|word| !word.is_empty())
            .collect()
    }
}

/// Returns the fenced blocks of a page. A block that is never closed ends with the page.
pub fn fences(markdown: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut lines = markdown.lines().zip(1..);
    while let Some((opening, line)) = lines.next() {
        let Some(ticks) = fence_marker(opening) else {
            continue;
        };
        let indentation = opening.len() - opening.trim_start().len();
        let mut body = String::new();
        for (inner, _) in lines.by_ref() {
            if closes(inner, ticks) {
                break;
            }
            let margin = inner.len() - inner.trim_start().len();
            body.push_str(&inner[margin.min(indentation)..]);
            body.push('\n');
        }
        fences.push(Fence {
            info: opening.trim_start()[ticks.len()..].trim().to_owned(),
            body,
            line,
        });
    }
    fences
}

/// Returns the numbered lines outside fenced blocks.
pub fn prose_lines(markdown: &str) -> Vec<(usize, &str)> {
    let mut prose = Vec::new();
    let mut open: Option<&str> = None;
    for (line, number) in markdown.lines().zip(1..) {
        match open {
            Some(ticks) if closes(line, ticks) => open = None,
            Some(_) => {}
            None => match fence_marker(line) {
                Some(ticks) => open = Some(ticks),
                None => prose.push((number, line)),
            },
        }
    }
    prose
}

/// Returns the code spans of a page outside its fenced blocks: `` `just lesson 3` ``.
pub fn code_spans(markdown: &str) -> Vec<(usize, String)> {
    let mut spans = Vec::new();
    for (number, line) in prose_lines(markdown) {
        // Between backticks lies code at the odd places: text `code` text `code` text.
        let pieces = line.split('`');
        spans.extend(
            pieces
                .skip(1)
                .step_by(2)
                .map(|code| (number, code.to_owned())),
        );
    }
    spans
}

/// An instruction to mdBook or a preprocessor: `{{#include path:anchor}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The word after `#`: `include`, `quiz`.
    pub kind: String,
    /// What follows: `../../lessons/3-sockets/src/frame.rs:decode`.
    pub argument: String,
    /// Line number, from 1.
    pub line: usize,
}

/// Returns the directives of a page. mdBook obeys them inside fenced blocks too, so they count there.
pub fn directives(markdown: &str) -> Vec<Directive> {
    let mut directives = Vec::new();
    for (line, number) in markdown.lines().zip(1..) {
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("{{#") {
            let Some((inside, tail)) = after.split_once("}}") else {
                break;
            };
            let (kind, argument) = inside.split_once(' ').unwrap_or((inside, ""));
            directives.push(Directive {
                kind: kind.to_owned(),
                argument: argument.trim().to_owned(),
                line: number,
            });
            rest = tail;
        }
    }
    directives
}

/// Returns the files below `folder`, however deep, sorted; none when the folder does not exist.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry
                .expect("a folder of the repository can be listed")
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Returns the opening backticks or tildes of a line that opens a fenced block.
fn fence_marker(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|first| "`~".contains(*first))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3).then(|| &line[..length])
}

/// Returns true for a line that closes a block opened by `ticks`: as many or more, and nothing else.
fn closes(line: &str, ticks: &str) -> bool {
    let line = line.trim();
    line.starts_with(ticks) && line.trim_start_matches(&ticks[..1]).is_empty()
}

fn without_code_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}
