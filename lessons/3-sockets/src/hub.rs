//! The chat itself: names, rooms, private messages, who, history. No input, no output.
//!
//! Commands go in, deliveries come out. So all of its rules are tested without a socket, and both
//! engines serve the same chat. Whatever a client says is made harmless ([`sanitise`]) before
//! anything else happens to it.
//!
//! Everything the hub remembers is bounded by the number of clients and the [`Rules`]: a room ends
//! with its last member, and a history has a size.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::chat::protocol::{self, Command};
use crate::frame::LineError;
use crate::sanitise::sanitise;
use crate::service::{ClientId, Delivery, Reason, Service};

/// Names with this beginning are given by the hub, and nobody may take them.
const GUEST: &str = "guest-";

/// The program's own name when it speaks; nobody may take it either.
const SERVER: &str = "server";

/// The rules of the house.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The room in which everybody starts.
    pub lobby: String,
    /// How many messages of each room are remembered.
    pub history_lines: usize,
    /// How many bytes of them: `/history` must fit into an outbox.
    pub history_bytes: usize,
    /// Comings and goings are told in rooms of up to this many: n arrivals in a room of n would be
    /// n² lines.
    pub announce_up_to: usize,
    /// How many names or rooms one answer lists.
    pub list_up_to: usize,
    /// How many characters a name or a room may have.
    pub max_name_chars: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lobby: "lobby".to_owned(),
            history_lines: 50,
            history_bytes: 16 * 1024,
            announce_up_to: 50,
            list_up_to: 50,
            max_name_chars: 24,
        }
    }
}

/// The state of the chat.
#[derive(Debug)]
pub struct Hub {
    rules: Rules,
    members: HashMap<ClientId, Member>,
    /// Who has a name; names that differ only in case are the same name.
    names: HashMap<String, ClientId>,
    rooms: BTreeMap<String, Room>,
}

#[derive(Debug)]
struct Member {
    name: String,
    room: String,
}

#[derive(Debug, Default)]
struct Room {
    /// In the order of arrival at the server.
    members: BTreeSet<ClientId>,
    history: VecDeque<String>,
    history_bytes: usize,
}

impl Hub {
    /// Opens an empty chat.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            members: HashMap::new(),
            names: HashMap::new(),
            rooms: BTreeMap::new(),
        }
    }

    // ANCHOR: say
    /// Tells the whole room, the speaker included: so all its members see the same lines in the
    /// same order.
    fn say(&mut self, client: ClientId, text: &str) -> Vec<Delivery> {
        let member = &self.members[&client];
        let line = format!("[{}] {}: {text}", member.room, member.name);
        let room = self
            .rooms
            .get_mut(&member.room)
            .expect("a member's room lives while it is in");
        room.remember(&line, &self.rules);
        vec![Delivery::Line {
            to: room.members.iter().copied().collect(),
            line,
        }]
    }
    // ANCHOR_END: say

    fn private(&self, client: ClientId, to: &str, text: &str) -> Vec<Delivery> {
        match self.names.get(&to.to_lowercase()) {
            None => vec![problem(client, format!("nobody here is called {to}"))],
            Some(&receiver) => {
                let (from, to) = (&self.members[&client].name, &self.members[&receiver].name);
                vec![
                    Delivery::to(receiver, format!("(private) {from}: {text}")),
                    Delivery::to(client, format!("(private to {to}) {text}")),
                ]
            }
        }
    }

    // ANCHOR: nick
    fn rename(&mut self, client: ClientId, name: &str) -> Vec<Delivery> {
        if let Err(why) = self.check_name(name) {
            return vec![problem(client, why)];
        }
        let key = name.to_lowercase();
        if key.starts_with(GUEST) {
            return vec![problem(
                client,
                format!("names with {GUEST} are given by the server"),
            )];
        }
        if key == SERVER || self.names.get(&key).is_some_and(|&owner| owner != client) {
            return vec![problem(client, format!("the name {name} is taken"))];
        }
        let member = self
            .members
            .get_mut(&client)
            .expect("only members rename themselves");
        let old = std::mem::replace(&mut member.name, name.to_owned());
        let room = member.room.clone();
        self.names.remove(&old.to_lowercase());
        self.names.insert(key, client);
        let mut deliveries = vec![news(client, format!("you are now {name}"))];
        deliveries.extend(self.tell_others(&room, client, format!("{old} is now {name}")));
        deliveries
    }
    // ANCHOR_END: nick

    fn join(&mut self, client: ClientId, room: &str) -> Vec<Delivery> {
        if let Err(why) = self.check_name(room) {
            return vec![problem(client, why)];
        }
        if self.members[&client].room == room {
            return vec![problem(client, format!("you are in {room}"))];
        }
        let name = self.members[&client].name.clone();
        let old = self.leave_room(client);
        let mut deliveries: Vec<_> = self
            .tell_others(&old, client, format!("{name} went to {room}"))
            .into_iter()
            .collect();
        deliveries.extend(self.enter_room(client, room));
        deliveries
    }

    /// Puts a member into a room and tells the room and the member.
    fn enter_room(&mut self, client: ClientId, room: &str) -> Vec<Delivery> {
        let member = self
            .members
            .get_mut(&client)
            .expect("only members enter rooms");
        room.clone_into(&mut member.room);
        let arrived = format!("{} is here", member.name);
        let members = &mut self.rooms.entry(room.to_owned()).or_default().members;
        members.insert(client);
        let others = members.len() - 1;
        let mut deliveries = vec![news(
            client,
            format!("you are in {room} with {others} others"),
        )];
        deliveries.extend(self.tell_others(room, client, arrived));
        deliveries
    }

    /// Takes a member out of its room; a room without members ends, unless it is the lobby.
    fn leave_room(&mut self, client: ClientId) -> String {
        let name = self.members[&client].room.clone();
        let room = self
            .rooms
            .get_mut(&name)
            .expect("a member's room lives while it is in");
        room.members.remove(&client);
        if room.members.is_empty() && name != self.rules.lobby {
            self.rooms.remove(&name);
        }
        name
    }

    /// Makes news for the others in a room, if it is small enough for news.
    fn tell_others(&self, room: &str, but: ClientId, what: String) -> Option<Delivery> {
        let members = &self.rooms.get(room)?.members;
        let to: Vec<_> = members
            .iter()
            .copied()
            .filter(|&member| member != but)
            .collect();
        let told = !to.is_empty() && members.len() <= self.rules.announce_up_to;
        told.then(|| Delivery::Line {
            to,
            line: format!("* {what}"),
        })
    }

    fn who(&self, client: ClientId) -> Vec<Delivery> {
        let name = &self.members[&client].room;
        let members = &self.rooms[name].members;
        let names = members
            .iter()
            .map(|member| self.members[member].name.clone());
        let list = self.list(names, members.len());
        vec![news(client, format!("{} in {name}: {list}", members.len()))]
    }

    fn rooms(&self, client: ClientId) -> Vec<Delivery> {
        let rooms = self
            .rooms
            .iter()
            .map(|(name, room)| format!("{name} ({})", room.members.len()));
        let list = self.list(rooms, self.rooms.len());
        vec![news(client, format!("rooms: {list}"))]
    }

    fn list(&self, items: impl Iterator<Item = String>, count: usize) -> String {
        let shown = items
            .take(self.rules.list_up_to)
            .collect::<Vec<_>>()
            .join(", ");
        match count.saturating_sub(self.rules.list_up_to) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }

    fn history(&self, client: ClientId) -> Vec<Delivery> {
        let history = &self.rooms[&self.members[&client].room].history;
        let mut deliveries = vec![news(client, format!("{} earlier messages", history.len()))];
        deliveries.extend(history.iter().map(|line| Delivery::to(client, line)));
        deliveries
    }

    fn check_name(&self, name: &str) -> Result<(), String> {
        let allowed = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        match name.chars().count() {
            0 => Err("a name needs a character".to_owned()),
            count if count > self.rules.max_name_chars => Err(format!(
                "a name has at most {} characters",
                self.rules.max_name_chars
            )),
            _ if !name.chars().all(allowed) => {
                Err("a name has letters, digits, - and _ only".to_owned())
            }
            _ => Ok(()),
        }
    }
}

