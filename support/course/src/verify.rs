//! `verify [N]`: proves that each exercise can be trusted.
//!
//! For each step: the starter compiles and is red by an assertion or `todo!`, the solution is green
//! under the same tests, and each wrong-but-tempting variant is rejected by them. And nothing is
//! missing: tests, starter, three hints, solution, a tempting variant, the chapter.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cargo::{self, Built};
use crate::hint;
use crate::judge::{self, Outcome, Rules, Test, Verdict};
use crate::map::{Course, Slug, Step, names_in};
use crate::say::{self, Done, Failure, Input, Tone, count, paint};
use crate::tools;

/// Several programs run at once here, so each gets more time than a learner's run.
const PATIENCE: u32 = 3;

/// What is wrong: where, what, and what to do.
struct Defect {
    place: String,
    what: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What a step's program must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Solution,
    Starter,
    Tempting,
}

/// When a program is run, and beside how many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    First,
    Waiting,
    Browsing,
}

impl Phase {
    fn of(step: &Step, role: Role) -> Self {
        match role {
            Role::Solution | Role::Starter => Self::First,
            Role::Tempting if step.slug.topic == "browser" => Self::Browsing,
            Role::Tempting => Self::Waiting,
        }
    }
}

/// A test program of a solutions package.
struct Target {
    role: Role,
    name: String,
    /// Its source file, by which cargo reports it.
    source: PathBuf,
}

/// What a test program showed.
enum Shown {
    Green {
        tests: usize,
    },
    /// Red as it should be: `red` of `tests`, by assertion or `todo!` (or, in a tempting variant,
    /// by any panic).
    Red {
        red: usize,
        tests: usize,
    },
    /// Neither: why.
    Broken(String),
}

/// Runs the command. The exit code is 1 when there is any defect.
pub fn run(course: &Course, mut input: Input) -> Done {
    let chosen = input
        .next_name()
        .map(|typed| course.slug("exercises", &typed))
        .transpose()?;
    input.end("verify")?;
    let slugs = chosen.map_or_else(|| course.slugs("exercises"), |slug| vec![slug]);
    let tally = verify(course, &slugs)?;
    say!("");
    say!("{tally}");
    Ok(u8::from(tally.defects > 0))
}

/// The result in numbers.
#[derive(Debug, Default)]
pub struct Tally {
    steps: usize,
    tempting: usize,
    /// How many things are wrong.
    pub defects: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.defects > 0 {
            return write!(
                f,
                "{} in the exercises; each is named above.",
                count(self.defects, "defect")
            );
        }
        write!(
            f,
            "{}: starters red, solutions green, {} rejected.",
            count(self.steps, "step"),
            count(self.tempting, "tempting variant")
        )
    }
}

/// Verifies the exercises of these slugs and prints a table for each.
pub fn verify(course: &Course, slugs: &[Slug]) -> Result<Tally, Failure> {
    let mut defects = Vec::new();
    let mut steps: Vec<(Step, Vec<Target>)> = Vec::new();
    let skipped = tools::skipped();
    for slug in slugs {
        check_files(course, slug, &mut defects);
        // Without a browser the tests of lesson 8 prove nothing, neither green nor red.
        if skipped.contains(&slug.topic) {
            notice!(
                "SKIPPED: COURSE_SKIP names {}, so nothing of {slug} is proved in this run.",
                slug.topic
            );
            continue;
        }
        for step in course.steps(slug) {
            let targets = targets_of(course, &step, &mut defects);
            steps.push((step, targets));
        }
    }
    let built = build(course, slugs, &steps, &mut defects)?;
    let shown = run_all(&built, &steps)?;

    let mut tally = Tally::default();
    let mut slug = None;
    for (nth, (step, targets)) in steps.iter().enumerate() {
        if slug != Some(&step.slug) {
            slug = Some(&step.slug);
            say!("{}", paint(Tone::Strong, &step.slug.to_string()));
            say!(
                "  {:<18} {:<10} {:<12} tempting variants",
                "step",
                "solution",
                "starter"
            );
        }
        let of_step: Vec<(&Target, &Shown)> = targets.iter().zip(&shown[nth]).collect();
        say!("{}", row(step, &of_step));
        for (target, shown) in of_step {
            tally.tempting += usize::from(target.role == Role::Tempting);
            defects.extend(judge_target(course, step, target, shown));
        }
        tally.steps += 1;
    }
    if !defects.is_empty() {
        say!("");
    }
    for defect in &defects {
        say!("{} {defect}", paint(Tone::Bad, "defect:"));
    }
    tally.defects = defects.len();
    Ok(tally)
}

