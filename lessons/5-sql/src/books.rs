//! A reading list: create, read, update, delete, the same on either database.

use std::collections::HashMap;
use std::fmt;

use crate::migrate::Migration;
use crate::{Cause, Database, Kind, Row, Transaction, Value, values};

/// A book on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub entry: Entry,
}

/// What one says of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its title; not empty.
    pub title: String,
    /// Who wrote it; empty when nobody is named.
    pub author: String,
    /// How far one is.
    pub status: Status,
    /// A note. None is not the same as an empty one, which there is not.
    pub note: Option<String>,
    /// Words to find it by, in alphabetical order.
    pub tags: Vec<String>,
}

/// How far one is with a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// One wants to read it.
    #[default]
    ToRead,
    /// One reads it.
    Reading,
    /// One has read it.
    Read,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ToRead, Self::Reading, Self::Read];

    /// Returns the word for it, in the table and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::ToRead => "to-read",
            Self::Reading => "reading",
            Self::Read => "read",
        }
    }

    /// Understands a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Changes to a book: what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Another title.
    pub title: Option<String>,
    /// Another author.
    pub author: Option<String>,
    /// Another status.
    pub status: Option<Status>,
    /// Another note; `Some(None)` takes it away.
    pub note: Option<Option<String>>,
    /// Other tags instead of all that are there.
    pub tags: Option<Vec<String>>,
}

/// Which books to list, and in which order.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Only of this author.
    pub author: Option<String>,
    /// Only with this status.
    pub status: Option<Status>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only with this text in title, author or note; A to Z are the same as a to z.
    pub search: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// Which page; the first is 1.
    pub page: u32,
    /// How many books a page has.
    pub page_size: u32,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            author: None,
            status: None,
            tag: None,
            search: None,
            sort: Sort::Id,
            descending: false,
            page: 1,
            page_size: 20,
        }
    }
}

/// What to sort by. A column's name cannot be a parameter, so the names that may be asked for are these
/// and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By number, as they came.
    Id,
    /// By title.
    Title,
    /// By author.
    Author,
    /// By status.
    Status,
}

