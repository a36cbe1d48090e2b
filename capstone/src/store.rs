//! `PageRecord -> rows`: what a crawl knows, on disk, so that it can stop at any moment and go on.
//!
//! ```text
//! urls ──< links      every URL ever seen: pending, stored, refused, failed or skipped, and why
//!  └── pages          what a stored page says: title, date and its evidence, author, language …
//! origins             the robots.txt of each origin, and when it was fetched
//! scope, notes        the hosts that the seeds led to; who runs this crawl
//! articles            a view: url, title, published
//! ```
//!
//! Three rules keep it whole:
//!
//! 1. **One writer.** One thread of one process writes. A second process is refused ([`StoreError::Locked`])
//!    by a lock that the operating system, or the server, releases however the first one ends.
//! 2. **One record, one transaction.** A [`PageRecord`] is everything that one answer changes: the page,
//!    the links found on it, the URLs seen there first, the state of its own URL. [`Store::write`] makes
//!    several records durable together, but never a part of one. So after a crash each URL is either
//!    still `pending`, and is asked for again, or its page is there.
//! 3. **No URL twice.** The key of a URL is unique, and a page's row has the number of its URL.
//!
//! The database is a file of SQLite or, for `postgres://…`, one on a server: the same statements, the same
//! promises, tables by the same migrations.
//!
//! SQLite's write-ahead log lets `stats` and `export` read while a crawl writes. With
//! `synchronous = NORMAL` a killed process loses nothing; after a power cut the last moments may be
//! missing, never half written, and are fetched again.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use database::migrate::Migration;
use database::value::FromValue;
use database::{
    Address, Cause, Database, Kind, Postgres, Row, Sqlite, Transaction, Value, values, well_kept,
};
use rusqlite::{Connection, OpenFlags};
use url::Url;

use crate::extract::ExtractedPage;
use crate::frontier::{Refusal, UrlId};

/// Everything that one answer changes. It becomes durable as a whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct PageRecord {
    /// The URL that was asked for, as it stands now.
    pub url: Option<UrlRow>,
    /// The page, when there is one to keep.
    pub page: Option<PageRow>,
    /// The URLs that were seen here first.
    pub found: Vec<UrlRow>,
    /// The numbers of all URLs that are linked here.
    pub links: Vec<UrlId>,
    /// A robots.txt.
    pub origin: Option<OriginRow>,
    /// A host that joins the scope.
    pub scope: Option<String>,
}

/// A URL, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlRow {
    /// Its number.
    pub id: UrlId,
    /// Its key.
    pub url: Url,
    /// Steps from a seed.
    pub depth: u32,
    /// How it stands.
    pub state: State,
    /// How often it was asked for in this run.
    pub tries: u32,
}

/// How a URL stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits to be asked for.
    Pending,
    /// Its page is stored.
    Stored,
    /// It is not ours to ask for, or to keep.
    Refused(Refusal),
    /// There was no answer that could be used.
    Failed {
        /// What went wrong.
        why: String,
        /// Whether the next run tries it again.
        may_pass: bool,
    },
    /// There is an answer, and it is no page to store.
    Skipped(Skip),
}

impl State {
    /// Returns the name in the column `state`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Stored => "stored",
            Self::Refused(_) => "refused",
            Self::Failed { .. } => "failed",
            Self::Skipped(_) => "skipped",
        }
    }

    /// Returns why, in words, where there is a reason.
    pub fn why(&self) -> Option<String> {
        match self {
            Self::Pending | Self::Stored => None,
            Self::Refused(why) => Some(why.to_string()),
            Self::Failed { why, .. } => Some(why.clone()),
            Self::Skipped(why) => Some(why.to_string()),
        }
    }

    /// Whether the next run leaves it as it is. What was refused is judged anew, for that costs no
    /// request and the settings may have changed.
    fn has_ended(&self) -> bool {
        match self {
            Self::Stored | Self::Skipped(_) => true,
            Self::Refused(why) => *why == Refusal::NoIndex,
            Self::Failed { may_pass, .. } => !may_pass,
            Self::Pending => false,
        }
    }
}

/// Why an answer is no page to store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Skip {
    /// It is an image, an archive, a program.
    #[error("not a page: {0}")]
    NotHtml(String),
    /// It leads elsewhere.
    #[error("redirect to {0}")]
    Redirect(Url),
    /// It is another spelling of a page with its own URL.
    #[error("same page as {0}")]
    Duplicate(Url),
}

/// What is stored of a page.
#[derive(Clone, Debug)]
pub struct PageRow {
    /// What it says.
    pub extracted: ExtractedPage,
    /// The HTTP status.
    pub status: u16,
    /// The size of its body, in bytes.
    pub bytes: usize,
    /// How long it took to fetch.
    pub took: Duration,
    /// When it was fetched.
    pub fetched_at: SystemTime,
}

