//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_1;
#[path = "../../../exercises/1-threads-vs-processes/starters/speed_up.rs"]
pub mod speed_up;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_3_speed_up.rs"]
mod exercise;
