//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

// ANCHOR: origin
/// Where a value came from. A later one of this list wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program's own default.
    Default,
    /// A place in a settings file; line and column begin at 1, and a column is a character.
    File {
        /// The file, as it was named.
        path: PathBuf,
        /// The line of the value.
        line: usize,
        /// The column of the value.
        column: usize,
    },
    /// A variable of the environment.
    Variable {
        /// Its name.
        name: String,
    },
    /// An argument on the command line.
    Argument {
        /// Its name, without the dashes.
        name: String,
    },
}
// ANCHOR_END: origin

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line, column } => {
                write!(f, "{}:{line}:{column}", path.display())
            }
            Self::Variable { name } => write!(f, "variable {name}"),
            Self::Argument { name } => write!(f, "argument --{name}"),
        }
    }
}
