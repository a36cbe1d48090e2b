//! `exercise N [STEP]`: runs a step's tests and tells the learner what they say.

use std::time::Duration;

use crate::judge::{self, Outcome, Rules, Test, Verdict};
use crate::map::{Course, Step};
use crate::say::{self, Done, Failure, Input, Tone, command, count, paint};

/// How many lines the first failing test may take; the others get one.
const LINES_SHOWN: usize = 30;
/// A test that hangs gets fewer: its output, if any, is of a piece.
const LINES_SHOWN_OF_HANG: usize = 10;

/// Runs the command. The exit code is 0 when the step is solved.
pub fn run(course: &Course, mut input: Input) -> Done {
    let slug = course.slug("exercises", &input.require("exercise")?)?;
    let chosen = input
        .next_name()
        .map(|typed| course.step(&slug, &typed))
        .transpose()?;
    let filter = input.next_name().unwrap_or_default();
    input.end("exercise")?;

    let (step, verdict) = match chosen {
        Some(step) => {
            let verdict =
                judge::judge(course, &step, &mut patiently(&filter, &mut tell_when_slow))?;
            (step, verdict)
        }
        None => match first_unsolved(course, &course.steps(&slug), &mut tell_when_slow)? {
            Some(found) => found,
            None => {
                say!("All steps of exercise {} are solved.", slug.number);
                say!("Next: {}", command("progress"));
                return Ok(0);
            }
        },
    };
    if matches!(&verdict, Verdict::Ran { tests, .. } if tests.is_empty()) {
        return Err(Failure::usage(
            format!("no test of this step has `{filter}` in its name"),
            format!("`{}` runs them all", step.command("exercise")),
        ));
    }
    if verdict.is_green() && !filter.is_empty() {
        // Not the whole step, so not "solved".
        let (passed, all) = verdict.passed();
        say!("{}", paint(Tone::Strong, &step.title()));
        say!(
            "{} of those you named.",
            paint(Tone::Good, &tests_pass(passed, all))
        );
        say!("All tests: {}", step.command("exercise"));
        return Ok(0);
    }
    report(course, &step, &verdict);
    Ok(u8::from(!verdict.is_green()))
}

/// Finds the first step that is not green, with what its tests said.
pub fn first_unsolved(
    course: &Course,
    steps: &[Step],
    stop: &mut dyn FnMut(&str, Duration) -> bool,
) -> Result<Option<(Step, Verdict)>, Failure> {
    let first = steps.first().ok_or_else(no_steps)?;
    let built = judge::build(course, &first.slug, steps)?;
    for step in steps {
        let verdict = judge::judge_built(&built, step, &mut patiently("", stop))?;
        if !verdict.is_green() {
            return Ok(Some((step.clone(), verdict)));
        }
    }
    Ok(None)
}

/// What to say where an exercise has no steps.
pub fn no_steps() -> Failure {
    Failure::new(
        "this exercise has no steps yet",
        format!("`{}` shows those that have", command("progress")),
    )
}

/// The rules for a learner's run: the usual limit, and a caller that may stop it.
pub fn patiently<'a>(
    filter: &'a str,
    stop: &'a mut dyn FnMut(&str, Duration) -> bool,
) -> Rules<'a> {
    Rules {
        filter,
        limit: judge::limit(),
        first_red_is_enough: false,
        stop,
    }
}

/// Never stops a run; on a terminal it tells which test is taking long.
pub fn tell_when_slow(test: &str, so_far: Duration) -> bool {
    if so_far > Duration::from_secs(1) {
        let seconds = so_far.as_secs();
        let limit = judge::limit().as_secs();
        say::status(&format!("{test}: {seconds} s of {limit} s"));
    }
    false
}

/// Tells the learner what the tests say, and what to do next.
pub fn report(course: &Course, step: &Step, verdict: &Verdict) {
    let (passed, all) = verdict.passed();
    say!("{}", paint(Tone::Strong, &step.title()));
    match verdict {
        Verdict::Stopped => {}
        Verdict::NoCompile => {
            say!(
                "{}: the compiler's words are above.",
                paint(Tone::Bad, "It does not compile")
            );
            say!("Begin with its first error; later ones often follow from it.");
            say!(
                "All steps of an exercise are one crate, so the error may be in another step's file."
            );
            where_to_go(course, step);
        }
        Verdict::Ran { .. } if verdict.is_green() => {
            say!(
                "{}: {}.",
                paint(Tone::Good, "Solved"),
                tests_pass(passed, all)
            );
            let steps = course.steps(&step.slug);
            match steps.iter().find(|other| other.number > step.number) {
                Some(next) => say!("Next:     {}", next.command("exercise")),
                None => say!(
                    "Next:     {}",
                    command(&format!("progress {}", step.slug.number))
                ),
            }
            say!("Compare:  {}", step.command("solution"));
        }
        Verdict::Ran { tests, left_out } => {
            say!(
                "{}: {}.",
                paint(Tone::Bad, "Not yet"),
                tests_pass(passed, all)
            );
            say!("");
            show_tests(tests, left_out);
            say!("");
            where_to_go(course, step);
            if all - passed > 1 {
                say!("One test: {} NAME", step.command("exercise"));
            }
        }
    }
}

fn tests_pass(passed: usize, all: usize) -> String {
    match all {
        0 => "no test ran".to_owned(),
        1 => format!("{passed} of 1 test passes"),
        _ => format!("{passed} of {all} tests pass"),
    }
}

fn where_to_go(course: &Course, step: &Step) {
    say!("Edit:     {}", course.short(&step.source()));
    say!("Tests:    {}", course.short(&step.tests()));
    say!("Hint:     {}", step.command("hint"));
}

fn show_tests(tests: &[Test], left_out: &[String]) {
    let mut failures_shown = 0;
    let mut last_message = None;
    for test in tests {
        let (tone, word) = match test.outcome {
            Outcome::Passed => (Tone::Good, "ok   "),
            Outcome::Ignored => (Tone::Quiet, "left "),
            Outcome::Failed => (Tone::Bad, "red  "),
            Outcome::Hung => (Tone::Bad, "hangs"),
            Outcome::Died(_) => (Tone::Bad, "dies "),
        };
        say!("  {} {}", paint(tone, word), test.name);
        match &test.outcome {
            Outcome::Passed | Outcome::Ignored => continue,
            Outcome::Failed => {}
            Outcome::Hung => {
                let limit = seconds(judge::limit());
                say!("          it was still running after {limit} and was ended");
            }
            Outcome::Died(how) => say!("          {how}"),
        }
        // The first failure in full: mending it often mends others, and a wall of text helps nobody.
        // Of the rest a line each, unless it says again what the one before said.
        let message = in_a_line(test);
        if failures_shown == 0 {
            let lines = match test.outcome {
                Outcome::Hung => LINES_SHOWN_OF_HANG,
                _ => LINES_SHOWN,
            };
            for line in judge::presentable(&test.said, lines) {
                say!("          {line}");
            }
        } else if let Some(message) = message.as_ref().filter(|_| message != last_message) {
            say!("          {message}");
        }
        failures_shown += 1;
        last_message = message;
    }
    for name in left_out {
        say!("  {} {name}", paint(Tone::Quiet, "waits"));
    }
}

fn seconds(limit: Duration) -> String {
    count(
        usize::try_from(limit.as_secs()).unwrap_or(usize::MAX),
        "second",
    )
}

/// The first line of the first panic: what came later often only followed from it.
fn in_a_line(test: &Test) -> Option<String> {
    let message = judge::panics(&test.said).into_iter().next()?.message;
    judge::presentable(message.lines().next()?, 1).pop()
}
