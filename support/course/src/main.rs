//! # The learner's runner
//!
//! `cargo course help` (or `just`) lists what it can do. It is the first program of the course that
//! is compiled, so it uses std alone; it keeps no state, so nothing can go stale: progress is what
//! the tests say now.
//!
//! Read in this order: [`map`] (where lessons, exercises and steps live), [`limited`] (running
//! somebody else's program under a time limit, and ending all of it), [`judge`] (compile a step's
//! tests, run each, and say what happened), then one module for each command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what a command-line program does"
)]

#[macro_use]
mod say;
mod map;
mod cargo;
mod limited;
mod judge;

mod help;
mod programs;
mod exercise;
mod hint;
mod watch;
mod progress;
mod reset;
mod diff;
mod solution;
mod verify;
mod tools;
mod setup;
mod check;
mod book;
mod record;
mod mutants;

use std::process::ExitCode;

use crate::map::Course;
use crate::say::{Done, Failure, Input};

fn main() -> ExitCode {
    let mut words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    let input = Input::new(words.collect());
    match run(&command, input) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code)
        }
    }
}

/// Runs one command and returns the exit code: 0 done, 1 not (a red test, say), 2 not understood.
fn run(command: &str, input: Input) -> Done {
    if matches!(command, "help" | "-h" | "--help" | "list") {
        return help::run();
    }
    if input.asks_for_help(command) {
        return help::one(command);
    }
    match command {
        "lesson" => programs::lesson(&Course::find()?, input),
        "exercise" => exercise::run(&Course::find()?, input),
        "hint" => hint::run(&Course::find()?, input),
        "watch" => watch::run(&Course::find()?, input),
        "progress" => progress::run(&Course::find()?, input),
        "reset" => reset::run(&Course::find()?, input),
        "solution" => solution::run(&Course::find()?, input),
        "site" => programs::site(&Course::find()?, input),
        "capstone" => programs::capstone(&Course::find()?, input),
        "copy" => programs::copy(&Course::find()?, input),
        "bench" => programs::bench(&Course::find()?, input),
        "book" => book::run(&Course::find()?, input),
        "setup" => setup::run(&Course::find()?, input),
        "test" => check::test(&Course::find()?, input),
        "lint" => check::lint(&Course::find()?, input),
        "check" => check::check(&Course::find()?, input),
        "verify" => verify::run(&Course::find()?, input),
        "fuzz" => programs::fuzz(&Course::find()?, input),
        "record" => record::run(&Course::find()?, input),
        "mutants" => mutants::run(&Course::find()?, input),
        unknown => Err(programs::meant_a_lesson(unknown).unwrap_or_else(|| {
            let known = help::COMMANDS.iter().map(|command| command.name);
            Failure::unknown("command", unknown, known, &say::command("help"))
        })),
    }
}
