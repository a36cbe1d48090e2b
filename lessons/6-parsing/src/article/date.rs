//! When a page was published.
//!
//! Each place that names a day is a witness with a weight. Witnesses of different sorts that name the
//! same day support each other; two of one sort are often one value printed twice, and count once.

mod metas;
mod visible;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::path::{InPath, date_in};
use super::words::Says;
use super::{Evidence, Found, Kind, Page};
use crate::dates;

/// The dates of a page.
#[derive(Debug, Default)]
pub(super) struct Dates {
    pub(super) published: Option<Found<Date>>,
    pub(super) modified: Option<Found<Date>>,
}

/// A place that names a day.
#[derive(Clone, Debug)]
struct Witness {
    date: Date,
    /// The other day that the same digits can mean.
    other: Option<Date>,
    evidence: Evidence,
    place: String,
    /// How often such a place is right, from 0 to 1.
    weight: f32,
    says: Says,
}

/// What the witnesses of a day must weigh together: on a page that calls itself an article, and on one
/// of which nothing is known.
const ENOUGH: (f32, f32) = (0.4, 0.5);

impl Page<'_, '_> {
    /// The thing in JSON-LD that is this page's article, and whether that is sure.
    pub(super) fn main_thing(&self) -> Option<(&Value, bool)> {
        self.main.as_ref().map(|(thing, sure)| (thing, *sure))
    }

    // ANCHOR: dates
    pub(super) fn dates(&self) -> Dates {
        let mut witnesses = Vec::new();
        self.ask_json_ld(&mut witnesses);
        self.ask_metas(&mut witnesses);
        self.ask_url(&mut witnesses);
        self.ask_page(&mut witnesses);
        witnesses.retain(|witness| self.is_possible(witness));
        agree_on_order(&mut witnesses);
        decide_as_of(&mut witnesses);

        let of = |says: Says| witnesses.iter().filter(move |witness| witness.says == says);
        let modified = of(Says::Modified).max_by(|a, b| a.weight.total_cmp(&b.weight));
        let published = if self.kind.is_dated() {
            let enough = if self.kind == Kind::Article {
                ENOUGH.0
            } else {
                ENOUGH.1
            };
            weigh(of(Says::Published)).filter(|found| found.confidence >= enough)
        } else {
            None
        };
        Dates {
            published,
            modified: modified.map(|witness| Found {
                value: witness.date,
                evidence: witness.evidence,
                place: witness.place.clone(),
                confidence: witness.weight,
            }),
        }
    }
    // ANCHOR_END: dates

    fn ask_json_ld(&self, witnesses: &mut Vec<Witness>) {
        let mut ask = |thing: &Value, keys: &[&str], says, weight| {
            let found = keys.iter().find_map(|key| {
                let written = thing[*key]
                    .as_str()
                    .or(thing[*key].get(0).and_then(Value::as_str))?;
                Some((*key, dates::read(written, self.order)?))
            });
            if let Some((key, date)) = found {
                witnesses.push(Witness {
                    date,
                    other: None,
                    evidence: Evidence::JsonLd,
                    place: key.to_owned(),
                    weight,
                    says,
                });
            }
        };
        const PUBLISHED: [&str; 3] = ["datePublished", "dateCreated", "uploadDate"];
        if let Some((thing, sure)) = self.main_thing() {
            ask(
                thing,
                &PUBLISHED,
                Says::Published,
                if sure { 0.95 } else { 0.88 },
            );
            ask(thing, &["dateModified"], Says::Modified, 0.95);
        }
        if let Some(page) = self.things.web_page() {
            // Some systems date each page so, shops and contact pages too.
            let is_article = self
                .parts
                .meta("og:type")
                .is_some_and(|kind| kind == "article");
            let weight = if is_article { 0.6 } else { 0.35 };
            ask(page, &PUBLISHED[..1], Says::Published, weight);
            ask(page, &["dateModified"], Says::Modified, 0.5);
        }
    }

