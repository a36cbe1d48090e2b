//! From text to the numbers, names and marks that dates are made of.

use super::months::{month, month_of_two, persian_month};

#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number and how many digits it is written with.
    Number(u32, usize),
    /// A month's name.
    Month(u32),
    /// The name of a month of the Persian year.
    Persian(u32),
    /// `-`, `/` or `.` between numbers.
    Mark(char),
    /// A word that may stand inside a date: `of`, `de`, the `th` of `5th`, a comma.
    Filler,
    /// `年`, `년` and the like: what the number before it counts.
    Unit(Unit),
    /// A Japanese era, and the year before it began.
    Era(u32),
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
}

/// Cuts a text into numbers, words and marks. Spaces are left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 5);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let kind = if let Some(value) = digit(first) {
            let (mut value, mut digits) = (value, 1);
            while let Some(next) = chars.peek().and_then(|(_, c)| digit(*c)) {
                value = value.saturating_mul(10).saturating_add(next);
                digits += 1;
                chars.next();
            }
            Kind::Number(value, digits)
        } else if let Some(unit) = unit(first) {
            Kind::Unit(unit)
        } else if matches!(first, 'º' | 'ª') {
            // Letters to Unicode, but here what makes `1º` of a 1.
            Kind::Filler
        } else if let Some(before) = era(&text[start..]) {
            chars.next();
            Kind::Era(before)
        } else if first.is_alphabetic() {
            // A letter of Chinese or Japanese is a word of its own.
            let alone = ('\u{2e80}'..'\u{ac00}').contains(&first);
            while !alone
                && chars
                    .next_if(|(_, c)| {
                        (c.is_alphabetic() || is_mark_on_letter(*c)) && unit(*c).is_none()
                    })
                    .is_some()
            {}
            let end = chars.peek().map_or(text.len(), |(at, _)| *at);
            let kind = word(&text[start..end]);
            if kind == Kind::Other
                && let Some(last) = tokens.last()
                && let Some(two) = month_of_two(&text[last.start..last.end], &text[start..end])
            {
                let start = last.start;
                tokens.pop();
                tokens.push(Token {
                    kind: Kind::Month(two),
                    start,
                    end,
                });
                continue;
            }
            kind
        } else {
            match first {
                '-' | '/' | '.' | '\u{2010}' | '\u{2011}' => {
                    Kind::Mark(if first > '~' { '-' } else { first })
                }
                '\u{ff0f}' => Kind::Mark('/'),
                ',' | '،' | '°' => Kind::Filler,
                // Marks of direction stand around dates in Arabic and Hebrew.
                _ if first.is_whitespace()
                    || matches!(
                        first,
                        '\u{200e}' | '\u{200f}' | '\u{200b}' | '\u{202a}'..='\u{202e}'
                    ) =>
                {
                    continue;
                }
                _ => Kind::Other,
            }
        };
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        tokens.push(Token { kind, start, end });
    }
    tokens
}

/// Reads a digit of any of the scripts that dates are written in.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [char; 6] = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}',
    ];
    if c.is_ascii() {
        return c.to_digit(10);
    }
    ZEROS.iter().find_map(|&zero| {
        (c as u32)
            .checked_sub(zero as u32)
            .filter(|&digit| digit < 10)
    })
}

fn unit(c: char) -> Option<Unit> {
    match c {
        '年' | '년' => Some(Unit::Year),
        '月' | '월' => Some(Unit::Month),
        '日' | '일' | '号' => Some(Unit::Day),
        _ => None,
    }
}

/// The eras that Japanese dates of the web are counted in, each with the year before its first.
fn era(text: &str) -> Option<u32> {
    [("令和", 2018), ("平成", 1988), ("昭和", 1925)]
        .iter()
        .find(|(name, _)| text.starts_with(name))
        .map(|(_, before)| *before)
}

/// Vowel signs and accents that follow their letter, as in Hindi and in decomposed text.
fn is_mark_on_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

fn word(word: &str) -> Kind {
    // No month's name is longer.
    if word.len() > 40 {
        return Kind::Other;
    }
    let word = word.to_lowercase();
    if let Some(month) = month(&word) {
        return Kind::Month(month);
    }
    match word.as_str() {
        "tháng" | "thg" => Kind::Unit(Unit::Month),
        "năm" => Kind::Unit(Unit::Year),
        "st" | "nd" | "rd" | "th" | "er" | "ter" | "of" | "the" | "de" | "del" | "di" | "do"
        | "da" | "den" | "der" | "dne" | "d" | "i" | "a" | "о" | "го" | "г" | "р" | "ב" | "e"
        | "af" => Kind::Filler,
        _ => persian_month(&word).map_or(Kind::Other, Kind::Persian),
    }
}