/// Checks that every file of an exercise is there and says what it must.
fn check_files(course: &Course, slug: &Slug, defects: &mut Vec<Defect>) {
    let mut missing = |path: PathBuf, what: &str| {
        if !path.exists() {
            defects.push(Defect {
                place: course.short(&path),
                what: format!("is missing: {what}"),
            });
        }
    };
    let slug_name = slug.to_string();
    missing(
        course.root.join("lessons").join(&slug_name),
        "each exercise belongs to a lesson",
    );
    missing(
        course.root.join("solutions").join(&slug_name),
        "each exercise has its solutions",
    );
    missing(
        course
            .root
            .join("book")
            .join("src")
            .join(format!("{slug}.md")),
        "each lesson has its chapter",
    );
    let steps = course.steps(slug);
    for step in &steps {
        missing(step.source(), "the file that the learner edits");
        missing(step.starter(), "the pristine copy that `reset` puts back");
        missing(step.hints(), "three hints");
        missing(step.solution(), "the file filled in");
        missing(
            step.solutions()
                .join("tests")
                .join(format!("{}.rs", step.target())),
            "three lines that run the exercise's tests on the solution",
        );
    }
    let exercise = course.root.join("exercises").join(&slug_name);
    if steps.is_empty() {
        defects.push(Defect {
            place: course.short(&exercise),
            what: "has no step: `tests/step_1_<name>.rs` would be the first".to_owned(),
        });
    }
    for (nth, step) in steps.iter().enumerate() {
        if step.number as usize != nth + 1 {
            defects.push(Defect {
                place: course.short(&step.tests()),
                what: format!(
                    "is number {} in order; steps count from 1 without a gap",
                    nth + 1
                ),
            });
        }
        check_texts(course, step, defects);
    }
    check_strays(course, slug, &steps, defects);
}

/// Finds files that look as if they proved something and take part in nothing.
fn check_strays(course: &Course, slug: &Slug, steps: &[Step], defects: &mut Vec<Defect>) {
    let starters = course
        .root
        .join("exercises")
        .join(slug.to_string())
        .join("starters");
    let solutions = course.root.join("solutions").join(slug.to_string());
    let mut stray = |folder: &Path, file: &str, what: &str| {
        defects.push(Defect {
            place: course.short(&folder.join(file)),
            what: what.to_owned(),
        });
    };
    for file in names_in(&starters) {
        if !steps.iter().any(|step| format!("{}.rs", step.name) == file) {
            stray(&starters, &file, "belongs to no step");
        }
    }
    let (red, tempting) = (solutions.join("red"), solutions.join("tempting"));
    let mut used = String::new();
    for file in names_in(&red) {
        let of_step = |step: &Step| {
            let step = format!("_{}_{}", step.number, step.name);
            let starter = file == format!("starter{step}.rs");
            starter || file.starts_with(&format!("tempting{step}_"))
        };
        if !steps.iter().any(of_step) {
            stray(&red, &file, "is named for no step, so nothing runs it");
        }
        used += &fs::read_to_string(red.join(&file)).unwrap_or_default();
    }
    for file in names_in(&tempting) {
        if !used.contains(&format!("tempting/{file}\"")) {
            stray(&tempting, &file, "is run by no file in red/");
        }
    }
}

fn check_texts(course: &Course, step: &Step, defects: &mut Vec<Defect>) {
    let mut defect = |path: &Path, what: String| {
        defects.push(Defect {
            place: course.short(path),
            what,
        });
    };
    if let Ok(text) = fs::read_to_string(step.hints()) {
        let hints = hint::split(&text);
        let filled = hints.iter().filter(|hint| !hint.text.is_empty()).count();
        if hints.len() != hint::TIERS || filled != hint::TIERS {
            defect(
                &step.hints(),
                format!(
                    "must have {} `## ` sections, none empty; it has {filled}",
                    hint::TIERS
                ),
            );
        }
    }
    if let Ok(text) = fs::read_to_string(step.tests())
        && !text.starts_with("//!")
    {
        defect(
            &step.tests(),
            "must open with the task, as `//!` comments".to_owned(),
        );
    }
    let starter = fs::read(step.starter()).ok();
    if let Some(text) = &starter
        && !String::from_utf8_lossy(text).contains("TODO")
    {
        defect(
            &step.starter(),
            "must say with `// TODO:` what is to be done".to_owned(),
        );
    }
    // On a learner's machine the two differ, as they should; what is published is unsolved.
    if say::on_ci() && starter.is_some() && starter != fs::read(step.source()).ok() {
        defect(
            &step.source(),
            format!(
                "differs from {}: publish it unsolved",
                course.short(&step.starter())
            ),
        );
    }
}

