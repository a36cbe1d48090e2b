//! Runs the exercise's own tests against the solution.
extern crate solution_3 as exercise_3;
#[path = "../../../exercises/3-sockets/tests/step_3_frames.rs"]
mod exercise;
