//! # Exercises for lesson 8: browser
//!
//! Three steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`waiting`]: wait for what you need, and not for a while
//! 2. [`page_object`]: a page as an object
//! 3. [`rendered_list`]: scrape a list that a script renders
//!
//! `just exercise 8` tells you where you are, `just hint 8 waiting` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task. They start a real
//! Chromium; without one they fail and say what installs it.

pub mod waiting;
pub mod page_object;
pub mod rendered_list;
