//! Which number comes first where both could be the month: `3/5/2024`.

/// Which number comes first where both could be the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 3 May: nearly everywhere.
    DayFirst,
    /// March 5: the United States, and English that does not say otherwise.
    MonthFirst,
}

impl Order {
    /// Returns the order that is usual in a language, given as a tag such as `en-GB`.
    pub fn of(language: Option<&str>) -> Self {
        let language = language
            .unwrap_or_default()
            .to_ascii_lowercase()
            .replace('_', "-");
        match language.as_str() {
            "en" | "en-us" | "en-ph" => Self::MonthFirst,
            _ => Self::DayFirst,
        }
    }

    /// Returns the order that is usual in a language on a host: English without a country is that of
    /// the host's.
    pub fn on_host(language: Option<&str>, host: &str) -> Self {
        const DAY_FIRST: [&str; 14] = [
            "uk", "au", "nz", "ie", "in", "za", "ng", "ke", "gh", "pk", "lk", "sg", "my", "hk",
        ];
        let country = host.rsplit('.').next().unwrap_or_default();
        match (language, country) {
            (None, country) if DAY_FIRST.contains(&country) => Self::DayFirst,
            (None, "com" | "org" | "net" | "us" | "gov" | "edu") => Self::MonthFirst,
            (Some(language), country) if language.eq_ignore_ascii_case("en") => {
                if DAY_FIRST.contains(&country) {
                    Self::DayFirst
                } else {
                    Self::MonthFirst
                }
            }
            (language, _) => Self::of(language),
        }
    }

    /// Returns the order that a text shows where it has a date with a day after the twelfth.
    pub fn shown_by(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize| -> Option<(u32, usize)> {
            let digits = bytes[from..]
                .iter()
                .take(3)
                .take_while(|b| b.is_ascii_digit())
                .count();
            (1..=2).contains(&digits).then(|| {
                let value = bytes[from..from + digits]
                    .iter()
                    .fold(0, |value, b| value * 10 + u32::from(b - b'0'));
                (value, from + digits)
            })
        };
        let slashes = memchr::memchr_iter(b'/', bytes);
        for slash in slashes {
            let mut start = slash;
            while start > 0 && slash - start < 3 && bytes[start - 1].is_ascii_digit() {
                start -= 1;
            }
            if start > 0 && matches!(bytes[start - 1], b'/' | b'-' | b'.') {
                continue;
            }
            let (Some((p, first_end)), Some((q, second_end))) = (number(start), number(slash + 1))
            else {
                continue;
            };
            let year = bytes.get(second_end..second_end + 3);
            let is_year = year.is_some_and(|year| year == b"/20" || year == b"/19");
            if first_end != slash || !is_year {
                continue;
            }
            match (p, q) {
                (13..=31, 1..=12) => return Some(Self::DayFirst),
                (1..=12, 13..=31) => return Some(Self::MonthFirst),
                _ => {}
            }
        }
        None
    }
}
