//! The pages as written: every listing comes from tested code, every page and file has its place.
//!
//! mdBook turns an include with an unknown anchor into empty text, and one of a missing file into a
//! line in its log; both end with exit code 0. These tests read the Markdown and need no mdBook.

mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::{
    assert_no_complaints,
    pages::{
        Directive, Fence, Page, code_spans, directives, fences, files_below, link_targets, pages,
        prose_lines,
    },
    repository, source_folder,
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

#[test]
fn every_page_is_in_the_summary_once_and_has_one_title() {
    let mut complaints = Vec::new();
    let summary = fs::read_to_string(source_folder().join("SUMMARY.md")).expect("it exists");
    let listed = link_targets(&summary);

    for path in files_below(&source_folder()) {
        let name = below_source(&path);
        if name.ends_with(".md") && name != "SUMMARY.md" {
            let times = listed.iter().filter(|target| **target == name).count();
            if times != 1 {
                complaints.push(format!("SUMMARY.md names {name} {times} times"));
            }
        }
    }
    for page in pages() {
        let prose = prose_lines(&page.text);
        let titles = prose.iter().filter(|(_, line)| line.starts_with("# "));
        if titles.count() != 1 || !page.text.starts_with("# ") {
            complaints.push(page.complaint(1, "a page starts with its title and has no other"));
        }
    }

    assert_no_complaints("pages", &complaints);
}

#[test]
fn every_file_beside_the_pages_is_used_by_a_page() {
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();

    for page in pages() {
        for directive in directives(&page.text) {
            let path = directive.argument.split(':').next().unwrap_or_default();
            used.extend(page.folder().join(path).canonicalize());
        }
        for target in link_targets(&page.text) {
            used.extend(page.folder().join(target).canonicalize());
        }
    }
    for folder in ["src/output", "src/images", "quizzes"] {
        for path in files_below(&repository().join("book").join(folder)) {
            let path = path.canonicalize().expect("it was just listed");
            if !used.contains(&path) {
                complaints.push(format!("no page uses {}", path.display()));
            }
        }
    }

    assert_no_complaints("files", &complaints);
}

#[test]
fn every_picture_tells_a_screen_reader_what_it_shows() {
    let mut complaints = Vec::new();

    for path in files_below(&source_folder().join("images")) {
        let picture = fs::read_to_string(&path).unwrap_or_default();
        let name = below_source(&path);
        if !name.ends_with(".svg") {
            complaints.push(format!("{name}: pictures are SVG, which a reader can zoom"));
        } else if !picture.contains("<title") || !picture.contains("role=\"img\"") {
            complaints.push(format!("{name}: an SVG has role=\"img\" and a <title>"));
        }
    }

    assert_no_complaints("pictures", &complaints);
}

#[test]
fn every_quiz_question_has_an_identity_of_its_own() {
    // mdbook-quiz invents a missing id on each build and writes it into the file.
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();

    for path in files_below(&repository().join("book/quizzes")) {
        let quiz = fs::read_to_string(&path).expect("a quiz is text");
        let questions = quiz.matches("[[questions]]").count();
        let ids: Vec<&str> = quiz
            .lines()
            .filter(|line| line.starts_with("id ") || line.starts_with("id="))
            .collect();
        if questions == 0 || ids.len() != questions {
            complaints.push(format!(
                "{}: {questions} questions, {} ids",
                path.display(),
                ids.len()
            ));
        }
        for id in ids {
            if !seen.insert(id.to_owned()) {
                complaints.push(format!("{}: {id} is taken", path.display()));
            }
        }
    }

    assert_no_complaints("quizzes", &complaints);
}

#[test]
fn every_path_that_a_page_names_exists() {
    let mut complaints = Vec::new();

    for page in pages() {
        for (line, span) in code_spans(&page.text) {
            if let Some(path) = named_path(&span)
                && !repository().join(&path).exists()
            {
                complaints.push(page.complaint(line, format!("{path} does not exist")));
            }
        }
    }

    assert_no_complaints("paths", &complaints);
}

#[test]
fn every_test_that_a_page_names_exists() {
    let mut complaints = Vec::new();

    for page in pages() {
        for (line, span) in code_spans(&page.text) {
            if let Some((path, test)) = span.split_once(".rs::") {
                let source = fs::read_to_string(repository().join(format!("{path}.rs")));
                if !source.is_ok_and(|source| source.contains(&format!("fn {test}("))) {
                    complaints.push(page.complaint(line, format!("no test {span}")));
                }
            }
        }
    }

    assert_no_complaints("tests", &complaints);
}

#[test]
fn every_recipe_that_a_page_names_is_in_the_justfile() {
    let mut complaints = Vec::new();
    let justfile = fs::read_to_string(repository().join("justfile")).expect("it exists");
    let recipes: BTreeSet<&str> = justfile.lines().filter_map(recipe_name).collect();

    for page in pages() {
        let typed = fences(&page.text).into_iter().flat_map(|fence| {
            let numbered = fence.body.lines().map(str::to_owned).zip(fence.line + 1..);
            numbered
                .map(|(text, line)| (line, text))
                .collect::<Vec<_>>()
        });
        for (line, command) in code_spans(&page.text).into_iter().chain(typed) {
            if let Some(recipe) = named_recipe(&command)
                && !recipes.contains(recipe)
            {
                complaints.push(page.complaint(line, format!("no recipe {recipe}: {command}")));
            }
        }
    }

    assert_no_complaints("recipes", &complaints);
}

#[test]
fn every_name_in_the_table_from_python_is_in_the_file_beside_it() {
    let mut complaints = Vec::new();
    let page = Page::read("from-python.md");

    for (line, text) in prose_lines(&page.text) {
        let cells: Vec<&str> = text.split('|').map(str::trim).collect();
        // Python, Rust, where: five pieces, since the line begins and ends with a bar.
        let [_, _, rust, place, _] = cells[..] else {
            continue;
        };
        let Some((_, path)) = code_spans(place).into_iter().next() else {
            continue;
        };
        let source = fs::read_to_string(repository().join(&path)).unwrap_or_default();
        for (_, name) in code_spans(rust) {
            if !uses(&source, &name) {
                complaints.push(page.complaint(line, format!("{path} does not use {name}")));
            }
        }
    }

    assert_no_complaints("table from Python", &complaints);
}

#[test]
fn every_lesson_has_its_page_and_the_front_door_names_it() {
    let mut complaints = Vec::new();
    let front_door = fs::read_to_string(repository().join("README.md")).expect("it exists");

    for entry in fs::read_dir(repository().join("lessons")).expect("there are lessons") {
        let slug = entry.expect("a lesson can be listed").file_name();
        let slug = slug.to_string_lossy();
        if !source_folder().join(format!("{slug}.md")).exists() {
            complaints.push(format!("lessons/{slug} has no page book/src/{slug}.md"));
        }
        if !front_door.contains(&format!("book/src/{slug}.md")) {
            complaints.push(format!("README.md does not name book/src/{slug}.md"));
        }
    }
    for target in link_targets(&front_door) {
        if !target.contains("://") && !repository().join(&target).exists() {
            complaints.push(format!("README.md links {target}, which does not exist"));
        }
    }

    assert_no_complaints("lessons", &complaints);
}

#[test]
fn no_page_is_left_half_written() {
    let mut complaints = Vec::new();

    for page in pages() {
        for (line, text) in prose_lines(&page.text) {
            let marks = ["TODO", "TBD", "FIXME", "XXX", "Lorem ipsum"];
            if let Some(mark) = marks.iter().find(|mark| text.contains(**mark)) {
                // A page may speak of a `TODO` as a thing; then it stands in code.
                let quoted = code_spans(text).iter().any(|(_, span)| span.contains(mark));
                if !quoted {
                    complaints.push(page.complaint(line, format!("{mark} left behind")));
                }
            }
        }
        for (line, text) in prose_lines(&page.text) {
            // A word in capitals alone on its line holds a place for what was to be written there.
            if text.len() > 3 && text.chars().all(|letter| letter.is_ascii_uppercase()) {
                complaints.push(page.complaint(line, format!("{text} left behind")));
            }
        }
        if page.text.lines().count() < 5 {
            complaints.push(page.complaint(1, "this is not a page yet"));
        }
    }

    assert_no_complaints("unfinished pages", &complaints);
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

/// Returns the path in the repository that a code span names, without a test's name behind it.
fn named_path(span: &str) -> Option<String> {
    const ROOMS: [&str; 9] = [
        ".cargo/",
        ".ci/",
        "book/",
        "capstone/",
        "exercises/",
        "lessons/",
        "solutions/",
        "support/",
        "target/",
    ];
    let path = match span.split_once(".rs::") {
        Some((path, _)) => format!("{path}.rs"),
        None => span.to_owned(),
    };
    let names_a_room = ROOMS.iter().any(|room| path.starts_with(room));
    // A pattern (`lessons/N-topic/`), a command and what a run makes are not files of the tree.
    let is_a_pattern = path.contains(['*', ' ', '…', '{', '<']) || path.contains("/N-");
    (names_a_room && !is_a_pattern && !path.starts_with("target/")).then_some(path)
}

/// Returns the recipe that a line of the justfile begins: `test` of `test *arguments:`.
fn recipe_name(line: &str) -> Option<&str> {
    let (head, _) = line.split_once(':')?;
    let starts_a_recipe = line.starts_with(|first: char| first.is_ascii_lowercase());
    let name = head.split_whitespace().next()?;
    (starts_a_recipe && !line.contains(":=")).then_some(name)
}

/// Returns the recipe of a command: `lesson` of `just lesson 3` and of `cargo course lesson 3`.
fn named_recipe(command: &str) -> Option<&str> {
    let command = command.trim_start_matches("$ ");
    let recipe = command
        .strip_prefix("just ")
        .or_else(|| command.strip_prefix("cargo course "))?
        .split_whitespace()
        .next()?;
    recipe
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter == '-')
        .then_some(recipe)
        .filter(|recipe| !recipe.starts_with('-'))
}

/// Returns true when a source uses a Rust name in one of the ways in which the table writes it: an
/// associated function as `Socket::new`, a method as `.bind(`, anything else by its last name.
fn uses(source: &str, name: &str) -> bool {
    let path = name.split(['(', '<']).next().unwrap_or(name);
    let mut segments = path.rsplit("::");
    let last = segments.next().unwrap_or_default();
    let belongs_to_a_type = segments
        .next()
        .filter(|owner| owner.starts_with(|first: char| first.is_uppercase()));
    match belongs_to_a_type {
        Some(owner) => {
            source.contains(&format!("{owner}::{last}")) || source.contains(&format!(".{last}("))
        }
        None => source.contains(last),
    }
}

fn below_source(path: &Path) -> String {
    let below = path.strip_prefix(source_folder()).unwrap_or(path);
    below.to_string_lossy().into_owned()
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

    #[test]
    fn fences_directives_links_and_spans_are_read_as_mdbook_reads_them() {
        let text = "# T\n\n- x:\n  ```rust,ignore\n  {{#include a.rs:b}}\n  ```\n\
            See [one](a.md#b), [two](c.md) and `[no](d.md)` by `just x`.\n";

        assert_eq!(
            fences(text),
            [Fence {
                info: "rust,ignore".to_owned(),
                body: "{{#include a.rs:b}}\n".to_owned(),
                line: 4
            }]
        );
        assert_eq!(directives(text)[0].argument, "a.rs:b");
        assert_eq!(directives(text)[0].line, 5);
        assert_eq!(link_targets(text), ["a.md#b", "c.md"]);
        assert_eq!(code_spans(text)[1], (7, "just x".to_owned()));
    }

    #[test]
    fn paths_recipes_and_names_are_told_from_other_code() {
        assert_eq!(
            named_path("book/tests/listings.rs::a_test"),
            Some("book/tests/listings.rs".to_owned())
        );
        assert_eq!(named_path("lessons/N-topic/"), None);
        assert_eq!(named_path("target/tour/3-chat.svg"), None);
        assert_eq!(named_path("std::thread"), None);
        assert_eq!(named_recipe("just lesson 3"), Some("lesson"));
        assert_eq!(named_recipe("cargo course test"), Some("test"));
        assert_eq!(named_recipe("just as well"), Some("as"));
        assert_eq!(named_recipe("cargo build"), None);
        assert_eq!(recipe_name("lesson number *part:"), Some("lesson"));
        assert_eq!(recipe_name("    cargo course lesson"), None);
        assert_eq!(recipe_name("set shell := ['sh']"), None);
    }

    #[test]
    fn a_name_that_a_source_uses_is_found_and_another_is_not() {
        let source = "let socket = Socket::new(domain)?; socket.bind(&address)?; Poll::new()";

        assert!(uses(source, "socket2::Socket::new"));
        assert!(uses(source, "Socket::bind"));
        assert!(uses(source, "mio::Poll"));
        assert!(!uses(source, "UdpSocket::new(address)"));
        assert!(!uses(source, "Socket::listen"));
        assert!(!uses(source, "Mutex<T>"));
    }

    #[test]
    fn a_path_below_the_pages_is_named_from_there() {
        let path: PathBuf = source_folder().join("images/a.svg");

        assert_eq!(below_source(&path), "images/a.svg");
    }
}
