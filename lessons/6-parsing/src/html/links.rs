//! Where a page leads, and what it asks of robots.

use std::borrow::Cow;
use std::collections::HashSet;

use url::Url;

use super::Parts;
use super::parts::{Relation, clean, has_word};

/// A link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, without a fragment.
    pub url: Url,
    /// Its text; that of an image where it has none.
    pub text: String,
    /// Its `rel`: words in any case, such as `nofollow`.
    pub rel: String,
    /// Whether its `rel` asks robots not to follow it.
    pub nofollow: bool,
    /// The language of what it leads to, if it says so.
    pub language: Option<String>,
}

/// What a page asks of robots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// The page must not be kept.
    pub noindex: bool,
    /// The page's links must not be followed.
    pub nofollow: bool,
}

impl Directives {
    /// Reads one value: `noindex, nofollow`, `none`, or, in a header, `otherbot: noindex`, which is for
    /// the robot of that name alone. `token` is the name of ours.
    pub fn parse(value: &str, token: &str) -> Self {
        // These are directives with a value, not names of robots.
        const WITH_VALUE: [&str; 4] = [
            "unavailable_after",
            "max-snippet",
            "max-image-preview",
            "max-video-preview",
        ];
        let mut directives = Self::default();
        // A name before a colon holds for what follows it up to the end of the value.
        let mut for_us = true;
        for part in value.split(',') {
            let mut word = part.trim();
            if let Some((name, rest)) = word.split_once(':') {
                let name = name.trim();
                if !WITH_VALUE
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
                {
                    for_us = [token, "*", "robots"]
                        .iter()
                        .any(|own| name.eq_ignore_ascii_case(own));
                    word = rest.trim();
                }
            }
            let is = |wanted: &str| {
                word.eq_ignore_ascii_case(wanted) || word.eq_ignore_ascii_case("none")
            };
            directives.noindex |= for_us && is("noindex");
            directives.nofollow |= for_us && is("nofollow");
        }
        directives
    }

    /// Joins what two places say: a restriction in either holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            noindex: self.noindex || other.noindex,
            nofollow: self.nofollow || other.nofollow,
        }
    }
}

impl<'a> Parts<'a> {
    /// Returns what the links of the page are relative to: its `<base>`, or its own address.
    pub fn base(&self, page: &Url) -> Url {
        self.base
            .as_ref()
            .and_then(|href| page.join(href.trim()).ok())
            .filter(is_web)
            .unwrap_or_else(|| page.clone())
    }

    // ANCHOR: links
    /// Returns the links of the page, each address once, in the order of the page: its `<a>` and
    /// `<area>`, and at last where `<meta http-equiv="refresh">` leads.
    ///
    /// What `srcset` and `src` name is fetched by the page itself; it is no link.
    pub fn links(&self, page: &Url) -> Vec<Link> {
        let base = self.base(page);
        let mut seen = HashSet::new();
        let anchors = self.hrefs().filter_map(|(href, anchor)| {
            let url = target(&base, href)?;
            let text = anchor.map_or_else(String::new, |anchor| {
                let text = self.text_of(anchor.range);
                let image = anchor.image.as_deref().unwrap_or_default();
                if text.is_empty() { clean(image) } else { text }
            });
            let rel = anchor.map_or("", |anchor| anchor.rel);
            Some(Link {
                url,
                text,
                rel: rel.to_owned(),
                nofollow: has_word(rel, "nofollow"),
                language: anchor.and_then(|anchor| anchor.language).map(str::to_owned),
            })
        });
        anchors
            .filter(|link| seen.insert(link.url.clone()))
            .collect()
    }
    // ANCHOR_END: links

    /// Returns where the links lead that robots may follow, without their texts: what a crawler needs.
    pub fn targets(&self, page: &Url) -> Vec<Url> {
        let base = self.base(page);
        // A page of documentation links a thousand times into itself and its neighbours: the part
        // before the `#` is compared first, which is cheap, and only what is new is made a URL.
        let mut written = HashSet::new();
        let follow = self
            .hrefs()
            .filter(|(_, anchor)| !anchor.is_some_and(|anchor| has_word(anchor.rel, "nofollow")));
        follow
            .map(|(href, _)| href.split_once('#').map_or(href, |(page, _)| page).trim())
            .filter(|href| written.insert(*href))
            .filter_map(|href| target(&base, href))
            .collect()
    }

    fn hrefs(&self) -> impl Iterator<Item = (&str, Option<&super::parts::Anchor<'a>>)> {
        let anchors = self
            .anchors
            .iter()
            .map(|anchor| (&*anchor.href, Some(anchor)));
        let refresh = self.metas_named("refresh").filter_map(|content| {
            let (_, after) = content.split_once([';', ','])?;
            let (word, address) = after.split_once('=')?;
            let address = address.trim().trim_matches(['"', '\'']);
            word.trim()
                .eq_ignore_ascii_case("url")
                .then_some((address, None))
        });
        anchors.chain(refresh)
    }

    /// Returns the address that the page calls its own.
    pub fn canonical(&self, page: &Url) -> Option<Url> {
        let base = self.base(page);
        let mut named = self.relations("canonical");
        named.find_map(|relation| target(&base, &relation.href))
    }

    /// Returns the same page in other languages, and the language of each.
    pub fn alternates(&self, page: &Url) -> Vec<(String, Url)> {
        let base = self.base(page);
        let alternates = self.relations("alternate");
        alternates
            .filter_map(|relation| {
                let language = relation.language?.trim().to_owned();
                Some((language, target(&base, &relation.href)?))
            })
            .collect()
    }

    /// Returns the `<link>` elements with that word in their `rel`.
    pub fn relations(&self, word: &str) -> impl Iterator<Item = &Relation<'a>> {
        self.relations
            .iter()
            .filter(move |relation| has_word(relation.rel, word))
    }

    /// Returns what the page asks of the robot called `token`.
    pub fn directives(&self, token: &str) -> Directives {
        self.metas
            .iter()
            .filter(|meta| meta.name == "robots" || meta.name.eq_ignore_ascii_case(token))
            .map(|meta| Directives::parse(&meta.content, token))
            .fold(Directives::default(), Directives::and)
    }

    /// Returns the language of the page: what `<html>` says, then the header, then `<meta>`.
    pub fn language(&self, header: Option<&str>) -> Option<String> {
        let own = |language: &str| {
            let first = language.split(',').next().unwrap_or_default();
            let tag = clean(first).replace('_', "-");
            let sound = !tag.is_empty() && tag.len() <= 35 && !tag.contains(' ');
            sound.then_some(tag)
        };
        let of_html = self.language.as_ref().map(Cow::as_ref);
        let metas = [
            "content-language",
            "og:locale",
            "dc.language",
            "language",
            "inlanguage",
        ];
        let mut told = [of_html, header]
            .into_iter()
            .flatten()
            .chain(metas.iter().filter_map(|name| self.meta(name)));
        told.find_map(own)
    }
}

fn target(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok().filter(is_web)?;
    url.set_fragment(None);
    Some(url)
}

/// Returns whether an address is one of the web: `http` or `https`, with a host.
fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

#[cfg(test)]
mod tests;
