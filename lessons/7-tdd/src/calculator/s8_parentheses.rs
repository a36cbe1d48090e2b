//! Stage 8: parentheses. The refactoring before has paid: they are one more kind of factor.
//!
//! ```text
//! expression = term { ("+" | "-") term }
//! term       = factor { ("*" | "/") factor }
//! factor     = number | "(" expression ")"
//! ```

use std::fmt;

use super::ratio::Ratio;

// New: each open parenthesis is a call within a call. Without a limit, a line of a hundred thousand of
// them would use up the stack, and that ends the whole program.
const MOST_OPEN: usize = 100;

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
    /// The number behind this `/` is zero.
    DivisionByZero,
    // New from here on.
    /// The parenthesis that opens here has no end.
    NeverClosed,
    /// The parenthesis that closes here has no beginning.
    NeverOpened,
    /// More parentheses are open here than anybody means.
    TooDeep,
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
            Self::NeverClosed => f.write_str("a parenthesis never closed"),
            Self::NeverOpened => f.write_str("a parenthesis never opened"),
            Self::TooDeep => f.write_str("too many open parentheses"),
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
    Open,
    Close,
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
    Parser {
        tokens: tokens(text)?,
        at: 0,
        n_open: 0,
    }
    .whole()
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
            '(' => Kind::Open,
            ')' => Kind::Close,
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

// Each function takes the tokens of its line of the grammar and returns their value.
struct Parser {
    /// The last one is the end, and nobody goes beyond it.
    tokens: Vec<Token>,
    at: usize,
    n_open: usize,
}

impl Parser {
    fn whole(&mut self) -> Result<Ratio, Error> {
        let value = self.expression()?;
        match self.peek() {
            Token {
                kind: Kind::End, ..
            } => Ok(value),
            Token {
                kind: Kind::Close,
                column,
            } => Err(Problem::NeverOpened.at(column)),
            Token { column, .. } => Err(Problem::OperatorMissing.at(column)),
        }
    }

    fn expression(&mut self) -> Result<Ratio, Error> {
        let mut value = self.term()?;
        loop {
            let Token { kind, column } = self.peek();
            let next = match kind {
                Kind::Plus => value.plus(self.skip().term()?),
                Kind::Minus => value.minus(self.skip().term()?),
                _ => return Ok(value),
            };
            value = next.ok_or(Problem::ResultTooLarge.at(column))?;
        }
    }

    fn term(&mut self) -> Result<Ratio, Error> {
        let mut value = self.factor()?;
        loop {
            let Token { kind, column } = self.peek();
            let next = match kind {
                Kind::Times => value.times(self.skip().factor()?),
                Kind::Over => {
                    let divisor = self.skip().factor()?;
                    if divisor.is_zero() {
                        return Err(Problem::DivisionByZero.at(column));
                    }
                    value.over(divisor)
                }
                _ => return Ok(value),
            };
            value = next.ok_or(Problem::ResultTooLarge.at(column))?;
        }
    }

    fn factor(&mut self) -> Result<Ratio, Error> {
        let Token { kind, column } = self.peek();
        match kind {
            Kind::Number(value) => {
                self.skip();
                Ok(value)
            }
            Kind::Open => self.skip().parenthesis(column),
            _ => Err(Problem::NumberMissing.at(column)),
        }
    }

    // ANCHOR: parenthesis
    // New.
    fn parenthesis(&mut self, opened_at: usize) -> Result<Ratio, Error> {
        if self.n_open == MOST_OPEN {
            return Err(Problem::TooDeep.at(opened_at));
        }
        self.n_open += 1;
        let value = self.expression()?;
        self.n_open -= 1;
        match self.peek() {
            Token {
                kind: Kind::Close, ..
            } => {
                self.skip();
                Ok(value)
            }
            Token {
                kind: Kind::End, ..
            } => Err(Problem::NeverClosed.at(opened_at)),
            Token { column, .. } => Err(Problem::OperatorMissing.at(column)),
        }
    }
    // ANCHOR_END: parenthesis

    fn peek(&self) -> Token {
        self.tokens[self.at]
    }

    fn skip(&mut self) -> &mut Self {
        self.at += 1;
        self
    }
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
#[cfg(test)]
#[path = "tests/s8_parentheses.rs"]
mod s8_parentheses;
