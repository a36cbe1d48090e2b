//! # Exercises for lesson 7: testing and TDD
//!
//! Six steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`sums`]: a calculator, test by test
//! 2. [`precedence`]: the calculator learns what binds stronger
//! 3. [`catch`]: now you write the tests, and they are judged
//! 4. [`fixture`]: what every test starts from, made anew and cleared away
//! 5. [`mock`]: when the call itself is the promise
//! 6. [`refactor`]: change everything, and nothing changes
//!
//! `just exercise 7` tells you where you are, `just hint 7 sums` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod sums;
pub mod precedence;
pub mod catch;
pub mod fixture;
pub mod mock;
pub mod refactor;
