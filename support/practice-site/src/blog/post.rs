//! Deciding what an article is: its title, its dates, and how its page tells of them.

use super::deck::{DATE_FORMS, DUPLICATES, Deck, Duplicate, TITLE_FORMS};
use super::path::path;
use crate::date::{Date, Moment};
use crate::encoding::Encoding;
use crate::language::{LANGUAGES, Language};
use crate::random::Random;
use crate::truth::{Article, DateForm, TitleForm};
use std::collections::HashMap;

/// The blog's first and last day. The last lies well back, so that no clock finds it in the future.
pub(crate) const FIRST_DAY: Date = Date {
    year: 2009,
    month: 1,
    day: 5,
};
pub(crate) const LAST_DAY: Date = Date {
    year: 2025,
    month: 12,
    day: 20,
};

/// Where a page declares its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// In the header and in the page.
    Both,
    /// Only in the `Content-Type` header.
    Header,
    /// Only in a `<meta>` element.
    Meta,
}

/// The categories and tags of the blog: slug and name.
pub(crate) const CATEGORIES: [(&str, &str); 6] = [
    ("sea", "Sea"),
    ("railway", "Railway"),
    ("kitchen", "Kitchen"),
    ("library", "Library"),
    ("workshop", "Workshop"),
    ("weather", "Weather"),
];
pub(crate) const TAGS: [(&str, &str); 10] = [
    ("bread", "Bread"),
    ("rope", "Rope"),
    ("maps", "Maps"),
    ("letters", "Letters"),
    ("clocks", "Clocks"),
    ("orchards", "Orchards"),
    ("ferries", "Ferries"),
    ("printing", "Printing"),
    ("bridges", "Bridges"),
    ("tea", "Tea"),
];

/// What the site knows of an article beyond its truth.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// The article's number: 1 for the oldest.
    pub(crate) number: u32,
    /// When it was written, also where its page does not tell.
    pub(crate) written: Moment,
    pub(crate) language: &'static Language,
    pub(crate) encoding: Encoding,
    pub(crate) declared: Declared,
    /// Places in [`CATEGORIES`], [`TAGS`] and the list of authors.
    pub(crate) category: usize,
    pub(crate) tags: [usize; 2],
    pub(crate) author: Option<usize>,
    /// True where a date that the markup carries is visible as well.
    pub(crate) shows_date: bool,
    /// About how many bytes of HTML the text has.
    pub(crate) size: usize,
}

/// Makes articles one after another, from the oldest to the newest.
#[derive(Debug)]
pub(crate) struct Writer {
    seed: u64,
    total: usize,
    languages: Deck<&'static Language>,
    date_forms: Deck<DateForm>,
    title_forms: Deck<TitleForm>,
    duplicates: Deck<Option<Duplicate>>,
    /// How often each title has been given, so that no two are the same.
    titles: HashMap<String, u32>,
    /// The authors in order of appearance.
    pub(crate) authors: Vec<&'static str>,
}

impl Writer {
    pub(crate) fn new(seed: u64, total: usize) -> Self {
        Self {
            seed,
            total,
            languages: Deck::new(seed, "languages", &LANGUAGES),
            date_forms: Deck::new(seed, "date forms", &DATE_FORMS),
            title_forms: Deck::new(seed, "title forms", &TITLE_FORMS),
            duplicates: Deck::new(seed, "duplicates", &DUPLICATES),
            titles: HashMap::new(),
            authors: Vec::new(),
        }
    }

    /// Decides what the article with that number is. Numbers must come in order, from 1.
    pub(crate) fn write(&mut self, number: usize) -> (Article, Post) {
        let index = number as u64 - 1;
        let language = self.languages.deal();
        let title_form = self.title_forms.deal();
        // Only some languages have digits in an order beyond doubt.
        let date_form = match (self.date_forms.deal(), language.digits) {
            (DateForm::TextDigits, None) => DateForm::Text,
            (form, _) => form,
        };
        let mut random = Random::new(self.seed, "post", index);
        let written = self.moment(index, &mut random);
        let title = self.title(language, title_form, &mut random);
        let author = random.chance(0.85).then(|| random.pick(language.names));
        let (encoding, declared) = encoding(language, &mut random);
        let path = path(
            language,
            &title,
            date_form,
            written.date,
            number,
            &mut random,
        );
        let published = (date_form != DateForm::None).then_some(written.date);
        let carries_time = matches!(
            date_form,
            DateForm::MetaArticle
                | DateForm::MetaOther("date" | "parsely-pub-date" | "sailthru.date")
                | DateForm::JsonLd
                | DateForm::JsonLdGraph
                | DateForm::JsonLdArray
        );
        let modified = (date_form != DateForm::UrlPath && random.chance(0.35))
            .then(|| written.date.plus_days(random.between(1, 60) as i64));
        let duplicates = match self.duplicates.deal() {
            Some(Duplicate::Tracking) => {
                vec![format!("{path}?utm_source=newsletter&utm_medium=email")]
            }
            Some(Duplicate::WithoutSlash) => vec![path.trim_end_matches('/').to_string()],
            Some(Duplicate::Print) => vec![format!("{path}print/")],
            None => Vec::new(),
        };
        let mut redirects = vec![format!("/blog/?p={number}")];
        let without_slash = path.trim_end_matches('/').to_string();
        if !duplicates.contains(&without_slash) {
            redirects.push(without_slash);
        }
        let mut tags = [random.below(5) as usize, 5 + random.below(5) as usize];
        random.shuffle(&mut tags);
        let post = Post {
            number: number as u32,
            written,
            language,
            encoding,
            declared,
            category: random.below(CATEGORIES.len() as u64) as usize,
            tags,
            author: author.map(|name| self.author(name)),
            shows_date: random.chance(0.5),
            // Sizes spread evenly over the orders of magnitude from 2 to 60 KB.
            size: (2_000.0 * 30_f64.powf(random.fraction())) as usize,
        };
        let article = Article {
            path,
            title,
            published,
            published_at: carries_time.then_some(written),
            modified,
            author: author.map(str::to_string),
            language: language.tag,
            date_form,
            title_form,
            encoding: encoding.label(),
            duplicates,
            redirects,
        };
        (article, post)
    }

