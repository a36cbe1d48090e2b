//! When: the dates of feeds and sitemaps, in every form in which they are sent.
//!
//! RSS asks for RFC 822 (`Tue, 05 Mar 2024 10:00:00 +0100`), Atom for RFC 3339
//! (`2024-03-05T10:00:00+01:00`), sitemaps for a part of ISO 8601 (`2024-03-05`). What is sent has wrong
//! weekdays, two-digit years, names of zones or none, and the parts in any order.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// A day, perhaps with the time of day, perhaps with the zone: as much as was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The day, where it was written.
    pub date: Date,
    /// The time of day.
    pub time: Option<Time>,
    /// How far the place is ahead of UTC.
    pub offset: Option<Offset>,
}

impl Stamp {
    // ANCHOR: parse
    /// Reads a date in any form in which feeds and sitemaps send it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // No date is longer; a hostile one costs no more than this.
        let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        iso(text).or_else(|| in_words(text))
    }
    // ANCHOR_END: parse

    /// Returns the moment, or `None` when the time of day was not said. Without a zone it is taken for UTC.
    pub fn timestamp(&self) -> Option<Timestamp> {
        let moment = self.date.to_datetime(self.time?);
        self.offset.unwrap_or(Offset::UTC).to_timestamp(moment).ok()
    }
}

/// Writes as much as was said: `2024-03-05`, `2024-03-05T10:00:00`, `2024-03-05T10:00:00+01:00`.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        if let Some(time) = self.time {
            let (hour, minute, second) = (time.hour(), time.minute(), time.second());
            write!(f, "T{hour:02}:{minute:02}:{second:02}")?;
            match self.offset.map(Offset::seconds) {
                None => {}
                Some(0) => f.write_str("Z")?,
                Some(seconds) => {
                    let sign = if seconds < 0 { '-' } else { '+' };
                    let minutes = seconds.abs() / 60;
                    write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)?;
                }
            }
        }
        Ok(())
    }
}

