//! # Threads and processes: doing several things at once
//!
//! After this lesson you can explain what a thread and a process share and what each costs, when
//! many of them make a program faster and when they do not, and how a failure in one of them is
//! kept from the others.
//!
//! Read in this order:
//!
//! 1. [`mod@team`]: named workers that end before their scope does, and whose panic names them
//! 2. [`observe`]: how others learn what a worker is doing
//! 3. [`parallel`]: one function over many items, by a pool of k workers
//! 4. [`download`]: waiting, shared: one after another, a thread each, a pool, rayon
//! 5. [`primes`]: computing, shared; [`amdahl`]: what the part that cannot be shared costs
//! 6. [`frame`]: where a message in a pipe ends; [`pipe`]: a pipe that is waited for with a limit
//! 7. [`child`]: a child process that answers requests
//! 8. [`process_pool`]: several of them; one that crashes is reported and replaced
//! 9. [`handover`]: producer and consumer, with threads and again with processes, one check
//! 10. [`roles`]: what this lesson's program does as a child; [`python`]: its twins in Python
//!
//! Run it with `just lesson 1`, practise with `just exercise 1`; chapter:
//! `book/src/1-threads-vs-processes.md`.

pub mod team;
pub mod observe;
pub mod parallel;
pub mod download;
pub mod primes;
pub mod amdahl;
pub mod frame;
pub mod pipe;
pub mod child;
pub mod process_pool;
pub mod handover;
pub mod roles;
pub mod python;
mod error;

pub use crate::error::Error;
pub use crate::observe::{Activity, Change, Event, Observer}; // for whoever draws it
pub use crate::team::{Handle, Panicked, Team, Worker, team};