/// The test programs of a step, as the solutions' manifest declares them.
fn targets_of(course: &Course, step: &Step, defects: &mut Vec<Defect>) -> Vec<Target> {
    let folder = step.solutions();
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let mut targets = Vec::new();
    let tests = folder.join("tests").join(format!("{}.rs", step.target()));
    if tests.is_file() {
        targets.push(Target {
            role: Role::Solution,
            name: step.target(),
            source: tests,
        });
    }
    let starter = format!("starter_{}_{}", step.number, step.name);
    let tempting = format!("tempting_{}_{}_", step.number, step.name);
    let red = folder.join("red");
    for file in names_in(&red) {
        let Some(name) = file.strip_suffix(".rs") else {
            continue;
        };
        let role = if name == starter {
            Role::Starter
        } else if name.starts_with(&tempting) {
            Role::Tempting
        } else {
            continue;
        };
        let source = red.join(&file);
        if manifest.contains(&format!("name = \"{name}\"")) {
            targets.push(Target {
                role,
                name: name.to_owned(),
                source,
            });
        } else {
            defects.push(Defect {
                place: course.short(&source),
                what: format!(
                    "is not declared: {} needs a [[test]] named \"{name}\" with `test = false`",
                    course.short(&folder.join("Cargo.toml"))
                ),
            });
        }
    }
    for (role, what) in [
        (
            Role::Starter,
            format!("`{starter}.rs` would run the tests on the starter"),
        ),
        (
            Role::Tempting,
            format!("`{tempting}<what>.rs` would run them on a tempting mistake"),
        ),
    ] {
        if !targets.iter().any(|target| target.role == role) {
            defects.push(Defect {
                place: course.short(&red),
                what: format!(
                    "has nothing to prove that step {} is red: {what}",
                    step.number
                ),
            });
        }
    }
    targets
}

/// Compiles everything with one call of cargo.
fn build(
    course: &Course,
    slugs: &[Slug],
    steps: &[(Step, Vec<Target>)],
    defects: &mut Vec<Defect>,
) -> Result<Built, Failure> {
    let mut names: Vec<String> = steps
        .iter()
        .flat_map(|(_, targets)| targets.iter().map(|target| target.name.clone()))
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        // Cargo would take no name for all names.
        return Ok(Built::default());
    }
    // As published, the exercises themselves must compile too: that is where a learner starts.
    let mut packages = vec!["--workspace".to_owned()];
    let with_exercises = say::on_ci();
    for slug in course.slugs("exercises") {
        if !with_exercises || !slugs.contains(&slug) {
            packages.extend(["--exclude".to_owned(), format!("exercise-{}", slug.number)]);
        }
    }
    for slug in course
        .slugs("solutions")
        .iter()
        .filter(|slug| !slugs.contains(slug))
    {
        packages.extend(["--exclude".to_owned(), format!("solution-{}", slug.number)]);
    }
    notice!(
        "Compiling {} of the exercises.",
        count(names.len(), "test program")
    );
    let built = cargo::build_tests(course, &packages, &names, true)?;
    if with_exercises {
        for (step, _) in steps {
            if built.program(&step.tests()).is_none() {
                defects.push(Defect {
                    place: course.short(&step.tests()),
                    what: "does not compile with the exercise as published".to_owned(),
                });
            }
        }
    }
    Ok(built)
}

/// Runs every program, several at once, and returns what they showed in the order of the targets.
///
/// A tempting mistake is often one that waits in vain, so many of those run at once: they wait
/// together. What must be green runs before, with the machine to itself. And what starts a browser
/// works while it waits: eight browsers on two cores would wait for each other until the limit.
fn run_all(built: &Built, steps: &[(Step, Vec<Target>)]) -> Result<Vec<Vec<Shown>>, Failure> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut shown: Vec<Vec<Option<Shown>>> = steps
        .iter()
        .map(|(_, targets)| targets.iter().map(|_| None).collect())
        .collect();
    for (phase, workers) in [
        (Phase::First, cores),
        (Phase::Waiting, 4 * cores),
        (Phase::Browsing, cores),
    ] {
        let mut work = Vec::new();
        for ((step, targets), shown) in steps.iter().zip(&mut shown) {
            let pairs = targets.iter().zip(shown);
            let of_phase = pairs.filter(|(target, _)| Phase::of(step, target.role) == phase);
            work.extend(of_phase.map(|(target, shown)| (step, target, shown)));
        }
        let work = Mutex::new(work);
        let failure = Mutex::new(None);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    // The lock is held for the pop alone, not for the run.
                    let next = || work.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    while let Some((step, target, place)) = next() {
                        match show(built, step, target) {
                            Ok(shown) => *place = Some(shown),
                            Err(error) => {
                                *failure.lock().unwrap_or_else(PoisonError::into_inner) =
                                    Some(error);
                            }
                        }
                    }
                });
            }
        });
        if let Some(failure) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure);
        }
    }
    Ok(shown
        .into_iter()
        .map(|row| row.into_iter().flatten().collect())
        .collect())
}

