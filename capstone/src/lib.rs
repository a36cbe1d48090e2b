//! Placeholder.
#![allow(missing_docs)]
pub mod settings;
pub mod url_key;
pub mod address;
pub mod robots;
pub mod frontier;
pub mod fetch;
pub mod dates;
pub mod extract;
pub mod store;
