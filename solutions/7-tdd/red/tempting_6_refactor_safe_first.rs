//! The exercise's tests against an answer that looks right: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../tempting/refactor_safe_first.rs"]
pub mod refactor;

#[path = "../../../exercises/7-tdd/tests/step_6_refactor.rs"]
mod exercise;