/// The robots.txt of an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginRow {
    /// For example `https://site.test`.
    pub origin: String,
    /// The HTTP status of its robots.txt; 0 when there was no answer.
    pub status: u16,
    /// The file; empty where there is none.
    pub robots: Vec<u8>,
    /// When it was fetched.
    pub fetched_at: SystemTime,
}

/// Why the database cannot be used. A `place` is a file, or an address without its password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process writes to it.
    #[error("{place} is in use: {holder} is crawling into it")]
    Locked {
        /// The database.
        place: String,
        /// Who holds it, for example `process 4711`.
        holder: String,
    },
    /// There is nothing to read.
    #[error("there is no crawl in {0}")]
    Missing(String),
    /// It holds something else.
    #[error("{0} is a database of another program")]
    Foreign(String),
    /// It was written by a later version of this program.
    #[error(
        "{place} was made by a later version of this program (schema {found}, this one knows {known})"
    )]
    TooNew {
        /// The database.
        place: String,
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file system refused.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The disk is full.
    #[error("no space left for {0}")]
    Full(String),
    /// The tables could not be made or brought up to date.
    #[error("cannot migrate {place}")]
    Migrate {
        /// The database.
        place: String,
        /// Why.
        #[source]
        source: well_kept::WellKeptError,
    },
    /// The database refused.
    #[error("cannot {doing} {place}")]
    Sql {
        /// What was being done, for example `write to`.
        doing: &'static str,
        /// The database.
        place: String,
        /// Why.
        #[source]
        source: database::Error,
    },
}

/// Marks a file as ours: `Spin` in ASCII, in the header that SQLite reserves for this.
const APPLICATION_ID: i64 = 0x5370_696e;

// ANCHOR: migrations
/// The schema, step by step, for either database. A step that was published is never edited, only
/// followed by another.
fn migrations(kind: Kind) -> Vec<Migration> {
    let integer = kind.choose("INTEGER", "BIGINT");
    let bytes = kind.choose("BLOB", "BYTEA");
    let (strict, no_rowid) = kind.choose((" STRICT", " STRICT, WITHOUT ROWID"), ("", ""));
    let mut first = vec![
        format!(
            "CREATE TABLE urls (
    id       {integer} PRIMARY KEY,
    url      TEXT NOT NULL UNIQUE,
    depth    {integer} NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('pending', 'stored', 'refused', 'failed', 'skipped')),
    why      TEXT CHECK ((why IS NULL) = (state IN ('pending', 'stored'))),
    may_pass {integer} NOT NULL DEFAULT 0,  -- failed, and the next run tries again
    tries    {integer} NOT NULL DEFAULT 0   -- over all runs
){strict}"
        ),
        format!(
            "CREATE TABLE pages (
    url_id     {integer} PRIMARY KEY REFERENCES urls (id),
    title      TEXT,
    published  TEXT,     -- YYYY-MM-DD
    evidence   TEXT,     -- where the page says so: json-ld, meta, microdata, time, url, text
    modified   TEXT,
    author     TEXT,
    language   TEXT,
    canonical  TEXT,     -- the URL that the page calls its own, where that is another
    status     {integer} NOT NULL,
    bytes      {integer} NOT NULL,
    took_ms    {integer} NOT NULL,
    fetched_at {integer} NOT NULL,  -- seconds since 1970, UTC
    CHECK ((published IS NULL) = (evidence IS NULL))
){strict}"
        ),
        format!(
            "CREATE TABLE links (
    from_id {integer} NOT NULL REFERENCES urls (id),
    to_id   {integer} NOT NULL REFERENCES urls (id),
    PRIMARY KEY (from_id, to_id)
){no_rowid}"
        ),
        format!(
            "CREATE TABLE origins (
    origin     TEXT PRIMARY KEY,
    status     {integer} NOT NULL,
    robots     {bytes} NOT NULL,
    fetched_at {integer} NOT NULL
){strict}"
        ),
        format!("CREATE TABLE scope (host TEXT PRIMARY KEY){strict}"),
        format!("CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL){strict}"),
        "CREATE VIEW articles AS
    SELECT urls.url, pages.title, pages.published FROM pages JOIN urls ON urls.id = pages.url_id"
            .to_owned(),
    ];
    if kind == Kind::Sqlite {
        first.push(format!("PRAGMA application_id = {APPLICATION_ID}"));
    }
    vec![Migration::new(1, FIRST, first)]
}
// ANCHOR_END: migrations

/// The name of the first migration, by which a database on a server is known as ours.
const FIRST: &str = "crawl";

/// A crawl's database. See the [module](self) for what it promises.
#[derive(Debug)]
pub struct Store {
    /// In a cell, since a question takes the connection for as long as it is answered.
    database: RefCell<Box<dyn Database>>,
    address: Address,
    /// Held while a crawl writes; the system releases it when the process ends, however it ends. On a
    /// server the connection itself holds the lock.
    _lock: Option<File>,
}

