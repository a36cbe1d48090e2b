//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/migrator_in_the_order_of_the_list.rs"]
pub mod migrator;
#[path = "../../../exercises/5-sql/tests/step_5_migrator.rs"]
mod exercise;
