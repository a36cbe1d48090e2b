//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_0;
#[path = "../tempting/lock_file_in_the_order_it_found_them.rs"]
pub mod lock_file;
#[path = "../../../exercises/0-environments/tests/step_3_lock_file.rs"]
mod exercise;
