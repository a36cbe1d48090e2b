//! Tempting: `expression = term | term - expression` is a grammar too. It goes from the right.

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
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
    };
    let value = parser.expression()?;
    match parser.peek() {
        (Token::End, _) => Ok(value),
        (Token::Sign(')'), column) => Err(Problem::NeverOpened.at(column)),
        (_, column) => Err(Problem::OperatorMissing.at(column)),
    }
}

impl Problem {
    fn at(self, column: usize) -> Mistake {
        Mistake {
            problem: self,
            column,
        }
    }
}

#[derive(Clone, Copy)]
enum Token {
    Number(i64),
    Sign(char),
    End,
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Mistake> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let column = at + 1;
        match letters[at] {
            ' ' => {}
            sign @ ('+' | '-' | '*' | '/' | '(' | ')') => tokens.push((Token::Sign(sign), column)),
            letter if letter.is_ascii_digit() => {
                let n_digits = letters[at..]
                    .iter()
                    .take_while(|letter| letter.is_ascii_digit())
                    .count();
                let digits: String = letters[at..at + n_digits].iter().collect();
                let number = digits.parse().map_err(|_| Problem::TooLarge.at(column))?;
                tokens.push((Token::Number(number), column));
                at += n_digits - 1;
            }
            letter => return Err(Problem::UnknownSign(letter).at(column)),
        }
        at += 1;
    }
    // With an end to look at, nobody has to ask whether there is a next token.
    tokens.push((Token::End, letters.len() + 1));
    Ok(tokens)
}

/// Three functions for three lines of the grammar; what they share is how far the text is read.
struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
}

impl Parser {
    // The loop makes it go from left to right. Had it called itself for the rest, 10 - 3 - 2 would
    // be 10 - (3 - 2).
    fn expression(&mut self) -> Result<i64, Mistake> {
        let mut value = self.term()?;
        while let (Token::Sign(sign @ ('+' | '-')), column) = self.peek() {
            self.at += 1;
            let term = self.expression()?;
            let next = if sign == '+' {
                value.checked_add(term)
            } else {
                value.checked_sub(term)
            };
            value = next.ok_or(Problem::TooLarge.at(column))?;
        }
        Ok(value)
    }

    fn term(&mut self) -> Result<i64, Mistake> {
        let mut value = self.factor()?;
        while let (Token::Sign(sign @ ('*' | '/')), column) = self.peek() {
            self.at += 1;
            let factor = self.factor()?;
            let next = match (sign, factor) {
                ('*', _) => value.checked_mul(factor),
                (_, 0) => return Err(Problem::DivisionByZero.at(column)),
                // Checked too: the smallest number divided by -1 does not fit.
                _ => match value.checked_rem(factor) {
                    Some(0) => value.checked_div(factor),
                    Some(_) => return Err(Problem::NotWhole.at(column)),
                    None => None,
                },
            };
            value = next.ok_or(Problem::TooLarge.at(column))?;
        }
        Ok(value)
    }

    fn factor(&mut self) -> Result<i64, Mistake> {
        let (token, column) = self.peek();
        match token {
            Token::Number(number) => {
                self.at += 1;
                Ok(number)
            }
            Token::Sign('-') => {
                self.at += 1;
                self.factor()?
                    .checked_neg()
                    .ok_or(Problem::TooLarge.at(column))
            }
            Token::Sign('(') => {
                self.at += 1;
                let value = self.expression()?;
                match self.peek() {
                    (Token::Sign(')'), _) => {
                        self.at += 1;
                        Ok(value)
                    }
                    // What is missing is known where the text ends, and is reported where it began.
                    (Token::End, _) => Err(Problem::NeverClosed.at(column)),
                    (_, column) => Err(Problem::OperatorMissing.at(column)),
                }
            }
            _ => Err(Problem::NumberMissing.at(column)),
        }
    }

    fn peek(&self) -> (Token, usize) {
        self.tokens[self.at]
    }
}
