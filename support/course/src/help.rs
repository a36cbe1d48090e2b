//! `help`: every command in a line, in the groups in which they are needed.

use crate::say::{Done, Failure, Tone, command, paint};

/// A command as `help` shows it.
pub struct CommandHelp {
    /// learn, build or develop.
    pub group: &'static str,
    /// The word that starts it.
    pub name: &'static str,
    /// What may follow.
    pub arguments: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
}

const fn entry(
    group: &'static str,
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
) -> CommandHelp {
    CommandHelp {
        group,
        name,
        arguments,
        about,
    }
}

/// All commands, in reading order.
pub const COMMANDS: [CommandHelp; 21] = [
    entry(
        "learn",
        "lesson",
        "N [PART]",
        "play a lesson's tour; without N list the lessons",
    ),
    entry(
        "learn",
        "exercise",
        "N [STEP] [TEST]",
        "run a step's tests; without STEP the first unsolved",
    ),
    entry(
        "learn",
        "hint",
        "N [STEP] [TIER]",
        "three hints for a step, one at a time",
    ),
    entry(
        "learn",
        "watch",
        "N [STEP]",
        "run a step's tests at each save; go on when green",
    ),
    entry(
        "learn",
        "progress",
        "[N]",
        "what is solved, by what the tests say now",
    ),
    entry(
        "learn",
        "solution",
        "N STEP [--yes]",
        "how the solution differs from your file",
    ),
    entry(
        "learn",
        "reset",
        "N STEP",
        "put a step's starter back; your file is kept aside",
    ),
    entry(
        "learn",
        "book",
        "[open|build]",
        "serve the book on this machine, or build it",
    ),
    entry(
        "build",
        "site",
        "[--port P]",
        "serve the practice site for your browser",
    ),
    entry(
        "build",
        "capstone",
        "ARGUMENTS",
        "the crawler: try `capstone --help`",
    ),
    entry(
        "build",
        "copy",
        "FROM TO",
        "copy a database, SQLite to PostgreSQL or back",
    ),
    entry(
        "build",
        "bench",
        "[NAME]",
        "run a benchmark; without NAME list them",
    ),
    entry(
        "develop",
        "setup",
        "[--check] [--yes]",
        "install what this machine lacks for the course",
    ),
    entry(
        "develop",
        "test",
        "[ARGUMENTS]",
        "set up, run all tests, prove the exercises",
    ),
    entry(
        "develop",
        "lint",
        "",
        "format, clippy and docs, with warnings denied",
    ),
    entry("develop", "check", "", "lint, then test: what CI runs"),
    entry(
        "develop",
        "verify",
        "[N]",
        "prove the exercises: starters red, solutions green",
    ),
    entry(
        "develop",
        "fuzz",
        "[TARGET]",
        "try mutated inputs on the readers, a minute each",
    ),
    entry(
        "develop",
        "record",
        "[NAME]",
        "record the book's transcripts again",
    ),
    entry(
        "develop",
        "mutants",
        "[ARGUMENTS]",
        "change lesson 7's code: do its tests notice?",
    ),
    entry("develop", "help", "", "this list"),
];

/// Prints all commands.
pub fn run() -> Done {
    say!("Spindle: threads, sockets, HTTP, SQL, scraping and testing, by running things");
    let mut group = "";
    for entry in &COMMANDS {
        if entry.group != group {
            group = entry.group;
            say!("");
            say!("{}", paint(Tone::Strong, group));
        }
        let form = format!("{} {}", entry.name, entry.arguments);
        say!("  {form:<25} {}", entry.about);
    }
    say!("");
    say!("Begin with: {}", command("lesson 3"));
    Ok(0)
}

/// Prints one command.
pub fn one(name: &str) -> Done {
    match find(name) {
        None => run(),
        Some(entry) => {
            say!("{}", usage(name));
            say!("  {}", entry.about);
            Ok(0)
        }
    }
}

/// How a command is used, in a line.
pub fn usage(name: &str) -> String {
    let arguments = find(name).map_or("", |entry| entry.arguments);
    format!(
        "usage: {}",
        command(format!("{name} {arguments}").trim_end())
    )
}

/// A command was typed without a word that it needs.
pub fn misused(name: &str, which: &str) -> Failure {
    Failure::usage(format!("`{name}` needs to know which {which}"), usage(name))
}

fn find(name: &str) -> Option<&'static CommandHelp> {
    COMMANDS.iter().find(|entry| entry.name == name)
}
