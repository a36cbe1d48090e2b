//! # Exercises for lesson 4: HTTP
//!
//! Five steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`client`]: a typed client for the API of books
//! 2. [`retry`]: when to try again, and after how long
//! 3. [`paging`]: a list that comes in pages, as one iterator
//! 4. [`conditional`]: ask only for what has changed
//! 5. [`errors`]: from what went wrong to what a program does
//!
//! `just exercise 4` tells you where you are, `just hint 4 client` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod client;
pub mod retry;
pub mod paging;
pub mod conditional;
pub mod errors;
