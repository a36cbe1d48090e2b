//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_0;
#[path = "../../../exercises/0-environments/starters/bad_value.rs"]
pub mod bad_value;
#[path = "../../../exercises/0-environments/tests/step_2_bad_value.rs"]
mod exercise;
