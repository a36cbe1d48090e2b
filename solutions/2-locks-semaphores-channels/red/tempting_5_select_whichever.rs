//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/select_whichever.rs"]
pub mod select;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_5_select.rs"]
mod exercise;
