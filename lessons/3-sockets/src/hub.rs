//! The chat itself: names, rooms, private messages, who, history. No input, no output.
//!
//! Commands go in, deliveries come out. So all of its rules are tested without a socket, and both
//! engines serve the same chat.

use crate::frame::LineError;
use crate::service::{ClientId, Delivery, Reason, Service};

/// The rules of the house.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The room in which everybody starts.
    pub lobby: String,
    /// How many messages of each room are remembered.
    pub history: usize,
    /// Comings and goings are announced in rooms of up to this many: n arrivals in a room of n
    /// would be n² lines.
    pub announce_up_to: usize,
    /// How many characters a name or a room may have.
    pub max_name_chars: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lobby: "lobby".to_owned(),
            history: 50,
            announce_up_to: 50,
            max_name_chars: 24,
        }
    }
}

/// The state of the chat.
#[derive(Debug)]
pub struct Hub {
    rules: Rules,
}

impl Hub {
    /// Opens an empty chat.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules }
    }
}

impl Service for Hub {
    fn arrive(&mut self, client: ClientId) -> Vec<Delivery> {
        let _ = (client, &self.rules);
        todo!()
    }

    fn line(&mut self, client: ClientId, line: Result<&str, LineError>) -> Vec<Delivery> {
        let _ = (client, line);
        todo!()
    }

    fn depart(&mut self, client: ClientId, reason: &Reason) -> Vec<Delivery> {
        let _ = (client, reason);
        todo!()
    }

    fn announce(&mut self, line: &str) -> Vec<Delivery> {
        let _ = line;
        todo!()
    }
}
