//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_6;
#[path = "../tempting/feed_everything_is_there.rs"]
pub mod feed;
#[path = "../../../exercises/6-parsing/tests/step_3_feed.rs"]
mod exercise;
