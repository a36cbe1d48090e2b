//! `solution N STEP`: shows how the course's solution differs from the learner's file.

use std::fs;

use crate::diff::{self, Line};
use crate::exercise::{patiently, tell_when_slow};
use crate::judge;
use crate::map::{Course, Step};
use crate::say::{Done, Explain as _, Failure, Input, Tone, confirm, interactive, paint};

/// Runs the command. Seeing the answer cannot be undone, so it asks while the step is unsolved.
pub fn run(course: &Course, mut input: Input) -> Done {
    let yes = input.switch("--yes");
    let slug = course.slug("exercises", &input.require("solution", "lesson")?)?;
    let step = course.step(&slug, &input.require("solution", "step")?)?;
    input.end("solution")?;
    let solution = fs::read_to_string(step.solution()).explain(
        format!("read {}", course.short(&step.solution())),
        "the file belongs to the course: `git status` shows whether it was removed",
    )?;
    if !yes && !may_show(course, &step)? {
        say!("Not shown. A smaller step: {}", step.command("hint"));
        return Ok(1);
    }
    show(course, &step, &solution);
    Ok(0)
}

fn may_show(course: &Course, step: &Step) -> Result<bool, Failure> {
    let verdict = judge::judge(course, step, &mut patiently("", &mut tell_when_slow))?;
    if verdict.is_green() {
        return Ok(true);
    }
    if !interactive() {
        return Err(Failure::new(
            "this step is not solved yet, and nobody can be asked whether to show its solution",
            format!("`{} --yes` shows it all the same", step.command("solution")),
        ));
    }
    say!("{}", paint(Tone::Strong, &step.title()));
    say!("This step is not solved yet. What you find yourself stays with you longer.");
    Ok(confirm("Show the solution all the same?"))
}

fn show(course: &Course, step: &Step, solution: &str) {
    let own = fs::read(step.source()).unwrap_or_default();
    let own = String::from_utf8_lossy(&own);
    let shown = diff::diff(&own, solution);
    if shown.is_empty() {
        say!("Your file and the solution are the same, line by line.");
        return;
    }
    say!(
        "{}",
        paint(
            Tone::Bad,
            &format!("--- {} (yours)", course.short(&step.source()))
        )
    );
    say!(
        "{}",
        paint(
            Tone::Good,
            &format!("+++ {} (the solution)", course.short(&step.solution()))
        )
    );
    for line in shown {
        match line {
            Line::Same(text) => say!(" {text}"),
            Line::Removed(text) => say!("{}", paint(Tone::Bad, &format!("-{text}"))),
            Line::Added(text) => say!("{}", paint(Tone::Good, &format!("+{text}"))),
            Line::Skipped(line) => {
                say!(
                    "{}",
                    paint(Tone::Quiet, &format!("@@ line {line} of the solution @@"))
                );
            }
        }
    }
}
