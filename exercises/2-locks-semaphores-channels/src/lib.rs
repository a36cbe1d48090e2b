//! # Exercises for lesson 2: locks, semaphores, channels
//!
//! Six steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`counter`]: no update is lost
//! 2. [`semaphore`]: so many at a time, and no more
//! 3. [`bounded_queue`]: a queue that makes the fast one wait
//! 4. [`lock_order`]: two locks, and no deadlock
//! 5. [`select`]: wait for whichever comes first
//! 6. [`shutdown`]: stop, and lose nothing
//!
//! `just exercise 2` tells you where you are, `just hint 2 counter` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod counter;
pub mod semaphore;
pub mod bounded_queue;
pub mod lock_order;
pub mod select;
pub mod shutdown;
