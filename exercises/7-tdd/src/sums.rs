//! Step 1: a calculator, test by test.
//!
//! The tests are in the order in which somebody would write them. Make the first one green by the
//! simplest code that does it, and only then look at the next one. When all that is red is behind you,
//! look at your code once more: green is when to make it beautiful.

/// What is wrong with a sum, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub problem: Problem,
    /// Where: counted in characters, from 1.
    pub column: usize,
}

/// What can be wrong with a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A number is expected here.
    NumberMissing,
    /// Two numbers stand side by side; this is where the second one starts.
    OperatorMissing,
    /// This character has no meaning.
    UnknownSign(char),
    /// The number that starts here does not fit, or the result of the operator that stands here.
    TooLarge,
}

/// Returns the value of whole numbers joined by `+` and `-`, worked off from left to right.
///
/// # Errors
///
/// The first mistake in the text, counted from the left.
pub fn evaluate(text: &str) -> Result<i64, Mistake> {
    // TODO: one test after another. `cargo course watch 7 sums` runs them whenever you save.
    todo!("return the value of {text:?}")
}
