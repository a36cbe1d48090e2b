//! Compiles a step's tests, runs each of them, and says what happened.
//!
//! Each test runs in a process of its own, one after another. So a test that hangs is known by
//! name, and one that overflows its stack or calls `exit` cannot hide the others. Compiling comes
//! first and is not counted in the limit.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cargo::{self, Built};
use crate::limited::{self, Ending};
use crate::map::{Course, Slug, Step};
use crate::say::{self, Explain as _, Failure};

/// How long one test may take. The tests' own waits end well before.
const LIMIT: Duration = Duration::from_secs(10);
/// How long a test program may take to name its tests, which runs nobody's code.
const LIMIT_TO_LIST: Duration = Duration::from_secs(60);
/// A red test that took as long has waited in vain: the tests' own waits end after five seconds.
const SLOW: Duration = Duration::from_secs(3);

/// What became of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, as a test does: by a panic or a returned error.
    Failed,
    /// It was still running when the limit passed.
    Hung,
    /// Its process ended before it did: how.
    Died(String),
    /// It carries `#[ignore]`.
    Ignored,
}

/// One test with its outcome.
#[derive(Debug, Clone)]
pub struct Test {
    /// Its name, without the module that shares it.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What it printed, without the test harness's own lines.
    pub said: String,
}

/// What the tests of a step say.
#[derive(Debug)]
pub enum Verdict {
    /// The compiler refused; its reasons are on stderr.
    NoCompile {
        /// The file of its first error, from the course's folder, if it named one.
        blamed: Option<String>,
    },
    /// The tests ran. The rest were left out after a hang, or by the rules: their names.
    Ran {
        /// The tests that ran.
        tests: Vec<Test>,
        /// The names of those that did not.
        left_out: Vec<String>,
    },
    /// The caller wanted no more of it.
    Stopped,
}

impl Verdict {
    /// Whether the step is solved.
    pub fn is_green(&self) -> bool {
        match self {
            Verdict::Ran { tests, left_out } => {
                left_out.is_empty()
                    && tests.iter().any(|test| test.outcome == Outcome::Passed)
                    && tests
                        .iter()
                        .all(|test| matches!(test.outcome, Outcome::Passed | Outcome::Ignored))
            }
            Verdict::NoCompile { .. } | Verdict::Stopped => false,
        }
    }

    /// How many tests passed, and how many there are.
    pub fn passed(&self) -> (usize, usize) {
        match self {
            Verdict::Ran { tests, left_out } => {
                let passed = tests
                    .iter()
                    .filter(|test| test.outcome == Outcome::Passed)
                    .count();
                let ignored = tests
                    .iter()
                    .filter(|test| test.outcome == Outcome::Ignored)
                    .count();
                (passed, tests.len() - ignored + left_out.len())
            }
            Verdict::NoCompile { .. } | Verdict::Stopped => (0, 0),
        }
    }
}

/// How to run tests.
pub struct Rules<'a> {
    /// Runs only tests whose name contains this.
    pub filter: &'a str,
    /// How long a test may take.
    pub limit: Duration,
    /// Leaves out the rest after the first test that is red.
    pub first_red_is_enough: bool,
    /// Leaves out the rest once two tests have waited long, and in vain for the same thing.
    pub two_slow_reds_are_enough: bool,
    /// Asked many times a second with the running test's name and time: whether to stop.
    pub stop: &'a mut dyn FnMut(&str, Duration) -> bool,
}

/// The limit for one test: ten seconds, or `COURSE_LIMIT` (whole seconds) for a slow machine.
pub fn limit() -> Duration {
    std::env::var("COURSE_LIMIT")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .map_or(LIMIT, Duration::from_secs)
}

/// Compiles the tests of steps of one exercise.
pub fn build(course: &Course, slug: &Slug, steps: &[Step]) -> Result<Built, Failure> {
    // All packages that a plain `cargo test` knows and this one exercise: see `build_tests`.
    let mut packages = vec!["--workspace".to_owned()];
    let others = course
        .slugs("exercises")
        .into_iter()
        .filter(|other| other != slug);
    for other in others {
        packages.extend(["--exclude".to_owned(), format!("exercise-{}", other.number)]);
    }
    for solution in course.slugs("solutions") {
        packages.extend([
            "--exclude".to_owned(),
            format!("solution-{}", solution.number),
        ]);
    }
    let targets: Vec<String> = steps.iter().map(Step::target).collect();
    let quick = steps.iter().any(|step| cargo::built_before(&step.target()));
    if !quick {
        notice!("Compiling exercise {} for the first time.", slug.number);
    }
    cargo::build_tests(course, &packages, &targets, quick)
}

