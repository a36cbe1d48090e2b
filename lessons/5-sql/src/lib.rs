//! # SQL: one program on SQLite and PostgreSQL

pub mod copy;
