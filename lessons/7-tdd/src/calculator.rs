//! A calculator that grows, one stage at a time.
//!
//! Each stage is whole and each passes its own tests and those of every stage before it. Read two that
//! follow each other side by side: what is new is marked. A stage with tests of its own was written
//! red, then green; one without is a refactoring, and no test changed for it.
//!
//! ```
//! use tdd::calculator::{Calculator, answer};
//!
//! assert_eq!(answer("0.1 + 0.2"), "0.3");
//! assert_eq!(answer("2 * (3 +"), "a number is missing at column 9");
//!
//! let mut calculator = Calculator::new();
//! calculator.evaluate("price = 4.50")?;
//! assert_eq!(calculator.evaluate("-price / 3 * 3")?.to_string(), "-4.5");
//! # Ok::<(), tdd::calculator::Error>(())
//! ```
//!
//! Numbers are exact: [`Ratio`] says why.
#![allow(
    clippy::duplicate_mod,
    clippy::module_inception,
    reason = "the tests of an early stage run in every later one"
)]

pub mod s1_sum;
pub mod s2_chain;
pub mod s3_tokens;
pub mod s4_errors;
mod ratio;
pub mod s5_decimals;
pub mod s6_precedence;
pub mod s7_grammar;
pub mod s8_parentheses;
pub mod s9_unary_minus;
pub mod s10_variables;

pub use ratio::Ratio;
pub use s10_variables::{Calculator, Error, Problem, answer};
