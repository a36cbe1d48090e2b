//! Dates and times: SQLite keeps them as text, PostgreSQL as numbers.
//!
//! Text has more shapes than moments: `2024-01-02T03:04:05Z` and `2024-01-02 03:04:05` are one
//! moment. A column of text becomes a column of moments only where one [`Pattern`] writes every
//! value exactly as it stood; otherwise it stays text, and nothing is lost.

use std::io::Write as _;

/// PostgreSQL counts from 2000-01-01; this many days after 1970-01-01.
const POSTGRES_EPOCH_DAYS: i64 = 10_957;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// What a declared type promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Date,
    Time,
    Timestamp,
}

/// How a moment is written at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Nothing: a clock on the wall.
    None,
    /// `Z`
    Z,
    /// `+00:00`
    Colon,
    /// `+00`, as PostgreSQL writes it.
    Short,
}

impl Zone {
    fn text(self) -> &'static [u8] {
        match self {
            Self::None => b"",
            Self::Z => b"Z",
            Self::Colon => b"+00:00",
            Self::Short => b"+00",
        }
    }
}

/// How fractions of a second are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fraction {
    /// Always so many digits.
    Fixed(usize),
    /// Six digits, or none where they are all zero: Python's `isoformat`.
    SixOrNone,
    /// As many as are needed: PostgreSQL.
    Trimmed,
}

/// One way to write moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) kind: Kind,
    pub(crate) separator: u8,
    pub(crate) fraction: Fraction,
    pub(crate) zone: Zone,
}

impl Pattern {
    /// The way PostgreSQL writes them.
    pub(crate) fn postgres(kind: Kind, zone: Zone) -> Self {
        Self {
            kind,
            separator: b' ',
            fraction: Fraction::Trimmed,
            zone,
        }
    }
}

/// A text that reads as a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Days or microseconds since PostgreSQL's epoch, or microseconds since midnight.
    pub(crate) wire: i64,
    separator: u8,
    digits: usize,
    micros: i64,
    zone: Zone,
}

