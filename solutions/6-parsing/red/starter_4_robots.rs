//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_6;
#[path = "../../../exercises/6-parsing/starters/robots.rs"]
pub mod robots;
#[path = "../../../exercises/6-parsing/tests/step_4_robots.rs"]
mod exercise;
