//! # Exercises for lesson 3: sockets
//!
//! Five steps, from easy to hard. Each is one file here, and each file says what to build:
//!
//! 1. [`framing`]: where does a line end?
//! 2. [`echo`]: one server, many clients at once
//! 3. [`frames`]: a message that says how long it is
//! 4. [`hub`]: the heart of a chat
//! 5. [`timeouts`]: an exchange that always ends
//!
//! `just exercise 3` tells you where you are, `just hint 3 framing` helps a little, then a little more.
//! The tests are in `tests/`. They are yours to read: each opens with the task.

pub mod framing;
pub mod echo;
pub mod frames;
pub mod hub;
pub mod timeouts;
