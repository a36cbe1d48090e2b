use proptest::prelude::*;

use super::months::MONTHS;
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
        "may 1 see",
        "$ 1.234.5678",
        "5 apples 2024",
        "99999999999999999999",
    ] {
        assert_eq!(all(text, Order::DayFirst), [], "{text}");
    }
}

#[test]
fn a_year_of_two_digits_is_read_where_a_date_is_expected() {
    check("05.03.24", "2024-03-05");
    check("5/3/99", "1999-03-05");
    check("5-Mar-24", "2024-03-05");
}

#[test]
fn other_calendars_are_told_by_their_years() {
    check("令和6年3月5日", "2024-03-05");
    check("۱۵ اسفند ۱۴۰۲", "2024-03-05");
    check("1402/12/15", "2024-03-05");
    check("1 فروردین 1403", "2024-03-20");
    check("30 اسفند 1399", "2021-03-20");
    check("٥ آذار ٢٠٢٤", "2024-03-05");
    check("5 كانون الثاني 2024", "2024-01-05");
    check("1709640000", "2024-03-05");
}

#[test]
fn the_page_itself_shows_the_order_by_a_day_after_the_twelfth() {
    assert_eq!(
        Order::shown_by("on 3/4/2024 and 17/4/2024"),
        Some(Order::DayFirst)
    );
    assert_eq!(
        Order::shown_by("on 3/4/2024 and 4/17/2024"),
        Some(Order::MonthFirst)
    );
    assert_eq!(Order::shown_by("on 3/4/2024, 1/2/3/4 and 24/7"), None);
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
