//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/crud_says_yes_always.rs"]
pub mod crud;
#[path = "../../../exercises/5-sql/tests/step_1_crud.rs"]
mod exercise;
