//! # Testing and TDD: red, green, refactor
//!
//! After this lesson you can grow a program test by test, give a test its own web and its own time, and
//! say what a green suite proves and what it does not.
//!
//! Read in this order: [`calculator`] (ten stages, each red, then green), [`run_length`] (a law, and a
//! property test that breaks it), [`link_check`] (stub, fake and mock on one seam), [`clock`] (time without
//! sleeping), [`fare`] and [`mutation`] (who tests the tests?), [`invoice`] (an ugly program, refactored
//! under tests), and then what grew for the capstone: [`url_key`] and [`politeness`].
//!
//! The history is a part of the lesson: `git log --oneline -- lessons/7-tdd` shows a commit for each
//! failing test, each fix and each refactoring.
//!
//! Run it with `just lesson 7`, practise with `just exercise 7`; chapter: `book/src/7-tdd.md`.

pub mod calculator;
pub mod run_length;
pub mod link_check;
pub mod clock;
pub mod fare;
pub mod mutation;
pub mod invoice;
pub mod url_key;
pub mod politeness;
