//! Part 1: one turn of the wheel, with what the runner says.

use tour::Stage;

use super::calculator::{after, before};
use super::workshop::{Run, test_all};

/// Decimals are stage 5; the refactoring behind stage 6 is stage 7.
const DECIMALS: usize = 4;
const GRAMMAR: usize = 6;

pub fn play(stage: &mut Stage) -> tour::Result {
    let runs = test_all(&[before(DECIMALS), after(DECIMALS), after(GRAMMAR)])?;
    let [red, green, refactored] = runs.as_slice() else {
        return Err("three crates have three runs".into());
    };

    stage.line(
        "red: three new tests, against the calculator as it is. What the runner says, shortened:",
    );
    stage.quote(shortened(red));
    stage.blank();
    stage.line("green: numbers become exact ratios. The same tests:");
    stage.quote(shortened(green));
    stage.blank();
    stage.line("refactor, two stages later: two loops become a grammar. All tests so far:");
    stage.quote(shortened(refactored));
    if red.is_green() || !green.is_green() || !refactored.is_green() {
        return Err("red is green, or green is red".into());
    }
    stage.means(
        "the failing test came first, so we know that it can fail, and for which reason: 0.1 has no \
         end in base 2",
    );
    Ok(())
}

/// Returns the first failures and the summary, as a learner would read them.
fn shortened(run: &Run) -> String {
    let mut text = String::new();
    for failure in &run.failures {
        text.push_str(&format!("{} ... FAILED\n", failure.test));
        let telling = failure
            .said
            .iter()
            .filter(|line| !line.starts_with("assertion"));
        for line in telling.take(2) {
            text.push_str(&format!("{line}\n"));
        }
    }
    text + &run.summary()
}
