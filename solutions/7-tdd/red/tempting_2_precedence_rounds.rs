//! The exercise's tests against an answer that looks right: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../tempting/precedence_rounds.rs"]
pub mod precedence;

#[path = "../../../exercises/7-tdd/tests/step_2_precedence.rs"]
mod exercise;
