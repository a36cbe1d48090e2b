//! `exercise N [STEP]`: runs a step's tests and tells the learner what they say.

use std::time::Duration;

use crate::judge::{self, Outcome, Rules, Test, Verdict};
use crate::map::{Course, Step};
use crate::say::{self, COLUMNS, Done, Failure, Input, Tone, command, count, paint};

/// How many lines the first failing test may take.
const LINES_SHOWN: usize = 30;
/// A test that hangs gets fewer: its output, if any, is of a piece.
const LINES_SHOWN_OF_HANG: usize = 10;
/// Those that are red too get what says most.
const LINES_SHOWN_OF_OTHERS: usize = 4;

/// Runs the command. The exit code is 0 when the step is solved.
pub fn run(course: &Course, mut input: Input) -> Done {
    let slug = course.slug("exercises", &input.require("exercise", "lesson")?)?;
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
        None => {
            let found = first_unsolved(course, &course.steps(&slug), &mut tell_when_slow)?;
            let Some((step, verdict)) = found.unsolved else {
                say!("All steps of exercise {} are solved.", slug.number);
                say!("Next: {}", command("progress"));
                return Ok(0);
            };
            if let Some((solved, verdict)) = found.last_solved {
                let (passed, all) = verdict.passed();
                say!(
                    "Step {} is {} ({passed} of {all}). Compare: {}",
                    solved.number,
                    paint(Tone::Good, "solved"),
                    solved.command("solution")
                );
                say!("Now step {}:", step.number);
                say!("");
            }
            (step, verdict)
        }
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

/// What a look through the steps found.
pub struct Found {
    /// The last step that was passed over because it is green.
    pub last_solved: Option<(Step, Verdict)>,
    /// The first that is not, with what its tests said.
    pub unsolved: Option<(Step, Verdict)>,
}

/// Finds the first step that is not green.
pub fn first_unsolved(
    course: &Course,
    steps: &[Step],
    stop: &mut dyn FnMut(&str, Duration) -> bool,
) -> Result<Found, Failure> {
    let first = steps.first().ok_or_else(no_steps)?;
    let built = judge::build(course, &first.slug, steps)?;
    let mut found = Found {
        last_solved: None,
        unsolved: None,
    };
    for step in steps {
        let verdict = judge::judge_built(&built, step, &mut patiently("", stop))?;
        if !verdict.is_green() {
            found.unsolved = Some((step.clone(), verdict));
            break;
        }
        found.last_solved = Some((step.clone(), verdict));
    }
    Ok(found)
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
        two_slow_reds_are_enough: true,
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
    if verdict.is_green() {
        report_solved(step, verdict);
        let steps = course.steps(&step.slug);
        match steps.iter().find(|other| other.number > step.number) {
            Some(next) => say!("Next:     {}", next.command("exercise")),
            None => say!(
                "Next:     {}",
                command(&format!("progress {}", step.slug.number))
            ),
        }
        return;
    }
    let (passed, all) = verdict.passed();
    say!("{}", paint(Tone::Strong, &step.title()));
    match verdict {
        Verdict::Stopped => {}
        Verdict::NoCompile { blamed } => {
            say!(
                "{}: the compiler's words are above.",
                paint(Tone::Bad, "It does not compile")
            );
            say!("Begin with its first error; later ones often follow from it.");
            // The tests are not the learner's to edit, even where the compiler points at them.
            let steps = course.steps(&step.slug);
            let other = steps
                .iter()
                .find(|other| blamed.as_deref() == Some(&course.short(&other.source())))
                .filter(|other| other.number != step.number);
            if let Some(other) = other {
                say!("The error is in the file of step {}:", other.number);
                say!("all steps of an exercise are one crate, so it stops this one too.");
                say!("Edit:     {}", course.short(&other.source()));
            } else {
                where_to_go(course, step);
            }
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
                say!("One test in full: {} NAME", step.command("exercise"));
            }
        }
    }
}

