//! Runs the exercise's own tests against the solution.
extern crate solution_0 as exercise_0;
#[path = "../../../exercises/0-environments/tests/step_2_bad_value.rs"]
mod exercise;
