//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_6;
#[path = "../../../exercises/6-parsing/starters/selectors.rs"]
pub mod selectors;
#[path = "../../../exercises/6-parsing/tests/step_1_selectors.rs"]
mod exercise;
