//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_2;
#[path = "../../../exercises/2-locks-semaphores-channels/starters/lock_order.rs"]
pub mod lock_order;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_4_lock_order.rs"]
mod exercise;
