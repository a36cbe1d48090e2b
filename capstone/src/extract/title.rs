//! The title of a page, without the name of its site.

use super::Page;
use super::tree::{clean, text_of, within};

impl Page<'_> {
    // ANCHOR: title
    /// The title. One place alone may hold a slogan, so a heading that another place agrees with is
    /// believed first; what is only the name of the site is no title at all.
    pub(super) fn title(&self) -> Option<String> {
        let site = self.meta("og:site_name");
        let own = |title: &str| without_site(title, site);
        let shared = self.meta("og:title").and_then(own);
        let headline = self
            .article()
            .and_then(|article| article["headline"].as_str())
            .map(clean);
        let of_page = self
            .elements
            .named("title")
            .find(|title| !within(title, &["svg"]));
        let of_page = of_page.and_then(|title| own(&text_of(&title)));
        let headings: Vec<_> = self
            .headings()
            .iter()
            .filter_map(|heading| own(heading))
            .collect();

        let others = [&shared, &headline, &of_page];
        let confirmed = headings.iter().find(|heading| {
            others
                .iter()
                .any(|other| other.as_ref().is_some_and(|other| agree(other, heading)))
        });
        confirmed
            .cloned()
            .or(shared)
            .or(headline)
            .or(of_page)
            .or(headings.into_iter().next())
    }
    // ANCHOR_END: title

    /// The texts of `<h1>`, those in the main part of the page first.
    fn headings(&self) -> Vec<String> {
        let mut headings: Vec<_> = self
            .elements
            .named("h1")
            .map(|h1| (!within(&h1, &["article", "main"]), text_of(&h1)))
            .map(|(outside, text)| (outside, text.trim_end_matches(['¶', ' ']).to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        headings.sort_by_key(|(outside, _)| *outside);
        headings.into_iter().map(|(_, text)| text).collect()
    }
}

/// Returns whether a title tells the same as a heading: itself, itself cut short (`Bread and…`), or
/// followed by what may be the name of the site (`Bread - Site`).
fn agree(title: &str, heading: &str) -> bool {
    let cut = title.strip_suffix('…').or(title.strip_suffix("..."));
    let follows = |rest: &str| rest.is_empty() || after_separator(rest).is_some();
    title.strip_prefix(heading).is_some_and(follows)
        || cut.is_some_and(|cut| heading.starts_with(cut.trim_end()))
}

/// What stands between a title and the name of its site.
const SEPARATORS: [char; 11] = [
    '-', '|', '\u{2013}', '\u{2014}', '·', '•', '»', '«', ':', '/', '~',
];

/// Returns what follows a separator such as ` - ` or ` | ` at the beginning of `rest`.
fn after_separator(rest: &str) -> Option<&str> {
    let marks = rest.trim_start();
    let name = marks.trim_start_matches(SEPARATORS);
    let separated = rest.len() > marks.len() || rest.starts_with(['|', ':']);
    (separated && name.len() < marks.len() && name.starts_with(' ')).then(|| name.trim_start())
}

/// Removes the name of the site from the beginning or the end of a title, where the page says what that
/// name is. `None` when nothing is left.
fn without_site(title: &str, site: Option<&str>) -> Option<String> {
    let Some(site) = site.filter(|site| !site.is_empty()) else {
        return Some(title.to_owned());
    };
    let behind = title.strip_prefix(site).and_then(after_separator);
    let before = title
        .strip_suffix(site)
        .map(|rest| rest.trim_end_matches(|c| c == ' ' || SEPARATORS.contains(&c)));
    // A separator must have stood between them: `Homesite` is not `Home` of `site`.
    let before = before.filter(|own| title[own.len()..].trim_start().starts_with(SEPARATORS));
    let own = if title == site {
        ""
    } else {
        behind.or(before).unwrap_or(title)
    };
    (!own.is_empty()).then(|| own.to_owned())
}
