//! # Step 2: the calculator learns what binds stronger
//!
//! **Task.** Fill in `src/precedence.rs` along its grammar.
//!
//! **Hint.** A function for each line of the grammar, and one place that knows how far you have read.
//! More with `just hint 7 precedence`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "Make the change easy"; stages 6 to 9 of the lesson's
//! calculator, `lessons/7-tdd/src/calculator/s7_grammar.rs`; `Iterator::peekable`.

use exercise_7::precedence::{Mistake, Problem, evaluate};

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
fn goal_1_sums_still_work() {
    check("10 - 3 - 2", 5, "From left to right, as before.");
    check_mistake("2 + + 3", Problem::NumberMissing, 5, "As before.");
    check_mistake("2 3", Problem::OperatorMissing, 3, "As before.");
    check_mistake("2 € 3", Problem::UnknownSign('€'), 3, "As before.");
}

#[test]
fn goal_2_products_bind_stronger_than_sums() {
    check(
        "2 + 3 * 4",
        14,
        "The product goes first, wherever it stands: not (2 + 3) * 4.",
    );
    check("2 * 3 + 4", 10, "Here from left to right would do.");
    check("20 - 12 / 4 - 1", 16, "It is 20 - 3 - 1.");
}

#[test]
fn goal_3_products_and_quotients_go_from_left_to_right() {
    check(
        "24 / 4 / 2",
        3,
        "It is (24 / 4) / 2. Whoever starts at the right gets 12.",
    );
    check(
        "24 / 4 * 2",
        12,
        "* and / bind equally: it is (24 / 4) * 2.",
    );
}

#[test]
fn goal_4_parentheses_go_first() {
    check("(2 + 3) * 4", 20, "That is what they are for.");
    check("2 * (3 + (4 - 1))", 12, "One inside the other.");
    check(
        &format!("{}7{}", "(".repeat(50), ")".repeat(50)),
        7,
        "Fifty of them, one inside the other.",
    );
}

#[test]
fn goal_5_a_minus_may_stand_in_front() {
    check("-2", -2, "Before a number.");
    check("3 - -2", 5, "Behind another minus.");
    check(
        "-(1 + 2) * --3",
        -9,
        "Before a parenthesis, and twice before a number.",
    );
    check_mistake(
        "3 -",
        Problem::NumberMissing,
        4,
        "A minus alone is no number.",
    );
}

#[test]
fn goal_6_parentheses_without_their_other_half_are_reported() {
    check_mistake(
        "1 + (2",
        Problem::NeverClosed,
        5,
        "The column is that of the ( that stays open.",
    );
    check_mistake(
        "((2)",
        Problem::NeverClosed,
        1,
        "The inner one is closed, the outer one is not.",
    );
    check_mistake(
        "2)",
        Problem::NeverOpened,
        2,
        "The column is that of the ).",
    );
    check_mistake("()", Problem::NumberMissing, 2, "Nothing is in it.");
    check_mistake(
        "2 (3)",
        Problem::OperatorMissing,
        3,
        "2(3) is no product here.",
    );
    check_mistake(
        "(2 3)",
        Problem::OperatorMissing,
        4,
        "Inside a parenthesis too.",
    );
}

#[test]
fn goal_7_a_division_that_cannot_be_is_reported_at_its_sign() {
    check_mistake(
        "1 + 4 / 0",
        Problem::DivisionByZero,
        7,
        "Nothing can be divided by zero.",
    );
    check_mistake(
        "7 / 2",
        Problem::NotWhole,
        3,
        "3 would be wrong, and 3.5 is no whole number.",
    );
    check("-8 / 4", -2, "This one comes out even.");
}

#[test]
fn goal_8_what_does_not_fit_is_a_mistake_and_no_panic() {
    let largest = i64::MAX;
    check_mistake(
        &format!("2 * {largest}"),
        Problem::TooLarge,
        3,
        "The product is too large.",
    );
    check_mistake(
        "9223372036854775808",
        Problem::TooLarge,
        1,
        "The number is.",
    );
    check_mistake(
        &format!("(-{largest} - 1) / -1"),
        Problem::TooLarge,
        28,
        "The smallest number has no counterpart above zero.",
    );
}
