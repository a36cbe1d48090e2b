//! Dates as people and machines write them, in many languages: text in, days out.
//!
//! | shape | examples |
//! |---|---|
//! | year first | `2024-03-05`, `2024-03-05T10:00:00+01:00`, `2024/3/5`, `20240305`, `2024年3月5日`, `2024년 3월 5일` |
//! | day first | `05.03.2024`, `5-3-2024`, `5/3/2024` |
//! | with the month's name | `5 March 2024`, `March 5th, 2024`, `5. März 2024`, `5 de marzo de 2024`, `2024. március 5.` |
//!
//! `3/5/2024` has two meanings; the language of the page decides ([`Order`]). A date that does not exist
//! (`31.02.2024`) is no date, and a year is four digits from 1900 on: `5. 3. 24` may be anything.
//! A time of day is skipped: the day is the one that is written, in the zone it is written in.

use jiff::civil::Date;

/// Which number comes first where both could be the month: `3/5/2024`.
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
}

/// A date in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The day.
    pub date: Date,
    /// Where its writing begins, in bytes.
    pub start: usize,
    /// Where its writing ends, in bytes.
    pub end: usize,
}

/// Returns the first date of a text, for a value that is meant to be one.
pub fn read(text: &str, order: Order) -> Option<Date> {
    all(text, order).first().map(|found| found.date)
}

/// Returns all dates of a text in order.
pub fn all(text: &str, order: Order) -> Vec<Found> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match date_at(&tokens[i..], order) {
            Some((date, used)) => {
                found.push(Found {
                    date,
                    start: tokens[i].start,
                    end: tokens[i + used - 1].end,
                });
                i += used;
            }
            None => i += 1,
        }
    }
    found
}

#[derive(Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// A number and how many digits it is written with.
    Number(u32, usize),
    /// A month's name.
    Month(u32),
    /// `-`, `/` or `.` between numbers.
    Mark(char),
    /// A word that may stand inside a date: `of`, `de`, the `th` of `5th`, a comma.
    Filler,
    /// `年`, `년` and the like: what the number before it counts.
    Unit(Unit),
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
}

// ANCHOR: shapes
/// Reads one date at the beginning of the tokens; returns it with the number of tokens it takes.
fn date_at(tokens: &[Token], order: Order) -> Option<(Date, usize)> {
    use Kind::{Filler, Mark, Month, Number, Other};
    // Without spaces and fillers each shape is one pattern. Nothing else may stand inside a date.
    let mut bare = Vec::with_capacity(6);
    for (i, token) in tokens.iter().enumerate() {
        match &token.kind {
            Other => break,
            // A filler inside a date is skipped; a date does not begin with one.
            Filler if i == 0 => return None,
            Filler => {}
            kind => bare.push((kind, i + 1)),
        }
        if bare.len() == 6 {
            break;
        }
    }
    let kinds: Vec<&Kind> = bare.iter().map(|(kind, _)| *kind).collect();
    let (year, month, day, used) = match kinds.as_slice() {
        // 2024年3月5日
        [
            Number(y, 4),
            Kind::Unit(Unit::Year),
            Number(m, _),
            Kind::Unit(Unit::Month),
            Number(d, _),
            Kind::Unit(Unit::Day),
        ] => (*y, *m, *d, 6),
        // 5 tháng 3 2024
        [
            Number(d, 1..=2),
            Kind::Unit(Unit::Month),
            Number(m, 1..=2),
            Number(y, 4),
            ..,
        ] => (*y, *m, *d, 4),
        [
            Number(d, 1..=2),
            Kind::Unit(Unit::Month),
            Number(m, 1..=2),
            Kind::Unit(Unit::Year),
            Number(y, 4),
            ..,
        ] => (*y, *m, *d, 5),
        // 2024-03-05, 2024/3/5, 2024.03.05: the same mark twice
        [
            Number(y, 4),
            Mark(a),
            Number(m, 1..=2),
            Mark(b),
            Number(d, 1..=2),
            ..,
        ] if a == b => (*y, *m, *d, 5),
        // 05.03.2024, 5-3-2024, and 5/3/2024, which the order decides
        [
            Number(p, 1..=2),
            Mark(a),
            Number(q, 1..=2),
            Mark(b),
            Number(y, 4),
            ..,
        ] if a == b => {
            let month_first = *a != '.' && *p <= 12 && (*q > 12 || order == Order::MonthFirst);
            if month_first {
                (*y, *p, *q, 5)
            } else {
                (*y, *q, *p, 5)
            }
        }
        // 2024. március 5
        [Number(y, 4), Mark('.'), Month(m), Number(d, 1..=2), ..] => (*y, *m, *d, 4),
        // 5. März 2024 and 5. marec. 2024: a dot behind the day or a shortened month
        [
            Number(d, 1..=2),
            Mark('.'),
            Month(m),
            Mark('.'),
            Number(y, 4),
            ..,
        ] => (*y, *m, *d, 5),
        [Number(d, 1..=2), Mark('.'), Month(m), Number(y, 4), ..]
        | [Number(d, 1..=2), Month(m), Mark('.'), Number(y, 4), ..] => (*y, *m, *d, 4),
        // 5-Mar-2024
        [
            Number(d, 1..=2),
            Mark(a),
            Month(m),
            Mark(b),
            Number(y, 4),
            ..,
        ] if a == b => (*y, *m, *d, 5),
        // 5 March 2024
        [Number(d, 1..=2), Month(m), Number(y, 4), ..] => (*y, *m, *d, 3),
        // Mar. 5, 2024 and March 5, 2024
        [Month(m), Mark('.'), Number(d, 1..=2), Number(y, 4), ..] => (*y, *m, *d, 4),
        [Month(m), Number(d, 1..=2), Number(y, 4), ..] => (*y, *m, *d, 3),
        // 2024 March 5
        [Number(y, 4), Month(m), Number(d, 1..=2), ..] => (*y, *m, *d, 3),
        // 20240305
        [Number(n, 8), ..] => (n / 10_000, n / 100 % 100, n % 100, 1),
        _ => return None,
    };
    Some((day_of(year, month, day)?, bare[used - 1].1))
}
// ANCHOR_END: shapes