    fn ask_url(&self, witnesses: &mut Vec<Witness>) {
        if let Some(InPath::Day(date)) = self.given.url.and_then(date_in) {
            witnesses.push(Witness {
                date,
                other: None,
                evidence: Evidence::UrlPath,
                place: date.to_string(),
                weight: 0.8,
                says: Says::Published,
            });
        }
    }

    /// Nothing was published tomorrow, and little of the web before there was one. Zero has many
    /// spellings.
    fn is_possible(&self, witness: &Witness) -> bool {
        let year = witness.date.year();
        let spoken = matches!(
            witness.evidence,
            Evidence::Time | Evidence::Class | Evidence::Text
        );
        let first = if spoken { 1993 } else { 1850 };
        let zero = witness.date == Date::constant(1970, 1, 1)
            || witness.date == Date::constant(1900, 1, 1);
        let last = self
            .given
            .today
            .and_then(|today| today.checked_add(1.day()).ok());
        (first..2100).contains(&year) && !zero && last.is_none_or(|last| witness.date <= last)
    }
}

/// Digits with two meanings mean the day that another witness names.
fn agree_on_order(witnesses: &mut [Witness]) {
    let sure: Vec<Date> = witnesses
        .iter()
        .filter(|witness| witness.other.is_none())
        .map(|witness| witness.date)
        .collect();
    for witness in witnesses {
        if let Some(other) = witness.other
            && sure.contains(&other)
            && !sure.contains(&witness.date)
        {
            witness.date = other;
        }
    }
}

/// `Stand: 9. März` tells of a change on a page that names an earlier day, and else of its publication.
fn decide_as_of(witnesses: &mut [Witness]) {
    let published: Vec<Date> = witnesses
        .iter()
        .filter(|witness| witness.says == Says::Published && witness.weight >= ENOUGH.1)
        .map(|witness| witness.date)
        .collect();
    for witness in witnesses {
        if witness.says == Says::AsOf {
            let is_change = published.iter().any(|date| *date < witness.date);
            witness.says = if is_change {
                Says::Modified
            } else {
                Says::Published
            };
        }
    }
}

// ANCHOR: weigh
/// Returns the day whose witnesses weigh most together. One sort of witness counts once for a day.
fn weigh<'w>(witnesses: impl Iterator<Item = &'w Witness>) -> Option<Found<Date>> {
    let mut days: Vec<(Date, [Option<&Witness>; SORTS])> = Vec::new();
    for witness in witnesses {
        let at = days
            .iter()
            .position(|(date, _)| *date == witness.date)
            .unwrap_or_else(|| {
                days.push((witness.date, [None; SORTS]));
                days.len() - 1
            });
        let best = &mut days[at].1[sort_of(witness.evidence)];
        if best.is_none_or(|best| best.weight < witness.weight) {
            *best = Some(witness);
        }
    }
    let doubt = |sorts: &[Option<&Witness>; SORTS]| -> f32 {
        sorts
            .iter()
            .flatten()
            .map(|witness| 1.0 - witness.weight.clamp(0.0, 0.99))
            .product()
    };
    let (date, sorts) = days
        .into_iter()
        .min_by(|a, b| doubt(&a.1).total_cmp(&doubt(&b.1)))?;
    let best = sorts
        .iter()
        .flatten()
        .max_by(|a, b| a.weight.total_cmp(&b.weight))?;
    Some(Found {
        value: date,
        evidence: best.evidence,
        place: best.place.clone(),
        confidence: 1.0 - doubt(&sorts),
    })
}

const SORTS: usize = 4;

/// JSON-LD and `<meta>` are for machines, microdata and what is seen are one thing, the address another.
fn sort_of(evidence: Evidence) -> usize {
    match evidence {
        Evidence::JsonLd => 0,
        Evidence::Meta => 1,
        Evidence::UrlPath => 2,
        _ => 3,
    }
}
// ANCHOR_END: weigh
