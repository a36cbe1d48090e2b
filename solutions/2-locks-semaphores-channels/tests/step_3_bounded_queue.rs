//! Runs the exercise's own tests against the solution.
extern crate solution_2 as exercise_2;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_3_bounded_queue.rs"]
mod exercise;