impl Store {
    /// Opens the database of a crawl for writing, and makes its tables where there are none.
    ///
    /// # Errors
    ///
    /// [`StoreError`], above all [`StoreError::Locked`] when another process writes to it.
    pub fn create(address: impl Into<Address>) -> Result<Self, StoreError> {
        let address = address.into();
        let store = match &address {
            Address::Sqlite(path) => {
                let lock = lock(path)?;
                // Whose it is, before anything is changed, be it only its journal.
                let looked_at =
                    Self::over(connect(path, OpenFlags::default())?, address.clone(), None);
                looked_at.version()?;
                drop(looked_at);
                let database =
                    Sqlite::open(path).map_err(|source| explain("open", &address, source))?;
                Self::over(Box::new(database), address, Some(lock))
            }
            Address::Postgres(url) => {
                let mut database =
                    Postgres::connect(url).map_err(|source| explain("open", &address, source))?;
                lock_server(&mut database, &address)?;
                Self::over(Box::new(database), address, None)
            }
        };
        store.migrate()?;
        Ok(store)
    }

    /// Opens the database of a crawl for reading, even while another process writes to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], above all [`StoreError::Missing`].
    pub fn open(address: impl Into<Address>) -> Result<Self, StoreError> {
        let address = address.into();
        let database = match &address {
            Address::Sqlite(path) if !path.exists() => {
                return Err(StoreError::Missing(address.to_string()));
            }
            Address::Sqlite(path) => connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            Address::Postgres(_) => {
                let opened = address.open();
                opened.map_err(|source| explain("open", &address, source))?
            }
        };
        let store = Self::over(database, address, None);
        if store.version()? == 0 {
            return Err(StoreError::Missing(store.address.to_string()));
        }
        Ok(store)
    }

    fn over(database: Box<dyn Database>, address: Address, lock: Option<File>) -> Self {
        Self {
            database: RefCell::new(database),
            address,
            _lock: lock,
        }
    }

    /// Returns how many migrations the database has taken, after a look at whose it is.
    fn version(&self) -> Result<i64, StoreError> {
        let applied = self.sql("open", well_kept::applied)?;
        let newest = applied.last().map_or(0, |(version, _)| *version);
        let (is_ours, older) = match self.address.kind() {
            Kind::Sqlite => self.sql("open", whose_file)?,
            Kind::Postgres => {
                let tables: i64 = self.sql("open", |database| {
                    number(
                        database,
                        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()",
                    )
                })?;
                let is_empty = tables == 0;
                let is_ours = applied.first().is_some_and(|(_, name)| name == FIRST);
                (is_empty || is_ours, 0)
            }
        };
        if !is_ours {
            return Err(StoreError::Foreign(self.address.to_string()));
        }
        let known = i64::try_from(migrations(self.address.kind()).len()).unwrap_or(i64::MAX);
        let found = newest.max(older);
        if found > known {
            let place = self.address.to_string();
            return Err(StoreError::TooNew {
                place,
                found,
                known,
            });
        }
        Ok(found)
    }

    // ANCHOR: migrate
    /// Takes the steps that are missing, all in one transaction: a crash in the middle leaves them undone,
    /// not half done.
    fn migrate(&self) -> Result<(), StoreError> {
        let version = self.version()?;
        let migrations = migrations(self.address.kind());
        let mut database = self.database.borrow_mut();
        let migrate = |source| StoreError::Migrate {
            place: self.address.to_string(),
            source,
        };
        let applied = well_kept::applied(database.as_mut());
        let applied = applied.map_err(|source| explain("open", &self.address, source))?;
        if applied.is_empty() && version > 0 {
            // Made before the steps were recorded this way: it has them already.
            well_kept::adopt(database.as_mut(), &migrations[..1]).map_err(migrate)?;
        }
        well_kept::run(database.as_mut(), &migrations).map_err(migrate)?;
        Ok(())
    }
    // ANCHOR_END: migrate

    // ANCHOR: write
    /// Makes records durable, all of them or none, in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] when the disk is full, [`StoreError::Sql`] for all else. Nothing was
    /// written then, and the URLs are still pending.
    pub fn write(&mut self, records: &[PageRecord]) -> Result<(), StoreError> {
        self.sql("write to", |database| {
            let mut transaction = Transaction::begin(database)?;
            for record in records {
                write_record(&mut transaction, record)?;
            }
            transaction.commit()
        })
    }
    // ANCHOR_END: write

