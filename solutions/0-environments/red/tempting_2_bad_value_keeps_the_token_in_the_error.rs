//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_0;
#[path = "../tempting/bad_value_keeps_the_token_in_the_error.rs"]
pub mod bad_value;
#[path = "../../../exercises/0-environments/tests/step_2_bad_value.rs"]
mod exercise;
