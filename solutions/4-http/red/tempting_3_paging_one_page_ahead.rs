//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_4;
#[path = "../tempting/paging_one_page_ahead.rs"]
pub mod paging;
#[path = "../../../exercises/4-http/tests/step_3_paging.rs"]
mod exercise;