fn day_of(year: u32, month: u32, day: u32) -> Option<Date> {
    // Thai calendars count from the Buddha: 2567 is 2024.
    let year = if (2400..2700).contains(&year) {
        year - 543
    } else {
        year
    };
    if !(1900..2200).contains(&year) {
        return None;
    }
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// Cuts a text into numbers, words and marks. Spaces are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
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
        } else if first.is_alphabetic() {
            while chars
                .next_if(|(_, c)| c.is_alphabetic() || is_mark_on_letter(*c))
                .is_some()
            {}
            let end = chars.peek().map_or(text.len(), |(at, _)| *at);
            word(&text[start..end])
        } else {
            match first {
                '-' | '/' | '.' | '\u{2010}' | '\u{2011}' => {
                    Kind::Mark(if first > '~' { '-' } else { first })
                }
                ',' | '،' | '°' => Kind::Filler,
                // Marks of direction stand around dates in Arabic and Hebrew.
                _ if first.is_whitespace() || matches!(first, '\u{200e}' | '\u{200f}') => continue,
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
    const ZEROS: [char; 6] = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{e50}', '\u{ff10}'];
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
        '日' | '일' => Some(Unit::Day),
        _ => None,
    }
}

/// Vowel signs and accents that follow their letter, as in Hindi and in decomposed text.
fn is_mark_on_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

fn word(word: &str) -> Kind {
    let word = word.to_lowercase();
    if let Some(month) = month(&word) {
        return Kind::Month(month);
    }
    match word.as_str() {
        "tháng" => Kind::Unit(Unit::Month),
        "năm" => Kind::Unit(Unit::Year),
        "th" | "st" | "nd" | "rd" | "er" | "ter" | "of" | "the" | "de" | "del" | "di" | "do"
        | "da" | "den" | "der" | "dne" | "d" | "i" | "a" | "о" | "го" | "ב" => Kind::Filler,
        _ => Kind::Other,
    }
}

