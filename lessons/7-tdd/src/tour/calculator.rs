//! Part 2: every stage of the calculator, its tests against the code before and against its own.

use tour::{Stage, Table};

use super::workshop::{Crate, test_all};

/// A stage: its name, its code, and the tests that came with it. One without tests is a refactoring.
struct Step {
    name: &'static str,
    code: &'static str,
    tests: Option<&'static str>,
}

macro_rules! step {
    ($name:literal) => {
        Step {
            name: $name,
            code: include_str!(concat!("../calculator/", $name, ".rs")),
            tests: None,
        }
    };
    ($name:literal, tests) => {
        Step {
            tests: Some(include_str!(concat!("../calculator/tests/", $name, ".rs"))),
            ..step!($name)
        }
    };
}

const STEPS: [Step; 10] = [
    step!("s1_sum", tests),
    step!("s2_chain", tests),
    step!("s3_tokens"),
    step!("s4_errors", tests),
    step!("s5_decimals", tests),
    step!("s6_precedence", tests),
    step!("s7_grammar"),
    step!("s8_parentheses", tests),
    step!("s9_unary_minus", tests),
    step!("s10_variables", tests),
];

const RATIO: &str = include_str!("../calculator/ratio.rs");

/// Before the first stage there is a name, and nothing behind it.
const NOTHING: &str = "pub fn answer(_text: &str) -> String {\n    String::new()\n}\n";

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut rows = Vec::new();
    let mut crates = Vec::new();
    for (n, step) in STEPS.iter().enumerate() {
        if step.tests.is_some() {
            rows.push((step.name, "red"));
            crates.push(before(n));
            rows.push((step.name, "green"));
        } else {
            rows.push((step.name, "refactor"));
        }
        crates.push(after(n));
    }

    let runs = test_all(&crates)?;

    let mut table = Table::new(["stage", "step", "what the runner says"]);
    for ((name, step), run) in rows.iter().zip(&runs) {
        let expected = (*step == "red") != run.is_green();
        if !expected {
            return Err(format!("{name} is not {step}: {}", run.summary()).into());
        }
        table.row([(*name).to_owned(), (*step).to_owned(), run.summary()]);
    }
    stage.table(&table);
    stage.means(
        "a refactoring has the same number of tests as the stage before, and all of them green: that \
         is what makes it one. s3 made it easy to say where a mistake is, s7 to add parentheses",
    );
    Ok(())
}

/// The tests of stage `n` and of all before it, against the code before: what red means.
pub fn before(n: usize) -> Crate {
    assemble(
        n.checked_sub(1)
            .map_or(NOTHING, |before| STEPS[before].code),
        n,
    )
}

/// The same tests against the stage's own code.
pub fn after(n: usize) -> Crate {
    assemble(STEPS[n].code, n)
}

fn assemble(code: &str, last: usize) -> Crate {
    // The stage's own list of tests is replaced by the one that this run is about.
    let code = code.split("\n#[cfg(test)]").next().unwrap_or(code);
    let tested = STEPS
        .iter()
        .take(last + 1)
        .filter(|step| step.tests.is_some());
    let modules: String = tested
        .clone()
        .map(|step| format!("#[path = \"tests/{}.rs\"]\nmod {};\n", step.name, step.name))
        .collect();
    let start = Crate::new("mod calculator;\nmod ratio;\nfn main() {}\n")
        // The numbers' own tests are not what this is about.
        .with(
            "ratio.rs",
            RATIO.split("\n#[cfg(test)]").next().unwrap_or(RATIO),
        )
        .with("calculator.rs", format!("{code}\n{modules}"));
    tested.fold(start, |start, step| {
        start.with(
            format!("tests/{}.rs", step.name),
            step.tests.unwrap_or_default(),
        )
    })
}
