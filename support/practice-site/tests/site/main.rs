//! The practice site from outside: over real sockets, against its own truth.

#![allow(
    clippy::print_stdout,
    reason = "a skipped test says so aloud, and a failing seed is told"
)]

mod client;
mod html;

mod api;
mod binary;
mod blog;
mod browser;
mod crawl;
mod faults;
mod feeds;
mod files;
mod forms;
mod journal;
mod protocol;
