//! How the runner speaks and listens: lines that survive a closed pipe, colour on a terminal only,
//! questions that a closed stdin answers with "no", and failures that carry what to do next.

use std::fmt;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// Prints a line to stdout.
macro_rules! say {
    ($($text:tt)*) => { $crate::say::line(format_args!($($text)*)) };
}

/// Prints a line to stderr: what is not part of the answer (a notice that something takes a while).
macro_rules! notice {
    ($($text:tt)*) => { eprintln!($($text)*) };
}

/// How wide text may be: what every terminal has.
pub const COLUMNS: usize = 80;

/// What a command returns: its exit code, or why it could not be carried out.
pub type Done = Result<u8, Failure>;

/// Whether a status line stands on the terminal.
static STATUS: AtomicBool = AtomicBool::new(false);

/// Shows what is going on, on a terminal only, in a line that the next line takes the place of.
pub fn status(text: &str) {
    let mut terminal = io::stderr();
    if terminal.is_terminal() {
        STATUS.store(true, Ordering::Relaxed);
        // A status that cannot be shown is no reason to stop.
        let _ = write!(terminal, "\r\x1b[2K{text}");
    }
}

/// Takes the status line away.
pub fn clear_status() {
    if STATUS.swap(false, Ordering::Relaxed) {
        let _ = write!(io::stderr(), "\r\x1b[2K");
    }
}

/// Prints a line; ends the program quietly when nobody reads any more (`… | head`).
pub fn line(text: fmt::Arguments<'_>) {
    clear_status();
    let mut out = io::stdout().lock();
    let written = out
        .write_fmt(text)
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush());
    if written.is_err() {
        std::process::exit(1);
    }
}

/// Why a command could not be carried out, and what to do next: the type leaves neither out.
#[derive(Debug)]
pub struct Failure {
    what: String,
    next: String,
    /// The exit code: 1 something failed, 2 the command was not understood.
    pub code: u8,
}

impl Failure {
    /// Something failed (exit code 1).
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Failure {
        Failure {
            what: what.into(),
            next: next.into(),
            code: 1,
        }
    }

    /// The command was not understood (exit code 2).
    pub fn usage(what: impl Into<String>, next: impl Into<String>) -> Failure {
        Failure {
            code: 2,
            ..Failure::new(what, next)
        }
    }

    /// A name that does not exist, with the nearest that does.
    pub fn unknown<'a>(
        kind: &str,
        typed: &str,
        known: impl IntoIterator<Item = &'a str>,
        list: &str,
    ) -> Failure {
        let next = match nearest(typed, known) {
            Some(near) => format!("did you mean `{near}`? `{list}` lists them all"),
            None => format!("`{list}` lists what there is"),
        };
        Failure::usage(format!("there is no {kind} `{typed}`"), next)
    }

    /// Adds another thing that can be done.
    pub fn add_next(&mut self, next: &str) {
        self.next = format!("{}; {next}", self.next);
    }

    /// Prints the failure to stderr.
    pub fn print(&self) {
        clear_status();
        notice!("{} {}", paint_err(Tone::Bad, "error:"), self.what);
        notice!("  next: {}", self.next);
    }
}

/// Names the act that an I/O error broke, and what to do about it.
pub trait Explain<T> {
    /// Turns the error into a [`Failure`].
    fn explain(self, act: impl fmt::Display, next: &str) -> Result<T, Failure>;
}

impl<T> Explain<T> for io::Result<T> {
    fn explain(self, act: impl fmt::Display, next: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("could not {act}: {error}"), next))
    }
}

/// The words after the command.
#[derive(Debug)]
pub struct Input {
    words: Vec<String>,
}

impl Input {
    /// Wraps the words as typed.
    pub fn new(words: Vec<String>) -> Input {
        Input { words }
    }

    /// Whether the learner wants the command explained. Words after a program's name are its own.
    pub fn asks_for_help(&self, command: &str) -> bool {
        let passes_words_on = matches!(
            command,
            "lesson" | "capstone" | "site" | "copy" | "bench" | "test"
        );
        let asks = |word: &String| word == "--help" || word == "-h";
        if passes_words_on {
            !matches!(command, "capstone" | "site" | "copy") && self.words.first().is_some_and(asks)
        } else {
            self.words.iter().any(asks)
        }
    }

    /// Takes the switch out of the words and says whether it was there.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes the next word unless it is an option.
    pub fn next_name(&mut self) -> Option<String> {
        let is_name = self
            .words
            .first()
            .is_some_and(|word| !word.starts_with('-'));
        is_name.then(|| self.words.remove(0))
    }

    /// Takes the next word, which says which lesson or step, or says how the command is used.
    pub fn require(&mut self, command: &str, which: &str) -> Result<String, Failure> {
        self.next_name()
            .ok_or_else(|| crate::help::misused(command, which))
    }

