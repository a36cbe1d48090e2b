//! The real program on pages that are empty without JavaScript, with a real browser and without.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use practice_site::{Config, Site};
use serde_json::Value;

/// Returns true, and says so, when `COURSE_SKIP` names the browser.
fn skipped() -> bool {
    let asked = env::var("COURSE_SKIP").unwrap_or_default();
    let skipped = asked.split(',').any(|name| name.trim() == "browser");
    if skipped {
        // Not `eprintln!`: the harness keeps what that writes in a test that passes.
        let _ = io::stderr().write_all(
            b"SKIPPED: COURSE_SKIP names browser, so this test proves nothing in this run\n",
        );
    }
    skipped
}

/// Runs the program in a folder and returns what it printed.
fn capstone(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_capstone"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// Crawls from the list of stories, one step far, and returns the title of each stored path.
fn titles(site: &Site, render: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let start = site.url("/js/stories");
    #[rustfmt::skip]
    capstone(folder.path(), &[
        "crawl", &start, "--allow-local", "--delay", "0", "--threads", "4",
        "--max-depth", "1", "--render", render,
    ]);
    let lines = capstone(folder.path(), &["export", "--state", "stored"]);
    lines
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).expect("each line is JSON");
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            (text("url").replace(&site.url(""), ""), text("title"))
        })
        .collect()
}

/// Returns how often the site was asked for a path.
fn asked(site: &Site, path: &str) -> usize {
    let entries = site.journal().entries();
    entries.iter().filter(|entry| entry.path == path).count()
}

#[test]
fn empty_shells_are_rendered_their_links_followed_and_nothing_else_is_opened() {
    if skipped() {
        return;
    }
    let site = Site::start(Config::default()).expect("a free port");

    let titles = titles(&site, "auto");

    let stories: Vec<_> = site
        .truth()
        .pages()
        .iter()
        .filter(|page| page.path.starts_with("/js/story/"))
        .collect();
    assert_eq!(stories.len(), 6);
    for story in stories {
        assert_eq!(
            titles.get(&story.path),
            Some(&story.title),
            "{}",
            story.path
        );
    }
    // Once plainly, and once by the browser.
    assert_eq!(asked(&site, "/js/story/1"), 2);
    // It has words of its own, so a plain fetch is enough.
    assert_eq!(asked(&site, "/blog/"), 1);
}

#[test]
fn without_a_browser_a_shell_is_stored_as_it_came_and_leads_nowhere() {
    let site = Site::start(Config::default()).expect("a free port");

    let titles = titles(&site, "never");

    assert!(titles.contains_key("/js/stories"));
    assert!(!titles.keys().any(|path| path.starts_with("/js/story/")));
}
