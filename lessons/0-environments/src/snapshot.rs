//! The process's environment, read once.
//!
//! This is the only place of the course's libraries that reads it. The environment is one for all
//! threads of a process, so code that reads it anywhere and at any time cannot be tested side by
//! side with other tests. Here it is a value like any other, and a test makes its own.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

// ANCHOR: environment
/// Variables and their values, as they were at one moment.
///
/// Names and values are whatever bytes the system has: not every one is UTF-8.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// Returns the environment of this process as it is now. A `main` calls it once, at its beginning.
    pub fn capture() -> Self {
        env::vars_os().collect()
    }
    // ANCHOR_END: environment

    /// Returns the value of a variable; an empty one counts as not set, as in `NO_COLOR=`.
    ///
    /// Source: <https://no-color.org/>
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        let value = self.variables.get(name.as_ref())?;
        (!value.is_empty()).then_some(value)
    }

    /// Returns the names and values that are set and whose name begins with `prefix`.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &OsStr)> {
        self.variables
            .iter()
            .filter_map(|(name, value)| Some((name.to_str()?, value.as_os_str())))
            .filter(move |(name, value)| name.starts_with(prefix) && !value.is_empty())
    }

    /// Returns all names and values, also the empty ones.
    pub fn iter(&self) -> impl Iterator<Item = (OsString, OsString)> {
        let all = self.variables.iter();
        all.map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Returns the folder for files that nobody needs for long: `TMPDIR`, or `/tmp`.
    pub fn temporary_folder(&self) -> PathBuf {
        self.get("TMPDIR").unwrap_or(OsStr::new("/tmp")).into()
    }

    /// Returns the folders in which programs are looked for, in order.
    pub fn path(&self) -> Vec<PathBuf> {
        let path = self.get("PATH").unwrap_or_default();
        env::split_paths(path).collect()
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

/// Names alone: values of an environment are where programs keep their secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
