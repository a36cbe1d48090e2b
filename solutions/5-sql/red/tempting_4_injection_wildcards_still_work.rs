//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/injection_wildcards_still_work.rs"]
pub mod injection;
#[path = "../../../exercises/5-sql/tests/step_4_injection.rs"]
mod exercise;