impl Sort {
    fn column(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Author => "author",
            Self::Status => "status",
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The books on it.
    pub books: Vec<Book>,
    /// How many there are on all pages.
    pub total: u32,
}

/// Why the list did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such book.
    #[error("there is no book {0}")]
    Unknown(i64),
    /// It is there already.
    #[error("\"{title}\"{} is on the list already", by(author))]
    Twice {
        /// Its title.
        title: String,
        /// Its author.
        author: String,
    },
    /// A title, a tag or a note is empty or cannot be kept.
    #[error("a {what} cannot {why}")]
    Text {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The tables could not be made or brought up to date.
    #[error("cannot prepare the tables")]
    Migrate(#[from] crate::migrate::Error),
    /// The database refused.
    #[error("the database refused")]
    Database(#[from] crate::Error),
}

fn by(author: &str) -> String {
    if author.is_empty() {
        String::new()
    } else {
        format!(" by {author}")
    }
}

// ANCHOR: schema
/// The tables: books, and any number of tags for each.
pub fn migrations(kind: Kind) -> Vec<Migration> {
    let id = kind.choose(
        "INTEGER PRIMARY KEY",
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    );
    vec![
        Migration::new(
            1,
            "books",
            [format!(
                "CREATE TABLE books (
    id     {id},
    title  TEXT NOT NULL CHECK (title <> ''),
    author TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'to-read' CHECK (status IN ('to-read', 'reading', 'read')),
    UNIQUE (title, author)
)"
            )],
        ),
        Migration::new(
            2,
            "tags",
            [
                format!(
                    "CREATE TABLE tags (
    book_id {} NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    tag     TEXT NOT NULL CHECK (tag <> ''),
    PRIMARY KEY (book_id, tag)
)",
                    kind.choose("INTEGER", "BIGINT")
                ),
                "CREATE INDEX tags_by_tag ON tags (tag)".to_owned(),
            ],
        ),
        Migration::new(
            3,
            "notes",
            [
                "ALTER TABLE books ADD COLUMN note TEXT CHECK (note <> '')",
                "CREATE INDEX books_by_author ON books (author)",
            ],
        ),
    ]
}
// ANCHOR_END: schema

/// Makes the tables, or brings them up to date.
///
/// # Errors
///
/// [`Error::Migrate`].
pub fn prepare(database: &mut dyn Database) -> Result<(), Error> {
    let migrations = migrations(database.kind());
    // Nearly every start finds nothing to do, and then a reader must not wait for a writer.
    if !crate::migrate::is_current(database, &migrations)? {
        crate::migrate::run(database, &migrations)?;
    }
    Ok(())
}

// ANCHOR: add
/// Adds a book; returns its number.
///
/// # Errors
///
/// [`Error::Twice`] when title and author are there already, [`Error::Text`] for an empty title.
pub fn add(database: &mut dyn Database, entry: &Entry) -> Result<i64, Error> {
    check(entry)?;
    let mut transaction = Transaction::begin(database)?;
    let inserted = transaction.query(
        "INSERT INTO books (title, author, status, note) VALUES ($1, $2, $3, $4) RETURNING id",
        values![
            &entry.title,
            &entry.author,
            entry.status.word(),
            entry.note.clone()
        ],
    );
    let rows = inserted.map_err(|error| twice(error, &entry.title, &entry.author))?;
    let id = rows.first().map_or(Ok(0), |row| row.get(0))?;
    set_tags(&mut transaction, id, &entry.tags)?;
    transaction.commit()?;
    Ok(id)
}
// ANCHOR_END: add

/// Returns a book.
///
/// # Errors
///
/// [`Error::Unknown`].
pub fn show(database: &mut dyn Database, id: i64) -> Result<Book, Error> {
    let sql = format!("{SELECT} WHERE id = $1");
    let rows = database.query(&sql, values![id])?;
    let book = rows.first().map(book).ok_or(Error::Unknown(id))?;
    let mut books = [book?];
    read_tags(database, &mut books)?;
    let [book] = books;
    Ok(book)
}

const SELECT: &str = "SELECT id, title, author, status, note FROM books";

// ANCHOR: list
/// Returns a page of the books that pass a filter.
///
/// # Errors
///
/// [`Error::Database`].
pub fn list(database: &mut dyn Database, filter: &Filter) -> Result<Page, Error> {
    let (mut conditions, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(condition.replace("$n", &format!("${}", values.len())));
    };
    // The conditions are ours; what was asked for stands in `values`.
    if let Some(author) = &filter.author {
        add("author = $n", author.into());
    }
    if let Some(status) = filter.status {
        add("status = $n", status.word().into());
    }
    if let Some(tag) = &filter.tag {
        add(
            "id IN (SELECT book_id FROM tags WHERE tag = $n)",
            tag.into(),
        );
    }
    if let Some(text) = &filter.search {
        add(
            "(lower(title) LIKE $n ESCAPE '\\' OR lower(author) LIKE $n ESCAPE '\\' \
             OR lower(coalesce(note, '')) LIKE $n ESCAPE '\\')",
            pattern(text).into(),
        );
    }
    let conditions = match conditions.as_slice() {
        [] => String::new(),
        some => format!(" WHERE {}", some.join(" AND ")),
    };
    // One state for the number and the page, whoever writes meanwhile.
    let mut snapshot = Transaction::snapshot(database)?;
    let total = snapshot.query(&format!("SELECT count(*) FROM books{conditions}"), &values)?;
    let total = total.first().map_or(Ok(0), |row| row.get(0))?;

    let direction = if filter.descending { "DESC" } else { "ASC" };
    // Both compare bytes then; by itself PostgreSQL sorts by the rules of the server's language.
    let by_bytes = match filter.sort {
        Sort::Id => "",
        _ => snapshot.kind().choose("COLLATE BINARY", "COLLATE \"C\""),
    };
    let (column, n) = (filter.sort.column(), values.len());
    // The number last, so that books with one title keep an order and no page repeats one.
    let sql = format!(
        "{SELECT}{conditions} ORDER BY {column} {by_bytes} {direction}, id {direction} \
         LIMIT ${} OFFSET ${}",
        n + 1,
        n + 2
    );
    values.push(filter.page_size.into());
    let before = i64::from(filter.page.max(1) - 1) * i64::from(filter.page_size);
    values.push(before.into());
    let rows = snapshot.query(&sql, &values)?;
    let mut books: Vec<Book> = rows.iter().map(book).collect::<Result<_, _>>()?;
    read_tags(&mut snapshot, &mut books)?;
    Ok(Page { books, total })
}

/// Makes a pattern for LIKE of what somebody looks for: `%` and `_` are signs like others to them.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        // As far as SQLite's `lower` goes.
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}
// ANCHOR_END: list

// ANCHOR: edit
/// Changes a book. It is one statement that names what changes and leaves the rest: of two users who
/// change different things of one book, neither undoes the other's change.
///
/// # Errors
///
/// [`Error::Unknown`], [`Error::Twice`], [`Error::Text`].
pub fn edit(database: &mut dyn Database, id: i64, edit: &Edit) -> Result<(), Error> {
    let mut transaction = Transaction::begin(database)?;
    let before = show(&mut transaction, id)?.entry;
    let after = Entry {
        title: edit.title.clone().unwrap_or(before.title),
        author: edit.author.clone().unwrap_or(before.author),
        status: edit.status.unwrap_or(before.status),
        note: edit.note.clone().unwrap_or(before.note),
        tags: edit.tags.clone().unwrap_or_default(),
    };
    check(&after)?;
    let status = edit.status.map(Status::word);
    transaction
        .execute(
            "UPDATE books
                SET title = coalesce($2, title), author = coalesce($3, author),
                    status = coalesce($4, status),
                    note = CASE WHEN $5 = 1 THEN $6 ELSE note END
              WHERE id = $1",
            values![
                id,
                edit.title.clone(),
                edit.author.clone(),
                status,
                edit.note.is_some(),
                edit.note.clone().flatten()
            ],
        )
        .map_err(|error| twice(error, &after.title, &after.author))?;
    if let Some(tags) = &edit.tags {
        transaction.execute("DELETE FROM tags WHERE book_id = $1", values![id])?;
        set_tags(&mut transaction, id, tags)?;
    }
    transaction.commit()?;
    Ok(())
}
// ANCHOR_END: edit

