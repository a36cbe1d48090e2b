//! Days as people and machines write them, in the languages of the web: text in, days out.
//!
//! | shape | examples |
//! |---|---|
//! | year first | `2024-03-05`, `2024-03-05T10:00:00+01:00`, `2024/3/5`, `20240305`, `2024年3月5日`, `2024년 3월 5일` |
//! | day first | `05.03.2024`, `5-3-2024`, `5/3/2024`, and `05.03.24` where a date is expected |
//! | with the month's name | `5 March 2024`, `March 5th, 2024`, `5. März 2024`, `5 de marzo de 2024`, `2024. március 5.` |
//! | by another calendar | `令和6年3月5日`, `5 มีนาคม 2567`, `۱۵ اسفند ۱۴۰۲` |
//! | by what was written when | `yesterday`, `vor 3 Tagen`, `3 小时前` ([`relative`]) |
//!
//! `3/5/2024` has two meanings; the language of the page decides ([`Order`]), and so do its other dates.
//! A date that does not exist (`31.02.2024`) is no date. A time of day is skipped: the day is the one
//! that is written, in the zone it is written in.

mod calendar;
mod months;
mod order;
pub mod relative;
mod tokens;

use jiff::civil::Date;

use self::calendar::{day_of, from_persian};
pub use self::order::Order;
use self::tokens::{Kind, Token, Unit, tokens};

/// A date in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The day.
    pub date: Date,
    /// Where its writing begins, in bytes.
    pub start: usize,
    /// Where its writing ends, in bytes.
    pub end: usize,
    /// The other day that the same digits can mean: `3/5/2024`.
    pub other: Option<Date>,
}

/// Returns the first date of a text, for a value that is meant to be one. Such a value may also be
/// seconds since 1970, or have a year of two digits.
pub fn read(text: &str, order: Order) -> Option<Date> {
    let text = text.trim();
    find(text, order, true)
        .into_iter()
        .next()
        .map(|found| found.date)
        .or_else(|| since_epoch(text))
}

/// Returns all dates of a text in order.
pub fn all(text: &str, order: Order) -> Vec<Found> {
    find(text, order, false)
}

/// Returns all dates of a text in which a date is expected: there, `05.03.24` is one.
pub fn expected(text: &str, order: Order) -> Vec<Found> {
    find(text, order, true)
}

fn find(text: &str, order: Order, short: bool) -> Vec<Found> {
    let mut found = Vec::new();
    if !may_hold_date(text) {
        return found;
    }
    let tokens = tokens(text);
    let mut i = 0;
    while i < tokens.len() {
        match date_at(&tokens[i..], order, short) {
            Some(read) => {
                found.push(Found {
                    date: read.date,
                    start: tokens[i].start,
                    end: tokens[i + read.used - 1].end,
                    other: read.other,
                });
                i += read.used;
            }
            None => i += 1,
        }
    }
    found
}

/// Returns whether a text has as many digits as a date needs. Most lines have none.
pub fn may_hold_date(text: &str) -> bool {
    let mut digits = 0;
    for byte in text.bytes() {
        // The last byte of a digit of another script is not worth telling apart here.
        if byte.is_ascii_digit() || byte >= 0xd8 {
            digits += 1;
            if digits >= 3 {
                return true;
            }
        }
    }
    false
}

/// Reads seconds or milliseconds since 1970, of this century.
fn since_epoch(text: &str) -> Option<Date> {
    let seconds: i64 = match (text.len(), text.parse().ok()?) {
        (9 | 10, seconds) => seconds,
        (12 | 13, milliseconds) => milliseconds / 1_000_i64,
        _ => return None,
    };
    let day = jiff::Timestamp::from_second(seconds).ok()?;
    let date = jiff::tz::TimeZone::UTC.to_datetime(day).date();
    (date.year() >= 2000).then_some(date)
}

/// A date at the beginning of some tokens.
struct Read {
    date: Date,
    other: Option<Date>,
    used: usize,
}

