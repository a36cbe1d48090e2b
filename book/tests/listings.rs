//! The listings on the pages: every one comes from tested code.
//!
//! mdBook turns an include with an unknown anchor into empty text, and one of a missing file into a
//! line in its log; both end with exit code 0. These tests read the Markdown and need no mdBook.

mod common;

use std::{fs, process::Command};

use common::{
    assert_no_complaints,
    pages::{Directive, Fence, Page, directives, fences, pages},
    repository,
};

#[test]
fn every_include_names_an_anchor_that_exists_and_holds_text() {
    let mut complaints = Vec::new();

    for page in pages() {
        for directive in directives(&page.text) {
            if let Err(fault) = check_directive(&page, &directive) {
                complaints.push(page.complaint(directive.line, fault));
            }
        }
    }

    assert_no_complaints("includes", &complaints);
}

#[test]
fn no_rust_listing_is_typed_by_hand_unless_it_must_not_compile() {
    let mut complaints = Vec::new();

    for page in pages() {
        for fence in fences(&page.text) {
            if let Err(fault) = check_listing(&fence) {
                complaints.push(page.complaint(fence.line, fault));
            }
        }
    }

    assert_no_complaints("listings", &complaints);
}

#[test]
fn every_listing_that_must_not_compile_fails_with_the_error_it_names() {
    let mut complaints = Vec::new();

    for page in pages() {
        for fence in fences(&page.text) {
            if let Some(code) = error_code(&fence)
                && let Err(fault) = fails_to_compile(&fence.body, code)
            {
                complaints.push(page.complaint(fence.line, fault));
            }
        }
    }

    assert_no_complaints("listings that must not compile", &complaints);
}

/// Returns what is wrong with a directive, for the page's author.
fn check_directive(page: &Page, directive: &Directive) -> Result<(), String> {
    let Directive { kind, argument, .. } = directive;
    if kind == "quiz" {
        let quiz = page.folder().join(argument);
        return if quiz.exists() {
            Ok(())
        } else {
            Err(format!("{argument} does not exist"))
        };
    }
    if kind != "include" {
        return Err(format!("the book does not use #{kind}"));
    }

    let mut parts = argument.split(':');
    let path = parts.next().unwrap_or_default();
    let anchor = parts.next();
    if parts.next().is_some() || anchor.is_some_and(|anchor| anchor.parse::<u32>().is_ok()) {
        return Err(format!(
            "{argument}: a range of lines goes stale, name an anchor"
        ));
    }
    let source =
        fs::read_to_string(page.folder().join(path)).map_err(|error| format!("{path}: {error}"))?;
    match anchor {
        None if path.ends_with(".rs") => Err(format!("{path}: name an anchor")),
        None if source.trim().is_empty() => Err(format!("{path} is empty")),
        None => Ok(()),
        Some(anchor) => anchored(&source, anchor)
            .map(drop)
            .map_err(|fault| format!("{argument}: {fault}")),
    }
}

/// Returns the lines between `ANCHOR: name` and `ANCHOR_END: name`.
fn anchored(source: &str, name: &str) -> Result<String, &'static str> {
    let marks = |line: &str, mark: &str| {
        line.split_once(mark)
            .and_then(|(_, after)| after.split_whitespace().next())
            == Some(name)
    };
    let mut after = source.lines().skip_while(|line| !marks(line, "ANCHOR:"));
    if after.next().is_none() {
        return Err("no such anchor");
    }
    let mut body = String::new();
    for line in after {
        if marks(line, "ANCHOR_END:") {
            return if body.trim().is_empty() {
                Err("the anchor holds nothing")
            } else {
                Ok(body)
            };
        }
        if marks(line, "ANCHOR:") {
            return Err("the anchor opens twice");
        }
        body.push_str(line);
        body.push('\n');
    }
    Err("the anchor is never closed")
}

/// Returns what is wrong with a fenced block.
fn check_listing(fence: &Fence) -> Result<(), String> {
    let words = fence.words();
    let included = {
        let mut lines = fence.body.lines().filter(|line| !line.trim().is_empty());
        lines.all(|line| line.trim_start().starts_with("{{#include "))
    };
    if words.is_empty() {
        return Err("a block names its language; plain text is `text`".to_owned());
    }
    if fence.body.trim().is_empty() {
        return Err("the block is empty".to_owned());
    }
    if words[0] == "rust" && !included && error_code(fence).is_none() {
        return Err(
            "Rust is included by anchor, or is `rust,compile_fail,E…` and must fail".to_owned(),
        );
    }
    if fence.body.starts_with("$ ") && !included {
        return Err("a transcript is recorded in src/output and included".to_owned());
    }
    Ok(())
}

/// Returns the error code of a listing that must not compile: `E0382` of `rust,compile_fail,E0382`.
fn error_code(fence: &Fence) -> Option<&str> {
    let words = fence.words();
    if !words.contains(&"compile_fail") {
        return None;
    }
    words
        .into_iter()
        .find(|word| word.starts_with('E') && word[1..].parse::<u16>().is_ok())
}

