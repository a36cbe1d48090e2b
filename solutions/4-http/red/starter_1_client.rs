//! The untouched starter must fail its tests.
#![allow(
    clippy::todo,
    dead_code,
    unused,
    reason = "a starter has not been filled in"
)]
extern crate self as exercise_4;
#[path = "../../../exercises/4-http/starters/client.rs"]
pub mod client;
#[path = "../../../exercises/4-http/tests/step_1_client.rs"]
mod exercise;
