//! `hint N STEP [TIER]`: three hints, from a nudge to almost the code, one at a time.

use std::fs;

use crate::exercise;
use crate::map::{Course, Step};
use crate::say::{
    self, COLUMNS, Done, Explain as _, Failure, Input, Tone, ask, command, interactive, paint,
};

/// How many hints each step has.
pub const TIERS: usize = 3;

/// A hint: its heading and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Hint {
    /// What the hint is: the text of its `## ` heading.
    pub heading: String,
    /// The hint.
    pub text: String,
}

/// Runs the command.
pub fn run(course: &Course, mut input: Input) -> Done {
    let slug = course.slug("exercises", &input.require("hint", "lesson")?)?;
    let step = match input.next_name() {
        Some(typed) => course.step(&slug, &typed)?,
        None => match exercise::first_unsolved(course, &course.steps(&slug), &mut |_, _| false)?
            .unsolved
        {
            Some((step, _)) => step,
            None => {
                say!(
                    "All steps of exercise {} are solved: no hint needed.",
                    slug.number
                );
                say!("Next: {}", command(&format!("hint {} STEP", slug.number)));
                return Ok(0);
            }
        },
    };
    let tier = input.next_name();
    input.end("hint")?;
    let hints = read(course, &step)?;
    match tier {
        Some(tier) => one(&step, &hints, &tier),
        None => from_the_first(&step, &hints),
    }
}

/// Reads a step's hints.
pub fn read(course: &Course, step: &Step) -> Result<Vec<Hint>, Failure> {
    let path = step.hints();
    let text = fs::read_to_string(&path).explain(
        format!("read {}", course.short(&path)),
        "`git status` shows whether the file was removed or renamed",
    )?;
    Ok(split(&text))
}

/// The sections of a hint file. What stands above the first heading belongs to none.
pub fn split(text: &str) -> Vec<Hint> {
    let mut hints: Vec<Hint> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.trim_start().starts_with("```");
        // Within a code fence, `## ` is code.
        let heading = line.strip_prefix("## ").filter(|_| !in_code);
        match (heading, hints.last_mut()) {
            (Some(heading), _) => hints.push(Hint {
                heading: heading.trim().to_owned(),
                text: String::new(),
            }),
            (None, Some(hint)) => {
                hint.text.push_str(line);
                hint.text.push('\n');
            }
            (None, None) => {}
        }
    }
    for hint in &mut hints {
        hint.text = hint.text.trim_matches('\n').to_owned();
    }
    hints
}

fn one(step: &Step, hints: &[Hint], typed: &str) -> Done {
    let tier: usize = typed.parse().unwrap_or(0);
    if tier == 0 || tier > hints.len() {
        return Err(Failure::usage(
            format!(
                "there is no hint `{typed}`: this step has hints 1 to {}",
                hints.len()
            ),
            format!("`{}` shows the first", step.command("hint")),
        ));
    }
    show(&hints[tier - 1], tier, hints.len());
    how_to_go_on(step, tier, hints.len());
    Ok(0)
}

fn from_the_first(step: &Step, hints: &[Hint]) -> Done {
    for (nth, hint) in hints.iter().enumerate() {
        let tier = nth + 1;
        show(hint, tier, hints.len());
        if tier == hints.len() || !interactive() {
            how_to_go_on(step, tier, hints.len());
            break;
        }
        // A closed stdin is an answer too: enough.
        match ask("\nPress Enter for the next hint, q and Enter to try first. ") {
            Some(answer) if answer.is_empty() => say!(""),
            _ => break,
        }
    }
    Ok(0)
}

/// Shows a hint: its prose wrapped; its code as it is, set apart by an indent.
pub fn show(hint: &Hint, tier: usize, all: usize) {
    let title = format!("Hint {tier} of {all}: {}", hint.heading);
    say!("{}", paint(Tone::Strong, &title));
    let mut in_code = false;
    for line in hint.text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        if is_fence {
            continue;
        }
        if in_code {
            say!("{}", format!("    {line}").trim_end());
        } else {
            for line in say::wrapped(line, COLUMNS) {
                say!("{line}");
            }
        }
    }
}

fn how_to_go_on(step: &Step, tier: usize, all: usize) {
    say!("");
    if tier < all {
        say!("Still stuck? {} {}", step.command("hint"), tier + 1);
    } else {
        say!(
            "That was the last hint. Still stuck? {}",
            step.command("solution")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_is_a_hint_and_code_may_hold_a_heading() {
        let text =
            "# Step 1\nAbove.\n\n## Nudge\n\nThink.\n\n## Code\n```rust\n## not a heading\n```\n";

        let hints = split(text);

        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0].heading, "Nudge");
        assert_eq!(hints[0].text, "Think.");
        assert_eq!(hints[1].text, "```rust\n## not a heading\n```");
    }
}
