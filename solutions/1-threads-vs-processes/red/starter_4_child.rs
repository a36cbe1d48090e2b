//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_1;
#[path = "../../../exercises/1-threads-vs-processes/starters/child.rs"]
pub mod child;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_4_child.rs"]
mod exercise;
