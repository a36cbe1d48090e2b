//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_4;
#[path = "../../../exercises/4-http/starters/errors.rs"]
pub mod errors;
#[path = "../../../exercises/4-http/tests/step_5_errors.rs"]
mod exercise;