    /// Calls `each` with every URL that was ever seen, in the order in which they were; `true` means
    /// that it has ended and is not to be asked for again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn urls(&self, mut each: impl FnMut(UrlId, Url, u32, bool)) -> Result<(), StoreError> {
        self.sql("read", |database| {
            database.each(
                "SELECT id, url, depth, \
                    state IN ('stored', 'skipped') OR (state = 'failed' AND may_pass = 0) \
                    OR (state = 'refused' AND why = 'noindex') FROM urls ORDER BY id",
                &[],
                &mut |row| {
                    // Keys are written by us alone; a row that somebody spoiled is passed over.
                    if let Ok(url) = Url::parse(&row.get::<String>(1)?) {
                        each(row.get(0)?, url, row.get(2)?, row.get(3)?);
                    }
                    Ok(())
                },
            )
        })
    }

    /// Returns which page left its place to which.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn duplicates(&self) -> Result<Vec<(UrlId, UrlId)>, StoreError> {
        self.list(
            "SELECT one.id, other.id FROM urls one JOIN urls other ON one.why = 'same page as ' || other.url \
             WHERE one.state = 'skipped' ORDER BY one.id",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Returns the robots.txt files that were fetched after `since`, and whether they may still be used
    /// is decided by the caller.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn origins(&self, since: SystemTime) -> Result<Vec<OriginRow>, StoreError> {
        self.list(
            "SELECT origin, status, robots, fetched_at FROM origins WHERE fetched_at >= $1",
            values![seconds(since)],
            |row| {
                Ok(OriginRow {
                    origin: row.get(0)?,
                    status: row.get(1)?,
                    robots: row.get(2)?,
                    fetched_at: UNIX_EPOCH + Duration::from_secs(row.get(3)?),
                })
            },
        )
    }

    /// Returns the hosts that the seeds led to.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn scope(&self) -> Result<Vec<String>, StoreError> {
        self.list("SELECT host FROM scope ORDER BY host", &[], |row| {
            row.get(0)
        })
    }

    /// Returns a note that was left, for example who runs this crawl.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM notes WHERE name = $1";
        let notes = self.list(sql, values![name], |row| row.get(0))?;
        Ok(notes.into_iter().next())
    }

    /// Leaves a note for the next run.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be written.
    pub fn set_note(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.sql("write to", |database| {
            database
                .execute(
                    "INSERT INTO notes (name, value) VALUES ($1, $2) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    &[Value::from(name), text(value)],
                )
                .map(drop)
        })
    }

    /// Counts everything.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let list = |sql: &str| self.list(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)));
        let number = |sql: &str| self.sql("read", |database| number(database, sql));
        let states: Vec<(String, u64)> = list("SELECT state, count(*) FROM urls GROUP BY state")?;
        let of = |name: &str| {
            let found = states.iter().find(|(state, _)| state == name);
            found.map_or(0, |(_, count)| *count)
        };
        // What follows a colon is particular to one URL; what stands before it is the kind of reason.
        let position = self.address.kind().choose("instr", "strpos");
        let reasons = |state: &str| {
            list(&format!(
                "SELECT CASE WHEN why LIKE 'redirect to %' THEN 'redirect' WHEN why LIKE 'same page as %' THEN 'same page' \
                             WHEN {position}(why, ':') > 0 THEN substr(why, 1, CAST({position}(why, ':') - 1 AS INTEGER)) \
                             ELSE why END AS reason, count(*) \
                 FROM urls WHERE state = '{state}' GROUP BY reason ORDER BY 2 DESC, 1"
            ))
        };
        Ok(Counts {
            pending: of("pending"),
            stored: of("stored"),
            refused: of("refused"),
            failed: of("failed"),
            skipped: of("skipped"),
            refused_for: reasons("refused")?,
            failed_for: reasons("failed")?,
            skipped_for: reasons("skipped")?,
            with_title: number("SELECT count(title) FROM pages")?,
            with_date: number("SELECT count(published) FROM pages")?,
            dates_by: list(
                "SELECT evidence, count(*) FROM pages WHERE evidence IS NOT NULL GROUP BY evidence ORDER BY 2 DESC, 1",
            )?,
            links: number("SELECT count(*) FROM links")?,
            bytes: number("SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM pages")?,
        })
    }

    /// Calls `each` with every URL as it stands, in the order in which they were seen.
    ///
    /// # Errors
    ///
    /// What `each` returns, for example because its output was closed; [`StoreError`] when the database cannot be read.
    pub fn export<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(&Exported) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        self.sql("read", |database| {
            database.each(
                "SELECT url, title, published, state, why, tries FROM urls LEFT JOIN pages ON url_id = id ORDER BY id",
                &[],
                &mut |row| {
                    if outcome.is_ok() {
                        outcome = each(&Exported::from_row(&row)?);
                    }
                    Ok(())
                },
            )
        })?;
        outcome
    }

    fn list<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row) -> Result<T, database::Error>,
    ) -> Result<Vec<T>, StoreError> {
        self.sql("read", |database| {
            database.query(sql, values)?.iter().map(read).collect()
        })
    }

    fn sql<T>(
        &self,
        doing: &'static str,
        act: impl FnOnce(&mut dyn Database) -> Result<T, database::Error>,
    ) -> Result<T, StoreError> {
        act(self.database.borrow_mut().as_mut())
            .map_err(|source| explain(doing, &self.address, source))
    }
}

