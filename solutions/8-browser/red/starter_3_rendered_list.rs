//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_8;
#[path = "../../../exercises/8-browser/starters/rendered_list.rs"]
pub mod rendered_list;
#[path = "../../../exercises/8-browser/tests/step_3_rendered_list.rs"]
mod exercise;
