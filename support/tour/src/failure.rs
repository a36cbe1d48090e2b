//! A failure that knows what to do about it.

use std::fmt;

/// Why a part failed, with advice of its own in place of the usual "play it once more".
///
/// ```
/// fn forks(_: &mut tour::Stage) -> tour::Result {
///     Err(tour::Failure::new("12 were inside", "does the guard live to the end?").into())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    why: String,
    advice: String,
}

impl Failure {
    /// Makes one of what happened, in a few words, and of what the learner should do now.
    pub fn new(why: impl Into<String>, advice: impl Into<String>) -> Self {
        let (why, advice) = (why.into(), advice.into());
        Self { why, advice }
    }

    pub(crate) fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Failure {}
