//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_4;
#[path = "../../../exercises/4-http/starters/conditional.rs"]
pub mod conditional;
#[path = "../../../exercises/4-http/tests/step_4_conditional.rs"]
mod exercise;
