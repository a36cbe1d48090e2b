//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_4;
#[path = "../tempting/conditional_nothing_new_in_a_304.rs"]
pub mod conditional;
#[path = "../../../exercises/4-http/tests/step_4_conditional.rs"]
mod exercise;
