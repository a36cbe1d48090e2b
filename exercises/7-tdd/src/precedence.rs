//! Step 2: the calculator learns what binds stronger.
//!
//! One loop from left to right will not do any more. Before you write code, write the grammar down:
//! what does an expression consist of? Then each line of the grammar can become a function.

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub problem: Problem,
    /// Where: counted in characters, from 1.
    pub column: usize,
}

/// What can be wrong with an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A number, a minus or an opening parenthesis is expected here.
    NumberMissing,
    /// Two values stand side by side; this is where the second one starts.
    OperatorMissing,
    /// This character has no meaning.
    UnknownSign(char),
    /// The parenthesis that opens here is never closed.
    NeverClosed,
    /// The parenthesis that closes here was never opened.
    NeverOpened,
    /// The number behind this `/` is zero.
    DivisionByZero,
    /// The division at this `/` does not come out even.
    NotWhole,
    /// The number that starts here does not fit, or the result of the operator that stands here.
    TooLarge,
}

/// Returns the value of an expression: whole numbers, `+ - * /`, parentheses, and `-` in front.
///
/// # Format
///
/// ```text
/// expression = term { ("+" | "-") term }
/// term       = factor { ("*" | "/") factor }
/// factor     = number | "-" factor | "(" expression ")"
/// ```
///
/// # Errors
///
/// A character without meaning anywhere; if there is none, the first mistake from the left.
pub fn evaluate(text: &str) -> Result<i64, Mistake> {
    // TODO: a function for each line of the grammar.
    todo!("return the value of {text:?}")
}
