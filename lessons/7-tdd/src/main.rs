//! The tour of lesson 7: tests that are really run, red and green, in a few seconds.
//!
//! `just lesson 7` plays all of it, `just lesson 7 --list` names the parts, `just lesson 7 mutants` plays one.

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{
        calculator, clock, coverage, cycle, doubles, mutants, pace, property, refactor, url_key,
    };

    Tour::new(7, "Testing and TDD: red, green, refactor")
        .chapter("book/src/7-tdd.md")
        .part(
            Part::new(
                "cycle",
                "A test that has never failed has proved nothing",
                "Red: a test asks for what is not there yet, and fails. Green: the simplest code \
                 that passes it. Refactor: better code, and no test changes.",
                cycle::play,
            )
            .predict("A calculator reckons with f64. What does it answer to 0.1 + 0.2?"),
        )
        .part(
            Part::new(
                "calculator",
                "Ten small steps make a calculator",
                "Each stage passes its own tests and those of every stage before it. Red is not \
                 staged: it is the new tests against the old code.",
                calculator::play,
            )
            .predict("Two of the ten stages have no test of their own. What are they for?"),
        )
        .part(
            Part::new(
                "property",
                "A property finds the case that you did not think of, and makes it small",
                "An example says what comes of one input. A property says what holds for all of \
                 them; proptest thinks up inputs, and shrinks the one that fails.",
                property::play,
            )
            .predict("Packing aaab gives a3b1. Which shortest text does a hasty unpack get wrong?"),
        )
        .part(
            Part::new(
                "doubles",
                "A stub answers, a fake works, a mock insists",
                "Three stand-ins for the web on one seam. A stub and a fake let a test say what \
                 came of it; a mock lets it say which calls were made.",
                doubles::play,
            )
            .predict("The code is rewritten and keeps every promise. Which of the three tests may fail?"),
        )
        .part(
            Part::new(
                "clock",
                "A test that sleeps is slow when it passes and wrong when the machine is busy",
                "Code that asks a clock for the time can be given another clock. Then a test \
                 decides what time it is, and waits for events instead of hoping.",
                clock::play,
            )
            .predict("61 requests to one host, a minute apart. How long does the test take?"),
        )
        .part(
            Part::new(
                "coverage",
                "Every line runs, every test passes, and there is a bug",
                "Coverage says which lines ran. It does not say that anybody looked at what they did.",
                coverage::play,
            )
            .predict("100 % of the lines are covered. How many bugs can be left?"),
        )
        .part(
            Part::new(
                "mutants",
                "Plant a mistake and see who notices",
                "A mutation tester changes one operator at a time. A mutant that no test fails for \
                 shows a behaviour that no test has asked about.",
                mutants::play,
            )
            .predict("The suite of the part before covers every line. How many of 10 mutants live?"),
        )
        .part(
            Part::new(
                "refactor",
                "Ugly code is pinned down first and made beautiful second",
                "Nobody knows what an old program should do. Tests can still say what it does: \
                 print everything once, keep it, compare after each small step.",
                refactor::play,
            )
            .predict("Somebody mends an obvious rounding mistake on the way. Does a test fail?"),
        )
        .part(
            Part::new(
                "url-key",
                "Two URLs are one page only if a reason can be given",
                "The capstone's key for pages grew out of a table: two spellings, one page or \
                 two, and why. The rows came first, the code second.",
                url_key::play,
            )
            .predict("http://e.com/a/ and http://e.com/a: one page or two?"),
        )
        .part(
            Part::new(
                "pace",
                "Politeness needs no waiting to be tested",
                "The capstone's clock says whose turn it is. It is told what time it is, so an hour \
                 of crawling and of trouble can be looked at in a moment.",
                pace::play,
            )
            .predict("A host answers 503 three times in a row. How long does it get after the third?"),
        )
        .play()
}
