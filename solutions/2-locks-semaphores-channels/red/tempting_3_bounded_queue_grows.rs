//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/bounded_queue_grows.rs"]
pub mod bounded_queue;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_3_bounded_queue.rs"]
mod exercise;
