//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/semaphore_a_new_limit_each_time.rs"]
pub mod semaphore;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_2_semaphore.rs"]
mod exercise;
