//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_4;
#[path = "../tempting/client_a_limit_for_connecting_only.rs"]
pub mod client;
#[path = "../../../exercises/4-http/tests/step_1_client.rs"]
mod exercise;
