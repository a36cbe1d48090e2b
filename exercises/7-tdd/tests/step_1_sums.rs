//! # Step 1: a calculator, test by test
//!
//! **Task.** Fill in `src/sums.rs`. The goals are in the order in which they would be written: make one
//! green, then look at the next.
//!
//! **Hint.** Walk over the characters and remember what you wait for: a number, or a sign.
//! More with `just hint 7 sums`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "Red, green, refactor"; the tour, `just lesson 7 cycle`;
//! `str::chars`, `char::to_digit` and `i64::checked_add` in the standard library's documentation.

use exercise_7::sums::{Mistake, Problem, evaluate};

fn check(text: &str, expected: i64, why: &str) {
    let came = evaluate(text);

    assert_eq!(
        came,
        Ok(expected),
        "\n\n{text:?} was evaluated (left: yours, right: expected).\n{why}\n"
    );
}

fn check_mistake(text: &str, problem: Problem, column: usize, why: &str) {
    let came = evaluate(text);

    assert_eq!(
        came,
        Err(Mistake { problem, column }),
        "\n\n{text:?} has a mistake (left: what you said, right: what it is).\n{why}\n"
    );
}

#[test]
fn goal_1_a_number_is_its_own_value() {
    check("7", 7, "The simplest sum has no sign at all.");
    check("120", 120, "A number may have several digits.");
}

#[test]
fn goal_2_two_numbers_are_added() {
    check("2+3", 5, "The first sign.");
    check("20+22", 42, "Several digits on both sides.");
}

#[test]
fn goal_3_blanks_mean_nothing() {
    check(
        "  2 +  3 ",
        5,
        "Blanks may stand anywhere between numbers and signs.",
    );
}

#[test]
fn goal_4_a_chain_goes_from_left_to_right() {
    check(
        "10 - 3 - 2",
        5,
        "It is (10 - 3) - 2. Whoever starts at the right gets 10 - (3 - 2) = 9.",
    );
    check("1 - 2 + 3", 2, "It is (1 - 2) + 3, not 1 - (2 + 3).");
}

#[test]
fn goal_5_a_missing_number_is_reported_where_it_is_missing() {
    let why = "A number is expected behind every sign, and at the start. What stands there instead, or \
               the end of the text, has the column.";
    check_mistake("", Problem::NumberMissing, 1, why);
    check_mistake("2 +", Problem::NumberMissing, 4, why);
    check_mistake("2 + + 3", Problem::NumberMissing, 5, why);
    check_mistake("+ 2", Problem::NumberMissing, 1, why);
}

#[test]
fn goal_6_a_missing_sign_is_reported_where_the_second_number_starts() {
    check_mistake(
        "2 3",
        Problem::OperatorMissing,
        3,
        "\"2 3\" is not 23, and not 5 either.",
    );
    check_mistake(
        "1 + 20 30",
        Problem::OperatorMissing,
        8,
        "The column is that of the 3 in 30.",
    );
}

#[test]
fn goal_7_a_sign_without_meaning_is_shown_with_its_column() {
    check_mistake(
        "2 * 3",
        Problem::UnknownSign('*'),
        3,
        "Products come in the next step.",
    );
    check_mistake(
        "1 + € 2",
        Problem::UnknownSign('€'),
        5,
        "No sign of this calculator, and three bytes of text, but one character.",
    );
    check_mistake(
        "€ + x",
        Problem::UnknownSign('€'),
        1,
        "The first mistake is the one to report.",
    );
    check_mistake(
        "1 + + €",
        Problem::NumberMissing,
        5,
        "Here the missing number comes first.",
    );
}

#[test]
fn goal_8_what_does_not_fit_is_a_mistake_and_no_panic() {
    let largest = i64::MAX;
    check(&format!("{largest}"), largest, "This one just fits.");
    check_mistake(
        "1 + 9223372036854775808",
        Problem::TooLarge,
        5,
        "The number is one too large for 64 bits. Its first digit has the column.",
    );
    check_mistake(
        &format!("{largest} + 1"),
        Problem::TooLarge,
        21,
        "Both numbers fit and their sum does not. The + has the column.",
    );
    check_mistake(
        &format!("0 - {largest} - 2"),
        Problem::TooLarge,
        25,
        "The same below zero.",
    );
}
