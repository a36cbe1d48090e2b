//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_3;
#[path = "../tempting/echo_one_error_ends_all.rs"]
pub mod echo;
#[path = "../../../exercises/3-sockets/tests/step_2_echo.rs"]
mod exercise;