// ANCHOR: months
/// The names of the months, from January: whole, in the case they take in a date, and shortened.
const MONTHS: [&str; 12] = [
    "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro tammikuu tammikuuta ledna leden \
     stycznia styczeń január januára januarie ianuarie ocak января январь янв січня ιανουαρίου ιανουάριος \
     يناير ינואר בינואר जनवरी มกราคม januarja siječnja януари",
    "february feb februar feber februari février fevrier févr fév febrero febbraio fevereiro fev helmikuu helmikuuta \
     února únor lutego luty február februára februarie şubat февраля февраль фев лютого φεβρουαρίου φεβρουάριος \
     فبراير פברואר בפברואר फ़रवरी फरवरी กุมภาพันธ์ februarja veljače февруари",
    "march mar märz maerz mrz maart mars marts marzo março marco maaliskuu maaliskuuta března březen marca marzec \
     március marec martie mart марта март мар березня μαρτίου μάρτιος مارس מרץ במרץ מרס मार्च มีนาคม ožujka",
    "april apr avril avr abril abr aprile april huhtikuu huhtikuuta dubna duben kwietnia kwiecień április apríl \
     apríla aprilie nisan апреля апрель апр квітня απριλίου απρίλιος أبريل ابريل אפריל באפריל अप्रैल เมษายน travnja \
     април",
    "may mai mei maj mayo maggio mag maio toukokuu toukokuuta května květen maja május mája máj mayıs мая май травня \
     μαΐου μάιος مايو מאי במאי मई พฤษภาคม svibnja",
    "june jun juni juin junio giugno giu junho kesäkuu kesäkuuta června červen czerwca czerwiec június júna jún \
     iunie haziran июня июнь июн червня ιουνίου ιούνιος يونيو יוני ביוני जून มิถุนายน lipnja юни",
    "july jul juli juillet juil julio luglio lug julho heinäkuu heinäkuuta července červenec lipca lipiec július júla \
     júl iulie temmuz июля июль июл липня ιουλίου ιούλιος يوليو יולי ביולי जुलाई กรกฎาคม srpnja юли",
    "august aug augustus augusti août aout agosto ago elokuu elokuuta srpna srpen sierpnia sierpień augusztus \
     augusta ağustos августа август авг серпня αυγούστου αύγουστος أغسطس אוגוסט באוגוסט अगस्त สิงหาคม kolovoza",
    "september sep sept septembre septiembre setiembre settembre set setembro syyskuu syyskuuta září września \
     wrzesień szeptember septembra septembrie eylül сентября сентябрь сен сент вересня σεπτεμβρίου σεπτέμβριος \
     سبتمبر ספטמבר בספטמבר सितंबर सितम्बर กันยายน rujna септември",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta října říjen października \
     październik október októbra octombrie ekim октября октябрь окт жовтня οκτωβρίου οκτώβριος أكتوبر אוקטובר \
     באוקטובר अक्टूबर अक्तूबर ตุลาคม октомври",
    "november nov novembre noviembre novembro marraskuu marraskuuta listopadu listopad listopada novembra noiembrie \
     kasım ноября ноябрь ноя листопада νοεμβρίου νοέμβριος نوفمبر נובמבר בנובמבר नवंबर नवम्बर พฤศจิกายน \
     studenoga ноември",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro joulukuu joulukuuta prosince \
     prosinec grudnia grudzień decembra decembrie aralık декабря декабрь дек грудня δεκεμβρίου δεκέμβριος ديسمبر \
     דצמבר בדצמבר दिसंबर दिसम्बर ธันวาคม prosinca декември",
];
// ANCHOR_END: months

