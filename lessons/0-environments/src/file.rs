//! Settings in a TOML file, each with its line and column.

use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::{Origin, Problem};

/// The settings that a file gives.
///
/// # Format
///
/// ```toml
/// # A setting is a text, a number, true or false, at the top level.
/// threads = 16
/// delay = 0.5
/// contact = "you@example.org"
/// ```
#[derive(Clone)]
pub struct SettingsFile {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// One line of a settings file.
#[derive(Clone)]
pub(crate) struct Entry {
    pub name: String,
    /// The value as a person would type it on the command line, or what it is instead of a value.
    pub value: Result<String, &'static str>,
    pub origin: Origin,
    /// Where the name stands.
    pub named: Origin,
}

impl SettingsFile {
    /// Reads a file that must be there.
    ///
    /// # Errors
    ///
    /// [`Problem::Read`] when it cannot be read, [`Problem::Syntax`] when it is not TOML.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Problem> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|source| Problem::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    /// Reads a file that may be there; `None` when it is not.
    ///
    /// # Errors
    ///
    /// As [`SettingsFile::read`], save that a missing file is fine.
    pub fn read_if_there(path: impl AsRef<Path>) -> Result<Option<Self>, Problem> {
        match Self::read(path) {
            Err(Problem::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            read => read.map(Some),
        }
    }

    // ANCHOR: parse
    /// Reads the text of a file; `path` is only for telling where something stands.
    ///
    /// # Errors
    ///
    /// [`Problem::Syntax`] with line and column. The line itself is not repeated: it may hold a secret.
    pub fn parse(path: impl Into<PathBuf>, text: &str) -> Result<Self, Problem> {
        let path = path.into();
        // Some editors begin a file with a mark of its encoding.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = DeTable::parse(text).map_err(|error| {
            let (line, column) = position(text, error.span().unwrap_or_default());
            Problem::Syntax {
                path: path.clone(),
                line,
                column,
                // `Display` of this error would quote the line.
                message: error.message().lines().collect::<Vec<_>>().join(", "),
            }
        })?;
        let mut entries: Vec<(usize, Entry)> = table
            .get_ref()
            .iter()
            .map(|(name, value)| {
                let place = |span: Range<usize>| {
                    let (line, column) = position(text, span);
                    let path = path.clone();
                    Origin::File { path, line, column }
                };
                let entry = Entry {
                    name: name.get_ref().clone().into_owned(),
                    value: scalar(value.get_ref()),
                    origin: place(value.span()),
                    named: place(name.span()),
                };
                (name.span().start, entry)
            })
            .collect();
        entries.sort_by_key(|(start, _)| *start);
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Ok(Self { path, entries })
    }
    // ANCHOR_END: parse

    /// Returns the file's path, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what the file says, in the order of its lines.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Returns a value as it would be typed on a command line, or says what it is instead.
fn scalar(value: &DeValue<'_>) -> Result<String, &'static str> {
    match value {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        // 1_000 and 0x10 are TOML's ways of writing; one number has one text.
        DeValue::Integer(number) => Ok(i128::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(value) => Ok(value.to_string()),
        DeValue::Datetime(moment) => Ok(moment.to_string()),
        DeValue::Array(_) => Err("a list"),
        DeValue::Table(_) => Err("a table"),
    }
}

/// Returns line and column, from 1, of the first byte of a range.
fn position(text: &str, span: Range<usize>) -> (usize, usize) {
    let start = text.floor_char_boundary(span.start);
    let before = &text[..start];
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, before[line_start..].chars().count() + 1)
}

/// Names and places alone: a value may be a secret.
impl fmt::Debug for SettingsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.iter();
        f.debug_map()
            .entries(entries.map(|entry| (&entry.name, entry.origin.to_string())))
            .finish()
    }
}
