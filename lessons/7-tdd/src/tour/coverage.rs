//! Part 6: every line runs under a suite that misses a bug.

use std::collections::BTreeSet;

use tdd::mutation::with_probes;
use tour::Stage;

use super::workshop::{Crate, Run};

pub const FARE: &str = include_str!("../fare.rs");
pub const WEAK: &str = include_str!("../fare/weak.rs");
pub const STRONG: &str = include_str!("../fare/strong.rs");

const RIGHT: &str = "age <= 15";
const BUG: &str = "age < 15";

pub fn play(stage: &mut Stage) -> tour::Result {
    let (right, with_bug) = (function(), function().replace(RIGHT, BUG));
    if right == with_bug {
        return Err("there is no place for the bug".into());
    }
    stage.line(format!(
        "the rules say: up to 15 you pay half. Planted: `{BUG}` for `{RIGHT}`"
    ));

    let (probed, lines) = with_probes(&with_bug);
    let run = suites(&probed).test()?;
    let weak_failed = run
        .failures
        .iter()
        .any(|failure| WEAK.contains(&failure.test));
    let ran: BTreeSet<&String> = run
        .printed
        .iter()
        .filter(|line| line.starts_with("weak ran "))
        .collect();
    stage.line(format!(
        "weak suite on the bug:   {}, {} of {} statements ran",
        if weak_failed {
            "a test failed"
        } else {
            "every test passed"
        },
        ran.len(),
        lines.len()
    ));
    if weak_failed || ran.len() != lines.len() {
        return Err("the weak suite should run every line and notice nothing".into());
    }

    let strong: Vec<_> = run
        .failures
        .iter()
        .filter(|failure| STRONG.contains(&failure.test))
        .collect();
    stage.line(format!("strong suite on the bug: {} failed", strong.len()));
    for failure in &strong {
        stage.quote(format!("{}\n{}", failure.test, failure.said.join("\n")));
    }
    if strong.is_empty() {
        return Err("the strong suite should notice".into());
    }
    stage.means(
        "100 % covered, one child charged the full price. Coverage finds lines that no test runs, and \
         that is worth knowing; it cannot see that nobody asked about 15",
    );
    Ok(())
}

/// Returns the function alone, between its two marker lines.
pub fn function() -> String {
    let start = FARE.find("// ANCHOR: fare").unwrap_or_default();
    let end = FARE.find("// ANCHOR_END: fare").unwrap_or(FARE.len());
    FARE[start..end].to_owned()
}

/// Returns a crate that runs both suites on a program.
pub fn suites(program: &str) -> Crate {
    let main = "mod fare;\n\
        pub fn ran(line: usize) {\n\
            let who = std::thread::current().name().unwrap_or_default().to_owned();\n\
            let suite = if who.contains(\"weak\") { \"weak\" } else { \"strong\" };\n\
            println!(\"\\n{suite} ran {line}\");\n\
        }\n\
        fn main() {}\n";
    Crate::new(main)
        .with("fare.rs", format!("{program}\nmod weak;\nmod strong;\n"))
        .with("fare/weak.rs", WEAK)
        .with("fare/strong.rs", STRONG)
}

/// Says whether a test of this suite failed.
pub fn notices(run: &Run, suite: &str) -> Option<String> {
    let failure = run
        .failures
        .iter()
        .find(|failure| suite.contains(&format!("fn {}(", failure.test)));
    failure.map(|failure| failure.test.clone())
}
