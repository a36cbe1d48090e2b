//! What a copy tells: while it runs, and at its end.

use std::fmt;
use std::time::Duration;

use super::digest::Digest;

/// What to do with a value that the target cannot hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnUnrepresentable {
    /// Stop, name it, and leave the target as it was.
    #[default]
    Fail,
    /// Store NULL instead, and report it.
    Null,
    /// Store it as text, make its column a text column, and report it.
    Text,
}

/// How to copy.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only these tables; empty for all.
    pub tables: Vec<String>,
    /// What to do with a value that the target cannot hold.
    pub on_unrepresentable: OnUnrepresentable,
    /// Look at every value and report, but write nothing.
    pub dry_run: bool,
    /// How many threads read a SQLite file. From PostgreSQL it has no effect: one thread reads.
    pub jobs: usize,
    /// Drop the target's tables of the same names first, in the same transaction.
    pub replace: bool,
    /// PostgreSQL's schema: where tables go to, or `None` to take them from all.
    pub schema: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            on_unrepresentable: OnUnrepresentable::Fail,
            dry_run: false,
            jobs: 1,
            replace: false,
            schema: None,
        }
    }
}

/// A value that the target cannot hold, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrepresentable {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The row, by rowid or key: `rowid 7`.
    pub row: String,
    /// The value as SQL would write it, cut after some characters.
    pub value: String,
    /// Why it cannot stay as it is.
    pub reason: String,
}

impl fmt::Display for Unrepresentable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "table {:?}, column {:?}, {}: {} {}",
            self.table, self.column, self.row, self.value, self.reason
        )
    }
}

/// Something that happened while a copy ran.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A table's values are being looked at.
    Scanning {
        /// The table's name.
        table: &'a str,
        /// How many rows so far.
        rows: u64,
    },
    /// Rows are on their way.
    Copying {
        /// The table's name.
        table: &'a str,
        /// How many rows so far.
        rows: u64,
    },
    /// Rows are being read back.
    Verifying {
        /// The table's name.
        table: &'a str,
        /// How many rows so far.
        rows: u64,
    },
    /// A table arrived and was read back without a difference.
    Copied(&'a TableReport),
    /// A value was changed, as was asked for.
    Changed(&'a Unrepresentable),
    /// Something else that is worth knowing.
    Note(&'a str),
}

/// One table that arrived.
#[derive(Debug, Clone)]
pub struct TableReport {
    /// Its name in the source.
    pub source: String,
    /// Its name in the target.
    pub target: String,
    /// Count and checksum, equal on both sides.
    pub digest: Digest,
    /// How many values had to be changed.
    pub changed: u64,
    /// How long reading, sending and reading back took.
    pub took: Duration,
}

/// What arrived.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each table.
    pub tables: Vec<TableReport>,
    /// What could not be carried or was carried otherwise, in sentences.
    pub notes: Vec<String>,
    /// How many values were changed, as was asked for.
    pub changed: u64,
}

impl Report {
    /// All rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.digest.rows).sum()
    }
}

/// Where events go to; keeps the notes for the report.
pub(crate) struct Teller<'a> {
    pub(crate) report: Report,
    listener: &'a mut (dyn FnMut(Event<'_>) + Send),
}

impl<'a> Teller<'a> {
    pub(crate) fn new(listener: &'a mut (dyn FnMut(Event<'_>) + Send)) -> Self {
        Self {
            report: Report::default(),
            listener,
        }
    }

    pub(crate) fn tell(&mut self, event: Event<'_>) {
        (self.listener)(event);
    }

    pub(crate) fn note(&mut self, note: String) {
        (self.listener)(Event::Note(&note));
        self.report.notes.push(note);
    }

    pub(crate) fn changed(&mut self, what: &Unrepresentable) {
        self.report.changed += 1;
        (self.listener)(Event::Changed(what));
    }

    pub(crate) fn copied(&mut self, table: TableReport) {
        (self.listener)(Event::Copied(&table));
        self.report.tables.push(table);
    }
}
