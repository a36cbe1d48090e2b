//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_1;
#[path = "../../../exercises/1-threads-vs-processes/starters/join.rs"]
pub mod join;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_1_join.rs"]
mod exercise;
