//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_6;
#[path = "../../../exercises/6-parsing/starters/date_evidence.rs"]
pub mod date_evidence;
#[path = "../../../exercises/6-parsing/tests/step_5_date_evidence.rs"]
mod exercise;
