//! The exercise's tests against an answer that looks right: red.

#![allow(warnings, clippy::all, reason = "it is meant to be wrong")]

extern crate self as exercise_7;

#[path = "../tempting/fixture_one_name.rs"]
pub mod fixture;

#[path = "../../../exercises/7-tdd/tests/step_4_fixture.rs"]
mod exercise;
