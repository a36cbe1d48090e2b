//! What a line means.

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Nothing at all: an empty line asks for nothing.
    Nothing,
}

/// Why a line that starts with `/` means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misunderstood {
    /// There is no such command.
    #[error("there is no command /{0}: try /help")]
    Unknown(String),
    /// The command needs more.
    #[error("write it like this: {0}")]
    Incomplete(&'static str),
}

/// Finds out what a line means.
///
/// # Errors
///
/// [`Misunderstood`] says how to write it.
pub fn parse(line: &str) -> Result<Command<'_>, Misunderstood> {
    let _ = line;
    todo!()
}
