//! # Exercises for lesson 0: environments
//!
//! Three steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`precedence`]: four layers say something, and one of them wins
//! 2. [`bad_value`]: an error that tells what to change, where, and into what
//! 3. [`lock_file`]: which versions a build took, and what changed
//!
//! `just exercise 0` tells you where you are, `just hint 0 precedence` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod precedence;
pub mod bad_value;
pub mod lock_file;