// ANCHOR: record
/// Writes one record. The order matters: the rows that others point to come first.
fn write_record(database: &mut dyn Database, record: &PageRecord) -> Result<(), database::Error> {
    // A URL that was refused before, or failed in an earlier run, has its row already. Two of one
    // statement must not be the same, so the asked one goes by itself.
    let merge = "ON CONFLICT (id) DO UPDATE SET depth = excluded.depth, state = excluded.state, why = excluded.why, \
                 may_pass = excluded.may_pass, tries = urls.tries + excluded.tries";
    let head = "INSERT INTO urls (id, url, depth, state, why, may_pass, tries)";
    let row_of = |row: &UrlRow| {
        [
            row.id.into(),
            row.url.as_str().into(),
            row.depth.into(),
            row.state.name().into(),
            row.state.why().map_or(Value::Null, |why| text(&why)),
            (!row.state.has_ended() && matches!(row.state, State::Failed { .. })).into(),
            row.tries.into(),
        ]
    };
    insert(database, head, record.url.iter().map(row_of), merge)?;
    insert(database, head, record.found.iter().map(row_of), merge)?;
    if let (Some(row), Some(page)) = (&record.url, &record.page) {
        let extracted = &page.extracted;
        let texts = |found: Option<&str>| found.map_or(Value::Null, text);
        database.execute(
            "INSERT INTO pages (url_id, title, published, evidence, modified, author, language, canonical, status, bytes, \
                took_ms, fetched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &[
                row.id.into(),
                texts(extracted.title.as_deref()),
                extracted.published.map(|found| found.date.to_string()).into(),
                extracted.published.map(|found| found.evidence.name()).into(),
                extracted.modified.map(|date| date.to_string()).into(),
                texts(extracted.author.as_deref()),
                texts(extracted.language.as_deref()),
                extracted.canonical.as_ref().map(Url::as_str).into(),
                page.status.into(),
                (page.bytes as i64).into(),
                i64::try_from(page.took.as_millis()).unwrap_or(i64::MAX).into(),
                seconds(page.fetched_at).into(),
            ],
        )?;
    }
    if let Some(row) = &record.url {
        let links = record.links.iter().map(|to| [row.id.into(), (*to).into()]);
        insert(
            database,
            "INSERT INTO links (from_id, to_id)",
            links,
            "ON CONFLICT DO NOTHING",
        )?;
    }
    if let Some(origin) = &record.origin {
        database.execute(
            "INSERT INTO origins (origin, status, robots, fetched_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (origin) DO UPDATE SET status = excluded.status, robots = excluded.robots, \
                fetched_at = excluded.fetched_at",
            values![
                &origin.origin,
                origin.status,
                origin.robots.clone(),
                seconds(origin.fetched_at)
            ],
        )?;
    }
    if let Some(host) = &record.scope {
        database.execute(
            "INSERT INTO scope (host) VALUES ($1) ON CONFLICT DO NOTHING",
            values![host],
        )?;
    }
    Ok(())
}
// ANCHOR_END: record

/// Inserts rows, sixteen a statement while there are so many: to a server each statement is a journey.
fn insert<const COLUMNS: usize>(
    database: &mut dyn Database,
    head: &str,
    rows: impl Iterator<Item = [Value; COLUMNS]>,
    tail: &str,
) -> Result<(), database::Error> {
    const TOGETHER: usize = 16;
    let rows: Vec<[Value; COLUMNS]> = rows.collect();
    let (whole, rest) = rows.as_chunks::<TOGETHER>();
    let places = |n_rows: usize| {
        let row = |row: usize| {
            let places: Vec<String> = (1..=COLUMNS)
                .map(|column| format!("${}", row * COLUMNS + column))
                .collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (0..n_rows).map(row).collect();
        format!("{head} VALUES {} {tail}", rows.join(", "))
    };
    let sql = places(TOGETHER);
    for chunk in whole {
        database.execute(&sql, chunk.as_flattened())?;
    }
    let sql = places(1);
    for row in rest {
        database.execute(&sql, row)?;
    }
    Ok(())
}

/// A text from a page, as both databases can keep it: PostgreSQL's texts have no NUL.
fn text(text: &str) -> Value {
    Value::Text(text.replace('\0', "\u{fffd}"))
}

/// How everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// URLs that wait.
    pub pending: u64,
    /// URLs whose page is stored.
    pub stored: u64,
    /// URLs that are not ours to ask for.
    pub refused: u64,
    /// URLs without an answer that could be used.
    pub failed: u64,
    /// URLs whose answer is no page to store.
    pub skipped: u64,
    /// Reasons, the most frequent first.
    pub refused_for: Vec<(String, u64)>,
    /// Reasons, the most frequent first.
    pub failed_for: Vec<(String, u64)>,
    /// Reasons, the most frequent first.
    pub skipped_for: Vec<(String, u64)>,
    /// Pages with a title.
    pub with_title: u64,
    /// Pages with a day of publication.
    pub with_date: u64,
    /// Where the days were found.
    pub dates_by: Vec<(String, u64)>,
    /// Links between URLs.
    pub links: u64,
    /// The size of all stored pages together.
    pub bytes: u64,
}

/// One URL as `export` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The URL.
    pub url: String,
    /// The title of its page.
    pub title: Option<String>,
    /// The day of publication.
    pub date: Option<String>,
    /// How the URL stands, for example `stored`.
    pub state: String,
    /// Why there is no page, for example `failed: 404 Not Found (1 try)`; `None` for a stored page.
    pub error: Option<String>,
}

