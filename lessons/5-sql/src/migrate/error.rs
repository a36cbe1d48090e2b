//! Why the tables were not changed.

use std::fmt;

/// Why the tables were not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A statement was refused.
    #[error(
        "migration {version} ({name}) failed at statement {number} of {of}; nothing of it was kept"
    )]
    Statement {
        /// The migration.
        version: i64,
        /// Its name.
        name: String,
        /// Which statement; the first is 1.
        number: usize,
        /// How many it has.
        of: usize,
        /// Why.
        #[source]
        source: crate::Error,
    },
    /// It was applied in another form than the program has it now.
    #[error(
        "migration {version} ({name}) was edited after it was applied: {difference}; \
         put it back as it was, and say what is to change in a new migration"
    )]
    Edited {
        /// The migration.
        version: i64,
        /// Its name, as it was applied.
        name: String,
        /// Where the two part.
        difference: Difference,
    },
    /// The database has one that the program does not.
    #[error(
        "the database has migration {version} ({name}), which this program does not: \
         the program is older than the database, or the migration was deleted"
    )]
    Missing {
        /// The migration.
        version: i64,
        /// Its name.
        name: String,
    },
    /// The program has one that should have come before others that were applied.
    #[error(
        "migration {version} ({name}) is new, but the database is at {newest} already; \
         give it a number after that"
    )]
    Late {
        /// The migration.
        version: i64,
        /// Its name.
        name: String,
        /// The last that was applied.
        newest: i64,
    },
    /// The program's own list is out of order.
    #[error("migration {version} stands after {after}: the numbers must rise")]
    Order {
        /// The migration.
        version: i64,
        /// The one before it.
        after: i64,
    },
    /// A migration begins or ends transactions itself.
    #[error(
        "statement {number} of migration {version} begins or ends a transaction; \
         the migrator does that, so that nothing is ever half done"
    )]
    Control {
        /// The migration.
        version: i64,
        /// Which statement; the first is 1.
        number: usize,
    },
    /// The database refused something that is not part of a migration.
    #[error("cannot read or keep the list of migrations")]
    Database(#[from] crate::Error),
}

impl Error {
    /// Returns the message and that of its cause, as one line.
    pub fn in_full(&self) -> String {
        match self {
            Self::Statement { source, .. } | Self::Database(source) => {
                format!("{self}: {}", source.in_full())
            }
            _ => self.to_string(),
        }
    }
}

/// Where two texts of a migration part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The first line that differs; the first of the text is 1.
    pub line: usize,
    /// That line as it was applied; `None` when it ends before.
    pub applied: Option<String>,
    /// That line as the program has it now.
    pub now: Option<String>,
}

impl Difference {
    /// Compares two texts; `None` when they are the same.
    pub fn between(applied: &str, now: &str) -> Option<Self> {
        if applied == now {
            return None;
        }
        let (mut one, mut other) = (applied.lines(), now.lines());
        (1..).find_map(|line| match (one.next(), other.next()) {
            // They differ in what `lines` does not show, such as the last end of line.
            (None, None) => Some(Self {
                line,
                applied: None,
                now: None,
            }),
            (applied, now) => (applied != now).then(|| Self {
                line,
                applied: applied.map(str::to_owned),
                now: now.map(str::to_owned),
            }),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |line: &Option<String>| match line {
            Some(line) => format!("`{}`", line.trim()),
            None => "nothing".to_owned(),
        };
        write!(
            f,
            "line {} was {} and is now {}",
            self.line,
            shown(&self.applied),
            shown(&self.now)
        )
    }
}
