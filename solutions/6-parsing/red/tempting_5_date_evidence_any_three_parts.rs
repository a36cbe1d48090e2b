//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_6;
#[path = "../tempting/date_evidence_any_three_parts.rs"]
pub mod date_evidence;
#[path = "../../../exercises/6-parsing/tests/step_5_date_evidence.rs"]
mod exercise;
