//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_8;
#[path = "../../../exercises/8-browser/starters/page_object.rs"]
pub mod page_object;
#[path = "../../../exercises/8-browser/tests/step_2_page_object.rs"]
mod exercise;