impl Exported {
    fn from_row(row: &Row) -> Result<Self, database::Error> {
        let (state, why, tries): (String, Option<String>, u32) =
            (row.get(3)?, row.get(4)?, row.get(5)?);
        let error = match (state.as_str(), why) {
            ("stored", _) => None,
            ("failed", Some(why)) if tries == 0 => Some(format!("failed: {why}")),
            ("failed", Some(why)) => Some(format!(
                "failed: {why} ({tries} {})",
                if tries == 1 { "try" } else { "tries" }
            )),
            (_, Some(why)) => Some(format!("{state}: {why}")),
            (_, None) => Some(state.clone()),
        };
        Ok(Self {
            url: row.get(0)?,
            title: row.get(1)?,
            date: row.get(2)?,
            state,
            error,
        })
    }
}

// ANCHOR: lock
/// Takes the lock beside a database: an advisory lock on a file of its own.
///
/// Not on the database itself: SQLite keeps locks on that, and closing a second handle to it would
/// drop them. The number of the process is written into the file for people; the lock does not depend on it.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let error = |source| StoreError::File {
        path: lock_path.clone(),
        source,
    };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(error)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is a courtesy: without the name the message still says what is wrong.
            let _ = (&mut file).take(64).read_to_string(&mut holder);
            let holder = if holder.trim().is_empty() {
                "another process".to_owned()
            } else {
                holder.trim().to_owned()
            };
            return Err(StoreError::Locked {
                place: path.display().to_string(),
                holder,
            });
        }
        Err(TryLockError::Error(source)) => return Err(error(source)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "process {}", std::process::id()))
        .map_err(error)?;
    Ok(file)
}
// ANCHOR_END: lock

/// The number of the lock on a server: `Spin` and `dle` in ASCII. It belongs to one database of it.
const SERVER_LOCK: i64 = 0x5370_696e_646c_6500;

/// Takes the lock of a database on a server. The connection holds it, so it goes with the process.
fn lock_server(database: &mut dyn Database, address: &Address) -> Result<(), StoreError> {
    let refused = |source| explain("open", address, source);
    let name = format!("SET application_name = 'process {}'", std::process::id());
    database.batch(&name).map_err(refused)?;
    // A server needs a moment to notice that a process was killed, so the first refusal is not the last.
    for attempt in 0..20 {
        if attempt > 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
        let sql = "SELECT pg_try_advisory_lock($1)";
        let taken = database.query(sql, values![SERVER_LOCK]).map_err(refused)?;
        if taken.first().is_some_and(|row| row.get(0).unwrap_or(false)) {
            return Ok(());
        }
    }
    let holders = database
        .query(
            "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) \
              WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pg_locks.database = \
                    (SELECT oid FROM pg_database WHERE datname = current_database()) \
                AND CAST(classid AS BIGINT) * 4294967296 + CAST(objid AS BIGINT) = $1",
            values![SERVER_LOCK],
        )
        .map_err(refused)?;
    let holder = holders.first().and_then(|row| row.get::<String>(0).ok());
    Err(StoreError::Locked {
        place: address.to_string(),
        holder: holder
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "another process".to_owned()),
    })
}

/// Opens a file without changing anything about it.
fn connect(path: &Path, flags: OpenFlags) -> Result<Box<dyn Database>, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        Ok(connection)
    };
    let connection = open().map_err(|source: rusqlite::Error| {
        let place = path.display().to_string();
        let source = database::Error::Open {
            place,
            source: source.into(),
        };
        explain("open", &path.into(), source)
    })?;
    Ok(Box::new(Sqlite::new(connection)))
}

/// Looks whose file it is: whether it is ours or empty, and how many steps it has taken that were
/// counted in its header, as they were before the list of migrations.
fn whose_file(database: &mut dyn Database) -> Result<(bool, i64), database::Error> {
    let owner: i64 = number(database, "SELECT application_id FROM pragma_application_id")?;
    let version: i64 = number(database, "SELECT user_version FROM pragma_user_version")?;
    let tables: i64 = number(database, "SELECT count(*) FROM sqlite_schema")?;
    let is_ours = owner == APPLICATION_ID || (owner == 0 && version == 0 && tables == 0);
    Ok((is_ours, version))
}

/// The one number that a question answers with.
fn number<T: FromValue + Default>(
    database: &mut dyn Database,
    sql: &str,
) -> Result<T, database::Error> {
    let rows = database.query(sql, &[])?;
    rows.first()
        .map_or_else(|| Ok(T::default()), |row| row.get(0))
}

