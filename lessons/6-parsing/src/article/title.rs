//! The title of a page, without the name of its site.
//!
//! The `<title>` is written for tabs and search engines, `og:title` for people who share: both are often
//! longer, shorter or more shrill than what stands above the article. So a heading that another place
//! agrees with is the title, and the other places are asked only where no heading is.

use url::Url;

use super::fold::{agreement, fold, part_of};
use super::json_ld::text;
use super::{Evidence, Found, Page, TitlePlace};
use crate::html::parts::{Heading, RegionKind, clean};

/// Of more headings than this the rest is a list.
const MAX_HEADINGS: usize = 80;

/// A title that another place than a heading names.
struct Named {
    text: String,
    folded: String,
    evidence: Evidence,
    place: &'static str,
}

/// A heading that may be the title.
struct Candidate {
    at: usize,
    text: String,
    /// How much another place agrees.
    agreed: f32,
    /// Agreement, and where and what it is.
    score: f32,
}

impl Page<'_, '_> {
    // ANCHOR: title
    /// The title, and the heading that it is.
    pub(super) fn title(&self) -> Option<(Found<String>, TitlePlace)> {
        let site = self.site();
        let named = self.named_titles(&site);
        let headings = self.title_headings(&named, &site);

        let best = headings.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        if let Some(best) = best.filter(|best| best.agreed >= 0.55 && best.score >= 0.5) {
            return Some(self.confirmed(best, &named));
        }
        // No place agrees. A heading of some words is a title of its own; one word may be a section's name.
        let alone = headings.iter().find(|candidate| {
            let heading = &self.parts.headings[candidate.at];
            heading.level == 1
                && candidate.score > -0.1
                && (named.is_empty() || is_sentence(&candidate.text))
        });
        if let Some(alone) = alone {
            let confidence = if named.is_empty() { 0.7 } else { 0.6 };
            return Some(self.by_heading(alone, alone.text.clone(), confidence));
        }
        if let Some(first) = named.into_iter().next() {
            let near = best.filter(|best| best.agreed >= 0.4).map(|best| best.at);
            let found = Found {
                value: first.text,
                evidence: first.evidence,
                place: first.place.to_owned(),
                confidence: 0.6,
            };
            return Some((found, near));
        }
        let any = headings.iter().max_by(|a, b| a.score.total_cmp(&b.score))?;
        Some(self.by_heading(any, any.text.clone(), 0.4))
    }
    // ANCHOR_END: title

    fn by_heading(
        &self,
        candidate: &Candidate,
        value: String,
        confidence: f32,
    ) -> (Found<String>, TitlePlace) {
        let level = self.parts.headings[candidate.at].level;
        let place = if level > 6 {
            "class".to_owned()
        } else {
            format!("h{level}")
        };
        let found = Found {
            value,
            evidence: Evidence::Heading,
            place,
            confidence,
        };
        (found, Some(candidate.at))
    }

    /// A heading that another place agrees with. Where they differ in spaces alone, a line break in the
    /// heading has swallowed one.
    fn confirmed(&self, best: &Candidate, named: &[Named]) -> (Found<String>, TitlePlace) {
        let folded = fold(&best.text);
        let same = named.iter().filter(|named| named.folded == folded);
        let spaced = same.map(|named| &named.text).find(|text| {
            text.split(' ').count() > best.text.split(' ').count()
                && text.len() <= best.text.len() + 6
        });
        // A word above the title (`Politics`) is part of the heading in some systems: two places without it tell.
        let shorter: Vec<&Named> = named
            .iter()
            .filter(|named| {
                named.folded.len() * 5 > folded.len() * 2
                    && named.folded.len() < folded.len()
                    && folded.ends_with(&named.folded)
            })
            .collect();
        let value = match (spaced, shorter.as_slice()) {
            (Some(spaced), _) => spaced.clone(),
            (None, [one, two, ..]) if one.folded == two.folded => one.text.clone(),
            _ => best.text.clone(),
        };
        self.by_heading(best, value, 0.5 + best.agreed * 0.45)
    }

