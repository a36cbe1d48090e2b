//! The reading list in and out, as CSV and as JSON.
//!
//! # Format
//!
//! CSV has a first line that names the columns, `title,author,status,note,tags`, in any order; `title`
//! is needed, others may be missing. Tags are separated by spaces in one cell, so a tag has none. CSV
//! cannot tell an empty text from none; an empty note is none.
//!
//! JSON is a list of objects with the same names; `tags` is a list of texts, `note` a text or null.

use std::io::{Read, Write};

use serde_json::{Map, Value as Json, json};

use crate::books::{self, Entry, Filter, Status};
use crate::{Database, Transaction};

/// How a list is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table with commas.
    Csv,
    /// A list of objects.
    Json,
}

/// Why a list could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A column has a name that the list does not have.
    #[error("there is no column {0:?}; the columns are title, author, status, note, tags")]
    Column(String),
    /// An entry says something else than was expected.
    #[error("{place}: {problem}")]
    Entry {
        /// Where: `line 3`, `entry 2`.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// An entry was refused.
    #[error("{place}")]
    Refused {
        /// Where: `line 3`, `entry 2`.
        place: String,
        /// Why.
        #[source]
        source: Box<books::Error>,
    },
    /// It is not CSV.
    #[error("this is not CSV")]
    Csv(#[from] csv::Error),
    /// It is not JSON.
    #[error("this is not JSON")]
    Json(#[from] serde_json::Error),
    /// The file cannot be written.
    #[error("cannot write")]
    Write(#[from] std::io::Error),
    /// The list cannot be read or written.
    #[error(transparent)]
    Books(#[from] books::Error),
    /// The database refused.
    #[error("the database refused")]
    Database(#[from] crate::Error),
}

/// How many entries came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// So many are new.
    pub added: u32,
    /// So many were there and were brought up to date.
    pub updated: u32,
}

// ANCHOR: import
/// Reads a list and adds what is on it. It is one transaction: with one bad line nothing is added.
///
/// # Errors
///
/// [`Error`], with the line or entry at fault.
pub fn import(
    database: &mut dyn Database,
    format: Format,
    from: impl Read,
) -> Result<Imported, Error> {
    let entries = match format {
        Format::Csv => read_csv(from)?,
        Format::Json => read_json(from)?,
    };
    let mut imported = Imported::default();
    let mut transaction = Transaction::begin(database)?;
    for (place, entry) in entries {
        match books::put(&mut transaction, &entry) {
            Ok(true) => imported.added += 1,
            Ok(false) => imported.updated += 1,
            Err(source) => {
                let source = Box::new(source);
                return Err(Error::Refused { place, source });
            }
        }
    }
    transaction.commit()?;
    Ok(imported)
}
// ANCHOR_END: import

/// Writes all books, by number; returns how many.
///
/// # Errors
///
/// [`Error`], when the list cannot be read or the file not be written.
pub fn export(
    database: &mut dyn Database,
    format: Format,
    mut to: impl Write,
) -> Result<usize, Error> {
    let everything = Filter {
        page_size: u32::MAX,
        ..Filter::default()
    };
    let books = books::list(database, &everything)?.books;
    match format {
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut to);
            csv.write_record(COLUMNS)?;
            for book in &books {
                let entry = &book.entry;
                csv.write_record([
                    entry.title.as_str(),
                    &entry.author,
                    entry.status.word(),
                    entry.note.as_deref().unwrap_or_default(),
                    &entry.tags.join(" "),
                ])?;
            }
            csv.flush()?;
        }
        Format::Json => {
            let list: Vec<Json> = books.iter().map(|book| to_json(&book.entry)).collect();
            serde_json::to_writer_pretty(&mut to, &list)?;
            writeln!(to)?;
        }
    }
    to.flush()?;
    Ok(books.len())
}

const COLUMNS: [&str; 5] = ["title", "author", "status", "note", "tags"];

fn read_csv(from: impl Read) -> Result<Vec<(String, Entry)>, Error> {
    let mut csv = csv::Reader::from_reader(from);
    let columns = csv.headers()?.clone();
    if let Some(unknown) = columns.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(Error::Column(unknown.to_owned()));
    }
    let mut entries = Vec::new();
    for record in csv.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let place = format!("line {line}");
        let cell = |name: &str| {
            let index = columns.iter().position(|column| column == name);
            index
                .and_then(|index| record.get(index))
                .unwrap_or_default()
        };
        let note = cell("note");
        let entry = Entry {
            title: cell("title").to_owned(),
            author: cell("author").to_owned(),
            status: status(&place, cell("status"))?,
            note: (!note.is_empty()).then(|| note.to_owned()),
            tags: cell("tags").split_whitespace().map(str::to_owned).collect(),
        };
        entries.push((place, entry));
    }
    Ok(entries)
}

fn status(place: &str, word: &str) -> Result<Status, Error> {
    if word.is_empty() {
        return Ok(Status::default());
    }
    Status::from_word(word).ok_or_else(|| Error::Entry {
        place: place.to_owned(),
        problem: format!("{word:?} is no status; it is to-read, reading or read"),
    })
}

fn read_json(from: impl Read) -> Result<Vec<(String, Entry)>, Error> {
    let list: Vec<Map<String, Json>> = serde_json::from_reader(from)?;
    (1..)
        .zip(&list)
        .map(|(number, object)| {
            let place = format!("entry {number}");
            let entry = from_json(&place, object)?;
            Ok((place, entry))
        })
        .collect()
}

fn to_json(entry: &Entry) -> Json {
    json!({
        "title": entry.title,
        "author": entry.author,
        "status": entry.status.word(),
        "note": entry.note,
        "tags": entry.tags,
    })
}

fn from_json(place: &str, object: &Map<String, Json>) -> Result<Entry, Error> {
    let wrong = |problem: String| Error::Entry {
        place: place.to_owned(),
        problem,
    };
    if let Some(unknown) = object.keys().find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(Error::Column(unknown.clone()));
    }
    let text = |name: &str| match object.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(format!("{name} is not a text"))),
    };
    let tags = match object.get("tags") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(tags)) => tags
            .iter()
            .map(|tag| tag.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("a tag is not a text".to_owned()))?,
        Some(_) => return Err(wrong("tags is not a list".to_owned())),
    };
    Ok(Entry {
        title: text("title")?.unwrap_or_default(),
        author: text("author")?.unwrap_or_default(),
        status: status(place, &text("status")?.unwrap_or_default())?,
        note: text("note")?.filter(|note| !note.is_empty()),
        tags,
    })
}
