//! `watch N [STEP]`: runs a step's tests again at each save, and moves on when they are green.
//!
//! It looks at the files' contents, so it needs no notice from the system and does not care how an
//! editor saves. It ends by `q` and Enter, by Ctrl-C, or when the last step is solved; a closed
//! stdin only takes the keys away.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::exercise::{self, patiently};
use crate::hint;
use crate::judge::{self, Verdict};
use crate::map::{Course, Slug, Step, names_in};
use crate::say::{Done, Failure, Input, Tone, command, paint};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(150);

/// What the learner's files hold. A file that cannot be read now is one that does not exist.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Runs the command until the learner ends it or the last step is solved.
pub fn run(course: &Course, mut input: Input) -> Done {
    let slug = course.slug("exercises", &input.require("watch", "lesson")?)?;
    let steps = course.steps(&slug);
    let chosen = input
        .next_name()
        .map(|typed| course.step(&slug, &typed))
        .transpose()?;
    input.end("watch")?;
    if steps.is_empty() {
        return Err(exercise::no_steps());
    }
    let mut watch = Watch {
        course,
        slug,
        typed: listen(),
        kept: VecDeque::new(),
        told_to_end: false,
        hints_shown: 0,
    };

    watch.turn_page(&format!("Watching exercise {}.", watch.slug.number));
    let mut current = chosen;
    let mut candidates = steps.clone();
    loop {
        let seen = watch.files();
        let missing = current
            .as_ref()
            .map(Step::source)
            .filter(|source| !seen.contains_key(source));
        if let (Some(source), Some(step)) = (missing, &current) {
            say!(
                "{} is gone. Save it again, or get the starter back:",
                course.short(&source)
            );
            say!("  {}", step.command("reset"));
        } else {
            match watch.judge(current.clone(), &candidates, &seen) {
                Ok(None) => {
                    say!("All steps of exercise {} are solved.", watch.slug.number);
                    say!("Next:     {}", command("progress"));
                    return Ok(0);
                }
                Ok(Some((step, Verdict::Stopped))) => {
                    if watch.told_to_end {
                        return Ok(0);
                    }
                    watch.turn_page("Saved: running again.");
                    current = Some(step);
                    continue;
                }
                Ok(Some((step, verdict))) => {
                    if verdict.is_green() {
                        exercise::report_solved(&step, &verdict);
                        say!("");
                        // The steps after this one come first, then those that were passed over.
                        let (before, after): (Vec<Step>, Vec<Step>) = steps
                            .iter()
                            .cloned()
                            .partition(|other| other.number <= step.number);
                        candidates = after.into_iter().chain(before).collect();
                        current = None;
                        watch.hints_shown = 0;
                        continue;
                    }
                    exercise::report(course, &step, &verdict);
                    say!("");
                    current = Some(step);
                }
                // A manifest that is broken for now, say: no reason to stop watching.
                Err(failure) => failure.print(),
            }
        }
        say!("Save a file to run again; h and Enter for a hint; q and Enter to end.");
        if watch.wait_for_change(&seen, current.as_ref()) == Next::End {
            return Ok(0);
        }
        watch.turn_page("Saved: running again.");
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    RunAgain,
    End,
}

struct Watch<'a> {
    course: &'a Course,
    slug: Slug,
    typed: Receiver<String>,
    /// What was typed while tests ran.
    kept: VecDeque<String>,
    told_to_end: bool,
    hints_shown: usize,
}

impl Watch<'_> {
    /// Judges the step, or looks for the first candidate that is not solved. Stops early when a
    /// file changes or the learner wants to end.
    fn judge(
        &mut self,
        step: Option<Step>,
        candidates: &[Step],
        seen: &Files,
    ) -> Result<Option<(Step, Verdict)>, Failure> {
        let course = self.course;
        let mut looked = Instant::now();
        let mut stop = |test: &str, so_far: Duration| {
            exercise::tell_when_slow(test, so_far);
            self.kept.extend(self.typed.try_iter());
            if self.kept.iter().any(|line| means_end(line)) {
                self.told_to_end = true;
                return true;
            }
            if looked.elapsed() < LOOK {
                return false;
            }
            looked = Instant::now();
            self.files() != *seen
        };
        match step {
            Some(step) => {
                let verdict = judge::judge(course, &step, &mut patiently("", &mut stop))?;
                Ok(Some((step, verdict)))
            }
            None => Ok(exercise::first_unsolved(course, candidates, &mut stop)?.unsolved),
        }
    }

    /// Waits until a file differs from what was seen, or the learner types something.
    fn wait_for_change(&mut self, seen: &Files, step: Option<&Step>) -> Next {
        loop {
            let kept = self.kept.pop_front();
            match kept.map_or_else(|| self.typed.recv_timeout(LOOK), Ok) {
                Ok(line) if means_end(&line) => return Next::End,
                Ok(line) if matches!(line.as_str(), "h" | "hint") => self.show_hint(step),
                Ok(_) => return Next::RunAgain,
                Err(RecvTimeoutError::Timeout) => {}
                // Stdin is closed: then there is nothing to wait for but time.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
            }
            let mut now = self.files();
            if now == *seen {
                continue;
            }
            // An editor may write in several goes, or rename a new file over the old one: wait
            // until two looks agree.
            loop {
                thread::sleep(LOOK);
                let later = self.files();
                if later == now {
                    break;
                }
                now = later;
            }
            if now != *seen {
                return Next::RunAgain;
            }
        }
    }

    fn show_hint(&mut self, step: Option<&Step>) {
        let Some(step) = step else { return };
        let hints = hint::read(self.course, step).unwrap_or_default();
        match hints.get(self.hints_shown) {
            Some(hint) => {
                self.hints_shown += 1;
                hint::show(hint, self.hints_shown, hints.len());
            }
            None => say!(
                "That was the last hint. The solution: {}",
                step.command("solution")
            ),
        }
    }

    /// Reads the Rust files that the result depends on. They are few and small.
    fn files(&self) -> Files {
        let exercise = self
            .course
            .root
            .join("exercises")
            .join(self.slug.to_string());
        ["src", "tests"]
            .iter()
            .map(|folder| exercise.join(folder))
            .flat_map(|folder| {
                names_in(&folder)
                    .into_iter()
                    .map(move |name| folder.join(name))
            })
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
            .collect()
    }

    /// Starts a new page: a clear screen on a terminal, a rule in a file.
    fn turn_page(&self, why: &str) {
        if io::stdout().is_terminal() {
            say!("\x1b[2J\x1b[H{}", paint(Tone::Quiet, why));
        } else {
            say!("{}", "-".repeat(72));
            say!("{why}");
        }
    }
}

/// Reads lines from stdin in a thread of its own, which ends with stdin or with the program.
fn listen() -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line.trim().to_lowercase()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn means_end(line: &str) -> bool {
    matches!(line, "q" | "quit" | "exit")
}
