//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_1;
#[path = "../tempting/speed_up_join_inside_the_loop.rs"]
pub mod speed_up;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_3_speed_up.rs"]
mod exercise;