/// Compiles and judges one step.
pub fn judge(course: &Course, step: &Step, rules: &mut Rules<'_>) -> Result<Verdict, Failure> {
    let built = build(course, &step.slug, std::slice::from_ref(step))?;
    judge_built(&built, step, rules)
}

/// Judges a step whose tests were compiled together with others.
pub fn judge_built(built: &Built, step: &Step, rules: &mut Rules<'_>) -> Result<Verdict, Failure> {
    let tests = step.tests();
    let package = tests
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    match built.program(&tests) {
        None => Ok(Verdict::NoCompile {
            blamed: built.blamed.clone(),
        }),
        Some(program) => run_program(program, package, rules),
    }
}

/// Runs each test of a test program, in the folder that cargo would run it in.
pub fn run_program(
    program: &Path,
    package: &Path,
    rules: &mut Rules<'_>,
) -> Result<Verdict, Failure> {
    let names: Vec<String> = list(program, package)?
        .into_iter()
        .filter(|name| name.contains(rules.filter))
        .collect();
    let mut tests: Vec<Test> = Vec::new();
    let mut waited_in_vain: Vec<Option<String>> = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        let started = Instant::now();
        let Some(test) = run_test(program, package, name, rules)? else {
            return Ok(Verdict::Stopped);
        };
        let slow = rules.two_slow_reds_are_enough && started.elapsed() >= SLOW;
        // What one test waits for in vain, others often wait for too: ten seconds are enough.
        let enough = match test.outcome {
            Outcome::Hung => true,
            Outcome::Failed if slow => {
                let complaint = first_line(&test);
                let again = waited_in_vain.contains(&complaint);
                waited_in_vain.push(complaint);
                again || rules.first_red_is_enough
            }
            Outcome::Failed | Outcome::Died(_) => rules.first_red_is_enough,
            Outcome::Passed | Outcome::Ignored => false,
        };
        tests.push(test);
        if enough {
            let left_out = names[nth + 1..].iter().map(|name| short(name)).collect();
            return Ok(Verdict::Ran { tests, left_out });
        }
    }
    Ok(Verdict::Ran {
        tests,
        left_out: Vec::new(),
    })
}

/// The first line of the first panic.
fn first_line(test: &Test) -> Option<String> {
    let panic = panics(&test.said).into_iter().next()?;
    panic.message.lines().next().map(str::to_owned)
}

fn command(program: &Path, package: &Path) -> Command {
    let mut command = Command::new(program);
    // As `cargo test` does. A backtrace through the harness tells a learner nothing.
    command
        .current_dir(package)
        .env("CARGO_MANIFEST_DIR", package)
        .env("RUST_BACKTRACE", "0")
        .env_remove("RUST_TEST_THREADS");
    command
}

fn list(program: &Path, package: &Path) -> Result<Vec<String>, Failure> {
    let mut command = command(program, package);
    command.args(["--list", "--format", "terse"]);
    let ran = limited::run(command, LIMIT_TO_LIST, &mut |_| false)
        .explain(format!("run {}", program.display()), "try again")?;
    if !matches!(ran.ending, Ending::Exited(status) if status.success()) {
        return Err(Failure::new(
            format!("{} did not list its tests", program.display()),
            "run it by hand and see: does the exercise still use Rust's own test harness?",
        ));
    }
    Ok(ran
        .output
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect())
}

fn run_test(
    program: &Path,
    package: &Path,
    name: &str,
    rules: &mut Rules<'_>,
) -> Result<Option<Test>, Failure> {
    let mut command = command(program, package);
    // Not captured: the harness would keep endless output in memory, where our pipe bounds it.
    // Two threads: with one the harness runs the test in its main thread and prints differently.
    command.args([
        name,
        "--exact",
        "--nocapture",
        "--test-threads=2",
        "--color=never",
    ]);
    // For tests whose waits should end before they are ended.
    command.env("COURSE_LIMIT", rules.limit.as_secs().to_string());
    let name_of_test = short(name);
    let ran = limited::run(command, rules.limit, &mut |so_far| {
        (rules.stop)(&name_of_test, so_far)
    })
    .explain(format!("run {}", program.display()), "try again")?;
    let (mut said, summary) = cut_frame(&ran.output, name);
    if !ran.whole {
        said.push_str("\na process that this test started has outlived it\n");
    }
    let outcome = match ran.ending {
        Ending::Stopped => return Ok(None),
        Ending::TimedOut => Outcome::Hung,
        Ending::Exited(status) => match summary {
            Some(line) if status.success() && line.contains(" 1 passed;") => Outcome::Passed,
            Some(line) if status.success() && line.contains(" 1 ignored;") => Outcome::Ignored,
            Some(_) if !status.success() => Outcome::Failed,
            _ => Outcome::Died(how_it_died(status, &said)),
        },
    };
    Ok(Some(Test {
        name: name_of_test,
        outcome,
        said,
    }))
}

