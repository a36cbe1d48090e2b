//! Tempting: an entry that is no book is left out in silence.

use std::fmt;
use std::time::Duration;

use browser::{Error, Session};

/// No ten books take longer than this.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A book of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// The year of publication.
    pub year: i64,
}

/// Why there is no list.
#[derive(Debug)]
pub enum ListError {
    /// The browser refused, or something did not come in time.
    Browser(Error),
    /// An entry is not of the form `title, by author (year)`.
    Unreadable(String),
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser(_) => write!(f, "the browser refused"),
            Self::Unreadable(entry) => write!(f, "cannot read the entry {entry:?}"),
        }
    }
}

impl std::error::Error for ListError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Browser(error) => Some(error),
            Self::Unreadable(_) => None,
        }
    }
}

impl From<Error> for ListError {
    fn from(error: Error) -> Self {
        Self::Browser(error)
    }
}

/// Opens the page and returns all books of its list, in the order of the list.
///
/// # Errors
///
/// [`ListError::Unreadable`] with the text of the first entry that is no book, [`ListError::Browser`].
pub fn books(session: &Session, url: &str) -> Result<Vec<Book>, ListError> {
    session.open(url)?;
    loop {
        session
            .wait(PATIENCE)
            .for_text("#state", |text| text.contains(" of "))?;
        let more = session.find("#more")?;
        if !more.is_displayed()? {
            break;
        }
        more.click()?;
    }
    session
        .find_all(".book")?
        .iter()
        .map(|entry| Ok(read(&entry.text()?)))
        .filter_map(|entry: Result<Option<Book>, ListError>| entry.transpose())
        .collect()
}

/// Reads `title, by author (year)`. From behind: a title may hold a comma, a "by" and a year.
fn read(text: &str) -> Option<Book> {
    let (before, year) = text.strip_suffix(')')?.rsplit_once(" (")?;
    let (title, author) = before.rsplit_once(", by ")?;
    Some(Book {
        title: title.to_owned(),
        author: author.to_owned(),
        year: year.parse().ok()?,
    })
}