    /// The titles that the head of the page names, without the name of the site.
    fn named_titles(&self, site: &Site) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        let mut add = |text: Option<String>, evidence, place| {
            let own = text.and_then(|text| site.without(&clean(&text)));
            if let Some(text) = own.filter(|text| text.len() < 4_000) {
                let folded = fold(&text);
                if !folded.is_empty() {
                    named.push(Named {
                        text,
                        folded,
                        evidence,
                        place,
                    });
                }
            }
        };
        let meta = |name: &str| self.parts.meta(name).map(str::to_owned);
        add(meta("og:title"), Evidence::Meta, "og:title");
        if let Some((thing, _)) = self.main_thing() {
            let headline = text(&thing["headline"]).or_else(|| text(&thing["name"]));
            add(headline, Evidence::JsonLd, "headline");
        }
        for name in [
            "citation_title",
            "dc.title",
            "dcterms.title",
            "parsely-title",
            "sailthru.title",
            "twitter:title",
            "headline",
        ] {
            add(meta(name), Evidence::Meta, "meta");
        }
        let of_page = self
            .parts
            .title
            .as_ref()
            .map(|title| site.without_guess(title));
        add(of_page, Evidence::TitleElement, "title");
        named
    }

    /// The headings that may be the title, each with what speaks for it.
    fn title_headings(&self, named: &[Named], site: &Site) -> Vec<Candidate> {
        let likely = |heading: &&Heading| matches!(heading.level, 1 | 7);
        let all = || self.parts.headings.iter().enumerate();
        let first = all()
            .filter(|(_, heading)| likely(heading))
            .take(MAX_HEADINGS);
        let others = all()
            .filter(|(_, heading)| !likely(heading))
            .take(MAX_HEADINGS / 2);
        first
            .chain(others)
            .filter_map(|(at, heading)| self.candidate(at, heading, named, site))
            .collect()
    }

    fn candidate(
        &self,
        at: usize,
        heading: &Heading,
        named: &[Named],
        site: &Site,
    ) -> Option<Candidate> {
        let mut text = self.parts.text_of(heading.range);
        if text.len() > 300
            && let Some((first, _)) = self.parts.slice(heading.range).split_once('\n')
        {
            // A heading that is not closed runs on to the end of the page.
            text = clean(first);
        }
        if let Some((start, end)) = heading.kicker {
            let kicker = fold(self.parts.slice((start, end)));
            let own = [(heading.range.0, start), (end, heading.range.1)];
            let own = clean(&own.map(|range| self.parts.slice(range)).join(" "));
            // A label that another place repeats is meant to be read with the title.
            if !own.is_empty() && !named.iter().any(|named| named.folded.contains(&kicker)) {
                text = own;
            }
        }
        if text.is_empty()
            && heading.level == 1
            && let Some(image) = &heading.image
        {
            text = clean(image);
        }
        let text = text
            .trim_end_matches(['¶', '#', ' ', '\u{a0}', '§', '🔗'])
            .to_owned();
        if text.is_empty() || text.len() > 4_000 {
            return None;
        }
        let folded = fold(&text);
        if folded.is_empty() || site.is_folded(&text, &folded) {
            return None;
        }
        let agreed = named
            .iter()
            .map(|named| match heading.level {
                1 | 7 => agreement(&folded, &text, &named.folded, &named.text),
                // A page has a hundred of these, so a part of the title is not enough; unless it is the
                // heading of an article without an `<h1>`, a word before it.
                _ if !named.folded.starts_with(&folded) && !folded.ends_with(&named.folded) => 0.0,
                level => part_of(&folded, &text, &named.folded, &named.text)
                    .filter(|agreed| {
                        *agreed > 0.9
                            || level <= 3
                                && self.scope[heading.region] != 0
                                && !self.has_h1
                                && heading.linked == 0
                    })
                    .unwrap_or(0.0),
            })
            .fold(0.0, f32::max);
        let mut score = agreed;
        score += match heading.level {
            1 => 0.35,
            7 => 0.25,
            2 => 0.1,
            _ => 0.0,
        };
        if heading.hints.headline && heading.level <= 6 {
            score += 0.1;
        }
        if self.scope[heading.region] != 0 {
            score += 0.1;
        }
        let kind = self.parts.regions[heading.region].kind;
        if self.beside[heading.region] {
            score -= 0.5;
        } else if kind == RegionKind::Header && self.scope[heading.region] == 0 {
            score -= 0.05;
        }
        if heading.hints.logo {
            score -= 0.6;
        }
        if heading.linked * 2 > text.len() && heading.level != 1 {
            score -= 0.2;
        }
        Some(Candidate {
            at,
            text,
            agreed,
            score,
        })
    }

    fn site(&self) -> Site {
        let mut names: Vec<String> = Vec::new();
        for name in [
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "dc.publisher",
            "cre",
        ] {
            names.extend(self.parts.meta(name).map(str::to_owned));
        }
        if let Some(handle) = self.parts.meta("twitter:site") {
            names.push(handle.trim_start_matches('@').to_owned());
        }
        names.extend(self.things.site_names());
        // The text of the link to the front page is the name of the site, or "Home".
        if let Some(url) = self.given.url {
            let home = self
                .parts
                .anchors
                .iter()
                .take(400)
                .filter(|anchor| is_home(&anchor.href, url))
                .take(12);
            for anchor in home {
                let text = self.parts.text_of(anchor.range);
                let image = anchor.image.as_deref().unwrap_or_default();
                names.extend(
                    [text, clean(image)]
                        .into_iter()
                        .filter(|name| (2..=60).contains(&name.len())),
                );
            }
        }
        let host = self.given.url.and_then(Url::host_str).unwrap_or_default();
        Site::new(names, host)
    }
}