impl Service for Hub {
    fn arrive(&mut self, client: ClientId) -> Vec<Delivery> {
        let name = format!("{GUEST}{}", client.0);
        let lobby = self.rules.lobby.clone();
        let mut deliveries = vec![news(
            client,
            format!("welcome, {name}; /help lists commands"),
        )];
        self.names.insert(name.clone(), client);
        self.members.insert(
            client,
            Member {
                name,
                room: lobby.clone(),
            },
        );
        deliveries.extend(self.enter_room(client, &lobby));
        deliveries
    }

    // ANCHOR: line
    fn line(&mut self, client: ClientId, line: Result<&str, LineError>) -> Vec<Delivery> {
        let line = match line {
            Ok(line) => sanitise(line),
            Err(error) => return vec![problem(client, error)],
        };
        match protocol::parse(&line) {
            Err(misunderstood) => vec![problem(client, misunderstood)],
            Ok(Command::Nothing) => vec![],
            Ok(Command::Say(text)) => self.say(client, text),
            Ok(Command::Private { to, text }) => self.private(client, to, text),
            Ok(Command::Nick(name)) => self.rename(client, name),
            Ok(Command::Join(room)) => self.join(client, room),
            Ok(Command::Leave) => self.join(client, &self.rules.lobby.clone()),
            Ok(Command::Who) => self.who(client),
            Ok(Command::Rooms) => self.rooms(client),
            Ok(Command::History) => self.history(client),
            Ok(Command::Help) => vec![news(client, protocol::HELP)],
            Ok(Command::Quit) => vec![news(client, "goodbye"), Delivery::Close { client }],
        }
    }
    // ANCHOR_END: line

    fn depart(&mut self, client: ClientId, reason: &Reason) -> Vec<Delivery> {
        let room = self.leave_room(client);
        let member = self
            .members
            .remove(&client)
            .expect("only members depart, and only once");
        self.names.remove(&member.name.to_lowercase());
        let what = format!("{} is gone: {reason}", member.name);
        self.tell_others(&room, client, what).into_iter().collect()
    }

    fn announce(&mut self, line: &str) -> Vec<Delivery> {
        let mut to: Vec<_> = self.members.keys().copied().collect();
        to.sort_unstable();
        vec![Delivery::Line {
            to,
            line: format!("* server: {}", sanitise(line)),
        }]
    }
}

impl Room {
    fn remember(&mut self, line: &str, rules: &Rules) {
        self.history_bytes += line.len();
        self.history.push_back(line.to_owned());
        while self.history.len() > rules.history_lines || self.history_bytes > rules.history_bytes {
            let Some(oldest) = self.history.pop_front() else {
                break;
            };
            self.history_bytes -= oldest.len();
        }
    }
}

fn news(client: ClientId, what: impl std::fmt::Display) -> Delivery {
    Delivery::to(client, format!("* {what}"))
}

fn problem(client: ClientId, what: impl std::fmt::Display) -> Delivery {
    Delivery::to(client, format!("! {what}"))
}
