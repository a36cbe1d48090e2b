//! What must never be printed.

use std::fmt;

// ANCHOR: secret
/// A value that does not show itself: whoever prints a struct that holds one, for instance by
/// `{:?}` in a log, prints no password.
///
/// It has no `Display`, so that printing it by mistake does not compile.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value. The name is long so that a reader of the code stops at it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}
// ANCHOR_END: secret

/// What stands where a secret would.
pub const HIDDEN: &str = "(hidden)";
