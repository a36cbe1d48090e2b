//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_4;
#[path = "../tempting/errors_only_the_time_passes.rs"]
pub mod errors;
#[path = "../../../exercises/4-http/tests/step_5_errors.rs"]
mod exercise;
