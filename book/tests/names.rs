//! The names on the pages: every path, test, command and Rust name is there.

mod common;

use std::{collections::BTreeSet, fs};

use common::{
    assert_no_complaints,
    pages::{Page, code_spans, fences, pages, prose_lines},
    repository,
};

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

/// Returns the path in the repository that a code span names, without a test's name behind it.
fn named_path(span: &str) -> Option<String> {
    const ROOMS: [&str; 8] = [
        ".cargo/",
        ".ci/",
        "book/",
        "capstone/",
        "exercises/",
        "lessons/",
        "solutions/",
        "support/",
    ];
    let path = match span.split_once(".rs::") {
        Some((path, _)) => format!("{path}.rs"),
        None => span.to_owned(),
    };
    let names_a_room = ROOMS.iter().any(|room| path.starts_with(room));
    // A pattern (`lessons/N-topic/`) and a command are no names of files.
    let is_a_pattern = path.contains(['*', ' ', '…', '{', '<']) || path.contains("/N-");
    (names_a_room && !is_a_pattern).then_some(path)
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

/// The checks themselves, tried on names of every kind.
mod checks {
    use super::*;

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
}
