//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/upsert_forgets_the_first_time.rs"]
pub mod upsert;
#[path = "../../../exercises/5-sql/tests/step_3_upsert.rs"]
mod exercise;
