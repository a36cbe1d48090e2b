//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_4;
#[path = "../tempting/retry_every_5xx.rs"]
pub mod retry;
#[path = "../../../exercises/4-http/tests/step_2_retry.rs"]
mod exercise;
