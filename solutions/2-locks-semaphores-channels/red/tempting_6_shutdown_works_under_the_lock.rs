//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/shutdown_works_under_the_lock.rs"]
pub mod shutdown;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_6_shutdown.rs"]
mod exercise;
