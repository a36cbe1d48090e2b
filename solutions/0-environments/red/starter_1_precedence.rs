//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_0;
#[path = "../../../exercises/0-environments/starters/precedence.rs"]
pub mod precedence;
#[path = "../../../exercises/0-environments/tests/step_1_precedence.rs"]
mod exercise;