/// A shared test's name, without the module through which solutions include the file.
fn short(name: &str) -> String {
    name.strip_prefix("exercise::").unwrap_or(name).to_owned()
}

fn how_it_died(status: std::process::ExitStatus, said: &str) -> String {
    if said.contains("has overflowed its stack") {
        return "it overflowed its stack: look for a function that calls itself without end"
            .to_owned();
    }
    match status.code() {
        Some(code) => format!("it ended the whole program with exit code {code}"),
        None => format!("its process was ended ({status})"),
    }
}

/// Splits a test's own words from the harness's frame around them, and returns the harness's
/// summary line, if it came to one.
fn cut_frame<'a>(output: &'a str, name: &str) -> (String, Option<&'a str>) {
    let body = output
        .split_once("running 1 test\n")
        .map_or(output, |(_, body)| body);
    let verdict = [
        format!("test {name} ... "),
        format!("test {name} - should panic ... "),
    ];
    let Some(end) = verdict.iter().filter_map(|line| body.rfind(line)).max() else {
        return (body.to_owned(), None);
    };
    let (said, frame) = body.split_at(end);
    let summary = frame.lines().find(|line| line.starts_with("test result: "));
    // What the harness itself has to say about a test, such as a missing panic.
    let remark = frame
        .split_once(&format!("---- {name} stdout ----\n"))
        .and_then(|(_, rest)| rest.split_once("\nfailures:\n"))
        .map_or("", |(remark, _)| remark);
    (format!("{said}{remark}"), summary)
}

/// A panic, as the test harness's process printed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    /// File, line and column.
    pub place: String,
    /// The message, of one or several lines.
    pub message: String,
}

impl Panic {
    /// Whether it says that a stub was reached: `todo!` or `unimplemented!`.
    pub fn is_todo(&self) -> bool {
        self.message.starts_with("not yet implemented")
            || self.message.starts_with("not implemented")
    }

    /// Whether a test objects: an assertion, or any panic that the test file itself raises.
    pub fn is_objection(&self) -> bool {
        let place = self.place.replace('\\', "/");
        self.message.starts_with("assertion ")
            || (place.contains("exercises/") && place.contains("/tests/"))
    }
}

/// The panics in what a test said. A message may have blank lines, so it ends where the next panic
/// begins; what the test printed after it is taken along.
pub fn panics(said: &str) -> Vec<Panic> {
    let mut panics: Vec<Panic> = Vec::new();
    for line in said.lines().filter(|line| !is_backtrace_note(line)) {
        match (panic_place(line), panics.last_mut()) {
            (Some(place), _) => panics.push(Panic {
                place: place.to_owned(),
                message: String::new(),
            }),
            (None, Some(panic)) => {
                panic.message.push_str(line);
                panic.message.push('\n');
            }
            (None, None) => {}
        }
    }
    for panic in &mut panics {
        panic.message = panic.message.trim().to_owned();
    }
    panics
}

fn is_backtrace_note(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE")
}

/// The place in `thread 'name' (1234) panicked at src/lib.rs:1:2:`.
fn panic_place(line: &str) -> Option<&str> {
    let place = line
        .strip_prefix("thread '")?
        .split_once(" panicked at ")?
        .1;
    Some(place.trim_end_matches(':'))
}

