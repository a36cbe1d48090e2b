//! Stage 4: a mistake is an answer too, and says its column.

use std::fmt;

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
        }
    }
}

impl std::error::Error for Error {}

struct Token {
    kind: Kind,
    column: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Number(f64),
    Plus,
    Minus,
    // New: the end is a place too, for what is missing there.
    End,
}

/// Returns the answer, or what is wrong, as text.
pub fn answer(text: &str) -> String {
    match evaluate(text) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Returns the value of a chain of sums and differences.
pub fn evaluate(text: &str) -> Result<f64, Error> {
    sum(&tokens(text)?)
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
    match text.parse() {
        Ok(value) if !text.ends_with('.') => Ok(Kind::Number(value)),
        _ => Err(Problem::NoNumber(text).at(column)),
    }
}

fn sum(tokens: &[Token]) -> Result<f64, Error> {
    let mut sum = 0.0;
    // New: a sign waits for its number, and a number for its sign.
    let mut sign = Some(1.0);
    for Token { kind, column } in tokens {
        let column = *column;
        sign = match (kind, sign) {
            (Kind::Number(value), Some(sign)) => {
                sum += sign * value;
                None
            }
            (Kind::Number(_), None) => return Err(Problem::OperatorMissing.at(column)),
            (Kind::Plus, None) => Some(1.0),
            (Kind::Minus, None) => Some(-1.0),
            (Kind::End, None) => break,
            (Kind::Plus | Kind::Minus | Kind::End, Some(_)) => {
                return Err(Problem::NumberMissing.at(column));
            }
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
