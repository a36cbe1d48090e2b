//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_8;
#[path = "../tempting/waiting_gives_up_at_the_first_error.rs"]
pub mod waiting;
#[path = "../../../exercises/8-browser/tests/step_1_waiting.rs"]
mod exercise;
