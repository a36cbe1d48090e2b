//! Stage 6: times and over, which bind stronger. Quick and green: products are folded up first, and
//! the sum of stage 5 runs over what is left.

use std::fmt;

use super::ratio::Ratio;

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub problem: Problem,
    /// Where: counted in characters, from 1.
    pub column: usize,
}

/// What can be wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A number is expected here.
    NumberMissing,
    /// Two values stand side by side.
    OperatorMissing,
    /// This character has no meaning.
    UnknownSign(char),
    /// Digits and points that make no number.
    NoNumber(String),
    /// The number has more digits than fit.
    NumberTooLarge,
    /// The result of this operator has more digits than fit.
    ResultTooLarge,
    // New from here on.
    /// The number behind this `/` is zero.
    DivisionByZero,
}

impl Problem {
    fn at(self, column: usize) -> Error {
        Error {
            problem: self,
            column,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at column {}", self.problem, self.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NumberMissing => f.write_str("a number is missing"),
            Self::OperatorMissing => f.write_str("an operator is missing"),
            Self::UnknownSign(sign) => write!(f, "an unknown sign '{sign}'"),
            Self::NoNumber(text) => write!(f, "no number, but '{text}'"),
            Self::NumberTooLarge => f.write_str("a number too large"),
            Self::ResultTooLarge => f.write_str("a result too large"),
            Self::DivisionByZero => f.write_str("division by zero"),
        }
    }
}

impl std::error::Error for Error {}

#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    column: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Number(Ratio),
    Plus,
    Minus,
    Times,
    Over,
    End,
}

/// Returns the answer, or what is wrong, as text.
pub fn answer(text: &str) -> String {
    match evaluate(text) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Returns the value of an expression.
pub fn evaluate(text: &str) -> Result<Ratio, Error> {
    sum(&products(tokens(text)?)?)
}

fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        let column = start + 1;
        at += 1;
        let kind = match letters[start] {
            ' ' => continue,
            '+' => Kind::Plus,
            '-' => Kind::Minus,
            '*' => Kind::Times,
            '/' => Kind::Over,
            '0'..='9' => {
                while at < letters.len() && is_part_of_number(letters[at]) {
                    at += 1;
                }
                number(letters[start..at].iter().collect(), column)?
            }
            letter => return Err(Problem::UnknownSign(letter).at(column)),
        };
        tokens.push(Token { kind, column });
    }
    tokens.push(Token {
        kind: Kind::End,
        column: letters.len() + 1,
    });
    Ok(tokens)
}

fn is_part_of_number(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '.'
}

fn number(text: String, column: usize) -> Result<Kind, Error> {
    let (whole, decimals) = match text.split_once('.') {
        Some((_, decimals)) if decimals.is_empty() || decimals.contains('.') => {
            return Err(Problem::NoNumber(text).at(column));
        }
        Some(parts) => parts,
        None => (text.as_str(), ""),
    };
    let number = Ratio::from_digits(whole, decimals);
    number
        .map(Kind::Number)
        .ok_or(Problem::NumberTooLarge.at(column))
}

// New: `2 + 3 * 4` becomes `2 + 12`. Every number looks back whether a `*` or `/` stands before it.
fn products(tokens: Vec<Token>) -> Result<Vec<Token>, Error> {
    let mut folded: Vec<Token> = Vec::new();
    for token in tokens {
        match (token.kind, folded.as_slice()) {
            (Kind::Number(right), [.., left, operator])
                if matches!(operator.kind, Kind::Times | Kind::Over) =>
            {
                let Kind::Number(factor) = left.kind else {
                    return Err(Problem::NumberMissing.at(operator.column));
                };
                let column = operator.column;
                let product = match operator.kind {
                    Kind::Over if right.is_zero() => return Err(Problem::DivisionByZero.at(column)),
                    Kind::Over => factor.over(right),
                    _ => factor.times(right),
                };
                let kind = Kind::Number(product.ok_or(Problem::ResultTooLarge.at(column))?);
                let column = left.column;
                folded.truncate(folded.len() - 2);
                folded.push(Token { kind, column });
            }
            _ => folded.push(token),
        }
    }
    Ok(folded)
}

fn sum(tokens: &[Token]) -> Result<Ratio, Error> {
    let mut sum = Ratio::ZERO;
    // A sign waits for its number, and a number for its sign.
    let mut sign = Some((Kind::Plus, 1));
    for Token { kind, column } in tokens {
        let column = *column;
        sign = match (kind, sign) {
            (Kind::Number(value), Some((sign, column))) => {
                let next = match sign {
                    Kind::Minus => sum.minus(*value),
                    _ => sum.plus(*value),
                };
                sum = next.ok_or(Problem::ResultTooLarge.at(column))?;
                None
            }
            (Kind::Number(_), None) => return Err(Problem::OperatorMissing.at(column)),
            (Kind::Plus | Kind::Minus, None) => Some((*kind, column)),
            (Kind::End, None) => break,
            // A `*` or `/` that is still here has found no two numbers. If it follows one, the number
            // behind it is missing, and the next token says where.
            (Kind::Times | Kind::Over, None) => Some((*kind, column)),
            (_, Some(_)) => return Err(Problem::NumberMissing.at(column)),
        };
    }
    Ok(sum)
}

#[cfg(test)]
#[path = "tests/s1_sum.rs"]
mod s1_sum;
#[cfg(test)]
#[path = "tests/s2_chain.rs"]
mod s2_chain;
#[cfg(test)]
#[path = "tests/s4_errors.rs"]
mod s4_errors;
#[cfg(test)]
#[path = "tests/s5_decimals.rs"]
mod s5_decimals;
#[cfg(test)]
#[path = "tests/s6_precedence.rs"]
mod s6_precedence;
