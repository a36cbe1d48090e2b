//! # Testing and TDD
pub mod calculator;
pub mod url_key;
pub mod politeness;
