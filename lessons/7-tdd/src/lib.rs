//! # Testing and TDD
pub mod calculator;
pub mod clock;
pub mod fare;
pub mod invoice;
pub mod link_check;
pub mod mutation;
pub mod politeness;
pub mod run_length;
pub mod url_key;
