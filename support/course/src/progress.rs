//! `progress [N]`: what the tests say about each step, now. Nothing is stored, so nothing is stale.

use crate::exercise::{patiently, tell_when_slow};
use crate::judge::{self, Outcome, Verdict};
use crate::map::{Course, Slug, Step};
use crate::say::{Done, Failure, Input, Tone, command, count, paint};

/// Runs the command.
pub fn run(course: &Course, mut input: Input) -> Done {
    let chosen = input
        .next_name()
        .map(|typed| course.slug("exercises", &typed))
        .transpose()?;
    input.end("progress")?;
    let chosen_one = chosen.is_some();
    let slugs = chosen.map_or_else(|| course.slugs("exercises"), |slug| vec![slug]);
    let (mut solved, mut all, mut unknown) = (0, 0, 0);
    let mut next: Option<Step> = None;
    for slug in &slugs {
        let (states, blamed) = look(course, slug)?;
        say!("{}", paint(Tone::Strong, &format!("{slug}")));
        if states.is_empty() {
            say!("  no steps yet");
        }
        // Steps of an exercise are one crate: an error in one file keeps all from being judged.
        if let Some(blamed) = blamed {
            say!("  {} does not compile,", paint(Tone::Bad, &blamed));
            say!(
                "  so none of its {} can be judged",
                count(states.len(), "step")
            );
            unknown += states.len();
            let blames = |step: &Step| course.short(&step.source()) == blamed;
            let step = states.into_iter().map(|(step, _)| step).find(blames);
            next = next.or(step);
            continue;
        }
        for (step, state) in states {
            all += 1;
            solved += usize::from(state.solved);
            let tone = if state.solved {
                Tone::Good
            } else {
                Tone::Quiet
            };
            say!(
                "  {} {:<14} {}",
                step.number,
                step.name,
                paint(tone, &state.words)
            );
            if !state.solved && next.is_none() {
                next = Some(step);
            }
        }
    }
    say!("");
    if all > 0 || unknown == 0 {
        say!("{solved} of {} solved.", count(all, "step"));
    }
    if let Some(step) = next {
        say!("Next: {}", step.command("exercise"));
    } else if all == 0 || unknown > 0 {
        // Nothing to go on with, or the compiler has said what to mend.
    } else if chosen_one {
        say!("Next: {}", command("progress"));
    } else if course.root.join("capstone").is_dir() {
        say!("Next: the first crawl, {}", command("capstone --help"));
        say!("Read: book/src/capstone.md");
    } else {
        say!("Next: {}", command("lesson"));
    }
    Ok(0)
}

struct State {
    solved: bool,
    words: String,
}

/// The steps of an exercise, and the file that keeps all of them from compiling, if one does.
type Looked = (Vec<(Step, State)>, Option<String>);

fn look(course: &Course, slug: &Slug) -> Result<Looked, Failure> {
    let steps = course.steps(slug);
    if steps.is_empty() {
        return Ok((Vec::new(), None));
    }
    let built = judge::build(course, slug, &steps)?;
    let mut states = Vec::new();
    let mut none_compiles = true;
    for step in steps {
        let verdict = judge::judge_built(&built, &step, &mut patiently("", &mut tell_when_slow))?;
        none_compiles &= matches!(verdict, Verdict::NoCompile { .. });
        let (passed, all) = verdict.passed();
        let hangs = |tests: &[judge::Test]| tests.iter().any(|test| test.outcome == Outcome::Hung);
        let words = match &verdict {
            Verdict::NoCompile { .. } | Verdict::Stopped => "does not compile".to_owned(),
            Verdict::Ran { .. } if verdict.is_green() => format!("solved       {passed} of {all}"),
            Verdict::Ran { tests, .. } if hangs(tests) => format!("hangs        {passed} of {all}"),
            Verdict::Ran { .. } => format!("not yet      {passed} of {all}"),
        };
        let solved = verdict.is_green();
        states.push((step, State { solved, words }));
    }
    let blamed = built.blamed.clone().filter(|_| none_compiles);
    Ok((states, blamed))
}
