//! # Solutions for lesson 1: threads and processes
//!
//! Five steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`join`]: start all, then wait for all
//! 2. [`parallel_map`]: k threads that share a list
//! 3. [`speed_up`]: who did how much, and what that is worth
//! 4. [`child`]: a child process that answers, and the parent that asks
//! 5. [`contain`]: a crash that stays where it happened
//!
//! `just exercise 1` tells you where you are, `just hint 1 join` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod join;
pub mod parallel_map;
pub mod speed_up;
pub mod child;
pub mod contain;
