//! A tour and its parts.
use crate::{Result, Stage};
use std::{
    fmt,
    io::{BufRead, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

/// A lesson's tour: parts that are played in order.
#[derive(Debug)]
pub struct Tour {}
/// One part of a tour.
pub struct Part {}
/// How a tour ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every part that was asked for was played: exit code 0.
    Played,
    /// A part failed, panicked or hung: exit code 1.
    Failed,
    /// The arguments were not understood: exit code 2.
    Usage,
}
/// What a tour speaks to; [`Tour::play`] makes one of the process's own streams and environment.
pub struct Console<'a> {
    /// Where the tour speaks.
    pub output: &'a mut dyn Write,
    /// Where it complains.
    pub errors: &'a mut dyn Write,
    /// Where predictions are read.
    pub input: &'a mut dyn BufRead,
    /// Columns.
    pub width: usize,
    /// Whether to use colour.
    pub colour: bool,
    /// Whether somebody can answer a question.
    pub interactive: bool,
    /// Where timelines are written as SVG.
    pub pictures: PathBuf,
}
impl Tour {
    /// Makes the tour of a lesson.
    pub fn new(_lesson: u32, _title: impl Into<String>) -> Self {
        Self {}
    }
    /// Adds a part; parts are played in the order in which they were added.
    pub fn part(self, _part: Part) -> Self {
        self
    }
    /// Names the chapter's file, for the line at the end.
    pub fn chapter(self, _path: impl Into<String>) -> Self {
        self
    }
    /// Plays by the process's arguments: `[PART] [--list] [--predict]`.
    pub fn play(self) -> ExitCode {
        ExitCode::SUCCESS
    }
    /// Plays by given arguments on a given console.
    pub fn play_to<A: AsRef<str>>(
        self,
        _arguments: impl IntoIterator<Item = A>,
        _console: Console<'_>,
    ) -> Outcome {
        Outcome::Played
    }
}
impl Part {
    /// Makes a part: the name to play it by, a title, what it claims, and the body that shows it.
    pub fn new(
        _name: impl Into<String>,
        _title: impl Into<String>,
        _claim: impl Into<String>,
        _run: impl FnOnce(&mut Stage) -> Result + Send + 'static,
    ) -> Self {
        Self {}
    }
    /// Asks the learner this before the evidence.
    pub fn predict(self, _question: impl Into<String>) -> Self {
        self
    }
    /// Sets after how long the part counts as hung (60 s when not set).
    pub fn limit(self, _limit: Duration) -> Self {
        self
    }
}
impl<'a> Console<'a> {
    /// Makes a plain console: 80 columns, no colour, nobody answers, pictures in the temporary folder.
    pub fn new(
        output: &'a mut dyn Write,
        errors: &'a mut dyn Write,
        input: &'a mut dyn BufRead,
    ) -> Self {
        let pictures = std::env::temp_dir();
        Self {
            output,
            errors,
            input,
            width: 80,
            colour: false,
            interactive: false,
            pictures,
        }
    }
}
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").finish_non_exhaustive()
    }
}
impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}
