//! Tempting: split at the first sign and let the function do the rest. It starts from the right.

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
    let letters: Vec<char> = text.chars().collect();
    let Some(at) = letters
        .iter()
        .position(|letter| matches!(letter, '+' | '-'))
    else {
        return number(&letters, 1);
    };
    let left = number(&letters[..at], 1)?;
    let rest: String = letters[at + 1..].iter().collect();
    let right = evaluate(&rest).map_err(|mistake| Mistake {
        column: mistake.column + at + 1,
        ..mistake
    })?;
    let joined = if letters[at] == '+' {
        left.checked_add(right)
    } else {
        left.checked_sub(right)
    };
    joined.ok_or(Problem::TooLarge.at(at + 1))
}

fn number(letters: &[char], column: usize) -> Result<i64, Mistake> {
    let text: String = letters.iter().collect();
    text.trim()
        .parse()
        .map_err(|_| Problem::NumberMissing.at(column + letters.len()))
}

impl Problem {
    fn at(self, column: usize) -> Mistake {
        Mistake {
            problem: self,
            column,
        }
    }
}
