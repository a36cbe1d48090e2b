//! Step 4: the heart of a chat
//!
//! A chat server has a thread for each connection, and one [`Hub`] that all of them share. The hub
//! knows who is in which room and passes messages on. No sockets here: each member has an *outbox*,
//! a bounded channel, and the connection's thread empties it into the socket.
//!
//! Then one client stops reading. Its outbox fills up. What happens to everybody else is up to you.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// What a member is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The member of this name has come into the room.
    Joined(String),
    /// The member of this name has left the room.
    Left(String),
    /// Somebody said something to the whole room.
    Said {
        /// Who said it.
        from: String,
        /// What was said.
        text: String,
    },
    /// Somebody said something to you alone.
    Whispered {
        /// Who said it.
        from: String,
        /// What was said.
        text: String,
    },
}

/// Why the hub didn't do what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubError {
    /// Somebody else has this name.
    NameTaken(String),
    /// Nobody has this name (any more).
    Unknown(String),
}

impl fmt::Display for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameTaken(name) => write!(f, "the name {name} is taken"),
            Self::Unknown(name) => write!(f, "nobody here is called {name}"),
        }
    }
}

impl std::error::Error for HubError {}

/// One member of the chat, as the hub sees it.
#[derive(Debug)]
struct Member {
    room: String,
    outbox: SyncSender<Message>,
}

/// Knows who is in which room, and passes messages on. Shared by many threads.
#[derive(Debug)]
pub struct Hub {
    outbox_capacity: usize,
    /// The members by name. A `BTreeMap` keeps the names sorted.
    members: Mutex<BTreeMap<String, Member>>,
}

impl Hub {
    /// Makes an empty hub. Each member's outbox holds up to `outbox_capacity` unread messages.
    pub fn new(outbox_capacity: usize) -> Self {
        Self {
            outbox_capacity,
            members: Mutex::new(BTreeMap::new()),
        }
    }

    /// Lets `name` in and into `room`, tells the others in that room, and returns the new member's messages.
    ///
    /// # Errors
    ///
    /// [`HubError::NameTaken`] if somebody has that name already, in any room.
    pub fn join(&self, name: &str, room: &str) -> Result<Receiver<Message>, HubError> {
        // TODO: make an outbox with `sync_channel`, keep its sender, return its receiver.
        todo!("let a member in")
    }

    /// Returns the names of those in `room`, sorted.
    pub fn who(&self, room: &str) -> Vec<String> {
        // TODO: look at the members of that room.
        todo!("list the members of a room")
    }

    /// Passes `text` on to everybody else in the room of `from`, and returns how many got it.
    ///
    /// Never waits. A member whose outbox is full, or who has dropped its receiver, is removed
    /// instead: its channel ends after what it holds, its name is free, and its room is told that it left.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `from` is not here.
    pub fn say(&self, from: &str, text: &str) -> Result<usize, HubError> {
        // TODO: deliver to the room without ever waiting for a member.
        todo!("tell a room")
    }

    /// Passes `text` on to the member `to` alone, in whichever room that is. Never waits, just as [`Hub::say`].
    /// `to` may be `from`: a whisper to oneself is a note, and arrives as any other.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `from` or `to` is not here, or if `to` had to be removed.
    pub fn whisper(&self, from: &str, to: &str, text: &str) -> Result<(), HubError> {
        // TODO: deliver to one member without waiting for it.
        todo!("tell one member")
    }

    /// Moves `name` to `room`, and tells those in the old and in the new room. Whoever is in `room`
    /// already stays there, and nobody is told anything.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `name` is not here.
    pub fn enter(&self, name: &str, room: &str) -> Result<(), HubError> {
        // TODO: the old room hears `Left`, the new one `Joined`.
        todo!("change rooms")
    }

    /// Lets `name` go and tells its room. Its channel ends after what it holds.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `name` is not here.
    pub fn leave(&self, name: &str) -> Result<(), HubError> {
        // TODO: dropping a sender is what ends its channel.
        todo!("let a member go")
    }
}
