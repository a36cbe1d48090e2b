//! The tour of lesson 8: every part with a real Chromium, on this machine, alone, in half a minute.
//!
//! `just lesson 8` plays all of it, `just lesson 8 --list` names the parts, `just lesson 8 form` plays one.
//! With a hidden argument the program is the child process that the last part kills.

#![allow(
    clippy::print_stderr,
    reason = "what is missing is said once, before any part is played"
)]

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::env;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use ::tour::{Part, Tour};
use browser::Options;

fn main() -> ExitCode {
    use tour::{cost, empty, ending, form, messages, picture, scroll, waiting, windows};

    if env::args().nth(1).as_deref() == Some(ending::CHILD) {
        return match ending::child() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    // `--list` and `--help` play nothing.
    let plays = !env::args()
        .skip(1)
        .any(|word| word.starts_with('-') && word != "--predict");
    let driver = Options::default().driver;
    if plays && is_missing(&driver) {
        eprintln!(
            "lesson 8 plays in a real browser, and its driver `{}` is not on PATH.\n\
             what to do: `cargo course setup` installs Chromium and its driver\n            \
             (on Debian: apt install chromium chromium-driver)",
            driver.display()
        );
        return ExitCode::FAILURE;
    }

    Tour::new(8, "Browser: pages that need JavaScript")
        .chapter("book/src/8-browser.md")
        .part(
            Part::new(
                "empty",
                "A plain fetch finds an empty shell",
                "Some pages are a frame and a script: the script fetches the content and puts it \
                 in. A program that only fetches gets the frame. A browser runs the script.",
                empty::play,
            )
            .predict("The books page lists 10 books in your browser. How many does a plain fetch find?"),
        )
        .part(
            Part::new(
                "messages",
                "A browser is driven by HTTP and JSON",
                "WebDriver is the protocol under Selenium. Between a program and the browser \
                 stands a driver, a small HTTP server, and every command is a request to it.",
                messages::play,
            )
            .predict("Which HTTP status does the driver answer when an element is not there?"),
        )
        .part(
            Part::new(
                "wait",
                "Wait for what you need, and not for a while",
                "The page is loaded long before it is complete. A sleep is too short on a bad day \
                 and too long on a good one; a wait asks again and again, and has a limit.",
                waiting::play,
            )
            .predict("A button comes after a second and can be pressed after two. Who presses it first: one who sleeps 3 s or one who waits up to 20 s?"),
        )
        .part(
            Part::new(
                "form",
                "A form is filled in, corrected and sent",
                "Find the field by a selector, type, press the button, and wait for the answer: \
                 what stands there at once is not the answer.",
                form::play,
            )
            .predict("The field for loaves already says 1. You type 3 into it. What does it say?"),
        )
        .part(
            Part::new(
                "scroll",
                "A page without an end has one",
                "An endless page fetches more when somebody comes near its end. So go to its end \
                 again and again, until nothing more comes or the page says that it is all.",
                scroll::play,
            )
            .predict("48 things, 8 at a time. How often must one go to the end?"),
        )
        .part(
            Part::new(
                "windows",
                "A dialog stops everything until it is answered",
                "An alert, a question, a prompt and a second window: none of them is on the page, \
                 and each wants its own command.",
                windows::play,
            )
            .predict("A dialog is open. What does the driver say when you ask for the page's title?"),
        )
        .part(
            Part::new(
                "screenshot",
                "What did the browser see?",
                "When a script fails at night, a picture and the page's source as it was then say \
                 more than a message. Both are one command.",
                picture::play,
            )
            .predict("A browser without a window: what does its screenshot show?"),
        )
        .part(
            Part::new(
                "cost",
                "A browser costs hundreds of times what a fetch costs",
                "It parses, runs scripts, lays out and paints, in a dozen processes. So use it \
                 for the pages that are empty without it, and find those by a rule.",
                cost::play,
            )
            .predict("How many plain fetches fit into the time in which Chromium shows one page?"),
        )
        .part(
            Part::new(
                "ending",
                "Nothing of it stays behind",
                "A browser that is forgotten goes on for days. A session here ends with the value \
                 that holds it, and with the process, even when that is killed.",
                ending::play,
            )
            .predict("Your program is ended by kill -9 while Chromium runs. Who ends Chromium?"),
        )
        .play()
}

/// Returns whether there is no such program. Asked before the first part, so that the answer comes
/// once, and not as the same failure of every part.
fn is_missing(program: &Path) -> bool {
    let outcome = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    outcome.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}