// ANCHOR: remove
/// Removes a book; its tags go with it, by the table's own rule (`ON DELETE CASCADE`).
///
/// # Errors
///
/// [`Error::Unknown`].
pub fn remove(database: &mut dyn Database, id: i64) -> Result<(), Error> {
    match database.execute("DELETE FROM books WHERE id = $1", values![id])? {
        0 => Err(Error::Unknown(id)),
        _ => Ok(()),
    }
}
// ANCHOR_END: remove

// ANCHOR: put
/// Adds a book, or brings one with the same title and author up to date; returns whether it is new.
/// Part of an import, which is one transaction.
pub(crate) fn put(transaction: &mut dyn Database, entry: &Entry) -> Result<bool, Error> {
    check(entry)?;
    let key = values![&entry.title, &entry.author];
    let known = transaction.query("SELECT id FROM books WHERE title = $1 AND author = $2", key)?;
    let rows = transaction.query(
        "INSERT INTO books (title, author, status, note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (title, author) DO UPDATE SET status = excluded.status, note = excluded.note
         RETURNING id",
        values![
            &entry.title,
            &entry.author,
            entry.status.word(),
            entry.note.clone()
        ],
    )?;
    let id: i64 = rows.first().map_or(Ok(0), |row| row.get(0))?;
    transaction.execute("DELETE FROM tags WHERE book_id = $1", values![id])?;
    set_tags(transaction, id, &entry.tags)?;
    Ok(known.is_empty())
}
// ANCHOR_END: put

/// Returns how many books there are with each tag, and how many of them were read, most first.
///
/// # Errors
///
/// [`Error::Database`].
// ANCHOR: tags
pub fn tags(database: &mut dyn Database) -> Result<Vec<(String, u32, u32)>, Error> {
    let rows = database.query(
        "SELECT tags.tag, count(*), count(CASE WHEN books.status = 'read' THEN 1 END)
           FROM tags JOIN books ON books.id = tags.book_id
          GROUP BY tags.tag
          ORDER BY count(*) DESC, tags.tag",
        &[],
    )?;
    let tags = rows
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    tags.collect()
}
// ANCHOR_END: tags

fn set_tags(database: &mut dyn Database, id: i64, tags: &[String]) -> Result<(), Error> {
    for tag in tags {
        database.execute(
            "INSERT INTO tags (book_id, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![id, tag],
        )?;
    }
    Ok(())
}

/// Reads the tags of a page of books by one question for all, not one for each.
fn read_tags(database: &mut dyn Database, books: &mut [Book]) -> Result<(), Error> {
    let (Some(first), Some(last)) = (
        books.iter().map(|book| book.id).min(),
        books.iter().map(|book| book.id).max(),
    ) else {
        return Ok(());
    };
    let places: HashMap<i64, usize> = books.iter().map(|book| book.id).zip(0..).collect();
    let by_bytes = database.kind().choose("COLLATE BINARY", "COLLATE \"C\"");
    let sql = format!(
        "SELECT book_id, tag FROM tags WHERE book_id BETWEEN $1 AND $2 ORDER BY tag {by_bytes}"
    );
    for row in database.query(&sql, values![first, last])? {
        let id: i64 = row.get(0)?;
        if let Some(book) = places.get(&id).and_then(|place| books.get_mut(*place)) {
            book.entry.tags.push(row.get(1)?);
        }
    }
    Ok(())
}

fn book(row: &Row) -> Result<Book, crate::Error> {
    let status: String = row.get(3)?;
    Ok(Book {
        id: row.get(0)?,
        entry: Entry {
            title: row.get(1)?,
            author: row.get(2)?,
            // The table allows no other word.
            status: Status::from_word(&status).unwrap_or_default(),
            note: row.get(4)?,
            tags: Vec::new(),
        },
    })
}

/// Refuses what the tables would refuse too, in better words; and NUL, which SQLite would keep and
/// PostgreSQL would not.
fn check(entry: &Entry) -> Result<(), Error> {
    let empty = "be empty";
    let tags = entry.tags.iter().map(|tag| ("tag", tag, true));
    let note = entry.note.iter().map(|note| ("note", note, true));
    let texts = [
        ("title", &entry.title, true),
        ("author", &entry.author, false),
    ];
    for (what, text, is_needed) in texts.into_iter().chain(note).chain(tags) {
        if is_needed && text.is_empty() {
            return Err(Error::Text { what, why: empty });
        }
        if text.contains('\0') {
            let why = "contain the sign NUL";
            return Err(Error::Text { what, why });
        }
    }
    Ok(())
}

fn twice(error: crate::Error, title: &str, author: &str) -> Error {
    match error.cause() {
        Some(Cause::Unique) => Error::Twice {
            title: title.to_owned(),
            author: author.to_owned(),
        },
        _ => Error::Database(error),
    }
}
