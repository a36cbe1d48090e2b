//! The client against real servers: the practice site, and bare sockets that say what a test wants.

mod common;
mod exchange;
mod guard;
mod redirects;
mod retries;
mod conditional;
mod downloads;
mod books;
mod sharing;
#[cfg(feature = "tls")]
mod tls;
