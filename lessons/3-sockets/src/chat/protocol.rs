//! What a line means: a command if it starts with `/`, otherwise something said to the room.
//!
//! # Format
//!
//! | line | means |
//! |---|---|
//! | `/nick NAME` | be called so |
//! | `/join ROOM` | go there |
//! | `/leave` | go back to the lobby |
//! | `/rooms`, `/who`, `/history`, `/help` | ask |
//! | `/msg NAME TEXT` | say it to that one alone |
//! | `/quit` | goodbye |
//! | `//TEXT` | say `/TEXT` |
//! | anything else | say it |
//!
//! The server's own lines start with `*` (news), `!` (a problem), `[ROOM]` or `(private)`.

use std::fmt;

/// The answer to `/help`.
pub const HELP: &str = "/nick NAME, /join ROOM, /leave, /rooms, /who, /msg NAME TEXT, /history, \
                        /quit; anything else is said to the room";

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// `/nick NAME`: be called so.
    Nick(&'a str),
    /// `/join ROOM`: go there and leave the present room.
    Join(&'a str),
    /// `/leave`: go back to the lobby.
    Leave,
    /// `/rooms`: which rooms are there?
    Rooms,
    /// `/who`: who is in this room?
    Who,
    /// `/msg NAME TEXT`: say it to that one alone.
    Private {
        /// To whom.
        to: &'a str,
        /// What.
        text: &'a str,
    },
    /// `/history`: what was said here before?
    History,
    /// `/help`: which commands are there?
    Help,
    /// `/quit`: goodbye.
    Quit,
    /// Anything else: say it to the room.
    Say(&'a str),
    /// An empty line asks for nothing.
    Nothing,
}

/// Why a line that starts with `/` means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misunderstood {
    /// There is no such command.
    Unknown(String),
    /// The command needs more, or less.
    Malformed(&'static str),
}

impl fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(command) => write!(f, "there is no command /{command}: try /help"),
            Self::Malformed(form) => write!(f, "write it like this: {form}"),
        }
    }
}

impl std::error::Error for Misunderstood {}

// ANCHOR: parse
/// Finds out what a line means.
///
/// # Errors
///
/// [`Misunderstood`] says how to write it.
pub fn parse(line: &str) -> Result<Command<'_>, Misunderstood> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('/') else {
        return Ok(if line.is_empty() {
            Command::Nothing
        } else {
            Command::Say(line)
        });
    };
    if command.starts_with('/') {
        return Ok(Command::Say(command));
    }
    let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
    let rest = rest.trim_start();
    let one_word = !rest.is_empty() && !rest.contains(char::is_whitespace);
    match word {
        "nick" if one_word => Ok(Command::Nick(rest)),
        "nick" => Err(Misunderstood::Malformed("/nick NAME")),
        "join" if one_word => Ok(Command::Join(rest)),
        "join" => Err(Misunderstood::Malformed("/join ROOM")),
        "leave" => Ok(Command::Leave),
        "rooms" => Ok(Command::Rooms),
        "who" => Ok(Command::Who),
        "msg" => match rest.split_once(' ') {
            Some((to, text)) => Ok(Command::Private {
                to,
                text: text.trim_start(),
            }),
            None => Err(Misunderstood::Malformed("/msg NAME TEXT")),
        },
        "history" => Ok(Command::History),
        "help" => Ok(Command::Help),
        "quit" => Ok(Command::Quit),
        unknown => Err(Misunderstood::Unknown(unknown.to_owned())),
    }
}
// ANCHOR_END: parse

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_mean_what_the_table_says() {
        for (line, meaning) in [
            ("hello there ", Command::Say("hello there")),
            ("", Command::Nothing),
            ("   ", Command::Nothing),
            ("/nick ann", Command::Nick("ann")),
            ("/join  rust ", Command::Join("rust")),
            ("/leave", Command::Leave),
            ("/rooms", Command::Rooms),
            ("/who", Command::Who),
            (
                "/msg bob  how are you?",
                Command::Private {
                    to: "bob",
                    text: "how are you?",
                },
            ),
            ("/history", Command::History),
            ("/help", Command::Help),
            ("/quit", Command::Quit),
            (
                "//etc/hosts is a file",
                Command::Say("/etc/hosts is a file"),
            ),
        ] {
            assert_eq!(parse(line), Ok(meaning), "{line:?}");
        }
    }

    #[test]
    fn a_command_that_cannot_be_followed_says_how_to_write_it() {
        for (line, problem) in [
            ("/nick", "write it like this: /nick NAME"),
            ("/nick two words", "write it like this: /nick NAME"),
            ("/join", "write it like this: /join ROOM"),
            ("/msg bob", "write it like this: /msg NAME TEXT"),
            ("/msg bob ", "write it like this: /msg NAME TEXT"),
            ("/dance", "there is no command /dance: try /help"),
            ("/", "there is no command /: try /help"),
        ] {
            assert_eq!(
                parse(line).map_err(|error| error.to_string()),
                Err(problem.to_owned())
            );
        }
    }
}