/// Compiles a listing with the standard library alone and requires that it fails with `code`.
fn fails_to_compile(listing: &str, code: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let source = folder.path().join("listing.rs");
    // As rustdoc does: a listing without `main` is the body of one.
    let program = if listing.contains("fn main(") {
        listing.to_owned()
    } else {
        format!("fn main() {{\n{listing}\n}}\n")
    };
    fs::write(&source, program).expect("a temporary folder can be filled");

    let output = Command::new("rustc")
        .args(["--edition=2024", "--crate-type=bin", "--emit=metadata"])
        .args(["--cap-lints=allow", "--error-format=human", "--color=never"])
        .arg("--out-dir")
        .arg(folder.path())
        .arg(&source)
        .current_dir(repository())
        .output()
        .expect("a toolchain that ran this test has rustc");

    let log = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Err(format!(
            "it compiles, and the page says that it fails with {code}"
        ))
    } else if !log.contains(&format!("error[{code}]")) {
        Err(format!("it fails, but not with {code}:\n{log}"))
    } else {
        Ok(())
    }
}

/// The checks themselves, tried on pages that are wrong.
mod checks {
    use super::*;

    /// Returns a page that lies where the real pages lie, so that its includes start there.
    fn page(text: &str) -> Page {
        Page {
            name: "a-page.md".to_owned(),
            text: text.to_owned(),
        }
    }

    fn first_fault(text: &str) -> Option<String> {
        let page = page(text);
        directives(text)
            .iter()
            .find_map(|directive| check_directive(&page, directive).err())
    }

    #[test]
    fn an_include_of_this_very_file_is_fine() {
        // ANCHOR: checked-by-itself
        let fault = first_fault("{{#include ../tests/listings.rs:checked-by-itself}}");
        // ANCHOR_END: checked-by-itself

        assert_eq!(fault, None);
    }

    #[test]
    fn an_include_that_mdbook_would_turn_into_nothing_is_found() {
        let check = |directive: &str, expected: &str| {
            let fault = first_fault(directive).unwrap_or_default();
            assert!(fault.contains(expected), "{directive}: {fault:?}");
        };

        check(
            "{{#include ../tests/listings.rs:not-there}}",
            "no such anchor",
        );
        check("{{#include ../tests/no-such-file.rs:a}}", "No such file");
        check("{{#include ../tests/listings.rs:3:9}}", "range of lines");
        check("{{#include ../tests/listings.rs:3}}", "range of lines");
        check("{{#include ../tests/listings.rs}}", "name an anchor");
        check("{{#playground x.rs}}", "does not use");
        check("{{#quiz ../quizzes/none.toml}}", "does not exist");
    }

    #[test]
    fn an_anchor_must_be_closed_and_hold_text() {
        let check = |source: &str, expected: Result<&str, &'static str>| {
            assert_eq!(anchored(source, "a"), expected.map(str::to_owned));
        };

        check("// ANCHOR: a\nx\n// ANCHOR_END: a\n", Ok("x\n"));
        check(
            "// ANCHOR: ab\nx\n// ANCHOR_END: ab\n",
            Err("no such anchor"),
        );
        check("// ANCHOR: a\nx\n", Err("the anchor is never closed"));
        check(
            "// ANCHOR: a\nx\n// ANCHOR_END: b\n",
            Err("the anchor is never closed"),
        );
        check(
            "// ANCHOR: a\n\n// ANCHOR_END: a\n",
            Err("the anchor holds nothing"),
        );
        check(
            "// ANCHOR: a\n// ANCHOR: a\n",
            Err("the anchor opens twice"),
        );
    }

    #[test]
    fn a_listing_typed_by_hand_is_found() {
        let check = |text: &str, accepted: bool| {
            let all = fences(text);
            assert_eq!(all.len(), 1, "{text}");
            assert_eq!(check_listing(&all[0]).is_ok(), accepted, "{text}");
        };

        check("```rust\nlet x = 1;\n```\n", false);
        check("```rust,ignore\nlet x = 1;\n```\n", false);
        check("```rust,compile_fail\nlet x = 1;\n```\n", false);
        check("```rust,compile_fail,E0382\nlet x = 1;\n```\n", true);
        check("```rust,ignore\n{{#include a.rs:b}}\n```\n", true);
        check(
            "```rust,ignore\n{{#include a.rs:b}}\nlet x = 1;\n```\n",
            false,
        );
        check("```text\n$ cargo lesson 3\nhello\n```\n", false);
        check("```text\n{{#include output/3-sockets.txt}}\n```\n", true);
        check("```text\n```\n", false);
        check("```\nhello\n```\n", false);
        check("~~~~ sh\ncargo lesson 3\n```\n~~~~\n", true);
    }

    #[test]
    fn a_listing_must_fail_for_the_reason_it_names() {
        let moved = "let a = String::new(); drop(a); drop(a);";

        assert_eq!(fails_to_compile(moved, "E0382"), Ok(()));

        let other = fails_to_compile(moved, "E0499").expect_err("it fails with E0382");
        assert!(other.contains("not with E0499"), "{other}");
        let none = fails_to_compile("let _a = 1;", "E0382").expect_err("it compiles");
        assert!(none.contains("it compiles"), "{none}");
    }
}
