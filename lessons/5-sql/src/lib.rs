//! # SQL: one program on SQLite and PostgreSQL
//!
//! After this lesson you can explain what a transaction, an index and a parameter are for, when a file
//! will do and when it takes a server, and how tables change under a program that goes on working.
//!
//! Read in this order:
//!
//! 1. [`value`]: five kinds of value, and rows; [`error`]: what one can do about a refusal
//! 2. [`database`]: one trait; [`sqlite`] and [`postgres`]: two databases; [`address`]: which
//! 3. [`injection`]: why a value never becomes part of a statement
//! 4. [`transaction`]: all of it or nothing, and what others see meanwhile
//! 5. [`plan`]: what an index changes
//! 6. [`pool`] and [`writer`]: many threads, few connections
//! 7. [`migrate`]: how tables change, in four stages; [`evolve`]: under a program that goes on working;
//!    [`well_kept`]: the same by a crate that others keep
//! 8. [`books`]: a reading list, create, read, update, delete; [`exchange`]: in and out as CSV and JSON
//! 9. [`queue`]: jobs that several processes share
//! 10. [`copy`]: a whole database into another
//!
//! Run it with `just lesson 5`, practise with `just exercise 5`; chapter: `book/src/5-sql.md`.
//! From the shell: `cargo run --bin reading-list -- --help`.

pub mod value;
pub mod error;
pub mod database;
pub mod sqlite;
pub mod postgres;
pub mod address;
pub mod injection;
pub mod transaction;
pub mod plan;
pub mod pool;
pub mod writer;
pub mod migrate;
pub mod evolve;
pub mod well_kept;
pub mod books;
pub mod exchange;
pub mod queue;
pub mod copy;

pub use crate::{
    address::{Address, Kind},
    database::Database,
    error::{Cause, Error},
    postgres::Postgres,
    sqlite::Sqlite,
    transaction::Transaction,
    value::{Row, Value},
};