/// Returns whether a link leads to the front page.
fn is_home(href: &str, page: &Url) -> bool {
    let href = href.trim();
    if href == "/" {
        return true;
    }
    let Some(rest) = href
        .strip_prefix("http")
        .and_then(|rest| rest.split_once("://"))
    else {
        return false;
    };
    let (host, path) = rest.1.split_once('/').unwrap_or((rest.1, ""));
    let own = page.host_str().unwrap_or_default();
    path.is_empty()
        && host
            .trim_start_matches("www.")
            .eq_ignore_ascii_case(own.trim_start_matches("www."))
}

/// Some words make a title; one or two may be the name of a section.
fn is_sentence(text: &str) -> bool {
    let words = text.split(' ').count();
    let wide = text
        .chars()
        .filter(|c| ('\u{2e80}'..'\u{fb00}').contains(c))
        .count();
    words >= 4 || wide >= 8
}

/// What the site is called.
struct Site {
    /// Its names, folded.
    names: Vec<String>,
    /// The labels of its host, without `www` and what comes last.
    host: Vec<String>,
}

/// What stands between a title and the name of its site, the clearest first. Without spaces around it
/// only what stands in no word is one.
const SEPARATORS: [&str; 26] = [
    " | ",
    " - ",
    " – ",
    " — ",
    " · ",
    " • ",
    " » ",
    " « ",
    " :: ",
    " ~ ",
    " / ",
    " < ",
    " > ",
    " \u{2022} ",
    " : ",
    " ‹ ",
    " › ",
    " ― ",
    " − ",
    ": ",
    "｜",
    " |",
    "|",
    "_",
    " -",
    "-",
];

/// Words for the front page, which are no name.
const HOME: [&str; 14] = [
    "home",
    "homepage",
    "startseite",
    "accueil",
    "inicio",
    "início",
    "start",
    "главная",
    "首页",
    "ホーム",
    "홈",
    "anasayfa",
    "hem",
    "blog",
];

impl Site {
    fn new(names: Vec<String>, host: &str) -> Self {
        let mut folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        folded.retain(|name| name.len() >= 2 && !HOME.contains(&name.as_str()));
        folded.sort_unstable();
        folded.dedup();
        let labels: Vec<&str> = host.split('.').filter(|label| *label != "www").collect();
        let host = labels[..labels.len().saturating_sub(1)]
            .iter()
            .filter(|label| label.len() > 3 || labels.len() == 2)
            .map(|label| fold(label))
            .collect();
        Self {
            names: folded,
            host,
        }
    }

    /// Whether a text is a name of the site, or its address.
    fn is(&self, text: &str) -> bool {
        self.is_folded(text, &fold(text))
    }

    /// As [`Site::is`], for a text that is folded already.
    fn is_folded(&self, text: &str, folded: &str) -> bool {
        !folded.is_empty()
            && (self.names.iter().any(|name| name == folded) || self.is_host(text, folded))
    }

    fn is_host(&self, text: &str, folded: &str) -> bool {
        let words = text.split(' ').count();
        self.host.iter().any(|label| {
            label == folded
                || (words <= 4
                    && label.len() >= 4
                    && folded.len() <= label.len() + 10
                    && folded.starts_with(label.as_str())
                    && {
                        // `Spiegel Online` on spiegel.de, `example.com` on example.com.
                        text.contains('.') || words > 1 && label.len() >= 5
                    })
                || (folded.len() >= 5
                    && label.starts_with(folded)
                    && folded.len() * 3 >= label.len() * 2)
        })
    }

    /// Removes the name of the site from either end of a title. `None` when nothing is left.
    fn without(&self, title: &str) -> Option<String> {
        let mut own = title.trim();
        for _ in 0..4 {
            if self.is(own) {
                return None;
            }
            let Some(shorter) = self.cut(own) else { break };
            own = shorter;
        }
        let own = own.trim();
        (!own.is_empty()).then(|| own.to_owned())
    }

    fn cut<'t>(&self, title: &'t str) -> Option<&'t str> {
        for separator in SEPARATORS {
            if let Some((before, after)) = title.rsplit_once(separator) {
                let whole = separator != "-" || is_wide(before);
                if whole && !before.trim().is_empty() && self.is(after) {
                    return Some(before.trim_end());
                }
            }
            if let Some((before, after)) = title.split_once(separator)
                && separator != "-"
                && separator != "_"
                && !after.trim().is_empty()
                && self.is(before)
            {
                return Some(after.trim_start());
            }
        }
        None
    }

    /// As [`Site::without`]; and what stands last behind a bar is the site's name in nearly every
    /// `<title>`, though nothing else names it.
    fn without_guess(&self, title: &str) -> String {
        let own = self.without(title).unwrap_or_default();
        if own.len() < title.len() {
            return own;
        }
        for separator in [" | ", " :: ", " » ", "｜", "|"] {
            if let Some((before, after)) = own.rsplit_once(separator)
                && after.split(' ').count() <= 4
                && before.chars().count() >= 8
                && before.len() > after.len()
            {
                return before.trim().to_owned();
            }
        }
        own
    }
}

/// Whether a text ends in a script that puts no spaces around a dash.
fn is_wide(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| c >= '\u{2e80}')
}
