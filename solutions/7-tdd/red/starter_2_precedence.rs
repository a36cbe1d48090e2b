//! The exercise's tests against its untouched starter: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../../../exercises/7-tdd/starters/precedence.rs"]
pub mod precedence;

#[path = "../../../exercises/7-tdd/tests/step_2_precedence.rs"]
mod exercise;
