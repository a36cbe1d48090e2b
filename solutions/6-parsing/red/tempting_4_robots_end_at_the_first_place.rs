//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_6;
#[path = "../tempting/robots_end_at_the_first_place.rs"]
pub mod robots;
#[path = "../../../exercises/6-parsing/tests/step_4_robots.rs"]
mod exercise;
