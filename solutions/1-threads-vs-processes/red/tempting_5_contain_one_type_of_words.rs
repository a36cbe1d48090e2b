//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_1;
#[path = "../tempting/contain_one_type_of_words.rs"]
pub mod contain;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_5_contain.rs"]
mod exercise;
