//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_3;
#[path = "../tempting/framing_complains_twice.rs"]
pub mod framing;
#[path = "../../../exercises/3-sockets/tests/step_1_framing.rs"]
mod exercise;
