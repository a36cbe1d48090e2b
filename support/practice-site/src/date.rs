//! Calendar days and moments, and how machines write them.

use std::fmt;

/// A day of the Gregorian calendar.
///
/// Its [`Display`](fmt::Display) form is that of ISO 8601: `2024-03-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year, for example 2024.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl Date {
    /// Returns the day, or `None` when the calendar has no such day.
    ///
    /// ```
    /// use practice_site::Date;
    ///
    /// assert_eq!(Date::new(2024, 2, 29).map(|date| date.to_string()), Some("2024-02-29".to_string()));
    /// assert_eq!(Date::new(2023, 2, 29), None);
    /// ```
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(0..=9_999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        (1..=days_in_month(year, month))
            .contains(&day)
            .then_some(Self { year, month, day })
    }

    /// Returns how many days lie between 1 January 1970 and this day.
    ///
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms": years that begin in March end with the leap day.
    #[must_use]
    pub fn days_since_1970(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// Returns the day that lies so many days after 1 January 1970; the inverse of [`Date::days_since_1970`].
    #[must_use]
    pub fn from_days_since_1970(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = (era * 400 + year_of_era + i64::from(month <= 2)) as i32;
        Self {
            year,
            month: month as u8,
            day,
        }
    }

    /// Returns the day of the week: 0 for Monday, 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        // 1 January 1970 was a Thursday.
        (self.days_since_1970() + 3).rem_euclid(7) as u8
    }

    /// Returns the day that comes so many days later, or earlier when the number is negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_days_since_1970(self.days_since_1970() + days)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A moment as a clock on a wall shows it, with that clock's distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The day on that clock's calendar.
    pub date: Date,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
    /// How many minutes that clock is ahead of UTC; negative to the west.
    pub offset_minutes: i16,
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Moment {
    /// Returns the moment in UTC that lies so many seconds after the beginning of 1970.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let of_day = seconds.rem_euclid(86_400);
        Self {
            date: Date::from_days_since_1970(seconds.div_euclid(86_400)),
            hour: (of_day / 3_600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
            offset_minutes: 0,
        }
    }

    /// Returns how many seconds lie between the beginning of 1970 in UTC and this moment.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        let of_day =
            i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second);
        self.date.days_since_1970() * 86_400 + of_day - i64::from(self.offset_minutes) * 60
    }

    /// Writes the moment as RFC 3339 does: `2024-03-05T09:30:00+01:00`, with `Z` for UTC.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let clock = format!(
            "{}T{:02}:{:02}:{:02}",
            self.date, self.hour, self.minute, self.second
        );
        if self.offset_minutes == 0 {
            return clock + "Z";
        }
        let (sign, minutes) = self.sign_and_minutes();
        format!("{clock}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Writes the moment as mail and RSS do: `Tue, 05 Mar 2024 09:30:00 +0100` (RFC 5322).
    #[must_use]
    pub fn to_rfc2822(self) -> String {
        let (sign, minutes) = self.sign_and_minutes();
        format!(
            "{} {sign}{:02}{:02}",
            self.to_words(),
            minutes / 60,
            minutes % 60
        )
    }

    /// Writes the moment as HTTP headers do, always in UTC: `Tue, 05 Mar 2024 08:30:00 GMT` (RFC 9110, section 5.6.7).
    #[must_use]
    pub fn to_http(self) -> String {
        format!(
            "{} GMT",
            Self::from_unix_seconds(self.unix_seconds()).to_words()
        )
    }

    /// Reads the form that [`Moment::to_http`] writes; `None` for any other.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        let (_, rest) = text.trim().split_once(", ")?;
        let mut words = rest.split(' ');
        let day = words.next()?.parse().ok()?;
        let month = words.next()?;
        let month = MONTHS.iter().position(|name| *name == month)? as u8 + 1;
        let year = words.next()?.parse().ok()?;
        let mut clock = words
            .next()?
            .splitn(3, ':')
            .map(|part| part.parse::<u8>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let valid = words.next() == Some("GMT") && hour < 24 && minute < 60 && second < 60;
        let date = Date::new(year, month, day)?;
        valid.then_some(Self {
            date,
            hour,
            minute,
            second,
            offset_minutes: 0,
        })
    }

    fn to_words(self) -> String {
        let Date { year, month, day } = self.date;
        format!(
            "{}, {day:02} {} {year:04} {:02}:{:02}:{:02}",
            WEEKDAYS[usize::from(self.date.weekday())],
            MONTHS[usize::from(month) - 1],
            self.hour,
            self.minute,
            self.second,
        )
    }

    fn sign_and_minutes(self) -> (char, u16) {
        (
            if self.offset_minutes < 0 { '-' } else { '+' },
            self.offset_minutes.unsigned_abs(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_thousand_years_survives_the_round_trip() {
        let mut expected = Date {
            year: 1600,
            month: 1,
            day: 1,
        };
        let first = expected.days_since_1970();
        for days in first..first + 365_243 {
            let date = Date::from_days_since_1970(days);
            assert_eq!(date, expected);
            assert_eq!(date.days_since_1970(), days);
            assert_eq!(Date::new(date.year, date.month, date.day), Some(date));
            expected = next_day(expected);
        }
    }

    /// The calendar told the slow way, as the check on the quick one.
    fn next_day(date: Date) -> Date {
        let Date { year, month, day } = date;
        if day < days_in_month(year, month) {
            Date {
                day: day + 1,
                ..date
            }
        } else if month < 12 {
            Date {
                year,
                month: month + 1,
                day: 1,
            }
        } else {
            Date {
                year: year + 1,
                month: 1,
                day: 1,
            }
        }
    }

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        assert_eq!(
            Date {
                year: 1970,
                month: 1,
                day: 1
            }
            .weekday(),
            3
        );
        assert_eq!(
            Date {
                year: 2024,
                month: 3,
                day: 5
            }
            .weekday(),
            1
        );
        assert_eq!(
            Date {
                year: 1900,
                month: 1,
                day: 1
            }
            .weekday(),
            0
        );
    }

    #[test]
    fn a_moment_is_written_as_each_format_wants_it() {
        let moment = Moment {
            date: Date {
                year: 2024,
                month: 3,
                day: 5,
            },
            hour: 0,
            minute: 30,
            second: 7,
            offset_minutes: 90,
        };

        assert_eq!(moment.to_rfc3339(), "2024-03-05T00:30:07+01:30");
        assert_eq!(moment.to_rfc2822(), "Tue, 05 Mar 2024 00:30:07 +0130");
        assert_eq!(moment.to_http(), "Mon, 04 Mar 2024 23:00:07 GMT");
        let west = Moment {
            offset_minutes: -210,
            ..moment
        };
        assert_eq!(west.to_rfc3339(), "2024-03-05T00:30:07-03:30");
        assert_eq!(west.to_rfc2822(), "Tue, 05 Mar 2024 00:30:07 -0330");
    }

    #[test]
    fn a_header_date_is_read_back_and_anything_else_is_refused() {
        let moment = Moment::from_unix_seconds(1_709_595_007);

        assert_eq!(Moment::from_http(&moment.to_http()), Some(moment));
        for wrong in [
            "",
            ", ",
            "Tue, 5",
            "Tue, 31 Feb 2024 00:00:00 GMT",
            "2024-03-05T00:00:00Z",
        ] {
            assert_eq!(Moment::from_http(wrong), None, "{wrong}");
        }
    }
}
