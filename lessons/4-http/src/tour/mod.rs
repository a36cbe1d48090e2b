//! The parts of the tour, in the order in which they are played.

pub mod by_hand;
pub mod books;
pub mod session;
pub mod retry;
pub mod limited;
pub mod changed;
pub mod limits;
pub mod behaviours;
pub mod faults;
pub mod download;
pub mod pool;
pub mod get;

use std::thread;

use ::tour::{Kind, OpenSpan, Recorder};
use http_client::retry::Policy;
use http_client::tls::Trust;
use http_client::{Client, Config, Error, Observer, Private, What};
use practice_site::Site;

/// Starts a practice site of the part's own.
pub fn site() -> ::tour::Result<Site> {
    Ok(Site::start(practice_site::Config::default())?)
}

/// A client for this machine, where the practice site is. It speaks plain HTTP, so it trusts nobody:
/// to read this machine's certificates would take longer than most of what the parts show.
pub fn config() -> Config {
    Config {
        private: Private::Allow,
        trust: Trust::Only(Vec::new()),
        ..Config::default()
    }
}

/// A client for this machine that does not try again.
pub fn client() -> Result<Client, Error> {
    Client::new(Config {
        retry: Policy::NEVER,
        ..config()
    })
}

// ANCHOR: timeline
/// Draws what happens to requests: a row for each thread that makes them.
pub fn into_timeline(recorder: &Recorder) -> Observer {
    let recorder = recorder.clone();
    // One span at a time for each thread; the next event of the thread ends it.
    let open: std::sync::Mutex<std::collections::HashMap<thread::ThreadId, OpenSpan>> =
        std::sync::Mutex::default();
    Observer::new(move |event| {
        let Ok(mut open) = open.lock() else {
            return; // a thread panicked here, and the picture is lost with it
        };
        let thread = thread::current();
        let row = thread.name().unwrap_or("client").to_owned();
        let mut turn = |kind, label: String| {
            open.remove(&thread.id()); // ends the span before this one begins
            open.insert(thread.id(), recorder.span(&row, kind, label));
        };
        match event.what {
            What::Sent { attempt } => turn(Kind::Waiting, format!("{} {attempt}", event.method)),
            What::Answered { status } => turn(Kind::Receiving, status.to_string()),
            What::Paused { .. } => turn(Kind::Sleeping, "pause".to_owned()),
            What::Failed(_) => turn(Kind::Failed, "failed".to_owned()),
            What::Read { .. } | What::Redirected { .. } => drop(open.remove(&thread.id())),
            _ => {}
        }
    })
}
// ANCHOR_END: timeline
