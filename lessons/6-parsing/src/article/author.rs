//! Who wrote a page.

use super::json_ld::name_of;
use super::words::says;
use super::{Evidence, Found, Page};
use crate::html::parts::clean;

/// Names of `<meta>` for the author, in small letters.
const METAS: [&str; 11] = [
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "citation_author",
    "sailthru.author",
    "byl",
    "article:author_name",
    "twitter:data1",
];

impl Page<'_, '_> {
    /// The author, by the first place that names one.
    pub(super) fn author(&self) -> Option<Found<String>> {
        self.author_of_thing()
            .or_else(|| self.author_of_metas())
            .or_else(|| self.author_of_markup())
    }

    fn author_of_thing(&self) -> Option<Found<String>> {
        let (thing, _) = self.main_thing()?;
        found(
            name_of(&thing["author"]).or_else(|| name_of(&thing["creator"]))?,
            Evidence::JsonLd,
            "author",
            0.95,
        )
    }

    fn author_of_metas(&self) -> Option<Found<String>> {
        METAS.iter().find_map(|name| {
            let is_written_by = |label: &str| label.eq_ignore_ascii_case("written by");
            if *name == "twitter:data1"
                && !self.parts.meta("twitter:label1").is_some_and(is_written_by)
            {
                return None;
            }
            found(clean(self.parts.meta(name)?), Evidence::Meta, name, 0.85)
        })
    }

    fn author_of_markup(&self) -> Option<Found<String>> {
        let authors = || {
            self.parts
                .authors
                .iter()
                .filter(|author| !self.beside[author.region])
        };
        let of = |strict: bool| {
            authors()
                .filter(move |author| author.strict == strict && !author.inner)
                .find_map(|author| {
                    // The name inside of it, where it is marked.
                    let inside = authors().find(|inner| {
                        inner.inner
                            && inner.range.0 >= author.range.0
                            && inner.range.1 <= author.range.1
                            && inner.range.1 > inner.range.0
                    });
                    let name = inside.unwrap_or(author);
                    let value = name
                        .value
                        .as_deref()
                        .map_or_else(|| self.parts.text_of(name.range), clean);
                    let (evidence, place, sure) = if strict {
                        (Evidence::Microdata, "author", 0.8)
                    } else {
                        (Evidence::Class, "author", 0.6)
                    };
                    // What a class calls an author may be a whole line of the date and more.
                    let own = if strict {
                        &*value
                    } else {
                        before_date(&value)?
                    };
                    found(without_by(own).to_owned(), evidence, place, sure)
                })
        };
        of(true).or_else(|| of(false))
    }
}

/// A name is short, and no address.
fn found(name: String, evidence: Evidence, place: &str, confidence: f32) -> Option<Found<String>> {
    let sound = !name.is_empty() && name.chars().count() <= 100 && !name.contains("://");
    sound.then(|| Found {
        value: name,
        evidence,
        place: place.to_owned(),
        confidence,
    })
}

/// Returns the name of a short line such as `By Ann, 5 March 2024`: what stands before the first mark
/// where numbers follow it.
fn before_date(line: &str) -> Option<&str> {
    const MARKS: [&str; 8] = [",", "|", "·", "•", " – ", " — ", " - ", " on "];
    let is_plain = |text: &str| !text.contains(|c: char| c.is_numeric() || c == '·');
    if line.len() > 80 {
        return None;
    }
    if is_plain(line) {
        return Some(line);
    }
    let end = MARKS.iter().filter_map(|mark| line.find(mark)).min()?;
    let name = line[..end].trim();
    let words = name.split(' ').count();
    let is_name = is_plain(name)
        && (2..=5).contains(&words)
        && says(name).is_none()
        && !without_by(name).starts_with(char::is_lowercase);
    is_name.then_some(name)
}

/// Removes what stands before a name: `By Ann`, `Von Ann`.
fn without_by(name: &str) -> &str {
    const BY: [&str; 8] = ["by ", "von ", "par ", "por ", "di ", "door ", "af ", "av "];
    let cut = BY.iter().find_map(|by| {
        let start = name.get(..by.len())?;
        start.eq_ignore_ascii_case(by).then(|| &name[by.len()..])
    });
    cut.unwrap_or(name).trim()
}
