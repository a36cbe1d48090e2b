//! The forms that articles take, and how they are dealt out: each as often as it should come.

use crate::random::Random;
use crate::truth::{DateForm, TitleForm};

/// Each way to carry a date, as often as it comes among thirty-two articles.
pub(super) const DATE_FORMS: [DateForm; 32] = [
    DateForm::MetaArticle,
    DateForm::MetaArticle,
    DateForm::MetaArticle,
    DateForm::MetaOther("date"),
    DateForm::MetaOther("DC.date.issued"),
    DateForm::MetaOther("parsely-pub-date"),
    DateForm::MetaOther("citation_publication_date"),
    DateForm::MetaOther("sailthru.date"),
    DateForm::JsonLd,
    DateForm::JsonLd,
    DateForm::JsonLd,
    DateForm::JsonLdGraph,
    DateForm::JsonLdGraph,
    DateForm::JsonLdArray,
    DateForm::Microdata,
    DateForm::TimeDatetime,
    DateForm::TimeDatetime,
    DateForm::TimeDatetime,
    DateForm::TimeDatetime,
    DateForm::TimeText,
    DateForm::TimeText,
    DateForm::UrlPath,
    DateForm::UrlPath,
    DateForm::Text,
    DateForm::Text,
    DateForm::Text,
    DateForm::Text,
    DateForm::TextDigits,
    DateForm::TextDigits,
    DateForm::None,
    DateForm::None,
    DateForm::None,
];

/// Each way to carry a title, as often as it comes among sixteen articles.
pub(super) const TITLE_FORMS: [TitleForm; 16] = [
    TitleForm::Everywhere,
    TitleForm::Everywhere,
    TitleForm::Everywhere,
    TitleForm::Everywhere,
    TitleForm::HeadingOnly,
    TitleForm::HeadingOnly,
    TitleForm::OpenGraphOnly,
    TitleForm::TitleElementOnly,
    TitleForm::JsonLdHeadline,
    TitleForm::NestedHeading,
    TitleForm::Entities,
    TitleForm::VeryLong,
    TitleForm::Separators,
    TitleForm::Separators,
    TitleForm::OpenGraphWithSite,
    TitleForm::Decoys,
];

/// How else an article can be reached with status 200, as often as it comes among eight articles.
pub(super) const DUPLICATES: [Option<Duplicate>; 8] = [
    Some(Duplicate::Tracking),
    Some(Duplicate::WithoutSlash),
    Some(Duplicate::Print),
    None,
    None,
    None,
    None,
    None,
];

#[derive(Clone, Copy, Debug)]
pub(super) enum Duplicate {
    Tracking,
    WithoutSlash,
    Print,
}

/// Cards that are shuffled anew each time they are used up: so each comes as often as it should.
#[derive(Debug)]
pub(super) struct Deck<T> {
    cards: Vec<T>,
    dealt: usize,
    random: Random,
}

impl<T: Copy> Deck<T> {
    pub(super) fn new(seed: u64, purpose: &str, cards: &[T]) -> Self {
        Self {
            cards: cards.to_vec(),
            dealt: 0,
            random: Random::new(seed, purpose, 0),
        }
    }

    /// Returns the next card.
    pub(super) fn deal(&mut self) -> T {
        let place = self.dealt % self.cards.len();
        if place == 0 {
            self.random.shuffle(&mut self.cards);
        }
        self.dealt += 1;
        self.cards[place]
    }
}
