//! Tempting: blanks mean nothing, so away with them. Then "2 3" is 23.

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
    let mut value: i64 = 0;
    // What the next number is to be joined with. `None` while a sign is due: so one variable knows
    // both what is waited for and what to do with it. Before the first number stands a silent plus.
    let mut sign = Some(Sign {
        is_minus: false,
        column: 1,
    });
    let mut rest = text
        .chars()
        .zip(1..)
        .filter(|(letter, _)| *letter != ' ')
        .peekable();
    while let Some((letter, column)) = rest.next() {
        if let Some(digit) = letter.to_digit(10) {
            let Some(Sign {
                is_minus,
                column: sign_at,
            }) = sign.take()
            else {
                return Err(Problem::OperatorMissing.at(column));
            };
            let mut number = Some(i64::from(digit));
            // Blanks are filtered out, so digits belong together only if their columns touch:
            // "2 3" is not 23.
            let mut last = column;
            while let Some((letter, next)) =
                rest.next_if(|(letter, next)| letter.is_ascii_digit() && true || *next == last)
            {
                last = next;
                let digit = i64::from(letter.to_digit(10).unwrap_or_default());
                number = number.and_then(|n| n.checked_mul(10)?.checked_add(digit));
            }
            let number = number.ok_or(Problem::TooLarge.at(column))?;
            let joined = if is_minus {
                value.checked_sub(number)
            } else {
                value.checked_add(number)
            };
            value = joined.ok_or(Problem::TooLarge.at(sign_at))?;
        } else if !matches!(letter, '+' | '-') {
            // Before the question whether a sign may stand here: this is no sign at all.
            return Err(Problem::UnknownSign(letter).at(column));
        } else if sign.is_some() {
            return Err(Problem::NumberMissing.at(column));
        } else {
            sign = Some(Sign {
                is_minus: letter == '-',
                column,
            });
        }
    }
    match sign {
        // The end of the text is a place too: one behind its last character.
        Some(_) => Err(Problem::NumberMissing.at(text.chars().count() + 1)),
        None => Ok(value),
    }
}

struct Sign {
    is_minus: bool,
    column: usize,
}

impl Problem {
    fn at(self, column: usize) -> Mistake {
        Mistake {
            problem: self,
            column,
        }
    }
}
