//! The exercise's tests against its untouched starter: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../../../exercises/7-tdd/starters/mock.rs"]
pub mod mock;

#[path = "../../../exercises/7-tdd/tests/step_5_mock.rs"]
mod exercise;
