//! Runs the exercise's own tests against the solution.
extern crate solution_1 as exercise_1;
#[path = "../../../exercises/1-threads-vs-processes/tests/step_5_contain.rs"]
mod exercise;
