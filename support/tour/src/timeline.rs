//! Rows of spans and marks, drawn as text or SVG.
use std::{borrow::Cow, ops::Range, time::Duration};

/// What a row was doing during a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Computing.
    Working,
    /// Holding a lock, a permit or a connection.
    Holding,
    /// Handing bytes or an item over.
    Sending,
    /// Taking bytes or an item in.
    Receiving,
    /// Waiting for somebody's event: accept, recv, join.
    Waiting,
    /// Held up by somebody: a taken lock, a full buffer.
    Blocked,
    /// Pausing on purpose: a delay, a backoff.
    Sleeping,
    /// Ended in failure.
    Failed,
    /// Anything else, with its name for the legend.
    Other(&'static str),
}
/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct Timeline {}
impl Timeline {
    /// Makes an empty timeline, to be filled with given times.
    pub fn new() -> Self {
        Self {}
    }
    /// Declares a row.
    pub fn add_row(&mut self, _name: impl AsRef<str>) {}
    /// Adds a span by given times since the start.
    pub fn add_span(
        &mut self,
        _row: impl AsRef<str>,
        _kind: Kind,
        _label: impl Into<Cow<'static, str>>,
        _during: Range<Duration>,
    ) {
    }
    /// Adds a mark at a given time since the start.
    pub fn add_mark(
        &mut self,
        _row: impl AsRef<str>,
        _label: impl Into<Cow<'static, str>>,
        _at: Duration,
    ) {
    }
    /// Draws it in plain text, no line wider than `width` columns.
    pub fn to_text(&self, _width: usize) -> String {
        String::new()
    }
    /// Draws it as an SVG document.
    pub fn to_svg(&self, _title: &str) -> String {
        String::new()
    }
    /// Tells in words what is seen: for each row the busy and the waiting share.
    pub fn describe(&self) -> String {
        String::new()
    }
}
