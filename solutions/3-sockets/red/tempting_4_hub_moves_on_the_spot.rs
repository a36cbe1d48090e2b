//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_3;
#[path = "../tempting/hub_moves_on_the_spot.rs"]
pub mod hub;
#[path = "../../../exercises/3-sockets/tests/step_4_hub.rs"]
mod exercise;
