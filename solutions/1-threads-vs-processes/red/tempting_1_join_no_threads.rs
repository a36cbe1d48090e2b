//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_1;
#[path = "../tempting/join_no_threads.rs"]
pub mod join;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_1_join.rs"]
mod exercise;
