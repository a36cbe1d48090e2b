//! Days counted from a moment that only the reader knows: `yesterday`, `3 hours ago`, `vor 2 Tagen`.

use jiff::ToSpan;
use jiff::civil::Date;

/// What one word for a stretch of time is worth, in days; hours and minutes are parts of today.
const STRETCHES: [(&str, i64); 8] = [
    (
        "second sekunde seconde segundo secondo секунд saniye 秒 초 ثانية שניות sek",
        0,
    ),
    (
        "minut minuto минут хвилин dakika 分钟 分 분 دقيقة דקות min",
        0,
    ),
    (
        "hour stunde heure hora ora uur ore godzin час годин saat 小时 小時 時間 시간 ساعة ساعات שעות timm time tim",
        0,
    ),
    (
        "day tag jour día dia giorno giorni dag dni dzień день дня дней днів gün 天 日 일 يوم أيام ימים",
        1,
    ),
    (
        "week woche semaine semana settiman weken uke vecka tydzień tygodni недел тижн hafta 周 週間 주 أسبوع שבוע",
        7,
    ),
    (
        "month monat mois mes mese maand miesiąc месяц місяц ay 个月 か月 개월 شهر חודש",
        30,
    ),
    (
        "year jahr año ano anno jaar rok лет год yıl 年前 년 سنة שנה",
        365,
    ),
    ("\u{0}", 0),
];

/// What says that a stretch of time is past.
const AGO: &str =
    "ago vor il·y·a hace há fa geleden temu назад тому önce 前 전 منذ قبل לפני sedan siden sitten";

/// Words for today and yesterday.
const DAYS: [(&str, i64); 2] = [
    (
        "today heute aujourd'hui hoy oggi hoje vandaag dzisiaj dziś сегодня сьогодні bugün 今天 今日 오늘 اليوم היום idag i·dag just·now",
        0,
    ),
    (
        "yesterday gestern hier ayer ieri ontem gisteren wczoraj вчера вчора dün 昨天 昨日 어제 أمس אתמול igår i·går",
        1,
    ),
];

/// Reads a day counted from `today`. Only short texts are read: in prose, `yesterday` is any day.
pub fn relative(text: &str, today: Date) -> Option<Date> {
    if text.len() > 60 {
        return None;
    }
    let text = text.trim().to_lowercase().replace('\u{a0}', " ");
    let days = days_before(&text)?;
    today.checked_sub(days.days()).ok()
}

fn days_before(text: &str) -> Option<i64> {
    let holds = |words: &str| {
        words.split(' ').any(|word| {
            let word = word.replace('·', " ");
            text.match_indices(&word)
                .any(|(at, _)| begins_word(text, at))
        })
    };
    for (words, days) in DAYS {
        if holds(words) {
            return Some(days);
        }
    }
    if !holds(AGO) {
        return None;
    }
    let number = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| !digits.is_empty());
    let number: i64 = number.map_or(Some(1), |digits| digits.parse().ok())?;
    let (_, days) = STRETCHES.iter().find(|(words, _)| holds(words))?;
    (number <= 1_000).then_some(number * days)
}

/// A word begins after something else than a letter; those of Chinese and its neighbours begin anywhere.
fn begins_word(text: &str, at: usize) -> bool {
    let first = text[at..].chars().next();
    let before = text[..at].chars().next_back();
    first.is_some_and(|c| c >= '\u{2e80}') || !before.is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_one_that_is_given() {
        for (text, expected) in [
            ("today", "2024-03-05"),
            ("Yesterday", "2024-03-04"),
            ("3 days ago", "2024-03-02"),
            ("2 hours ago", "2024-03-05"),
            ("vor 3 Tagen", "2024-03-02"),
            ("il y a 2 jours", "2024-03-03"),
            ("hace 1 semana", "2024-02-27"),
            ("2 дня назад", "2024-03-03"),
            ("3 小时前", "2024-03-05"),
            ("2日前", "2024-03-03"),
            ("3일 전", "2024-03-02"),
            ("вчера", "2024-03-04"),
        ] {
            let found = relative(text, Date::constant(2024, 3, 5));

            assert_eq!(
                found.map(|day| day.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn other_words_count_nothing() {
        for text in [
            "",
            "3 days",
            "a page",
            "chicago",
            "Monday",
            "1234567890 days ago",
        ] {
            assert_eq!(relative(text, Date::constant(2024, 3, 5)), None, "{text}");
        }
    }
}
