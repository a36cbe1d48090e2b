//! # Exercises for lesson 6: parsing
//!
//! Five steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`selectors`]: what is where on a page?
//! 2. [`table`]: from a table to records
//! 3. [`feed`]: what is new on a site?
//! 4. [`robots`]: may I fetch this?
//! 5. [`date_evidence`]: when was this written, and who says so?
//!
//! `just exercise 6` tells you where you are, `just hint 6 selectors` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod selectors;
pub mod table;
pub mod feed;
pub mod robots;
pub mod date_evidence;
