//! Runs the exercise's own tests against the solution.
extern crate solution_4 as exercise_4;
#[path = "../../../exercises/4-http/tests/step_2_retry.rs"]
mod exercise;