/// Reads a moment; `None` where it is not one that can be written back.
pub(crate) fn parse(kind: Kind, text: &[u8]) -> Option<Parsed> {
    let mut parsed = Parsed {
        wire: 0,
        separator: b' ',
        digits: 0,
        micros: 0,
        zone: Zone::None,
    };
    let (days, clock) = match kind {
        Kind::Time => (0, text),
        Kind::Date => {
            return (text.len() == 10).then_some(()).and_then(|()| {
                parsed.wire = date(text)? - POSTGRES_EPOCH_DAYS;
                Some(parsed)
            });
        }
        Kind::Timestamp => {
            let (head, tail) = text.split_at_checked(10)?;
            let (separator, clock) = tail.split_first()?;
            if !matches!(separator, b' ' | b'T') {
                return None;
            }
            parsed.separator = *separator;
            (date(head)? - POSTGRES_EPOCH_DAYS, clock)
        }
    };
    let (head, mut tail) = clock.split_at_checked(8)?;
    let (hour, minute, second) = (
        number(&head[..2])?,
        number(&head[3..5])?,
        number(&head[6..8])?,
    );
    if head[2] != b':' || head[5] != b':' || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if let Some((b'.', rest)) = tail.split_first() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=6).contains(&digits) {
            return None;
        }
        parsed.digits = digits;
        parsed.micros = number(&rest[..digits])? * 10i64.pow(6 - digits as u32);
        tail = &rest[digits..];
    }
    parsed.zone = match tail {
        b"" => Zone::None,
        b"Z" => Zone::Z,
        b"+00:00" => Zone::Colon,
        b"+00" => Zone::Short,
        _ => return None,
    };
    if kind == Kind::Time && parsed.zone != Zone::None {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second;
    parsed.wire = days * MICROS_A_DAY + seconds * 1_000_000 + parsed.micros;
    Some(parsed)
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
fn date(text: &[u8]) -> Option<i64> {
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let (year, month, day) = (
        number(&text[..4])?,
        number(&text[5..7])?,
        number(&text[8..10])?,
    );
    if year < 1 || !(1..=12).contains(&month) || !(1..=month_length(year, month)).contains(&day) {
        return None;
    }
    Some(days_from_civil(year, month, day))
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i64::from(digit - b'0'))
    })
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Source: <https://howardhinnant.github.io/date_algorithms.html>
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Appends a moment as the pattern writes it.
pub(crate) fn format(pattern: Pattern, wire: i64, out: &mut Vec<u8>) {
    let (days, micros) = match pattern.kind {
        Kind::Date => (wire, 0),
        Kind::Time => (0, wire),
        Kind::Timestamp => (wire.div_euclid(MICROS_A_DAY), wire.rem_euclid(MICROS_A_DAY)),
    };
    let mut before_christ = false;
    if pattern.kind != Kind::Time {
        let infinite = match pattern.kind {
            Kind::Date => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        if wire == infinite.0 || wire == infinite.1 {
            let sign: &[u8] = if wire < 0 { b"-infinity" } else { b"infinity" };
            out.extend_from_slice(sign);
            return;
        }
        let (year, month, day) = civil_from_days(days + POSTGRES_EPOCH_DAYS);
        before_christ = year < 1;
        let year = if before_christ { 1 - year } else { year };
        if (0..=9999).contains(&year) {
            two(out, year / 100);
            two(out, year % 100);
        } else {
            let written = write!(out, "{year}");
            debug_assert!(written.is_ok(), "a vector takes everything");
        }
        out.push(b'-');
        two(out, month);
        out.push(b'-');
        two(out, day);
    }
    if pattern.kind != Kind::Date {
        if pattern.kind == Kind::Timestamp {
            out.push(pattern.separator);
        }
        let seconds = micros / 1_000_000;
        two(out, seconds / 3600);
        out.push(b':');
        two(out, seconds / 60 % 60);
        out.push(b':');
        two(out, seconds % 60);
        let micros = micros % 1_000_000;
        let digits = match pattern.fraction {
            Fraction::Fixed(digits) => digits,
            Fraction::SixOrNone | Fraction::Trimmed if micros == 0 => 0,
            Fraction::SixOrNone => 6,
            Fraction::Trimmed => {
                let mut digits = 6;
                let mut rest = micros;
                while rest % 10 == 0 {
                    rest /= 10;
                    digits -= 1;
                }
                digits
            }
        };
        if digits > 0 {
            out.push(b'.');
            let start = out.len();
            for pair in [micros / 10_000, micros / 100 % 100, micros % 100] {
                two(out, pair);
            }
            out.truncate(start + digits);
        }
        out.extend_from_slice(pattern.zone.text());
    }
    if before_christ {
        out.extend_from_slice(b" BC");
    }
}

fn two(out: &mut Vec<u8>, value: i64) {
    out.push(b'0' + (value / 10) as u8);
    out.push(b'0' + (value % 10) as u8);
}

/// What all moments of a column have in common.
#[derive(Debug, Clone)]
pub(crate) struct Shapes {
    kind: Kind,
    first: Option<(u8, Zone)>,
    /// Bit n: some value has n digits after the point.
    digits: u8,
    six_zeros: bool,
    zero_at_end: bool,
    broken: bool,
}

impl Shapes {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            first: None,
            digits: 0,
            six_zeros: false,
            zero_at_end: false,
            broken: false,
        }
    }

    /// Takes the next value into account.
    pub(crate) fn see(&mut self, text: &[u8]) {
        if self.broken {
            return;
        }
        let Some(parsed) = parse(self.kind, text) else {
            self.broken = true;
            return;
        };
        let shape = (parsed.separator, parsed.zone);
        self.broken = *self.first.get_or_insert(shape) != shape;
        self.digits |= 1 << parsed.digits;
        self.six_zeros |= parsed.digits == 6 && parsed.micros == 0;
        self.zero_at_end |=
            parsed.digits > 0 && parsed.micros % 10i64.pow(7 - parsed.digits as u32) == 0;
    }

    /// Takes the shapes of other rows of the same column into account.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.broken |= other.broken;
        if let Some(shape) = other.first {
            self.broken |= *self.first.get_or_insert(shape) != shape;
        }
        self.digits |= other.digits;
        self.six_zeros |= other.six_zeros;
        self.zero_at_end |= other.zero_at_end;
    }

    /// The pattern that writes every value as it stood, if there is one.
    pub(crate) fn pattern(&self) -> Option<Pattern> {
        let (separator, zone) = self.first.unwrap_or((b' ', Zone::None));
        let fraction = if self.digits.count_ones() <= 1 {
            Fraction::Fixed(if self.digits == 0 {
                0
            } else {
                self.digits.trailing_zeros() as usize
            })
        } else if self.digits == 0b100_0001 && !self.six_zeros {
            Fraction::SixOrNone
        } else if !self.zero_at_end {
            Fraction::Trimmed
        } else {
            return None;
        };
        (!self.broken).then_some(Pattern {
            kind: self.kind,
            separator,
            fraction,
            zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shapes(kind: Kind, values: &[&str]) -> Option<Pattern> {
        let mut shapes = Shapes::new(kind);
        values.iter().for_each(|value| shapes.see(value.as_bytes()));
        shapes.pattern()
    }

    fn check(kind: Kind, values: &[&str]) {
        let pattern = shapes(kind, values).expect("one pattern writes all of them");
        for value in values {
            let parsed = parse(kind, value.as_bytes()).expect("a moment");
            let mut back = Vec::new();
            format(pattern, parsed.wire, &mut back);
            assert_eq!(String::from_utf8_lossy(&back), *value);
        }
    }

    #[test]
    fn a_pattern_writes_each_value_as_it_stood() {
        check(
            Kind::Date,
            &["2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"],
        );
        check(Kind::Time, &["23:59:59", "00:00:00"]);
        check(
            Kind::Timestamp,
            &["2024-01-02 03:04:05", "1999-12-31 23:59:59"],
        );
        check(
            Kind::Timestamp,
            &["2024-01-02T03:04:05.100Z", "1969-12-31T23:59:59.001Z"],
        );
        check(
            Kind::Timestamp,
            &["2024-01-02 03:04:05.100000", "2024-01-02 03:04:05"],
        );
        check(
            Kind::Timestamp,
            &["2024-01-02 03:04:05.1+00", "2024-01-02 03:04:05+00"],
        );
    }

    #[test]
    fn what_no_pattern_can_write_stays_text() {
        assert_eq!(shapes(Kind::Date, &["2023-02-29"]), None);
        assert_eq!(shapes(Kind::Date, &["0000-00-00"]), None);
        assert_eq!(shapes(Kind::Timestamp, &["2024-01-02 24:00:00"]), None);
        assert_eq!(
            shapes(Kind::Timestamp, &["2024-01-02 03:04:05+02:00"]),
            None
        );
        assert_eq!(
            shapes(
                Kind::Timestamp,
                &["2024-01-02 03:04:05", "2024-01-02T03:04:05"]
            ),
            None
        );
        assert_eq!(
            shapes(
                Kind::Timestamp,
                &["2024-01-02 03:04:05.10", "2024-01-02 03:04:05.1"]
            ),
            None
        );
    }

    proptest! {
        #[test]
        fn every_day_comes_back(days in -719_162i64..=2_932_896) {
            let (year, month, day) = civil_from_days(days);
            prop_assert_eq!(days_from_civil(year, month, day), days);
            let mut text = Vec::new();
            format(Pattern::postgres(Kind::Date, Zone::None), days - POSTGRES_EPOCH_DAYS, &mut text);
            prop_assert_eq!(parse(Kind::Date, &text).map(|parsed| parsed.wire), Some(days - POSTGRES_EPOCH_DAYS));
        }
    }
}
