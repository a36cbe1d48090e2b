//! The languages of the blog: their words, their sentences, and how they write a date.

mod latin;
mod world;

use crate::date::Date;

/// One language as the blog's articles need it.
#[derive(Debug)]
pub(crate) struct Language {
    /// The BCP 47 tag.
    pub(crate) tag: &'static str,
    /// True where the text runs from right to left.
    pub(crate) right_to_left: bool,
    /// How a date is worded. `{d}` and `{m}` are day and month, `{dd}` and `{mm}` with two digits,
    /// `{month}` is the month's name, `{y}` the year.
    pub(crate) worded: &'static str,
    /// How a date is written in digits, where that order is beyond doubt in this language.
    pub(crate) digits: Option<&'static str>,
    /// True where dates in digits use the Arabic-Indic ones.
    pub(crate) arabic_indic: bool,
    /// The months' names in the case that dates use.
    pub(crate) months: [&'static str; 12],
    /// The phrases around an article. `{}` is a date or a name, in `wrote` first a name and then a date.
    pub(crate) published: &'static str,
    pub(crate) updated: &'static str,
    pub(crate) by: &'static str,
    pub(crate) wrote: &'static str,
    pub(crate) related: &'static str,
    pub(crate) latest: &'static str,
    pub(crate) comments: &'static str,
    pub(crate) rights: &'static str,
    /// Titles are a topic, the colon, and an ending.
    pub(crate) topics: &'static [&'static str],
    pub(crate) colon: &'static str,
    pub(crate) endings: &'static [&'static str],
    /// Sentences are an opener, a clause, a tail and the full stop.
    pub(crate) openers: &'static [&'static str],
    pub(crate) clauses: &'static [&'static str],
    pub(crate) tails: &'static [&'static str],
    pub(crate) stop: &'static str,
    /// What stands between words: nothing in Chinese and Japanese.
    pub(crate) space: &'static str,
    /// A sentence that names a day long ago, which is not the article's.
    pub(crate) long_ago: &'static str,
    /// Names for authors and for readers who comment.
    pub(crate) names: &'static [&'static str],
}

/// All languages, each as often as it comes among twenty-eight articles.
pub(crate) const LANGUAGES: [&Language; 28] = [
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_US,
    &latin::ENGLISH_GB,
    &latin::ENGLISH_GB,
    &latin::ENGLISH_GB,
    &latin::ENGLISH_GB,
    &latin::GERMAN,
    &latin::FRENCH,
    &latin::SPANISH,
    &latin::ITALIAN,
    &latin::PORTUGUESE,
    &latin::DUTCH,
    &latin::POLISH,
    &latin::SWEDISH,
    &latin::CZECH,
    &latin::TURKISH,
    &world::RUSSIAN,
    &world::ARABIC,
    &world::HEBREW,
    &world::CHINESE,
    &world::JAPANESE,
    &world::KOREAN,
];

impl Language {
    /// Words a date, for example `5. März 2024`.
    pub(crate) fn word(&self, date: Date) -> String {
        let text = fill(self.worded, self, date);
        // French alone has an ordinal here, and only for the first day: "1er mars 2024".
        match (self.tag, text.strip_prefix("1 ")) {
            ("fr", Some(rest)) => format!("1er {rest}"),
            _ => text,
        }
    }

    /// Writes a date in digits, for example `05.03.2024`; words where digits would be doubtful.
    pub(crate) fn digits(&self, date: Date) -> String {
        let Some(pattern) = self.digits else {
            return self.word(date);
        };
        let text = fill(pattern, self, date);
        if !self.arabic_indic {
            return text;
        }
        text.chars()
            .map(|character| match character.to_digit(10) {
                Some(digit) => char::from_u32(0x0660 + digit).unwrap_or(character),
                None => character,
            })
            .collect()
    }
}

fn fill(pattern: &str, language: &Language, date: Date) -> String {
    pattern
        .replace("{dd}", &format!("{:02}", date.day))
        .replace("{d}", &date.day.to_string())
        .replace("{mm}", &format!("{:02}", date.month))
        .replace("{month}", language.months[usize::from(date.month) - 1])
        .replace("{m}", &date.month.to_string())
        .replace("{y}", &date.year.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_worded_as_the_language_words_them() {
        let expected = [
            ("en-US", "March 1, 2024", "March 1, 2024"),
            ("en-GB", "1 March 2024", "1 March 2024"),
            ("de", "1. März 2024", "01.03.2024"),
            ("fr", "1er mars 2024", "01/03/2024"),
            ("es", "1 de marzo de 2024", "01/03/2024"),
            ("it", "1 marzo 2024", "01/03/2024"),
            ("pt", "1 de março de 2024", "01/03/2024"),
            ("nl", "1 maart 2024", "01-03-2024"),
            ("pl", "1 marca 2024", "01.03.2024"),
            ("sv", "1 mars 2024", "2024-03-01"),
            ("cs", "1. března 2024", "1. 3. 2024"),
            ("tr", "1 Mart 2024", "01.03.2024"),
            ("ru", "1 марта 2024", "01.03.2024"),
            ("ar", "1 مارس 2024", "٠١/٠٣/٢٠٢٤"),
            ("he", "1 במרץ 2024", "01.03.2024"),
            ("zh", "2024年3月1日", "2024-03-01"),
            ("ja", "2024年3月1日", "2024/03/01"),
            ("ko", "2024년 3월 1일", "2024.03.01"),
        ];
        let date = Date {
            year: 2024,
            month: 3,
            day: 1,
        };

        let mut languages = LANGUAGES.to_vec();
        languages.dedup_by_key(|language| language.tag);
        let written: Vec<(&str, String, String)> = languages
            .iter()
            .map(|language| (language.tag, language.word(date), language.digits(date)))
            .collect();

        let written: Vec<(&str, &str, &str)> = written
            .iter()
            .map(|(tag, word, digits)| (*tag, word.as_str(), digits.as_str()))
            .collect();
        assert_eq!(written, expected);
    }
}
