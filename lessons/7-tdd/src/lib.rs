//! # Testing and TDD
pub mod url_key;
pub mod politeness;
