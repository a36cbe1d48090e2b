//! `test`, `lint`, `check`: what a contributor runs, and CI.

use std::time::{Duration, Instant};

use crate::cargo;
use crate::map::Course;
use crate::say::{Done, Failure, Input, Tone, command, paint};
use crate::setup;
use crate::tools;
use crate::verify;

/// `test …`: installs what is missing, runs every test of the course, proves the exercises.
pub fn test(course: &Course, input: Input) -> Done {
    let mut stages = Stages::default();
    test_stages(course, &input.rest(), &mut stages)?;
    stages.sum_up("test")
}

/// `lint`: format, clippy, docs; each warning is an error.
pub fn lint(course: &Course, input: Input) -> Done {
    input.end("lint")?;
    let mut stages = Stages::default();
    lint_stages(course, &mut stages)?;
    stages.sum_up("lint")
}

/// `check`: all that CI checks.
pub fn check(course: &Course, input: Input) -> Done {
    input.end("check")?;
    let mut stages = Stages::default();
    lint_stages(course, &mut stages)?;
    // Minutes of tests are no use to somebody who has a comma to mend.
    if stages.all_well() {
        test_stages(course, &[], &mut stages)?;
    }
    stages.sum_up("check")
}

fn test_stages(course: &Course, arguments: &[String], stages: &mut Stages) -> Result<(), Failure> {
    heading("set-up");
    stages.time("set-up", || setup::ensure(course).map(|()| true))?;
    heading("cargo test");
    stages.time("cargo test", || {
        let mut tests = cargo::at_root(course, "test");
        tests.args(arguments);
        Ok(cargo::run(tests)? == 0)
    })?;
    heading("exercises");
    stages.time("exercises", || {
        let tally = verify::verify(course, &course.slugs("exercises"))?;
        say!("{tally}");
        Ok(tally.defects == 0)
    })
}

fn lint_stages(course: &Course, stages: &mut Stages) -> Result<(), Failure> {
    for (name, verb, arguments) in [
        ("format", "fmt", "--all --check"),
        (
            "clippy",
            "clippy",
            "--workspace --all-targets -- --deny warnings",
        ),
        ("docs", "doc", "--workspace --no-deps"),
    ] {
        heading(name);
        stages.time(name, || {
            let mut lint = cargo::at_root(course, verb);
            lint.args(arguments.split(' '));
            if verb == "doc" {
                lint.env("RUSTDOCFLAGS", "--deny warnings");
            }
            Ok(cargo::run(lint)? == 0)
        })?;
    }
    Ok(())
}

fn heading(name: &str) {
    say!("{}", paint(Tone::Strong, &format!("== {name} ==")));
}

/// What has been done so far, and how long it took.
#[derive(Default)]
struct Stages {
    done: Vec<(&'static str, bool, Duration)>,
}

impl Stages {
    fn time(
        &mut self,
        name: &'static str,
        stage: impl FnOnce() -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        let well = stage()?;
        self.done.push((name, well, started.elapsed()));
        Ok(())
    }

    fn all_well(&self) -> bool {
        self.done.iter().all(|(_, well, _)| *well)
    }

    fn sum_up(&self, verb: &str) -> Done {
        say!("");
        for (name, well, took) in &self.done {
            let (tone, word) = if *well {
                (Tone::Good, "passed")
            } else {
                (Tone::Bad, "FAILED")
            };
            say!("{name:<12} {}  {:>5} s", paint(tone, word), took.as_secs());
        }
        let skipped = tools::skipped();
        if !skipped.is_empty() {
            say!("Skipped by COURSE_SKIP: {}.", skipped.join(", "));
        }
        if self.all_well() {
            say!("All is well.");
            return Ok(0);
        }
        Err(Failure::new(
            "not all is well",
            format!(
                "mend what the first FAILED stage names above, then run `{}` again",
                command(verb)
            ),
        ))
    }
}
