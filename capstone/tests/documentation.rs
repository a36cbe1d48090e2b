//! The crawl on real input: documentation that nobody here wrote, thousands of pages, served on loopback.
//!
//! What the crawl stores is compared with an independent look at the files: a walk along the links that
//! is written without any of the crawler's code, by searching the text. `CAPSTONE_DOC_TREE=DIR` chooses
//! another tree; without one that is found, the tests say so and pass.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and the seed of a round, are worth a line"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use common::{Response, Site, rows, run, settings};

/// The books, and a part of the library, which has other markup.
const PARTS: [&str; 20] = [
    "index.html",
    "rust-by-example",
    "unstable-book",
    "alloc",
    "book",
    "reference",
    "cargo",
    "nomicon",
    "edition-guide",
    "rustc",
    "rustdoc",
    "clippy",
    "embedded-book",
    "style-guide",
    "error_codes",
    "proc_macro",
    "test",
    "std/sync",
    "std/thread",
    "std/net",
];

/// Finds a tree of HTML documentation: the toolchain's own, or that of any toolchain that has one.
fn tree() -> Option<PathBuf> {
    if let Some(tree) = std::env::var_os("CAPSTONE_DOC_TREE") {
        return Some(tree.into());
    }
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout).ok()?.trim());
    let toolchains = fs::read_dir(sysroot.parent()?)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    std::iter::once(sysroot.clone())
        .chain(toolchains)
        .map(|toolchain| toolchain.join("share/doc/rust/html"))
        .find(|tree| tree.join("book/index.html").exists())
}

/// A tree of files as a site sees it: `parts` of it, or all.
struct Files {
    root: PathBuf,
    parts: Vec<&'static str>,
}

impl Files {
    /// Returns the file behind a path of the site.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let path = decode(path.split(['?', '#']).next()?);
        let path = path.strip_prefix('/')?;
        let in_part = self.parts.is_empty()
            || self.parts.iter().any(|part| {
                path.strip_prefix(part)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
        if !in_part || path.split('/').any(|part| part == "..") {
            return None;
        }
        let mut file = self.root.join(path);
        if path.is_empty() || path.ends_with('/') {
            file.push("index.html");
        }
        file.is_file().then_some(file)
    }

    fn serve(self: &Arc<Self>) -> Site {
        let files = Arc::clone(self);
        Site::start(move |path| match files.file(path) {
            Some(file) if file.extension().is_some_and(|kind| kind == "html") => {
                Response::html(fs::read(file).expect("a file"))
            }
            Some(file) => Response::text(fs::read(file).expect("a file")),
            None => Response::status(404),
        })
    }
}

/// What an independent look says of one page.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    /// What `<title>` says.
    title: Option<String>,
    /// What the headings say: one that shares its words with the title is as good a title.
    headings: Vec<String>,
}

/// Walks along the links from `start`, by searching the text of the files.
fn walk(files: &Files, start: &str) -> BTreeMap<String, Page> {
    let mut pages = BTreeMap::new();
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut queue = VecDeque::from([start.to_owned()]);
    while let Some(path) = queue.pop_front() {
        let Some(file) = files
            .file(&path)
            .filter(|file| file.extension().is_some_and(|kind| kind == "html"))
        else {
            continue;
        };
        let text = String::from_utf8_lossy(&fs::read(file).expect("a file")).into_owned();
        let text = without_comments_and_scripts(&text);
        let head = text.split("</head>").next().unwrap_or_default();
        let metas: Vec<&str> = tags(head, "meta").collect();
        let robots: String = metas
            .iter()
            .filter(|tag| attribute(tag, "name").as_deref() == Some("robots"))
            .filter_map(|tag| attribute(tag, "content"))
            .collect();
        let mut targets: Vec<String> = Vec::new();
        if !robots.contains("nofollow") {
            for tag in tags(&text, "a").chain(tags(&text, "area")) {
                if !attribute(tag, "rel")
                    .is_some_and(|rel| rel.split(' ').any(|word| word == "nofollow"))
                {
                    targets.extend(attribute(tag, "href"));
                }
            }
            for tag in &metas {
                if attribute(tag, "http-equiv")
                    .is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
                {
                    let content = attribute(tag, "content").unwrap_or_default();
                    targets.extend(
                        content
                            .to_lowercase()
                            .find("url=")
                            .map(|at| content[at + 4..].trim_matches(['\'', '"', ' ']).to_owned()),
                    );
                }
            }
        }
        let canonical =
            tags(head, "link").find(|tag| attribute(tag, "rel").as_deref() == Some("canonical"));
        let canonical = canonical.and_then(|tag| resolve(&path, &attribute(tag, "href")?));
        for target in targets
            .iter()
            .filter_map(|target| resolve(&path, target))
            .chain(canonical.clone())
        {
            if seen.insert(target.clone()) {
                queue.push_back(target);
            }
        }
        if !robots.contains("noindex")
            && canonical
                .is_none_or(|canonical| canonical == path || files.file(&canonical).is_none())
        {
            pages.insert(
                path,
                Page {
                    title: title(&text),
                    headings: headings(&text).collect(),
                },
            );
        }
    }
    pages
}

