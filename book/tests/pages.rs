//! The pages and what lies beside them: each is in its place, whole, and used.

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use common::{
    assert_no_complaints,
    pages::{Fence, code_spans, directives, fences, files_below, link_targets, pages, prose_lines},
    repository, source_folder,
};

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

#[test]
fn every_sentence_has_a_line_of_its_own() {
    // So a change of a sentence is a change of one line, and a review shows what was changed.
    let mut complaints = Vec::new();

    for page in pages() {
        for (line, text) in prose_lines(&page.text) {
            if holds_two_sentences(text) {
                complaints.push(page.complaint(line, "a second sentence begins on this line"));
            }
        }
    }

    assert_no_complaints("sentences", &complaints);
}

/// Returns true for a line of running text in which a sentence ends and another begins. Items of a
/// list, cells of a table and pictures are free.
fn holds_two_sentences(line: &str) -> bool {
    let text = line.trim_start();
    let is_item =
        text.starts_with(['-', '*', '|', '!']) || text.starts_with(|c: char| c.is_numeric());
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends_and_begins = |pair: &[&str]| {
        let (last, first) = (pair[0].trim_end_matches([')', '"', '*']), pair[1]);
        last.len() > 2
            && last.ends_with(['.', '!', '?'])
            && first.starts_with(|letter: char| letter.is_uppercase() || letter == '`')
    };
    !is_item && words.windows(2).any(ends_and_begins)
}

fn below_source(path: &Path) -> String {
    let below = path.strip_prefix(source_folder()).unwrap_or(path);
    below.to_string_lossy().into_owned()
}

/// The checks themselves, and the reading that all checks of the sources stand on.
mod checks {
    use super::*;

    #[test]
    fn a_second_sentence_on_a_line_is_found() {
        assert!(holds_two_sentences("A socket is a handle. It is a number."));
        assert!(holds_two_sentences("Is it over? `Done` says so."));
        assert!(!holds_two_sentences("W. Richard Stevens wrote it."));
        assert!(!holds_two_sentences("- Stop it. Go on with it."));
        assert!(!holds_two_sentences("| a. B | c |"));
    }

    #[test]
    fn a_path_below_the_pages_is_named_from_there() {
        let path = source_folder().join("images/a.svg");

        assert_eq!(below_source(&path), "images/a.svg");
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
}
