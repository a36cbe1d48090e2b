//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_1;
#[path = "../../../exercises/1-threads-vs-processes/starters/contain.rs"]
pub mod contain;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_5_contain.rs"]
mod exercise;
