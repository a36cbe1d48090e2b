//! # Sockets: talking over TCP
//!
//! After this lesson you can explain which calls a server and a client make, why TCP is a stream
//! and a chat therefore needs frames, and how one server talks to thousands of clients at once
//! without letting any of them slow the others.
//!
//! Read in this order:
//!
//! 1. [`address`]: families and protocols, and what each promises
//! 2. [`steps`]: socket, bind, listen, accept, recv, send; socket, connect, send, recv
//! 3. [`echo`]: one conversation at a time for each peer, over four kinds of socket
//! 4. [`frame`]: where a message ends; [`sanitise`]: what may reach a terminal
//! 5. [`datagram`]: what UDP loses and reorders
//! 6. [`deadline`]: a limit for a whole exchange; [`http_by_hand`]: a request over a bare socket
//! 7. [`outbox`], [`service`], [`hub`]: a chat without any sockets
//! 8. [`server`]: the same chat served by two engines, [`server::threads`] and
//!    [`server::readiness`]
//! 9. [`chat`]: what the lines mean, and a client; [`feed`]: one publisher, any number of watchers;
//!    [`live`]: the same for a browser
//! 10. [`limits`]: how many sockets a process may hold
//!
//! Run it with `just lesson 3`, practise with `just exercise 3`; chapter: `book/src/3-sockets.md`.
//! Two terminals: `cargo run --example chat_server` and `cargo run --example chat_client`.

pub mod address;
pub mod steps;
pub mod echo;
pub mod frame;
pub mod sanitise;
pub mod datagram;
pub mod deadline;
pub mod http_by_hand;
pub mod outbox;
pub mod service;
pub mod hub;
pub mod server;
pub mod chat;
pub mod feed;
pub mod live;
pub mod limits;
mod error;

pub use crate::error::Error;
pub use crate::feed::{Feed, Publisher, watch}; // what the capstone uses
pub use crate::live::LivePage;