/// Names of zones, and how many minutes they are ahead of UTC.
const ZONES: [(&str, i32); 44] = [
    ("Z", 0),
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("SAST", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("MSD", 240),
    ("GST", 240),
    ("PKT", 300),
    ("WIB", 420),
    ("ICT", 420),
    ("HKT", 480),
    ("SGT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("AEST", 600),
    ("ACDT", 630),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("BRT", -180),
    ("ADT", -180),
    ("AST", -240),
    ("EDT", -240),
    ("EST", -300),
    ("CDT", -300),
    ("CST", -360),
    ("MDT", -360),
    ("MST", -420),
    ("PDT", -420),
    ("PST", -480),
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// `2024`, `2024-03`, `2024-03-05`, `20240305`, `2024/03/05`, with or without time and zone behind.
fn iso(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if (9..=10).contains(&digits) && digits == bytes.len() {
        // Seconds since 1970.
        let moment = Timestamp::from_second(text.parse().ok()?).ok()?;
        let moment = Offset::UTC.to_datetime(moment);
        return stamp(moment.date(), Some(moment.time()), Some(Offset::UTC));
    }
    let (date, rest) = match (digits, bytes.get(digits)) {
        (8 | 14, _) => (date(&text[..4], &text[4..6], &text[6..8])?, &text[8..]),
        (4, None) => (date(text, "1", "1")?, ""),
        (4, Some(sign @ (b'-' | b'/' | b'.'))) => {
            let (month, rest) = number(&text[5..])?;
            match rest.strip_prefix(char::from(*sign)) {
                Some(rest) => {
                    let (day, rest) = number(rest)?;
                    (date(&text[..4], month, day)?, rest)
                }
                None if rest.is_empty() => (date(&text[..4], month, "1")?, rest),
                None => return None,
            }
        }
        _ => return None,
    };
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    let (time, rest) = clock(rest).map_or((None, rest), |(time, rest)| (Some(time), rest));
    let offset = time.and_then(|_| zone(rest.trim()));
    stamp(date, time, offset)
}

// ANCHOR: in_words
/// `Tue, 05 Mar 2024 10:00:00 GMT` and its relatives: each part is known by what it looks like, so
/// their order hardly matters.
fn in_words(text: &str) -> Option<Stamp> {
    let (mut day, mut month, mut year) = (None, None, None);
    let (mut time, mut offset) = (None, None);
    // `5-Mar-24` and `GMT+0100` are several parts.
    let spaced = text
        .replace("GMT+", "+")
        .replace("GMT-", "-")
        .replace("UTC+", "+")
        .replace("UTC-", "-");
    let words = spaced
        .split([' ', ',', '\t', '\n', '\r', '(', ')'])
        .flat_map(|word| {
            let is_date = word.contains('-') && !word.starts_with('-') && !word.contains(':');
            word.split(move |c| is_date && c == '-')
        });
    for word in words.filter(|word| !word.is_empty()) {
        let letters = word.trim_end_matches('.').to_ascii_lowercase();
        let begins_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
        if word.contains(':') && begins_with_digit {
            if time.is_none()
                && let Some((read, rest)) = clock(word)
            {
                (time, offset) = (Some(read), zone(rest));
            }
        } else if letters == "pm" || letters == "am" {
            time = time.map(|time| half_day(time, &letters));
        } else if begins_with_digit {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            let value: i16 = word[..digits].parse().ok()?;
            // `5th`, `1er`
            let is_day = day.is_none() && digits <= 2 && (1..=31).contains(&value);
            if is_day {
                day = Some(value);
            } else if year.is_none() && digits <= 4 {
                year = Some(full_year(value, digits));
            }
        } else if month.is_none()
            && let Some(found) = month_of(&letters)
        {
            month = Some(found);
        } else if time.is_some() && offset.is_none() {
            offset = zone(word);
        }
    }
    let date = Date::new(year?, month?, i8::try_from(day?).ok()?).ok()?;
    stamp(date, time, offset)
}
// ANCHOR_END: in_words

/// The RFCs' own rule for years of two and three digits (RFC 2822 section 4.3).
fn full_year(value: i16, digits: usize) -> i16 {
    match (digits, value) {
        (4, _) => value,
        (_, 0..50) => 2000 + value,
        _ => 1900 + value,
    }
}

fn month_of(letters: &str) -> Option<i8> {
    let start = letters.get(..3)?;
    // `Marketing` is no month, and `Mon` is none either.
    let at = MONTHS.iter().position(|month| *month == start)?;
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is_month = full[at].starts_with(letters) || letters == "sept";
    is_month.then(|| i8::try_from(at + 1).expect("there are twelve"))
}

/// Reads `10:00`, `10:00:00`, `10:00:00.123`, `100000`, perhaps with `am` or `pm` behind.
fn clock(text: &str) -> Option<(Time, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, minute, second, rest) = if digits == 6 {
        (&text[..2], &text[2..4], &text[4..6], &text[6..])
    } else {
        let (hour, rest) = number(text)?;
        let (minute, rest) = number(rest.strip_prefix([':', '.', 'h'])?)?;
        let (second, rest) = rest
            .strip_prefix(':')
            .and_then(number)
            .unwrap_or(("0", rest));
        (hour, minute, second, rest)
    };
    let rest = rest.strip_prefix(['.', ',']).map_or(rest, |fraction| {
        fraction.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let (hour, minute, second): (i8, i8, i8) = (
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
    );
    // 24:00 is the end of a day, and a leap second is a second late.
    let time = match (hour, minute) {
        (24, 0) => Time::new(23, 59, 59, 0),
        _ => Time::new(hour, minute, second.min(59), 0),
    };
    let time = time.ok()?;
    let letters = rest.trim_start().get(..2).map(str::to_ascii_lowercase);
    match letters.as_deref() {
        Some(half @ ("am" | "pm")) => Some((half_day(time, half), &rest.trim_start()[2..])),
        _ => Some((time, rest)),
    }
}

fn half_day(time: Time, half: &str) -> Time {
    let hour = match (time.hour(), half) {
        (12, "am") => 0,
        (hour @ 1..12, "pm") => hour + 12,
        (hour, _) => hour,
    };
    Time::new(hour, time.minute(), time.second(), 0).unwrap_or(time)
}

/// Reads `Z`, `EST`, `+01:00`, `+0100`, `+1`, `-05`.
fn zone(text: &str) -> Option<Offset> {
    let text = text.trim();
    let sign = match text.chars().next()? {
        '+' => 1,
        // A minus sign is sometimes a real one.
        '-' | '−' => -1,
        _ => {
            let name = text.to_ascii_uppercase();
            let name = name.split(|c: char| !c.is_ascii_alphabetic()).next()?;
            let minutes = ZONES.iter().find(|(known, _)| *known == name);
            return offset(minutes?.1);
        }
    };
    let digits: String = text
        .chars()
        .skip(1)
        .take(6)
        .filter(char::is_ascii_digit)
        .collect();
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 => (digits[..1].parse().ok()?, digits[1..].parse().ok()?),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    offset(sign * (hours * 60 + minutes))
}

fn offset(minutes: i32) -> Option<Offset> {
    // No place on earth is further from Greenwich.
    (minutes.abs() <= 14 * 60)
        .then(|| Offset::from_seconds(minutes * 60).ok())
        .flatten()
}

/// Reads up to two digits.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| text.split_at(digits))
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    Date::new(year, month, day).ok()
}

/// Puts the parts together. A zone without a time says nothing.
fn stamp(date: Date, time: Option<Time>, offset: Option<Offset>) -> Option<Stamp> {
    // Programs that have no date write the year 0 or 1.
    (date.year() >= 1900).then_some(Stamp {
        date,
        time,
        offset: time.and(offset),
    })
}
