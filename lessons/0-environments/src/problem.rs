//! What is wrong with a setting, said so that it can be mended.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::Origin;

// ANCHOR: problem
/// What is wrong with one setting: where it stands, and which form was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A settings file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        #[source]
        source: io::Error,
    },
    /// A settings file is not TOML.
    #[error("{}:{line}:{column} is not TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser expected.
        message: String,
    },
    /// A value is not of the setting's form.
    #[error("{name} is {shown} ({origin}), but must be {expected}")]
    Value {
        /// The setting.
        name: &'static str,
        /// Where the value stands.
        origin: Origin,
        /// The value in quotes, or `(hidden)`.
        shown: String,
        /// The form that it must have.
        expected: &'static str,
    },
    /// A settings file names something that is no setting.
    #[error("{name:?} ({origin}) is no setting{}", did_you_mean(meant.as_deref()))]
    Unknown {
        /// The name.
        name: String,
        /// Where it stands.
        origin: Origin,
        /// The setting that was probably meant.
        meant: Option<String>,
    },
}
// ANCHOR_END: problem

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or(String::new(), |name| format!("; did you mean {name}?"))
}

/// All that is wrong with the settings, in the order of the settings.
#[derive(Debug)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Returns each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// One problem is a sentence; several are a list.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [problem] = &self.0[..] {
            return problem.fmt(f);
        }
        write!(f, "{} settings cannot be used:", self.0.len())?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}

/// Returns the name that was probably meant: the one that takes the fewest changes, if few suffice.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = typed.chars().count() / 3;
    known
        .into_iter()
        .map(|name| (changes(typed, name), name))
        .filter(|(changes, _)| *changes <= most)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, name)| name)
}

/// Returns how many letters must be put in, taken out or replaced to get from one word to the other.
fn changes(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
