//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_0;
#[path = "../../../exercises/0-environments/starters/lock_file.rs"]
pub mod lock_file;
#[path = "../../../exercises/0-environments/tests/step_3_lock_file.rs"]
mod exercise;