/// What a test said, fit to be shown: no harness notes, no control characters, not too long. The
/// place of a panic follows its message: a reader wants to know what before where.
pub fn presentable(said: &str, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut place: Option<&str> = None;
    let put_place = |lines: &mut Vec<String>, place: Option<&str>| {
        if let Some(place) = place {
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
            lines.push(format!("at {place}"));
        }
    };
    for line in said.lines().filter(|line| !is_backtrace_note(line)) {
        match panic_place(line) {
            Some(next) => put_place(&mut lines, place.replace(next)),
            // A message that sets itself apart with blank lines needs only one of them here.
            None if line.is_empty() && lines.last().is_none_or(String::is_empty) => {}
            None => lines.push(visible(line)),
        }
    }
    put_place(&mut lines, place);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    // A panic comes last, so of something long the end says more than the beginning.
    if lines.len() > max_lines {
        let beginning = max_lines / 4;
        let surplus = lines.len() - max_lines + 1;
        let range = beginning..beginning + surplus;
        // Where the output was too long to be kept, its own mark says more than a count of lines.
        let cut = lines[range.clone()]
            .iter()
            .find(|line| line.ends_with(limited::LEFT_OUT));
        let marker = cut
            .cloned()
            .unwrap_or_else(|| format!("… {} …", say::count(surplus, "line")));
        lines.splice(range, [marker]);
    }
    lines
}

/// A line with its control characters spelled out (a test may print what would move the cursor)
/// and its length bounded.
fn visible(line: &str) -> String {
    const MAX_CHARS: usize = 300;
    let mut shown: String = line
        .chars()
        .take(MAX_CHARS)
        .flat_map(|letter| {
            let spelled: Vec<char> = if letter.is_control() && letter != '\t' {
                letter.escape_default().collect()
            } else {
                vec![letter]
            };
            spelled
        })
        .collect();
    if line.chars().count() > MAX_CHARS {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: &str = "\nrunning 1 test\nmine\n\nthread 'a' (5) panicked at exercises/3-sockets/tests/step_1_framing.rs:9:5:\nassertion `left == right` failed: why\n  left: 1\n right: 2\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nno newlinetest exercise::a ... FAILED\n\nfailures:\n\nfailures:\n    exercise::a\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n";

    #[test]
    fn the_frame_of_the_harness_is_cut_away() {
        let (said, summary) = cut_frame(FAILED, "exercise::a");

        assert!(
            said.starts_with("mine\n") && said.ends_with("no newline"),
            "{said:?}"
        );
        assert!(summary.unwrap().contains("1 failed"));
    }

    #[test]
    fn a_remark_of_the_harness_is_kept() {
        let output = "\nrunning 1 test\ntest a - should panic ... FAILED\n\nfailures:\n\n---- a stdout ----\nnote: test did not panic as expected\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed; 0\n";

        assert_eq!(
            cut_frame(output, "a").0,
            "note: test did not panic as expected\n"
        );
    }

    #[test]
    fn a_test_that_never_came_to_an_end_has_no_summary() {
        let (said, summary) = cut_frame("\nrunning 1 test\nwaiting\n", "a");

        assert_eq!((said.as_str(), summary), ("waiting\n", None));
    }

    #[test]
    fn a_panic_is_read_with_its_place_and_all_lines_of_its_message() {
        let panics = panics(FAILED.split_once("no newline").unwrap().0);

        assert_eq!(panics.len(), 1);
        assert_eq!(
            panics[0].place,
            "exercises/3-sockets/tests/step_1_framing.rs:9:5"
        );
        assert_eq!(
            panics[0].message,
            "assertion `left == right` failed: why\n  left: 1\n right: 2"
        );
        assert!(panics[0].is_objection() && !panics[0].is_todo());
    }

    #[test]
    fn where_a_panic_was_comes_after_what_it_says() {
        let shown = presentable(
            "thread 'a' (5) panicked at tests/a.rs:9:5:\n\n\nexpected: 1\ncame: 2\n\n",
            12,
        );

        assert_eq!(shown, ["expected: 1", "came: 2", "at tests/a.rs:9:5"]);
    }

    #[test]
    fn a_panic_of_the_stub_is_a_todo_and_one_of_the_code_is_neither() {
        let todo = &panics(
            "thread '<unnamed>' (5) panicked at exercises/3-sockets/src/framing.rs:9:5:\nnot yet implemented\n",
        )[0];
        let index = &panics(
            "thread 'a' (5) panicked at exercises/3-sockets/src/framing.rs:9:5:\nindex out of bounds\n",
        )[0];

        assert!(todo.is_todo() && !todo.is_objection());
        assert!(!index.is_todo() && !index.is_objection());
    }

    #[test]
    fn what_is_shown_has_no_escape_sequences_and_an_end() {
        let said = format!("\n\x1b[2J hello\r\n{}\n", "line\n".repeat(100));

        let shown = presentable(&said, 12);

        assert_eq!(shown.len(), 12);
        assert_eq!(shown[0], "\\u{1b}[2J hello");
        assert_eq!(shown[3], "… 90 lines …");
    }
}