// ANCHOR: shapes
/// Reads one date at the beginning of the tokens.
fn date_at(tokens: &[Token], order: Order, short: bool) -> Option<Read> {
    use Kind::{Filler, Mark, Month, Number, Persian};
    // A date begins with a number, a month or the name of an era.
    if !matches!(
        tokens[0].kind,
        Number(..) | Month(_) | Persian(_) | Kind::Era(_) | Kind::Unit(Unit::Day)
    ) {
        return None;
    }
    // Without spaces and fillers each shape is one pattern. Nothing else may stand inside a date.
    let mut kinds = [Kind::Other; 7];
    let mut ends = [0; 7];
    let mut count = 0;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Other => break,
            Filler => {}
            kind => {
                kinds[count] = kind;
                ends[count] = i + 1;
                count += 1;
            }
        }
        if count == kinds.len() || i > 12 {
            break;
        }
    }
    // Digits that stand directly after a date belong to something else: `1.2.2024.7`.
    let (year, month, day, used) = match kinds[..count] {
        // 令和6年3月5日
        [
            Kind::Era(before),
            Number(y, 1..=2),
            Kind::Unit(Unit::Year),
            Number(m, _),
            Kind::Unit(Unit::Month),
            Number(d, _),
            Kind::Unit(Unit::Day),
        ] => (before + y, m, d, 7),
        // 2024年3月5日
        [
            Number(y, 4),
            Kind::Unit(Unit::Year),
            Number(m, _),
            Kind::Unit(Unit::Month),
            Number(d, _),
            Kind::Unit(Unit::Day),
            ..,
        ] => (y, m, d, 6),
        // 5 tháng 3 2024
        [
            Number(d, 1..=2),
            Kind::Unit(Unit::Month),
            Number(m, 1..=2),
            Number(y, 4),
            ..,
        ] => (y, m, d, 4),
        [
            Number(d, 1..=2),
            Kind::Unit(Unit::Month),
            Number(m, 1..=2),
            Kind::Unit(Unit::Year) | Mark(_),
            Number(y, 4),
            ..,
        ] => (y, m, d, 5),
        // 2024-03-05, 2024/3/5, 2024.03.05: the same mark twice
        [
            Number(y, 4),
            Mark(a),
            Number(m, 1..=2),
            Mark(b),
            Number(d, 1..=2),
            ..,
        ] if a == b => (y, m, d, 5),
        // 2024-mar-05
        [
            Number(y, 4),
            Mark(a),
            Month(m),
            Mark(b),
            Number(d, 1..=2),
            ..,
        ] if a == b => (y, m, d, 5),
        // 05.03.2024, 5-3-2024, and 5/3/2024, which the order decides
        [
            Number(p, 1..=2),
            Mark(a),
            Number(q, 1..=2),
            Mark(b),
            Number(y, 4),
            ..,
        ] if a == b => return two_ways(p, q, y, a, order, ends[4]),
        // 05.03.24, where a date is expected
        [
            Number(p, 1..=2),
            Mark(a),
            Number(q, 1..=2),
            Mark(b),
            Number(y, 2),
            ..,
        ] if short && a == b => return two_ways(p, q, century(y), a, order, ends[4]),
        // 2024. március 5
        [Number(y, 4), Mark('.'), Month(m), Number(d, 1..=2), ..] => (y, m, d, 4),
        // 5. März 2024 and 5. marec. 2024: a dot behind the day or a shortened month
        [
            Number(d, 1..=2),
            Mark('.'),
            Month(m),
            Mark('.'),
            Number(y, 4),
            ..,
        ] => (y, m, d, 5),
        [Number(d, 1..=2), Mark('.'), Month(m), Number(y, 4), ..]
        | [Number(d, 1..=2), Month(m), Mark('.'), Number(y, 4), ..] => (y, m, d, 4),
        // 5-Mar-2024, 5/Mar/2024
        [
            Number(d, 1..=2),
            Mark(a),
            Month(m),
            Mark(b),
            Number(y, 4),
            ..,
        ] if a == b => (y, m, d, 5),
        // 5-Mar-24
        [
            Number(d, 1..=2),
            Mark(a),
            Month(m),
            Mark(b),
            Number(y, 2),
            ..,
        ] if short && a == b => (century(y), m, d, 5),
        // 5 March 2024
        [Number(d, 1..=2), Month(m), Number(y, 4), ..] => (y, m, d, 3),
        // Mar. 5, 2024 and March 5, 2024
        [Month(m), Mark('.'), Number(d, 1..=2), Number(y, 4), ..] => (y, m, d, 4),
        [Month(m), Number(d, 1..=2), Number(y, 4), ..] => (y, m, d, 3),
        // Mar-5-2024
        [
            Month(m),
            Mark(a),
            Number(d, 1..=2),
            Mark(b),
            Number(y, 4),
            ..,
        ] if a == b => (y, m, d, 5),
        // 2024 March 5
        [Number(y, 4), Month(m), Number(d, 1..=2), ..] => (y, m, d, 3),
        // ۱۵ اسفند ۱۴۰۲
        [Number(d, 1..=2), Persian(m), Number(y, 4), ..] => {
            return Some(Read {
                date: from_persian(y, m, d)?,
                other: None,
                used: ends[2],
            });
        }
        // 20240305
        [Number(n, 8), ..] => (n / 10_000, n / 100 % 100, n % 100, 1),
        // 20240305100000
        _ => return None,
    };
    Some(Read {
        date: day_of(year, month, day)?,
        other: None,
        used: ends[used - 1],
    })
}
// ANCHOR_END: shapes

/// Reads `p/q/year`, in which either may be the month. A dot is never written after a month.
fn two_ways(p: u32, q: u32, year: u32, mark: char, order: Order, used: usize) -> Option<Read> {
    let day_first = day_of(year, q, p);
    let month_first = day_of(year, p, q).filter(|_| mark != '.');
    let (date, other) = match (order, day_first, month_first) {
        (Order::MonthFirst, day_first, Some(date)) => (date, day_first),
        (_, Some(date), month_first) => (date, month_first),
        (_, None, month_first) => (month_first?, None),
    };
    Some(Read {
        date,
        other: other.filter(|other| *other != date),
        used,
    })
}

/// A year of two digits is one that has been: of this century, or of the end of the last.
fn century(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

#[cfg(test)]
mod tests;
