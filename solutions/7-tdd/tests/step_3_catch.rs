//! The exercise's own tests, against the solution.

extern crate solution_7 as exercise_7;

#[path = "../../../exercises/7-tdd/tests/step_3_catch.rs"]
mod exercise;
