//! The practice site from outside: over real sockets, against its own truth.

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
