//! What the address of a page says of its date: `/2024/03/05/title`.

use jiff::civil::Date;
use url::Url;

/// A date in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPath {
    /// A day.
    Day(Date),
    /// A year and a month alone: `/2024/03/title`.
    Month(i16, i8),
}

/// Reads the date of an address. The year is one of the web's: 1990 and later.
pub fn date_in(url: &Url) -> Option<InPath> {
    let path = url.path();
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    day_in_folders(&segments)
        .or_else(|| {
            segments
                .iter()
                .rev()
                .find_map(|segment| day_in_segment(segment))
        })
        .or_else(|| query_day(url))
        .map(InPath::Day)
        .or_else(|| month_in_folders(&segments))
}

/// `/2024/03/05/`, `/2024/mar/05/`, `/2024/0305/`, `/2024-03/05/`, `/202403/05/`
fn day_in_folders(segments: &[&str]) -> Option<Date> {
    let three = segments.windows(3).find_map(|three| {
        let [year, month, day] = three else {
            return None;
        };
        let month = number(month, 1..=2).or_else(|| month_name(month))?;
        // `/2024/03/05-title` and `/2024/03/05.html`
        let day = day.split(['-', '_', '.']).next()?;
        date(number(year, 4..=4)?, month, number(day, 1..=2)?)
    });
    three.or_else(|| {
        segments.windows(2).find_map(|two| {
            let [first, second] = two else { return None };
            if first.len() == 4 {
                // `/2024/0305/`
                let day = number(second.get(..4)?, 4..=4)?;
                let ends = second.len() == 4 || !second.as_bytes()[4].is_ascii_digit();
                return ends.then(|| date(number(first, 4..=4)?, day / 100, day % 100))?;
            }
            // `/2024-03/05/` and `/202403/05/`
            let day = number(second.split(['-', '_', '.']).next()?, 2..=2)?;
            let plain = first.replace(['-', '_'], "");
            let month = number(&plain, 6..=6)?;
            date(month / 100, month % 100, day)
        })
    })
}

/// `2024-03-05-title`, `title-20240305`, `t20240305_12`, `title-05-03-2024`, `20240305`
fn day_in_segment(segment: &str) -> Option<Date> {
    let bytes = segment.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let found = match digits {
            8 => number(&segment[at..at + 8], 8..=8)
                .and_then(|n| date(n / 10_000, n / 100 % 100, n % 100)),
            // With the time of day: 20240305101500
            12 | 14 => number(&segment[at..at + 8], 8..=8)
                .and_then(|n| date(n / 10_000, n / 100 % 100, n % 100)),
            4 => dashed(&segment[at..], 4),
            1 | 2 => dashed(&segment[at..], 1),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        at += digits;
    }
    None
}

/// `2024-03-05`, `2024_3_5` or, with the year last, `05-03-2024`, up to something that is no digit.
fn dashed(text: &str, first: usize) -> Option<Date> {
    let mark = text.find(['-', '_', '.'])?;
    let mark = text.as_bytes()[mark] as char;
    let mut numbers = text.splitn(4, mark);
    let (a, b, c) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let c_end = c.bytes().take_while(u8::is_ascii_digit).count();
    if c.as_bytes()
        .get(c_end)
        .is_some_and(u8::is_ascii_alphanumeric)
        && first != 4
    {
        return None;
    }
    let c = &c[..c_end];
    if first == 4 {
        let month = number(b, 1..=2).or_else(|| month_name(b))?;
        date(number(a, 4..=4)?, month, number(c, 1..=2)?)
    } else {
        // The month first is too rare in addresses to be told from the day.
        date(number(c, 4..=4)?, number(b, 2..=2)?, number(a, 1..=2)?)
    }
}

fn query_day(url: &Url) -> Option<Date> {
    let mut pairs = url.query_pairs();
    let value = pairs.find_map(|(name, value)| {
        ["date", "day", "d", "datum"]
            .contains(&&*name.to_ascii_lowercase())
            .then_some(value)
    })?;
    day_in_segment(&value)
}

/// `/2024/03/title`
fn month_in_folders(segments: &[&str]) -> Option<InPath> {
    segments.windows(2).find_map(|two| {
        let [year, month] = two else { return None };
        let (year, month) = (number(year, 4..=4)?, number(month, 1..=2)?);
        let first = date(year, month, 1)?;
        Some(InPath::Month(first.year(), first.month()))
    })
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let sound = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok())?
}

fn month_name(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let small = text.to_ascii_lowercase();
    let at = NAMES
        .iter()
        .position(|name| small.starts_with(name) && small.len() <= 9)?;
    u32::try_from(at + 1).ok()
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    if !(1990..2100).contains(&year) {
        return None;
    }
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_each_shape_that_systems_use() {
        for path in [
            "/2024/03/05/title",
            "/blog/2024/3/5/",
            "/world/2024/mar/05/title",
            "/2024-03-05-title.html",
            "/x/2024-03-05",
            "/news/title-20240305",
            "/n1/2024/0305/c1001-123.html",
            "/politics/2024-03/05/c_1124233.htm",
            "/202403/t20240305_123.html",
            "/2024/03/05-title.html",
            "/a/05-03-2024-title",
            "/x?date=2024-03-05",
        ] {
            let url = Url::parse(&format!("http://site.test{path}")).expect("a URL");

            assert_eq!(
                date_in(&url),
                Some(InPath::Day(Date::constant(2024, 3, 5))),
                "{path}"
            );
        }
    }

    #[test]
    fn other_numbers_are_no_date() {
        for path in [
            "/2024/13/05/x",
            "/2024-03-051/",
            "/v/1.2.3/",
            "/id/12345678",
            "/id/20249999",
            "/1024/768/x",
            "/p/2024",
        ] {
            let url = Url::parse(&format!("http://site.test{path}")).expect("a URL");

            assert_eq!(date_in(&url), None, "{path}");
        }
        let month = Url::parse("http://site.test/2024/03/title").expect("a URL");
        assert_eq!(date_in(&month), Some(InPath::Month(2024, 3)));
    }
}