/// The title as a reader would give it: what `<title>` says, without the book's name where a heading shows where that begins.
fn title(text: &str) -> Option<String> {
    let whole = between(text, "<title>", "</title>")
        .map(plain)
        .filter(|title| !title.is_empty())?;
    let own = headings(text)
        .filter(|heading| !heading.is_empty())
        .find(|heading| *heading == whole || whole.starts_with(&format!("{heading} - ")));
    Some(own.unwrap_or(whole))
}

/// The texts of the headings, those of the first level first; a button in one is no part of it.
fn headings(text: &str) -> impl Iterator<Item = String> {
    [("<h1", "</h1>"), ("<h2", "</h2>")]
        .into_iter()
        .flat_map(move |(open, close)| {
            text.split(open).skip(1).filter_map(move |rest| {
                let inner = rest.split_once('>')?.1.split(close).next()?;
                Some(plain(inner.split("<button").next()?))
            })
        })
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.split_once(open)?
        .1
        .split_once(close)
        .map(|(inner, _)| inner)
}

/// Removes what looks like markup and is none.
fn without_comments_and_scripts(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [
        ("<!--", "-->"),
        ("<script", "</script>"),
        ("<noscript", "</noscript>"),
        ("<style", "</style>"),
    ] {
        let mut rest = out.as_str();
        let mut kept = String::with_capacity(out.len());
        while let Some((before, after)) = rest.split_once(open) {
            kept.push_str(before);
            rest = after.split_once(close).map_or("", |(_, after)| after);
        }
        kept.push_str(rest);
        out = kept;
    }
    out
}

/// The insides of all start tags of one name.
fn tags<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.split('<').filter_map(move |part| {
        let inside = part.strip_prefix(name)?;
        inside.starts_with(char::is_whitespace).then(|| {
            // A `>` inside quotes does not end the tag.
            let mut quote = None;
            let end = inside.find(|c| match (quote, c) {
                (None, '"' | '\'') => {
                    quote = Some(c);
                    false
                }
                (Some(open), _) => {
                    if c == open {
                        quote = None;
                    }
                    false
                }
                (None, _) => c == '>',
            });
            &inside[..end.unwrap_or(inside.len())]
        })
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if !before.is_none_or(char::is_whitespace) {
            continue;
        }
        let Some(value) = after.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next()?,
            _ => value.split(char::is_whitespace).next()?,
        };
        return Some(entities(value));
    }
    None
}