    /// Takes all words that are left.
    pub fn rest(self) -> Vec<String> {
        self.words
    }

    /// Refuses words that the command has no use for.
    pub fn end(self, command: &str) -> Result<(), Failure> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(Failure::usage(
                format!("`{command}` has no use for `{word}`"),
                crate::help::usage(command),
            )),
        }
    }
}

/// A sibling command, spelled the way the learner came in: `just hint 3 1` or `cargo course hint 3 1`.
pub fn command(words: &str) -> String {
    let by_just = std::env::var_os("COURSE_FRONT").is_some_and(|front| front == "just");
    match words.split(' ').next() {
        _ if by_just => format!("just {words}"),
        Some("lesson") => format!("cargo {words}"),
        _ => format!("cargo course {words}"),
    }
}

/// Whether the run is CI's: `CI` set to something that does not mean no.
pub fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Whether a person can answer: stdin and stdout are both a terminal.
pub fn interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks a yes-or-no question on the terminal. A closed stdin means no.
pub fn confirm(question: &str) -> bool {
    matches!(
        ask(&format!("{question} [y/N] ")).as_deref(),
        Some("y" | "Y" | "yes" | "Yes")
    )
}

/// Asks for a line on the terminal; `None` when stdin is closed.
pub fn ask(question: &str) -> Option<String> {
    let mut out = io::stdout().lock();
    // A prompt that cannot be shown is no reason to stop: the answer is read all the same.
    let _ = out
        .write_all(question.as_bytes())
        .and_then(|()| out.flush());
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer) {
        Ok(0) | Err(_) => {
            let _ = out.write_all(b"\n");
            None
        }
        Ok(_) => Some(answer.trim().to_owned()),
    }
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Solved, here, added.
    Good,
    /// Red, missing, removed.
    Bad,
    /// A heading.
    Strong,
    /// Context.
    Quiet,
}

/// Colours text for stdout, when it is a terminal that takes colour.
pub fn paint(tone: Tone, text: &str) -> String {
    coloured(tone, text, io::stdout().is_terminal())
}

fn paint_err(tone: Tone, text: &str) -> String {
    coloured(tone, text, io::stderr().is_terminal())
}

/// Whether a stream takes colour: a terminal does, unless its owner wants none.
pub fn takes_colour(terminal: bool) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    terminal && !refused
}

fn coloured(tone: Tone, text: &str, terminal: bool) -> String {
    if !takes_colour(terminal) || text.is_empty() {
        return text.to_owned();
    }
    let code = match tone {
        Tone::Good => "32",
        Tone::Bad => "31",
        Tone::Strong => "1",
        Tone::Quiet => "2",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// `1 test`, `2 tests`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

/// Breaks a line of prose between words; what follows a list's mark stays in line with it.
pub fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let text = line.trim_start_matches(['-', '*', ' ']);
    let indent = line.chars().count() - text.chars().count();
    let mut lines = vec![line[..line.len() - text.len()].to_owned()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a first line");
        let length = last.chars().count();
        if length == indent {
            last.push_str(word);
        } else if length + 1 + word.chars().count() <= columns {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(format!("{}{word}", " ".repeat(indent)));
        }
    }
    lines
}

/// The known name nearest to what was typed, if one is near enough to be a slip.
fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(edits, name)| *edits <= 1 + name.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out, exchanged or swapped with a neighbour to get from
/// one word to the other (Damerau's distance, in its restricted form).
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let exchange = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut best = exchange.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_command_that_was_meant() {
        let known = ["exercise", "hint", "watch", "progress"];

        assert_eq!(nearest("exercsie", known), Some("exercise"));
        assert_eq!(nearest("wacth", known), Some("watch"));
        assert_eq!(nearest("hin", known), Some("hint"));
    }

    #[test]
    fn prose_is_wrapped_between_words_and_a_list_keeps_its_indent() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("- one two three", 9), ["- one two", "  three"]);
        assert_eq!(wrapped("unbreakable word", 4), ["unbreakable", "word"]);
        assert_eq!(wrapped("", 9), [""]);
    }

    #[test]
    fn a_different_word_is_not_taken_for_a_slip() {
        assert_eq!(nearest("pizza", ["exercise", "hint", "watch"]), None);
        assert_eq!(nearest("", ["hint"]), None);
    }

    #[test]
    fn switches_are_found_wherever_they_stand() {
        let mut input = Input::new(vec!["3".into(), "--yes".into(), "1".into()]);

        assert!(input.switch("--yes"));
        assert!(!input.switch("--yes"));
        assert_eq!(input.rest(), ["3", "1"]);
    }
}
