//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/counter_two_locks.rs"]
pub mod counter;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_1_counter.rs"]
mod exercise;
