//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_3;
#[path = "../../../exercises/3-sockets/starters/framing.rs"]
pub mod framing;
#[path = "../../../exercises/3-sockets/tests/step_1_framing.rs"]
mod exercise;
