//! # Exercises for lesson 5: SQL
//!
//! Six steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`crud`]: create, read, update, delete
//! 2. [`transaction`]: all of it or nothing
//! 3. [`upsert`]: insert, or update what is there
//! 4. [`injection`]: what people type stays a value
//! 5. [`migrator`]: tables that change by steps
//! 6. [`copy`]: a copy that is verified
//!
//! All of it runs on SQLite, so there is nothing to install.
//! `just exercise 5` tells you where you are, `just hint 5 crud` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod crud;
pub mod transaction;
pub mod upsert;
pub mod injection;
pub mod migrator;
pub mod copy;