fn show(built: &Built, step: &Step, target: &Target) -> Result<Shown, Failure> {
    let Some(program) = built.program(&target.source) else {
        return Ok(Shown::Broken("does not compile (NoCompile)".to_owned()));
    };
    let limit = judge::limit() * PATIENCE;
    let mut rules = Rules {
        filter: "",
        limit,
        first_red_is_enough: target.role == Role::Tempting,
        two_slow_reds_are_enough: false,
        stop: &mut |_, _| false,
    };
    let verdict = judge::run_program(program, &step.solutions(), &mut rules)?;
    Ok(classify(target.role, &verdict, limit))
}

fn classify(role: Role, verdict: &Verdict, limit: Duration) -> Shown {
    let Verdict::Ran { tests, .. } = verdict else {
        return Shown::Broken("did not run".to_owned());
    };
    if tests.is_empty() {
        return Shown::Broken("has no test".to_owned());
    }
    for test in tests {
        match &test.outcome {
            Outcome::Hung => {
                let seconds = limit.as_secs();
                return Shown::Broken(format!(
                    "hangs in `{}` (Timeout after {seconds} s)",
                    test.name
                ));
            }
            Outcome::Died(how) => {
                return Shown::Broken(format!(
                    "dies in `{}`: {how} (Fail, but not as a test fails)",
                    test.name
                ));
            }
            Outcome::Ignored => {
                return Shown::Broken(format!(
                    "leaves out `{}`, which is marked #[ignore]",
                    test.name
                ));
            }
            Outcome::Passed | Outcome::Failed => {}
        }
    }
    let red: Vec<&Test> = tests
        .iter()
        .filter(|test| test.outcome == Outcome::Failed)
        .collect();
    if red.is_empty() {
        return Shown::Green { tests: tests.len() };
    }
    // A starter that fails by accident (an index, an unwrap of its own) would puzzle the learner.
    // A tempting variant may well fail by such a panic: that is what is wrong with it.
    if role == Role::Starter {
        let by_accident = red.iter().find(|test| {
            let panics = judge::panics(&test.said);
            !panics
                .iter()
                .any(|panic| panic.is_todo() || panic.is_objection())
        });
        if let Some(test) = by_accident {
            return Shown::Broken(format!(
                "fails `{}`, but neither by an assertion nor by `todo!` (Fail)",
                test.name
            ));
        }
    }
    Shown::Red {
        red: red.len(),
        tests: tests.len(),
    }
}

fn row(step: &Step, targets: &[(&Target, &Shown)]) -> String {
    let of = |role: Role| {
        targets
            .iter()
            .filter(move |(target, _)| target.role == role)
    };
    let word = |role: Role| match of(role).next() {
        None => "missing".to_owned(),
        Some((_, Shown::Green { tests })) => format!("green {tests}"),
        Some((_, Shown::Red { red, tests })) => format!("red {red} of {tests}"),
        Some((_, Shown::Broken(_))) => "broken".to_owned(),
    };
    let tempting = of(Role::Tempting).count();
    let rejected = of(Role::Tempting)
        .filter(|(_, shown)| matches!(shown, Shown::Red { .. }))
        .count();
    let name = format!("{} {}", step.number, step.name);
    let rejected = if rejected == tempting {
        format!("{tempting} rejected")
    } else {
        format!("{rejected} of {tempting} rejected")
    };
    format!(
        "  {name:<18} {:<10} {:<12} {rejected}",
        word(Role::Solution),
        word(Role::Starter)
    )
}

fn judge_target(course: &Course, step: &Step, target: &Target, shown: &Shown) -> Option<Defect> {
    let place = course.short(&target.source);
    let tests = course.short(&step.tests());
    let what = match (target.role, shown) {
        (Role::Solution, Shown::Green { .. })
        | (Role::Starter | Role::Tempting, Shown::Red { .. }) => {
            return None;
        }
        (_, Shown::Broken(why)) => format!("{why}. See it: {}", rerun(step, target)),
        (Role::Solution, Shown::Red { red, tests }) => {
            format!(
                "{red} of {tests} tests are red (Fail). See them: {}",
                rerun(step, target)
            )
        }
        (Role::Starter, Shown::Green { .. }) => {
            format!("is green: {tests} is satisfied by the unsolved starter")
        }
        (Role::Tempting, Shown::Green { .. }) => format!(
            "is accepted: {tests} would call a learner with this mistake done; add a test that rejects it"
        ),
    };
    Some(Defect { place, what })
}

fn rerun(step: &Step, target: &Target) -> String {
    format!(
        "cargo test -p solution-{} --test {}",
        step.slug.number, target.name
    )
}
