//! Runs the exercise's own tests against the solution.
extern crate solution_6 as exercise_6;
#[path = "../../../exercises/6-parsing/tests/step_1_selectors.rs"]
mod exercise;