/// Resolves a link to a path of the site; `None` for links that leave it.
fn resolve(from: &str, link: &str) -> Option<String> {
    let link = link.trim().split('#').next()?;
    let first = link.split(['/', '?']).next().unwrap_or_default();
    if first.contains(':') || link.starts_with("//") {
        return None;
    }
    if link.is_empty() {
        return Some(from.to_owned());
    }
    let from = from.split('?').next()?;
    let (link, query) = link
        .split_once('?')
        .map_or((link, None), |(link, query)| (link, Some(query)));
    let base = if link.is_empty() {
        from.to_owned()
    } else if link.starts_with('/') {
        link.to_owned()
    } else {
        format!("{}/{link}", from.rsplit_once('/')?.0)
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if base.ends_with("/.") || base.ends_with("/..") {
        parts.push("");
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("/{}{query}", parts.join("/")))
}

/// Text without tags, entities resolved, white space collapsed.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for part in text.split('<') {
        out.push_str(if out.is_empty() && !text.starts_with('<') {
            part
        } else {
            part.split_once('>').map_or(part, |(_, after)| after)
        });
    }
    entities(&out)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn entities(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let known = part.split_once(';').and_then(|(name, rest)| {
            let c = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "nbsp" => '\u{a0}',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((c, rest))
        });
        match known {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

/// Undoes percent escapes, for finding files and for comparing.
fn decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn check(tree: &Path, parts: Vec<&'static str>, start: &str, at_least: usize) {
    let files = Arc::new(Files {
        root: tree.to_owned(),
        parts,
    });
    let expected = walk(&files, start);
    assert!(
        expected.len() >= at_least,
        "only {} pages are reachable",
        expected.len()
    );
    let site = files.serve();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[&site.url(start)], folder.path().join("a.db"));

    let summary = run(&settings);

    println!(
        "{}: {} pages in {:.1} s",
        tree.display(),
        summary.counts.stored,
        summary.progress.elapsed.as_secs_f64()
    );
    assert_eq!(summary.counts.pending, 0);
    let base = site.url("");
    let mut stored = BTreeMap::new();
    for row in rows(&settings.database)
        .into_iter()
        .filter(|row| row.state == "stored")
    {
        let before = stored.insert(decode(row.url.trim_start_matches(&base)), row.title);
        assert!(before.is_none(), "{} is stored twice", row.url);
    }
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(path, page)| (decode(&path), page))
        .collect();
    let paths = |paths: Vec<&String>| paths.into_iter().cloned().collect::<BTreeSet<_>>();
    let extra: Vec<_> = paths(stored.keys().collect())
        .difference(&paths(expected.keys().collect()))
        .cloned()
        .collect();
    let missing: Vec<_> = paths(expected.keys().collect())
        .difference(&paths(stored.keys().collect()))
        .cloned()
        .collect();
    assert!(
        extra.is_empty() && missing.is_empty(),
        "too many {extra:#?}, missing {missing:#?}"
    );
    let wrong: Vec<_> = stored
        .iter()
        .filter(|(path, title)| {
            let page = &expected[*path];
            page.title != **title
                && !title
                    .as_ref()
                    .is_some_and(|title| page.headings.contains(title))
        })
        .map(|(path, title)| {
            format!(
                "{path}: stored {title:?}, expected {:?}",
                expected[path].title
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong titles:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    for (path, times) in site.times_asked() {
        assert_eq!(times, 1, "{path} was asked for {times} times");
    }
}

/// Says so where everybody sees it: what a passing test prints is hidden, what it writes to standard error is not.
fn skip_aloud() {
    let why = "skipped: no toolchain here has its documentation; `rustup component add rust-docs` installs it";
    let _ = writeln!(std::io::stderr(), "{why}");
}

#[test]
fn the_documentation_of_the_toolchain_is_stored_page_for_page() {
    let Some(tree) = tree() else {
        return skip_aloud();
    };
    if std::env::var_os("CAPSTONE_DOC_TREE").is_some() {
        check(&tree, Vec::new(), "/index.html", 1);
    } else {
        check(&tree, PARTS.to_vec(), "/index.html", 2_000);
    }
}

#[test]
#[ignore = "some 49,000 pages and 700 MB: a few minutes in a release build"]
fn the_whole_documentation_of_the_toolchain_is_stored_page_for_page() {
    let Some(tree) = tree() else {
        return skip_aloud();
    };
    check(&tree, Vec::new(), "/index.html", 10_000);
}
