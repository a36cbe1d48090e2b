//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_8;
#[path = "../../../exercises/8-browser/starters/waiting.rs"]
pub mod waiting;
#[path = "../../../exercises/8-browser/tests/step_1_waiting.rs"]
mod exercise;
