//! Each transcript in the book is what its command prints today.

#[path = "../common/mod.rs"]
mod common;
mod normalise;
mod run;

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use common::{assert_no_complaints, pages::files_below, say_aloud, source_folder};
use normalise::{Word, normalise};

#[test]
fn every_transcript_is_what_its_command_prints_today() {
    let transcripts = transcripts();
    let programs: BTreeSet<String> = transcripts
        .iter()
        .flat_map(|transcript| programs_of(&transcript.command))
        .collect();
    if !programs.is_empty() {
        run::compile(&programs.into_iter().collect::<Vec<_>>());
    }
    let mut complaints = Vec::new();

    // One after another: two at once would disturb what the other measures.
    for transcript in &transcripts {
        if transcript.shows_python() && !python3_runs() {
            say_aloud(&format!(
                "SKIPPED: {} shows rows that python3 prints, and python3 does not run here",
                transcript.name
            ));
            continue;
        }
        match run::run(&transcript.command) {
            Err(fault) => complaints.push(format!("{}: {fault}", transcript.name)),
            Ok(printed) => {
                if let Some(difference) = difference(&transcript.output, &printed) {
                    complaints.push(format!("{}: {difference}", transcript.mend()));
                }
            }
        }
    }

    assert_no_complaints("transcripts", &complaints);
}

#[test]
fn every_transcript_begins_with_its_command() {
    let mut complaints = Vec::new();

    for transcript in transcripts() {
        let command = &transcript.command;
        if !command.starts_with("cargo lesson ") && !command.starts_with("cargo course ") {
            complaints.push(format!(
                "{}: the first line is `$ cargo lesson …` or `$ cargo course …`, not {command:?}",
                transcript.name
            ));
        }
        if transcript.output.trim().is_empty() {
            complaints.push(format!("{}: nothing is recorded yet", transcript.mend()));
        }
    }

    assert_no_complaints("transcripts", &complaints);
}

#[test]
fn every_transcript_fits_80_columns() {
    let mut complaints = Vec::new();

    for transcript in transcripts() {
        for (line, number) in transcript.output.lines().zip(2..) {
            let columns = line.chars().count();
            if columns > 80 && !line.trim_start().starts_with("picture: ") {
                complaints.push(format!("{}:{number}: {columns} columns", transcript.name));
            }
            if line.chars().any(char::is_control) {
                complaints.push(format!("{}:{number}: a control character", transcript.name));
            }
        }
    }

    assert_no_complaints("transcripts", &complaints);
}

/// A file of `book/src/output`.
struct Transcript {
    /// Its name without `.txt`.
    name: String,
    /// Its first line without the `$ `.
    command: String,
    /// The other lines.
    output: String,
}

impl Transcript {
    fn read(path: &PathBuf) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(path).expect("a transcript is text");
        let (first, output) = text.split_once('\n').unwrap_or((&text, ""));
        Self {
            name: name.into_owned(),
            command: first.strip_prefix("$ ").unwrap_or(first).to_owned(),
            output: output.to_owned(),
        }
    }

    /// Returns true for a lesson that sets Python beside Rust. It does so where `python3` is
    /// installed; elsewhere it says that there is none, which is another transcript.
    fn shows_python(&self) -> bool {
        self.output.contains(" Python, ")
    }

    /// Returns the name, and how to record the transcript anew.
    fn mend(&self) -> String {
        let name = &self.name;
        format!("{name} (if this is as it should be: `cargo course record {name}`)")
    }
}

fn python3_runs() -> bool {
    Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn transcripts() -> Vec<Transcript> {
    let files = files_below(&source_folder().join("output"));
    files.iter().map(Transcript::read).collect()
}

/// Returns the programs that a command runs: the runner, and what the runner starts.
fn programs_of(command: &str) -> Vec<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let mut programs = vec!["course".to_owned()];
    match words[..] {
        ["cargo", "lesson", number, ..] | ["cargo", "course", "lesson", number, ..] => {
            programs.push(format!("lesson-{number}"));
        }
        ["cargo", "course", "capstone", ..] => programs.push("capstone".to_owned()),
        ["cargo", "course", "site", ..] => programs.push("practice-site".to_owned()),
        _ => {}
    }
    programs
}

