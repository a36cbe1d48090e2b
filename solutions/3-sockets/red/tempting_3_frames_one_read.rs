//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_3;
#[path = "../tempting/frames_one_read.rs"]
pub mod frames;
#[path = "../../../exercises/3-sockets/tests/step_3_frames.rs"]
mod exercise;
