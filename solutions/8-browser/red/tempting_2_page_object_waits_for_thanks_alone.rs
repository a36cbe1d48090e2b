//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_8;
#[path = "../tempting/page_object_waits_for_thanks_alone.rs"]
pub mod page_object;
#[path = "../../../exercises/8-browser/tests/step_2_page_object.rs"]
mod exercise;
