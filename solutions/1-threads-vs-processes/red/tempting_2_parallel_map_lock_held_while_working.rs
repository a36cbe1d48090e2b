//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_1;
#[path = "../tempting/parallel_map_lock_held_while_working.rs"]
pub mod parallel_map;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_2_parallel_map.rs"]
mod exercise;