fn explain(doing: &'static str, address: &Address, source: database::Error) -> StoreError {
    let place = address.to_string();
    match source.cause() {
        Some(Cause::Full) => StoreError::Full(place),
        Some(Cause::NoDatabase) => StoreError::Foreign(place),
        _ => StoreError::Sql {
            doing,
            place,
            source,
        },
    }
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use postgres_sandbox::Sandbox;

    use super::*;

    fn url(id: UrlId, state: State) -> UrlRow {
        let url = Url::parse(&format!("http://site.test/{id}")).expect("a URL");
        UrlRow {
            id,
            url,
            depth: 1,
            state,
            tries: 1,
        }
    }

    fn page(title: &str) -> PageRow {
        let extracted = ExtractedPage {
            title: Some(title.to_owned()),
            ..ExtractedPage::default()
        };
        PageRow {
            extracted,
            status: 200,
            bytes: 5,
            took: Duration::ZERO,
            fetched_at: SystemTime::now(),
        }
    }

    fn stored(id: UrlId, found: Vec<UrlRow>) -> PageRecord {
        let links = found.iter().map(|row| row.id).collect();
        PageRecord {
            url: Some(url(id, State::Stored)),
            page: Some(page("A")),
            found,
            links,
            ..PageRecord::default()
        }
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crawl.db");
        (folder, path)
    }

    /// Runs a test on an empty file and on an empty database of a server.
    fn on_both(test: impl Fn(&Address)) {
        let (_folder, path) = folder();
        test(&path.into());
        if let Some(server) = Sandbox::for_tests() {
            let database = server.fresh_database().expect("a database");
            test(&Address::parse(database.url()).expect("an address"));
        }
    }

    fn open_urls(store: &Store) -> Vec<UrlId> {
        let mut open = Vec::new();
        store
            .urls(|id, _, _, ended| {
                if !ended {
                    open.push(id)
                }
            })
            .expect("readable");
        open
    }

    #[test]
    fn a_page_and_what_was_found_on_it_come_back() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            store
                .write(&[stored(
                    1,
                    vec![
                        url(2, State::Pending),
                        url(3, State::Refused(Refusal::OutOfScope)),
                    ],
                )])
                .expect("written");
            drop(store);

            let store = Store::create(address).expect("the same database");

            let counts = store.counts().expect("counts");
            assert_eq!(
                (counts.stored, counts.pending, counts.refused, counts.links),
                (1, 1, 1, 2)
            );
            assert_eq!(
                open_urls(&store),
                [2, 3],
                "a refusal is judged anew by the next run"
            );
        });
    }

    #[test]
    fn a_record_that_fails_leaves_nothing_of_its_batch() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            store.write(&[stored(1, Vec::new())]).expect("written");

            // The same page a second time breaks the second record after its URL was written.
            let error = store.write(&[
                stored(2, vec![url(3, State::Pending)]),
                stored(1, vec![url(4, State::Pending)]),
            ]);

            assert!(matches!(error, Err(StoreError::Sql { .. })), "{error:?}");
            let counts = store.counts().expect("counts");
            assert_eq!((counts.stored, counts.pending), (1, 0));
        });
    }

    #[test]
    fn each_state_decides_whether_the_next_run_asks_again() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            let other = Url::parse("http://site.test/x").expect("a URL");
            let failed = |may_pass| State::Failed {
                why: "503".into(),
                may_pass,
            };
            let found = [
                (1, State::Pending, true),
                (2, failed(true), true),
                (3, failed(false), false),
                (4, State::Refused(Refusal::Robots), true),
                (5, State::Refused(Refusal::NoIndex), false),
                (6, State::Skipped(Skip::NotHtml("image/png".into())), false),
                (7, State::Skipped(Skip::Redirect(other)), false),
            ];
            let rows = found
                .iter()
                .map(|(id, state, _)| url(*id, state.clone()))
                .collect();

            store
                .write(&[PageRecord {
                    found: rows,
                    ..PageRecord::default()
                }])
                .expect("written");

            let expected: Vec<_> = found
                .iter()
                .filter(|(_, _, again)| *again)
                .map(|(id, ..)| *id)
                .collect();
            assert_eq!(open_urls(&store), expected);
        });
    }

    #[test]
    fn tries_add_up_over_runs() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            let failed = || PageRecord {
                url: Some(UrlRow {
                    tries: 3,
                    ..url(
                        1,
                        State::Failed {
                            why: "503".into(),
                            may_pass: true,
                        },
                    )
                }),
                ..PageRecord::default()
            };

            store.write(&[failed()]).expect("written");
            store.write(&[failed()]).expect("written");

            let mut errors = Vec::new();
            store
                .export(|row| -> Result<(), StoreError> {
                    errors.push(row.error.clone());
                    Ok(())
                })
                .expect("exported");
            assert_eq!(errors, [Some("failed: 503 (6 tries)".to_owned())]);
        });
    }

    #[test]
    fn a_second_writer_is_refused_and_told_who_writes() {
        on_both(|address| {
            let first = Store::create(address).expect("a new database");

            let second = Store::create(address)
                .expect_err("it is in use")
                .to_string();

            assert!(
                second.contains(&format!("process {}", std::process::id())),
                "{second}"
            );
            assert!(Store::open(address).is_ok(), "reading is always possible");
            drop(first);
            assert!(
                Store::create(address).is_ok(),
                "the lock went with its holder"
            );
        });
    }

    #[test]
    fn a_file_of_another_program_is_left_alone() {
        let (_folder, path) = folder();
        std::fs::write(&path, "something else that is long enough to be looked at as a header of 100 bytes, or so one hopes, dear reader")
            .expect("written");
        assert!(matches!(Store::create(&path), Err(StoreError::Foreign(_))));

        std::fs::remove_file(&path).expect("removed");
        Connection::open(&path)
            .and_then(|c| c.execute_batch("CREATE TABLE theirs (a)"))
            .expect("another database");
        assert!(matches!(Store::create(&path), Err(StoreError::Foreign(_))));
        assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
    }

    #[test]
    fn a_database_of_a_later_version_is_left_alone() {
        on_both(|address| {
            drop(Store::create(address).expect("a new database"));
            let insert = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) \
                          VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')";
            let mut database = address.open().expect("it opens");
            database.execute(insert, &[]).expect("changed");

            for refused in [Store::create(address), Store::open(address)] {
                assert!(
                    matches!(refused, Err(StoreError::TooNew { found: 99, .. })),
                    "{refused:?}"
                );
            }
        });
    }

    #[test]
    fn a_database_from_before_the_list_of_migrations_goes_on() {
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
        store.write(&[stored(1, Vec::new())]).expect("written");
        drop(store);
        // As the earlier program left it: the same tables, the number in the header, and no list.
        Connection::open(&path)
            .and_then(|c| {
                c.execute_batch("DROP TABLE refinery_schema_history; PRAGMA user_version = 1")
            })
            .expect("changed");
        assert_eq!(
            Store::open(&path)
                .expect("readable")
                .counts()
                .expect("counts")
                .stored,
            1
        );

        let mut store = Store::create(&path).expect("the same database");

        store.write(&[stored(2, Vec::new())]).expect("written");
        assert_eq!(store.counts().expect("counts").stored, 2);
        drop(store);
        assert!(Store::create(&path).is_ok(), "and again");
    }

    #[test]
    fn a_server_database_of_another_program_is_left_alone() {
        on_both(|address| {
            let mut database = address.open().expect("it opens");
            database
                .batch("CREATE TABLE theirs (a INTEGER)")
                .expect("another program's");

            assert!(matches!(
                Store::create(address),
                Err(StoreError::Foreign(_))
            ));
            assert!(matches!(Store::open(address), Err(StoreError::Foreign(_))));
            let tables = database.query("SELECT count(*) FROM theirs", &[]);
            assert!(tables.is_ok(), "it is as it was");
        });
    }

    #[test]
    fn a_title_that_holds_what_one_database_cannot_is_kept_without_it() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            let mut record = stored(1, Vec::new());
            record.page = Some(page("a\0b"));

            store.write(&[record]).expect("written");

            let mut titles = Vec::new();
            store
                .export(|row| -> Result<(), StoreError> {
                    titles.push(row.title.clone());
                    Ok(())
                })
                .expect("exported");
            assert_eq!(titles, [Some("a\u{fffd}b".to_owned())]);
        });
    }

    #[test]
    fn many_links_and_urls_of_one_page_are_all_kept_and_once() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            let mut record = stored(1, (2..102).map(|id| url(id, State::Pending)).collect());
            let twice = record.links.clone();
            record.links.extend(twice);

            store.write(&[record]).expect("written");

            let counts = store.counts().expect("counts");
            assert_eq!((counts.pending, counts.links), (100, 100));
            assert_eq!(open_urls(&store), (2..102).collect::<Vec<_>>());
        });
    }

    #[test]
    fn a_database_that_is_not_there_is_not_made_by_reading() {
        let (_folder, path) = folder();

        assert!(matches!(Store::open(&path), Err(StoreError::Missing(_))));
        assert!(!path.exists());
    }

    #[test]
    fn a_full_disk_is_named_and_loses_nothing() {
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
        store.write(&[stored(1, Vec::new())]).expect("written");
        store
            .database
            .borrow_mut()
            .batch("PRAGMA max_page_count = 30")
            .expect("set");
        let many = (2..5_000).map(|id| url(id, State::Pending)).collect();

        let error = store.write(&[PageRecord {
            found: many,
            ..PageRecord::default()
        }]);

        assert!(matches!(error, Err(StoreError::Full(_))), "{error:?}");
        assert_eq!(store.counts().expect("counts").stored, 1);
    }

    #[test]
    fn which_page_left_its_place_to_which_comes_back() {
        on_both(|address| {
            let mut store = Store::create(address).expect("a new database");
            let original = url(2, State::Stored);
            let rows = vec![
                url(1, State::Skipped(Skip::Duplicate(original.url.clone()))),
                original,
            ];

            store
                .write(&[PageRecord {
                    found: rows,
                    ..PageRecord::default()
                }])
                .expect("written");

            assert_eq!(store.duplicates().expect("readable"), [(1, 2)]);
        });
    }
}