/// Tells the learner that a step is solved; the caller knows what comes next.
pub fn report_solved(step: &Step, verdict: &Verdict) {
    let (passed, all) = verdict.passed();
    say!("{}", paint(Tone::Strong, &step.title()));
    say!(
        "{}: {}.",
        paint(Tone::Good, "Solved"),
        tests_pass(passed, all)
    );
    say!("Compare:  {}", step.command("solution"));
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
    // "not run" is longer than the other words.
    let columns = if left_out.is_empty() { 5 } else { 7 };
    let mut told: Vec<(String, &str)> = Vec::new();
    for test in tests {
        let (tone, word) = match test.outcome {
            Outcome::Passed => (Tone::Good, "ok"),
            Outcome::Ignored => (Tone::Quiet, "left"),
            Outcome::Failed => (Tone::Bad, "red"),
            Outcome::Hung => (Tone::Bad, "hangs"),
            Outcome::Died(_) => (Tone::Bad, "dies"),
        };
        let message = judge::panics(&test.said).into_iter().next();
        let message = message.map_or_else(String::new, |panic| panic.message);
        let before = told.iter().find(|(known, _)| *known == message);
        let row = format!(
            "{} {}",
            paint(tone, &format!("{word:<columns$}")),
            test.name
        );
        match before {
            Some((_, same)) if test.outcome == Outcome::Failed && !message.is_empty() => {
                let remark = format!("(the same as {same})");
                let length = 2 + columns + 1 + test.name.chars().count();
                if length + 2 + remark.chars().count() <= COLUMNS {
                    say!("  {row}  {remark}");
                } else {
                    say!("  {row}");
                    detail(&remark);
                }
                continue;
            }
            _ => say!("  {row}"),
        }
        match &test.outcome {
            Outcome::Passed | Outcome::Ignored => continue,
            Outcome::Failed => {}
            Outcome::Hung => {
                let limit = seconds(judge::limit());
                detail(&format!("it was still running after {limit} and was ended"));
                detail("is there a loop that never ends, or a wait that nobody answers?");
            }
            Outcome::Died(how) => detail(how),
        }
        // The first failure in full: mending it often mends others, and a wall of text helps nobody.
        // Of the rest the lines that say most.
        if told.is_empty() {
            let lines = match test.outcome {
                Outcome::Hung => LINES_SHOWN_OF_HANG,
                _ => LINES_SHOWN,
            };
            for line in judge::presentable(&test.said, lines) {
                detail(&line);
            }
        } else {
            for line in judge::presentable(&in_short(&message), LINES_SHOWN_OF_OTHERS) {
                detail(&line);
            }
        }
        told.push((message, handle(&test.name)));
    }
    for name in left_out {
        say!("  {} {name}", paint(Tone::Quiet, "not run"));
    }
    if !left_out.is_empty() && tests.iter().all(|test| test.outcome != Outcome::Hung) {
        say!("");
        say!("Two tests waited in vain for the same thing, so the others were not run.");
    }
}

/// A line about a test, set below its name.
fn detail(line: &str) {
    const INDENT: usize = 10;
    for line in say::wrapped(line, COLUMNS - INDENT) {
        say!("{}", format!("{:INDENT$}{line}", "").trim_end());
    }
}

/// What others call a test: `goal_6` of `goal_6_a_line_that_is_too_long`, otherwise its whole name.
fn handle(name: &str) -> &str {
    let digits = name.strip_prefix("goal_").map_or(0, |rest| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    if digits == 0 {
        name
    } else {
        &name[.."goal_".len() + digits]
    }
}

fn seconds(limit: Duration) -> String {
    count(
        usize::try_from(limit.as_secs()).unwrap_or(usize::MAX),
        "second",
    )
}

/// The lines of a message that say what was expected and what came; of one that says neither so,
/// the first and the last, which is often the reason.
fn in_short(message: &str) -> String {
    const TELLING: [&str; 6] = ["assertion ", "expected", "came", "your ", "left:", "right:"];
    let lines: Vec<&str> = message
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let telling = |line: &str| TELLING.iter().any(|word| line.trim().starts_with(word));
    let mut short: Vec<&str> = lines.iter().copied().filter(|line| telling(line)).collect();
    if short.is_empty() {
        short.extend(lines.first());
        short.extend(lines.last().filter(|_| lines.len() > 1));
    }
    short.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_short_keeps_what_was_expected_and_what_came() {
        let same = "expected: 1\ncame:     2\n\nA line ends at its line feed.";
        let assertion = "assertion `left == right` failed: why\n  left: 1\n right: 2";
        let waited = "This was not over after 5s.\nIs there a loop?";

        assert_eq!(in_short(same), "expected: 1\ncame:     2");
        assert_eq!(in_short(assertion), assertion);
        assert_eq!(in_short(waited), waited);
        assert_eq!(in_short("one line"), "one line");
        assert_eq!(in_short(""), "");
    }

    #[test]
    fn a_goal_is_called_by_its_number_and_another_test_by_its_name() {
        assert_eq!(handle("goal_12_a_line"), "goal_12");
        assert_eq!(handle("goal_posts"), "goal_posts");
        assert_eq!(handle("it_comes_back"), "it_comes_back");
    }
}
