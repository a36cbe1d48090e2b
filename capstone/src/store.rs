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
//!    by a lock that the operating system releases however the first one ends.
//! 2. **One record, one transaction.** A [`PageRecord`] is everything that one answer changes: the page,
//!    the links found on it, the URLs seen there first, the state of its own URL. [`Store::write`] makes
//!    several records durable together, but never a part of one. So after a crash each URL is either
//!    still `pending`, and is asked for again, or its page is there.
//! 3. **No URL twice.** The key of a URL is unique, and a page's row has the number of its URL.
//!
//! SQLite's write-ahead log lets `stats` and `export` read while a crawl writes. With
//! `synchronous = NORMAL` a killed process loses nothing; after a power cut the last moments may be
//! missing, never half written, and are fetched again.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
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

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process writes to it.
    #[error("{} is in use: {holder} is crawling into it", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
        /// Who holds it, for example `process 4711`.
        holder: String,
    },
    /// There is nothing to read.
    #[error("there is no crawl in {}", .0.display())]
    Missing(PathBuf),
    /// It holds something else.
    #[error("{} is a database of another program", .0.display())]
    Foreign(PathBuf),
    /// It was written by a later version of this program.
    #[error("{} was made by a later version of this program (schema {found}, this one knows {known})", path.display())]
    TooNew {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// Ours.
        known: usize,
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
    #[error("no space left for {}", .0.display())]
    Full(PathBuf),
    /// SQLite refused.
    #[error("cannot {doing} {}", path.display())]
    Sql {
        /// What was being done, for example `write to`.
        doing: &'static str,
        /// The database.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

/// Marks a file as ours: `Spin` in ASCII, in the header that SQLite reserves for this.
const APPLICATION_ID: i32 = 0x5370_696e;

// ANCHOR: migrations
/// The schema, step by step. The version of a database is how many steps it has taken; a step that
/// was published is never edited, only followed by another.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE urls (
        id       INTEGER PRIMARY KEY,
        url      TEXT    NOT NULL UNIQUE,
        depth    INTEGER NOT NULL,
        state    TEXT    NOT NULL CHECK (state IN ('pending', 'stored', 'refused', 'failed', 'skipped')),
        why      TEXT    CHECK ((why IS NULL) = (state IN ('pending', 'stored'))),
        may_pass INTEGER NOT NULL DEFAULT 0,  -- failed, and the next run tries again
        tries    INTEGER NOT NULL DEFAULT 0   -- over all runs
    ) STRICT;

    CREATE TABLE pages (
        url_id     INTEGER PRIMARY KEY REFERENCES urls (id),
        title      TEXT,
        published  TEXT,     -- YYYY-MM-DD
        evidence   TEXT,     -- where the page says so: json-ld, meta, microdata, time, url, text
        modified   TEXT,
        author     TEXT,
        language   TEXT,
        canonical  TEXT,     -- the URL that the page calls its own, where that is another
        status     INTEGER NOT NULL,
        bytes      INTEGER NOT NULL,
        took_ms    INTEGER NOT NULL,
        fetched_at INTEGER NOT NULL,  -- seconds since 1970, UTC
        CHECK ((published IS NULL) = (evidence IS NULL))
    ) STRICT;

    CREATE TABLE links (
        from_id INTEGER NOT NULL REFERENCES urls (id),
        to_id   INTEGER NOT NULL REFERENCES urls (id),
        PRIMARY KEY (from_id, to_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE origins (
        origin     TEXT PRIMARY KEY,
        status     INTEGER NOT NULL,
        robots     BLOB    NOT NULL,
        fetched_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE scope (host TEXT PRIMARY KEY) STRICT;
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE VIEW articles AS
        SELECT urls.url, pages.title, pages.published FROM pages JOIN urls ON urls.id = pages.url_id;
"];
// ANCHOR_END: migrations

/// A crawl's database. See the [module](self) for what it promises.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Held while a crawl writes; the system releases it when the process ends, however it ends.
    _lock: Option<File>,
}

impl Store {
    /// Opens the database of a crawl for writing, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`], above all [`StoreError::Locked`] when another process writes to it.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        let flags = OpenFlags::default();
        let mut store = Self::connect(path, flags, Some(lock))?;
        let version = store.version()?;
        store.sql("open", |connection| {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "foreign_keys", true)
        })?;
        store.migrate(version)?;
        Ok(store)
    }

    /// Opens the database of a crawl for reading, even while another process writes to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], above all [`StoreError::Missing`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let store = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, None)?;
        if store.version()? == 0 {
            return Err(StoreError::Missing(path.to_owned()));
        }
        Ok(store)
    }

    fn connect(path: &Path, flags: OpenFlags, lock: Option<File>) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, flags)
            .and_then(|connection| {
                connection.busy_timeout(Duration::from_secs(10))?;
                // A record takes about ten kinds of statement; none is compiled twice.
                connection.set_prepared_statement_cache_capacity(32);
                Ok(connection)
            })
            .map_err(|source| explain("open", path, source))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Returns how many migrations the database has taken, after a look at whose it is.
    fn version(&self) -> Result<usize, StoreError> {
        let (owner, version, tables): (i32, usize, i64) = self.sql("open", |connection| {
            connection.query_row(
                "SELECT (SELECT application_id FROM pragma_application_id), \
                        (SELECT user_version FROM pragma_user_version), \
                        (SELECT count(*) FROM sqlite_schema)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
        })?;
        if owner != APPLICATION_ID && (owner != 0 || version != 0 || tables != 0) {
            return Err(StoreError::Foreign(self.path.clone()));
        }
        if version > MIGRATIONS.len() {
            return Err(StoreError::TooNew {
                path: self.path.clone(),
                found: version,
                known: MIGRATIONS.len(),
            });
        }
        Ok(version)
    }

    // ANCHOR: migrate
    /// Takes the steps that are missing, each with its new version in one transaction: a crash in the
    /// middle leaves the step undone, not half done.
    fn migrate(&mut self, version: usize) -> Result<(), StoreError> {
        for (number, step) in (1_u32..).zip(MIGRATIONS).skip(version) {
            self.sql_mut("migrate", |connection| {
                let transaction = connection.transaction()?;
                transaction.execute_batch(step)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
                transaction.pragma_update(None, "user_version", number)?;
                transaction.commit()
            })?;
        }
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
        self.sql_mut("write to", |connection| {
            let transaction = connection.transaction()?;
            for record in records {
                write_record(&transaction, record)?;
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
        self.sql("read", |connection| {
            let mut statement = connection.prepare(
                "SELECT id, url, depth, \
                    state IN ('stored', 'skipped') OR (state = 'failed' AND NOT may_pass) \
                    OR (state = 'refused' AND why = 'noindex') FROM urls ORDER BY id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                // Keys are written by us alone; a row that somebody spoiled is passed over.
                if let Ok(url) = Url::parse(row.get_ref(1)?.as_str()?) {
                    each(row.get(0)?, url, row.get(2)?, row.get(3)?);
                }
            }
            Ok(())
        })
    }

    /// Returns which page left its place to which.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn duplicates(&self) -> Result<Vec<(UrlId, UrlId)>, StoreError> {
        self.sql("read", |connection| {
            let mut statement = connection.prepare(
                "SELECT one.id, other.id FROM urls one JOIN urls other ON one.why = 'same page as ' || other.url \
                 WHERE one.state = 'skipped'",
            )?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// Returns the robots.txt files that were fetched after `since`, and whether they may still be used
    /// is decided by the caller.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn origins(&self, since: SystemTime) -> Result<Vec<OriginRow>, StoreError> {
        self.sql("read", |connection| {
            let mut statement = connection.prepare(
                "SELECT origin, status, robots, fetched_at FROM origins WHERE fetched_at >= ?1",
            )?;
            let rows = statement.query_map([seconds(since)], |row| {
                Ok(OriginRow {
                    origin: row.get(0)?,
                    status: row.get(1)?,
                    robots: row.get(2)?,
                    fetched_at: UNIX_EPOCH + Duration::from_secs(row.get(3)?),
                })
            })?;
            rows.collect()
        })
    }

    /// Returns the hosts that the seeds led to.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn scope(&self) -> Result<Vec<String>, StoreError> {
        self.sql("read", |connection| {
            let mut statement = connection.prepare("SELECT host FROM scope ORDER BY host")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Returns a note that was left, for example who runs this crawl.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be read.
    pub fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.sql("read", |connection| {
            connection
                .query_row("SELECT value FROM notes WHERE name = ?1", [name], |row| {
                    row.get(0)
                })
                .optional()
        })
    }

    /// Leaves a note for the next run.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database cannot be written.
    pub fn set_note(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.sql_mut("write to", |connection| {
            connection
                .execute(
                    "INSERT OR REPLACE INTO notes (name, value) VALUES (?1, ?2)",
                    [name, value],
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
        self.sql("read", |connection| {
            let list = |sql: &str| -> rusqlite::Result<Vec<(String, u64)>> {
                connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            };
            let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u64>(0));
            let states = list("SELECT state, count(*) FROM urls GROUP BY state")?;
            let of = |name: &str| states.iter().find(|(state, _)| state == name).map_or(0, |(_, count)| *count);
            // What follows a colon is particular to one URL; what stands before it is the kind of reason.
            let reasons = |state: &str| {
                list(&format!(
                    "SELECT CASE WHEN why LIKE 'redirect to %' THEN 'redirect' WHEN why LIKE 'same page as %' THEN 'same page' \
                                 WHEN instr(why, ':') > 0 THEN substr(why, 1, instr(why, ':') - 1) \
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
                bytes: number("SELECT coalesce(sum(bytes), 0) FROM pages")?,
            })
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
        self.sql("read", |connection| {
            let mut statement = connection.prepare(
                "SELECT url, title, published, state, why, tries FROM urls LEFT JOIN pages ON url_id = id ORDER BY id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                outcome = each(&Exported::from_row(row)?);
                if outcome.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        outcome
    }

    fn sql<T>(
        &self,
        doing: &'static str,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        act(&self.connection).map_err(|source| explain(doing, &self.path, source))
    }

    fn sql_mut<T>(
        &mut self,
        doing: &'static str,
        act: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        act(&mut self.connection).map_err(|source| explain(doing, &self.path, source))
    }
}

// ANCHOR: record
/// Writes one record. The order matters: the rows that others point to come first.
fn write_record(connection: &Connection, record: &PageRecord) -> rusqlite::Result<()> {
    for row in record.url.iter().chain(&record.found) {
        // A URL that was refused before, or failed in an earlier run, has its row already.
        connection
            .prepare_cached(
                "INSERT INTO urls (id, url, depth, state, why, may_pass, tries) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                 ON CONFLICT (id) DO UPDATE SET depth = excluded.depth, state = excluded.state, why = excluded.why, \
                    may_pass = excluded.may_pass, tries = tries + excluded.tries",
            )?
            .execute(params![
                row.id,
                row.url.as_str(),
                row.depth,
                row.state.name(),
                row.state.why(),
                !row.state.has_ended() && matches!(row.state, State::Failed { .. }),
                row.tries
            ])?;
    }
    if let (Some(row), Some(page)) = (&record.url, &record.page) {
        let extracted = &page.extracted;
        connection
            .prepare_cached(
                "INSERT INTO pages (url_id, title, published, evidence, modified, author, language, canonical, status, bytes, \
                    took_ms, fetched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                row.id,
                extracted.title,
                extracted.published.map(|found| found.date.to_string()),
                extracted.published.map(|found| found.evidence.name()),
                extracted.modified.map(|date| date.to_string()),
                extracted.author,
                extracted.language,
                extracted.canonical.as_ref().map(Url::as_str),
                page.status,
                page.bytes as i64,
                i64::try_from(page.took.as_millis()).unwrap_or(i64::MAX),
                seconds(page.fetched_at),
            ])?;
    }
    if let Some(row) = &record.url {
        let mut link = connection
            .prepare_cached("INSERT OR IGNORE INTO links (from_id, to_id) VALUES (?1, ?2)")?;
        for to in &record.links {
            link.execute([row.id, *to])?;
        }
    }
    if let Some(origin) = &record.origin {
        connection
            .prepare_cached("INSERT OR REPLACE INTO origins (origin, status, robots, fetched_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![origin.origin, origin.status, origin.robots, seconds(origin.fetched_at)])?;
    }
    if let Some(host) = &record.scope {
        connection
            .prepare_cached("INSERT OR IGNORE INTO scope (host) VALUES (?1)")?
            .execute([host])?;
    }
    Ok(())
}
// ANCHOR_END: record

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
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
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
                path: path.to_owned(),
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

fn explain(doing: &'static str, path: &Path, source: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DiskFull, NotADatabase};
    match source.sqlite_error_code() {
        Some(DiskFull) => StoreError::Full(path.to_owned()),
        Some(NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => StoreError::Sql {
            doing,
            path: path.to_owned(),
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
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
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

        let store = Store::create(&path).expect("the same database");

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
    }

    #[test]
    fn a_record_that_fails_leaves_nothing_of_its_batch() {
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
        store.write(&[stored(1, Vec::new())]).expect("written");

        // The same page a second time breaks the second record after its URL was written.
        let error = store.write(&[
            stored(2, vec![url(3, State::Pending)]),
            stored(1, vec![url(4, State::Pending)]),
        ]);

        assert!(matches!(error, Err(StoreError::Sql { .. })), "{error:?}");
        let counts = store.counts().expect("counts");
        assert_eq!((counts.stored, counts.pending), (1, 0));
    }

    #[test]
    fn each_state_decides_whether_the_next_run_asks_again() {
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
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
    }

    #[test]
    fn tries_add_up_over_runs() {
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
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
    }

    #[test]
    fn a_second_writer_is_refused_and_told_who_writes() {
        let (_folder, path) = folder();
        let first = Store::create(&path).expect("a new database");

        let second = Store::create(&path).expect_err("it is in use").to_string();

        assert!(
            second.contains(&format!("process {}", std::process::id())),
            "{second}"
        );
        assert!(Store::open(&path).is_ok(), "reading is always possible");
        drop(first);
        assert!(
            Store::create(&path).is_ok(),
            "the lock went with its holder"
        );
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
        let (_folder, path) = folder();
        drop(Store::create(&path).expect("a new database"));
        Connection::open(&path)
            .and_then(|c| c.pragma_update(None, "user_version", 99))
            .expect("changed");

        assert!(matches!(
            Store::create(&path),
            Err(StoreError::TooNew { found: 99, .. })
        ));
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
            .connection
            .pragma_update(None, "max_page_count", 30)
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
        let (_folder, path) = folder();
        let mut store = Store::create(&path).expect("a new database");
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
    }
}