    /// Spreads the articles over the years; a later number is never earlier.
    fn moment(&self, index: u64, random: &mut Random) -> Moment {
        let days = (LAST_DAY.days_since_1970() - FIRST_DAY.days_since_1970()) as f64;
        let share = (index as f64 + random.fraction()) / self.total as f64;
        // Near midnight the day depends on the time zone, and the page's own one counts.
        let hour = if random.chance(0.2) {
            random.pick(&[23, 0])
        } else {
            random.between(6, 21)
        };
        Moment {
            date: FIRST_DAY.plus_days((share * days) as i64),
            hour: hour as u8,
            minute: random.below(60) as u8,
            second: random.below(60) as u8,
            offset_minutes: random.pick(&[0, 60, 120, -300, -480, 330, 540]),
        }
    }

    fn title(&mut self, language: &Language, form: TitleForm, random: &mut Random) -> String {
        let topic = random.pick(language.topics);
        let ending = random.pick(language.endings);
        let title = match form {
            TitleForm::Entities => {
                let other = random.pick(language.topics);
                format!("{topic} & {other}{}\"{ending}\" <1>", language.colon)
            }
            TitleForm::VeryLong => very_long(language, random),
            TitleForm::Separators => {
                let separator = random.pick(&[" | ", " – ", " - ", " · "]);
                format!("{topic}{separator}{ending}")
            }
            _ => format!("{topic}{}{ending}", language.colon),
        };
        let count = self.titles.entry(title.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            title
        } else {
            format!("{title} ({count})")
        }
    }

    fn author(&mut self, name: &'static str) -> usize {
        self.authors
            .iter()
            .position(|other| *other == name)
            .unwrap_or_else(|| {
                self.authors.push(name);
                self.authors.len() - 1
            })
    }
}

/// Strings sentences together until there are more than 300 characters.
fn very_long(language: &Language, random: &mut Random) -> String {
    let mut title = format!("{}{}", random.pick(language.topics), language.colon);
    while title.chars().count() <= 300 {
        if !title.ends_with(language.colon) {
            title.push_str(if language.space.is_empty() {
                "，"
            } else {
                ", "
            });
        }
        title.push_str(random.pick(language.clauses));
    }
    title
}

/// Some pages of some languages are in the encodings of their time.
fn encoding(language: &Language, random: &mut Random) -> (Encoding, Declared) {
    use Encoding::{
        Iso8859Dash1, Iso8859Dash2, Iso8859Dash9, Iso8859Dash15, Utf8, Windows1251, Windows1252,
    };
    let old: &[Encoding] = match language.tag {
        "en-GB" | "de" | "fr" | "es" | "it" | "pt" | "nl" | "sv" => {
            &[Windows1252, Iso8859Dash1, Iso8859Dash15]
        }
        "pl" | "cs" => &[Iso8859Dash2],
        "tr" => &[Iso8859Dash9],
        "ru" => &[Windows1251],
        _ => &[],
    };
    let declared = random.pick(&[Declared::Both, Declared::Header, Declared::Meta]);
    if old.is_empty() || random.chance(0.6) {
        return (Utf8, declared);
    }
    (random.pick(old), declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_articles_show_every_form_and_language_at_least_once() {
        let mut writer = Writer::new(1, 64);
        let articles: Vec<Article> = (1..=64).map(|number| writer.write(number).0).collect();

        for language in LANGUAGES {
            assert!(
                articles
                    .iter()
                    .any(|article| article.language == language.tag)
            );
        }
        for form in DATE_FORMS
            .iter()
            .filter(|form| **form != DateForm::TextDigits)
        {
            assert!(
                articles.iter().any(|article| article.date_form == *form),
                "{form:?}"
            );
        }
        for form in TITLE_FORMS {
            assert!(
                articles.iter().any(|article| article.title_form == form),
                "{form:?}"
            );
        }
    }

    #[test]
    fn articles_are_in_order_of_their_dates_and_no_two_share_a_title_or_a_path() {
        let mut writer = Writer::new(3, 2_000);
        let written: Vec<(Article, Post)> =
            (1..=2_000).map(|number| writer.write(number)).collect();

        assert!(
            written
                .windows(2)
                .all(|pair| pair[0].1.written.date <= pair[1].1.written.date)
        );
        let mut titles: Vec<&str> = written
            .iter()
            .map(|(article, _)| article.title.as_str())
            .collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), 2_000);
    }
}
