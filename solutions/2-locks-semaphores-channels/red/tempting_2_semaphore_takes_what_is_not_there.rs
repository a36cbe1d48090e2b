//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/semaphore_takes_what_is_not_there.rs"]
pub mod semaphore;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_2_semaphore.rs"]
mod exercise;
