//! Records who did what when.
use crate::timeline::{Kind, Timeline};
use std::borrow::Cow;

/// Records spans and marks from any thread; clones share one record.
#[derive(Clone, Debug, Default)]
pub struct Recorder {}
/// A span that is going on; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "a span ends when its guard is dropped"]
pub struct Span {}
impl Recorder {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {}
    }
    /// Declares a row, so that rows stand in the order of declaration.
    pub fn row(&self, _name: impl AsRef<str>) {}
    /// Begins a span in a row.
    pub fn span(
        &self,
        _row: impl AsRef<str>,
        _kind: Kind,
        _label: impl Into<Cow<'static, str>>,
    ) -> Span {
        Span {}
    }
    /// Records a point in time.
    pub fn mark(&self, _row: impl AsRef<str>, _label: impl Into<Cow<'static, str>>) {}
    /// Returns what was recorded so far; spans still going on are closed now.
    pub fn finish(&self) -> Timeline {
        Timeline::default()
    }
}