fn month(word: &str) -> Option<u32> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static BY_NAME: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        (1..)
            .zip(MONTHS)
            .flat_map(|(number, names)| names.split_whitespace().map(move |name| (name, number)))
            .collect()
    });
    BY_NAME.get(word).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        let found = read(text, Order::DayFirst).map(|date| date.to_string());
        assert_eq!(found.as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn machines_write_the_year_first() {
        check("2024-03-05", "2024-03-05");
        check("2024-03-05T23:59:00-08:00", "2024-03-05");
        check("2024-03-05 10:00", "2024-03-05");
        check("2024/3/5", "2024-03-05");
        check("2024.03.05.", "2024-03-05");
        check("20240305", "2024-03-05");
        check("20240305T100000Z", "2024-03-05");
        check("Tue, 05 Mar 2024 10:00:00 +0100", "2024-03-05");
        check("Tuesday, 05-Mar-2024 10:00:00 GMT", "2024-03-05");
    }

    #[test]
    fn people_write_the_month_by_its_name() {
        for text in [
            "5 March 2024",
            "March 5, 2024",
            "March 5th, 2024",
            "Mar. 5, 2024",
            "the 5th of March, 2024",
            "5. März 2024",
            "Dienstag, den 5. März 2024",
            "le 5 mars 2024",
            "5 de marzo de 2024",
            "5 marzo 2024",
            "5 de março de 2024",
            "5 maart 2024",
            "5. marts 2024",
            "5 mars 2024",
            "5. maaliskuuta 2024",
            "5. března 2024",
            "5 marca 2024",
            "2024. március 5.",
            "5 martie 2024",
            "5 Mart 2024",
            "5 марта 2024 г.",
            "5 березня 2024",
            "5 Μαρτίου 2024",
            "5 مارس 2024",
            "٥ مارس ٢٠٢٤",
            "5 במרץ 2024",
            "5 मार्च 2024",
            "5 มีนาคม 2567",
            "2024年3月5日",
            "2024 年 3 月 5 日",
            "2024년 3월 5일",
            "ngày 5 tháng 3 năm 2024",
            "5 tháng 3, 2024",
        ] {
            check(text, "2024-03-05");
        }
    }

    #[test]
    fn the_first_of_a_month_has_its_own_ordinal() {
        check("1er mars 2024", "2024-03-01");
        check("1º de marzo de 2024", "2024-03-01");
        check("March 1st, 2024", "2024-03-01");
    }

    #[test]
    fn the_language_decides_where_numbers_do_not() {
        let us = Order::of(Some("en-US"));
        let gb = Order::of(Some("en-GB"));

        assert_eq!(
            read("3/5/2024", us).map(|d| d.to_string()).as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            read("3/5/2024", gb).map(|d| d.to_string()).as_deref(),
            Some("2024-05-03")
        );
        assert_eq!(
            read("13/5/2024", us).map(|d| d.to_string()).as_deref(),
            Some("2024-05-13")
        );
        assert_eq!(
            read("05.03.2024", us).map(|d| d.to_string()).as_deref(),
            Some("2024-03-05")
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2024",
            "31.02.2024",
            "2024-13-01",
            "1.2.3",
            "5 March",
            "March 2024",
            "version 10.11.12",
            "call 555-1234",
            "12:30:2024",
            "5.3.24",
            "may 1 see",
            "$ 1.234.5678",
            "5 apples 2024",
            "99999999999999999999",
        ] {
            check(text, "none");
        }
    }

    #[test]
    fn all_dates_are_found_with_their_place() {
        let text = "Published 5 March 2024, updated 7 March 2024.";

        let found = all(text, Order::DayFirst);

        let places: Vec<_> = found
            .iter()
            .map(|found| &text[found.start..found.end])
            .collect();
        assert_eq!(places, ["5 March 2024", "7 March 2024"]);
    }

    proptest! {
        #[test]
        fn every_day_is_read_in_every_shape(year in 1900..2200_i16, month in 1..13_i8, day in 1..29_i8) {
            let date = Date::new(year, month, day).expect("each month has 28 days");
            let name = MONTHS[month as usize - 1].split_whitespace().next().expect("each month has names");
            for text in [
                format!("{year}-{month:02}-{day:02}"), format!("{day}.{month}.{year}"), format!("{day}/{month}/{year}"),
                format!("{day} {name} {year}"), format!("{name} {day}, {year}"), format!("{year}年{month}月{day}日"),
                format!("{year}{month:02}{day:02}"),
            ] {
                prop_assert_eq!(read(&text, Order::DayFirst), Some(date), "{}", text);
            }
        }

        #[test]
        fn no_text_makes_the_reader_fail(text in "\\PC{0,60}") {
            for found in all(&text, Order::MonthFirst) {
                prop_assert!(text.is_char_boundary(found.start) && text.is_char_boundary(found.end));
            }
        }
    }
}
