//! Runs the exercise's own tests against the solution.
extern crate solution_8 as exercise_8;
#[path = "../../../exercises/8-browser/tests/step_2_page_object.rs"]
mod exercise;
