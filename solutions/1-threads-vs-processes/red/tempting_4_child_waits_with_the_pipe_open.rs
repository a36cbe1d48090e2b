//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_1;
#[path = "../tempting/child_waits_with_the_pipe_open.rs"]
pub mod child;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_4_child.rs"]
mod exercise;
