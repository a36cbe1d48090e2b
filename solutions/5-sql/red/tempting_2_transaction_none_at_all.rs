//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_5;
#[path = "../tempting/transaction_none_at_all.rs"]
pub mod transaction;
#[path = "../../../exercises/5-sql/tests/step_2_transaction.rs"]
mod exercise;
