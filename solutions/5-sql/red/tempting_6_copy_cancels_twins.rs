//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/copy_cancels_twins.rs"]
pub mod copy;
#[path = "../../../exercises/5-sql/tests/step_6_copy.rs"]
mod exercise;