/// Returns where two transcripts differ, for a person: the lines around the first words that are not
/// the same.
fn difference(recorded: &str, printed: &str) -> Option<String> {
    let (old, new) = (normalise(recorded), normalise(printed));
    let same = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old.text == new.text)
        .count();
    if same == old.len() && same == new.len() {
        return None;
    }
    // Line 1 of the file is the command, which is no part of what was recorded.
    let at = line_of(&old, same).map_or("at its end".to_owned(), |line| {
        format!("at line {}", line + 1)
    });
    Some(format!(
        "it differs {at}\n    recorded:\n{}\n    printed now:\n{}",
        excerpt(recorded, line_of(&old, same)),
        excerpt(printed, line_of(&new, same)),
    ))
}

fn line_of(words: &[Word], index: usize) -> Option<usize> {
    words.get(index).map(|word| word.line)
}

/// Returns a line, marked, with two before and two after it; without a line, the end of the text.
fn excerpt(text: &str, line: Option<usize>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let middle = line.unwrap_or(lines.len() + 1);
    let shown = lines.iter().zip(1..).filter(|(_, number)| {
        let distance = middle.abs_diff(*number);
        distance <= 2
    });
    let mut shown: Vec<String> = shown
        .map(|(text, number)| {
            let mark = if number == middle { '>' } else { ' ' };
            format!("    {mark} {text}")
        })
        .collect();
    if line.is_none() {
        shown.push("    > (nothing more)".to_owned());
    }
    shown.join("\n")
}

/// The comparison itself, tried on transcripts that differ.
mod checks {
    use super::*;

    #[test]
    fn transcripts_that_differ_in_what_was_measured_are_the_same() {
        let recorded = "== 1. A ==\n accepted 127.0.0.1:40113 after 12 ms\n -> good\n";
        let printed = "== 1. A ==\n accepted 127.0.0.1:51000 after 9.81 µs\n -> good\n";

        assert_eq!(difference(recorded, printed), None);
    }

    #[test]
    fn a_difference_is_shown_with_the_lines_around_it() {
        let recorded = "one\ntwo\nthree\nfour 4\nfive\nsix\nseven\n";
        let printed = "one\ntwo\nthree\nfour 5\nfive\nsix\nseven\n";

        let shown = difference(recorded, printed).expect("they differ");

        assert_eq!(
            shown,
            "it differs at line 5\n    recorded:\n      two\n      three\n    > four 4\n      \
             five\n      six\n    printed now:\n      two\n      three\n    > four 5\n      five\n      six"
        );
    }

    #[test]
    fn lines_too_many_and_too_few_are_differences() {
        let less = difference("one\ntwo\n", "one\n").expect("a line is missing");
        let more = difference("one\n", "one\ntwo\n").expect("a line is new");

        assert!(less.contains("> two"), "{less}");
        assert!(less.contains("> (nothing more)"), "{less}");
        assert!(more.contains("differs at its end"), "{more}");
    }

    #[test]
    fn a_command_that_fails_is_told_with_what_it_said() {
        let fault = run::run("echo so far; echo the reason >&2; exit 3").expect_err("it failed");

        assert!(fault.contains("the reason"), "{fault}");
        assert!(fault.contains("so far"), "{fault}");
    }

    #[test]
    fn a_command_sees_no_terminal_and_80_columns() {
        let printed =
            run::run("printf '%s ' \"$COLUMNS\" \"$NO_COLOR\"; cat; test -t 1 || echo end");

        assert_eq!(printed.as_deref(), Ok("80 1 end\n"));
    }

    #[test]
    fn the_programs_of_a_command_are_known() {
        assert_eq!(programs_of("cargo lesson 3 chat"), ["course", "lesson-3"]);
        assert_eq!(
            programs_of("cargo course capstone --help"),
            ["course", "capstone"]
        );
        assert_eq!(programs_of("cargo course help"), ["course"]);
    }
}
