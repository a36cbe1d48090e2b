//! Runs the exercise's own tests against the solution.
extern crate solution_0 as exercise_0;
#[path = "../../../exercises/0-environments/tests/step_3_lock_file.rs"]
mod exercise;
