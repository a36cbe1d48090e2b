//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_8;
#[path = "../tempting/rendered_list_waits_for_ten_more.rs"]
pub mod rendered_list;
#[path = "../../../exercises/8-browser/tests/step_3_rendered_list.rs"]
mod exercise;
