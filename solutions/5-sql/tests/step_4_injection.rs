//! Runs the exercise's own tests against the solution.
extern crate solution_5 as exercise_5;
#[path = "../../../exercises/5-sql/tests/step_4_injection.rs"]
mod exercise;
