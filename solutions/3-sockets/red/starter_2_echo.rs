//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_3;
#[path = "../../../exercises/3-sockets/starters/echo.rs"]
pub mod echo;
#[path = "../../../exercises/3-sockets/tests/step_2_echo.rs"]
mod exercise;
