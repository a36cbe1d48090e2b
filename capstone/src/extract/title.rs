//! The title of a page, without the name of its site.

use super::Page;
use super::tree::{text_of, within};

impl Page<'_> {
    // ANCHOR: title
    /// The title. One place alone may be the site's name or a slogan; two that agree are believed first.
    pub(super) fn title(&self) -> Option<String> {
        let of_page = self
            .elements
            .named("title")
            .find(|title| !within(title, &["svg"]))
            .map(|title| text_of(&title));
        let of_page = of_page.filter(|title| !title.is_empty());
        let shared = self.meta("og:title").map(str::to_owned);
        let site = self.meta("og:site_name");
        let headings = self.headings();

        let confirmed = headings.iter().find(|heading| {
            shared.as_deref() == Some(heading)
                || of_page
                    .as_deref()
                    .is_some_and(|title| begins(title, heading))
        });
        confirmed
            .cloned()
            .or_else(|| shared.map(|title| without_site(title, site)))
            .or_else(|| of_page.map(|title| without_site(title, site)))
            .or_else(|| headings.into_iter().next())
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

/// Returns whether `title` is `heading`, or `heading` followed by the name of the site: `Heading - Site`.
fn begins(title: &str, heading: &str) -> bool {
    title
        .strip_prefix(heading)
        .is_some_and(|rest| rest.is_empty() || after_separator(rest).is_some())
}

/// Returns what follows a separator such as ` - ` or ` | ` at the beginning of `rest`.
fn after_separator(rest: &str) -> Option<&str> {
    let marks = rest.trim_start();
    let name = marks.trim_start_matches([
        '-', '|', '\u{2013}', '\u{2014}', '·', '•', '»', '«', ':', '/', '~',
    ]);
    let separated = rest.len() > marks.len() || rest.starts_with(['|', ':']);
    (separated && name.len() < marks.len() && name.starts_with(' ')).then(|| name.trim_start())
}

/// Removes the name of the site from the end or the beginning of a title, where the page says what that name is.
fn without_site(title: String, site: Option<&str>) -> String {
    let Some(site) = site else { return title };
    if let Some(rest) = title.strip_prefix(site)
        && let Some(own) = after_separator(rest)
        && !own.is_empty()
    {
        return own.to_owned();
    }
    let own = title.strip_suffix(site).map(|own| {
        own.trim_end_matches(|c: char| c == ' ' || "-|\u{2013}\u{2014}·•»«:/~".contains(c))
    });
    match own {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => title,
    }
}
