//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_0;
#[path = "../tempting/precedence_nothing_empty_is_a_value.rs"]
pub mod precedence;
#[path = "../../../exercises/0-environments/tests/step_1_precedence.rs"]
mod exercise;
