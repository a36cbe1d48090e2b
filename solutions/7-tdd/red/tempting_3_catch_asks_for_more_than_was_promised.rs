//! The exercise's tests against an answer that looks right: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../tempting/catch_asks_for_more_than_was_promised.rs"]
pub mod catch;

#[path = "../../../exercises/7-tdd/tests/step_3_catch.rs"]
mod exercise;
