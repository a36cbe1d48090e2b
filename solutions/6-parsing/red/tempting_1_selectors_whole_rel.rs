//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_6;
#[path = "../tempting/selectors_whole_rel.rs"]
pub mod selectors;
#[path = "../../../exercises/6-parsing/tests/step_1_selectors.rs"]
mod exercise;
