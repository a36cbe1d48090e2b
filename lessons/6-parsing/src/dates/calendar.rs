//! From the numbers of a date to a day, by the calendar they are counted in.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Returns the day of a year, a month and a day of the month, if there is such a day.
pub(super) fn day_of(year: u32, month: u32, day: u32) -> Option<Date> {
    // Thai calendars count from the Buddha: 2567 is 2024.
    let year = if (2400..2700).contains(&year) {
        year - 543
    } else {
        year
    };
    if (1300..1500).contains(&year) {
        return from_persian(year, month, day);
    }
    if !(1800..2200).contains(&year) {
        return None;
    }
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// Returns the day of a date of the Persian calendar: six months of 31 days, five of 30, and a last one
/// of 29 or 30. The year begins at the equinox; a cycle of 33 years with 8 leap years keeps to it.
pub(super) fn from_persian(year: u32, month: u32, day: u32) -> Option<Date> {
    if !(1300..1500).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let length = if month <= 6 { 31 } else { 30 };
    if !(1..=length).contains(&day) {
        return None;
    }
    // 1 Farvardin 1300 was 21 March 1921; 1300 is the 13th year of its cycle.
    let leaps = |before: u32| (before * 8 + 21) / 33;
    let years = year - 1_300;
    let months = (month - 1) * 31 - month.saturating_sub(7);
    let days = years * 365 + (leaps(year) - leaps(1_300)) + months + day - 1;
    let span: Span = i64::from(days).days();
    Date::constant(1921, 3, 21).checked_add(span).ok()
}
