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
    let slugs = chosen.map_or_else(|| course.slugs("exercises"), |slug| vec![slug]);
    let (mut solved, mut all) = (0, 0);
    let mut next: Option<Step> = None;
    for slug in &slugs {
        let states = look(course, slug)?;
        say!("{}", paint(Tone::Strong, &format!("{slug}")));
        if states.is_empty() {
            say!("  no steps yet");
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
    say!("{solved} of {} solved.", count(all, "step"));
    if let Some(step) = next {
        say!("Next: {}", step.command("exercise"));
    } else if all > 0 {
        say!("Next: {}", command("lesson"));
    }
    Ok(0)
}

struct State {
    solved: bool,
    words: String,
}

fn look(course: &Course, slug: &Slug) -> Result<Vec<(Step, State)>, Failure> {
    let steps = course.steps(slug);
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let built = judge::build(course, slug, &steps)?;
    let mut states = Vec::new();
    for step in steps {
        let verdict = judge::judge_built(&built, &step, &mut patiently("", &mut tell_when_slow))?;
        let (passed, all) = verdict.passed();
        let hangs = |tests: &[judge::Test]| tests.iter().any(|test| test.outcome == Outcome::Hung);
        let words = match &verdict {
            Verdict::NoCompile | Verdict::Stopped => "does not compile".to_owned(),
            Verdict::Ran { .. } if verdict.is_green() => format!("solved       {passed} of {all}"),
            Verdict::Ran { tests, .. } if hangs(tests) => format!("hangs        {passed} of {all}"),
            Verdict::Ran { .. } => format!("not yet      {passed} of {all}"),
        };
        let solved = verdict.is_green();
        states.push((step, State { solved, words }));
    }
    Ok(states)
}
