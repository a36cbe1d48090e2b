//! How the lessons' tours speak: parts, predictions, evidence, and timelines for terminal and SVG.
pub mod recorder;
pub mod stage;
pub mod table;
pub mod timeline;
#[allow(clippy::module_inception)]
pub mod tour;

pub use crate::{
    recorder::{Recorder, Span},
    stage::Stage,
    table::Table,
    timeline::{Kind, Timeline},
    tour::{Console, Outcome, Part, Tour},
};

/// What a part may fail with: any error that can cross a thread.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// What a part returns.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// Writes a duration as a reader wants it: `850 µs`, `12.3 ms`, `1.24 s`.
pub fn duration(duration: std::time::Duration) -> String {
    format!("{duration:.1?}")
}
/// Writes a count with thousands separated: `3,411`.
pub fn count(count: u64) -> String {
    count.to_string()
}
