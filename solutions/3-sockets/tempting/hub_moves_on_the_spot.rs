//! Tempting: leave, then join. Who is in that room already leaves it for nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard};

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
        let mut members = self.lock();
        // Looking and inserting under one lock: between two locks somebody else could take the name.
        if members.contains_key(name) {
            return Err(HubError::NameTaken(name.to_owned()));
        }
        let (outbox, inbox) = sync_channel(self.outbox_capacity);
        tell_room(&mut members, room, Message::Joined(name.to_owned()), None);
        // After the others have been told, so that the newcomer doesn't hear about itself.
        members.insert(
            name.to_owned(),
            Member {
                room: room.to_owned(),
                outbox,
            },
        );
        Ok(inbox)
    }

    /// Returns the names of those in `room`, sorted.
    pub fn who(&self, room: &str) -> Vec<String> {
        self.lock()
            .iter()
            .filter(|(_, member)| member.room == room)
            .map(|(name, _)| name.clone())
            .collect()
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
        let mut members = self.lock();
        let room = room_of(&members, from)?;
        let message = Message::Said {
            from: from.to_owned(),
            text: text.to_owned(),
        };
        Ok(tell_room(&mut members, &room, message, Some(from)))
    }

    /// Passes `text` on to the member `to` alone, in whichever room that is. Never waits, just as [`Hub::say`].
    /// `to` may be `from`: a whisper to oneself is a note, and arrives as any other.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `from` or `to` is not here, or if `to` had to be removed.
    pub fn whisper(&self, from: &str, to: &str, text: &str) -> Result<(), HubError> {
        let mut members = self.lock();
        room_of(&members, from)?;
        let message = Message::Whispered {
            from: from.to_owned(),
            text: text.to_owned(),
        };
        let unknown = || HubError::Unknown(to.to_owned());
        let member = members.get(to).ok_or_else(unknown)?;
        if member.outbox.try_send(message).is_err() {
            remove(&mut members, to);
            return Err(unknown());
        }
        Ok(())
    }

    /// Moves `name` to `room`, and tells those in the old and in the new room. Whoever is in `room`
    /// already stays there, and nobody is told anything.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `name` is not here.
    pub fn enter(&self, name: &str, room: &str) -> Result<(), HubError> {
        let mut members = self.lock();
        // Taken out for the move: in between it belongs to no room, so it hears of neither change,
        // and no outbox that overflows on the way can be its own.
        let Some(mut member) = members.remove(name) else {
            return Err(HubError::Unknown(name.to_owned()));
        };
        {
            let left = Message::Left(name.to_owned());
            tell_room(&mut members, &member.room, left, None);
            tell_room(&mut members, room, Message::Joined(name.to_owned()), None);
            member.room = room.to_owned();
        }
        members.insert(name.to_owned(), member);
        Ok(())
    }

    /// Lets `name` go and tells its room. Its channel ends after what it holds.
    ///
    /// # Errors
    ///
    /// [`HubError::Unknown`] if `name` is not here.
    pub fn leave(&self, name: &str) -> Result<(), HubError> {
        let mut members = self.lock();
        room_of(&members, name)?;
        remove(&mut members, name);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Member>> {
        // A lock is poisoned when a thread panicked while it held it. Nothing under this lock panics.
        self.members
            .lock()
            .expect("no thread panics while it holds the members")
    }
}

// The functions below take the members and not the hub. They run while the lock is held, and std's
// Mutex is not re-entrant: a method that locks again would wait for itself, for ever.

/// Returns the room that `name` is in.
fn room_of(members: &BTreeMap<String, Member>, name: &str) -> Result<String, HubError> {
    match members.get(name) {
        Some(member) => Ok(member.room.clone()),
        None => Err(HubError::Unknown(name.to_owned())),
    }
}

/// Removes `name`, if it is here, and tells its room.
fn remove(members: &mut BTreeMap<String, Member>, name: &str) {
    // Removing drops the outbox, and that ends the channel: the connection's thread finds out.
    if let Some(member) = members.remove(name) {
        tell_room(members, &member.room, Message::Left(name.to_owned()), None);
    }
}

/// Gives `message` to everybody in `room` but `except`, removes those who can't take it, and returns how many got it.
fn tell_room(
    members: &mut BTreeMap<String, Member>,
    room: &str,
    message: Message,
    except: Option<&str>,
) -> usize {
    let (delivered, mut gone) = deliver(members, room, &message, except);
    // Telling of one removal may fill the next outbox, and so on. A list of names instead of a
    // function that calls itself: a room of thousands must not use up the stack.
    while let Some(name) = gone.pop() {
        // A name may have been listed twice. It can be removed only once.
        if members.remove(&name).is_some() {
            let (_, also_gone) = deliver(members, room, &Message::Left(name), None);
            gone.extend(also_gone);
        }
    }
    delivered
}

/// Gives `message` to everybody in `room` but `except`. Returns how many got it, and who could not take it.
fn deliver(
    members: &BTreeMap<String, Member>,
    room: &str,
    message: &Message,
    except: Option<&str>,
) -> (usize, Vec<String>) {
    // All of this happens under the lock, so everybody hears everything in one order. A lock may be
    // held as long as nothing under it waits, and `try_send` never does: on a full outbox it fails.
    let mut delivered = 0;
    let mut gone = Vec::new();
    for (name, member) in members {
        if member.room != room || Some(name.as_str()) == except {
            continue;
        }
        match member.outbox.try_send(message.clone()) {
            Ok(()) => delivered += 1,
            // Full: it doesn't read. Disconnected: its connection is gone. Either way it has missed
            // something, and it is better off knowing that than with a gap it can't see.
            Err(_) => gone.push(name.clone()),
        }
    }
    (delivered, gone)
}
