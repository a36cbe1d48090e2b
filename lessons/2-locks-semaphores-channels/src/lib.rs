//! # Locks, semaphores, channels: working together without harm
//!
//! After this lesson you can tell which step of a program another thread may come between, choose
//! a lock, an atomic or a channel for it, limit how many do a thing at once, and end a program
//! that is busy without losing anything.
//!
//! Read in this order:
//!
//! 1. [`counter`]: a lost update, and four ways to mend it
//! 2. [`accounts`]: two locks at once, and the order that keeps them from a deadlock
//! 3. [`philosophers`]: five of them, five forks, and two ways for all to eat
//! 4. [`semaphore`]: at most so many at once, in three stages
//! 5. [`queue`]: a bounded queue by hand, out of a mutex and two condition variables
//! 6. [`shutdown`]: one word to many threads, "stop"
//! 7. [`stage`]: workers between two bounded channels, where nothing gets lost
//! 8. [`stealing`]: work that is not dealt out but taken
//! 9. [`throughput`]: producers and consumers through four kinds of queue, with one check
//!
//! The modules that wait or count take their locks from `sync.rs`, so that a model checker can put
//! its own in their place: see `tests/model.rs`.
//!
//! Run it with `just lesson 2`, practise with `just exercise 2`; chapter:
//! `book/src/2-locks-semaphores-channels.md`.
//! Two terminals: `cargo run --example job_queue` and Ctrl-C.

pub mod counter;
pub mod accounts;
pub mod philosophers;
pub mod semaphore;
pub mod queue;
pub mod shutdown;
pub mod stage;
pub mod stealing;
pub mod throughput;
mod sync;

pub use crate::semaphore::{AcquireError, OwnedPermit, Permit, Semaphore};
pub use crate::shutdown::Shutdown;
pub use crate::stage::{Done, Finished, Refused, Stage, StageError}; // what the capstone uses
