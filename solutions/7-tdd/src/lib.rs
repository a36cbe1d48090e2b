//! # Solutions for lesson 7: testing and TDD
//!
//! The same files as the exercise, filled in; comments say why at the lines that matter:
//!
//! 1. [`sums`]: a calculator, test by test
//! 2. [`precedence`]: the calculator learns what binds stronger
//! 3. [`catch`]: now you write the tests, and they are judged
//! 4. [`fixture`]: what every test starts from, made anew and cleared away
//! 5. [`mock`]: when the call itself is the promise
//! 6. [`refactor`]: change everything, and nothing changes

pub mod sums;
pub mod precedence;
pub mod catch;
pub mod fixture;
pub mod mock;
pub mod refactor;
