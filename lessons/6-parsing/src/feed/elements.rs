//! RSS, RDF and Atom: one pass over the tags, whatever their nesting looks like.
//!
//! A feed is flat: there are entries, and an entry has fields. So the reader keeps no tree. It knows
//! whether it is inside an entry, and takes each field's text up to its end tag; where that was
//! forgotten, up to the next field.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Entry, Error, Feed, Format, Stamp, text};
use crate::html::entities::Place;
use crate::xml::{MAX_DEPTH, Scanner, Tag, Token, text_of};

/// Fields whose text is taken whole. Each of them also ends the one before it, if that was left open.
const FIELDS: [&str; 27] = [
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "published",
    "issued",
    "created",
    "updated",
    "modified",
    "dc:date",
    "dc:title",
    "dc:creator",
    "dcterms:created",
    "dcterms:issued",
    "dcterms:modified",
    "author",
    "itunes:author",
    "description",
    "summary",
    "content",
    "content:encoded",
    "category",
    "language",
    "dc:language",
    "comments",
    "date",
];

/// What stands in these is not about the entry or the feed.
const FOREIGN: [&str; 6] = [
    "image",
    "textinput",
    "source",
    "media:group",
    "media:content",
    "contributor",
];

/// Reads a feed made of elements.
///
/// # Errors
///
/// [`Error`] if there is no feed in it, or it is an attack.
pub fn read(document: &str) -> Result<Feed, Error> {
    let mut reader = Reader {
        scanner: Scanner::new(document),
        prefixes: HashMap::new(),
        format: None,
        feed: Feed::default(),
        entry: None,
        permalink: None,
        depth: 0,
    };
    reader.run()?;
    let Some(format) = reader.format else {
        return Err(Error::NotA {
            wanted: "feed",
            found: "no element rss, feed or RDF",
        });
    };
    Ok(Feed {
        format,
        ..reader.feed
    })
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    /// What this document calls the namespaces that matter, and what they are called here.
    prefixes: HashMap<String, &'static str>,
    /// Known once the root element was seen.
    format: Option<Format>,
    feed: Feed,
    /// The entry that is being read.
    entry: Option<Entry>,
    /// The entry's identity, where that is its address as well.
    permalink: Option<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    // ANCHOR: run
    fn run(&mut self) -> Result<(), Error> {
        while let Some(token) = self.scanner.next_token()? {
            match token {
                Token::Start(tag) => self.start(&tag)?,
                Token::End(name) => {
                    self.depth = self.depth.saturating_sub(1);
                    if is_entry(&self.canonical(name)) {
                        self.finish_entry();
                    }
                }
            }
        }
        // The feed may have been cut off inside its last entry.
        self.finish_entry();
        Ok(())
    }
    // ANCHOR_END: run

    fn start(&mut self, tag: &Tag<'a>) -> Result<(), Error> {
        self.learn_prefixes(tag);
        let name = self.canonical(tag.name);
        if self.format.is_none() {
            self.format = match &*name {
                "rss" | "channel" => Some(Format::Rss),
                "rdf" => Some(Format::Rdf),
                "feed" => Some(Format::Atom),
                "html" => {
                    return Err(Error::NotA {
                        wanted: "feed",
                        found: "an HTML page",
                    });
                }
                // What stands before the feed (a warning of the server's language, often) is junk.
                _ => None,
            };
            self.deeper(tag)?;
            return Ok(());
        }
        if is_entry(&name) {
            // An entry within an entry: the end of the first was forgotten.
            self.finish_entry();
            // In RDF an item's identity is an attribute, and an address.
            let about = tag.attribute("rdf:about").map(Cow::into_owned);
            self.permalink = about.clone().filter(|id| id.starts_with("http"));
            self.entry = Some(Entry {
                id: about,
                ..Entry::default()
            });
            self.depth = 2;
        } else if FOREIGN.contains(&&*name) && !tag.empty {
            self.scanner.inner(tag.name, |next| is_entry(&bare(next)));
        } else if FIELDS.contains(&&*name) {
            let inner = if tag.empty {
                ""
            } else {
                self.scanner.inner(tag.name, |next| ends_field(next, &name))
            };
            self.field(&name, tag, inner);
        } else {
            self.deeper(tag)?;
        }
        Ok(())
    }

    fn deeper(&mut self, tag: &Tag<'a>) -> Result<(), Error> {
        if !tag.empty {
            self.depth += 1;
        }
        if self.depth > MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        Ok(())
    }

    fn finish_entry(&mut self) {
        let permalink = self.permalink.take();
        if let Some(mut entry) = self.entry.take()
            && entry.says_something()
        {
            entry.link = entry.link.or(permalink);
            self.feed.entries.push(entry);
        }
    }

    // ANCHOR: field
    fn field(&mut self, name: &str, tag: &Tag<'a>, inner: &str) {
        let plain = || text::collapsed(&text_of(inner, Place::Attribute));
        let stamp = || Stamp::parse(&text_of(inner, Place::Text));
        let is_atom = self.format == Some(Format::Atom);
        let Some(entry) = &mut self.entry else {
            let feed = &mut self.feed;
            match name {
                "title" => fill(&mut feed.title, title(tag, inner, is_atom)),
                "link" => fill(&mut feed.link, link(tag, inner)),
                "language" | "dc:language" => fill(&mut feed.language, plain()),
                _ => {}
            }
            return;
        };
        match name {
            "title" => fill(&mut entry.title, title(tag, inner, is_atom)),
            "dc:title" if entry.title.is_none() => fill(&mut entry.title, title(tag, inner, false)),
            "link" => fill(&mut entry.link, link(tag, inner)),
            "guid" | "id" => {
                fill(&mut entry.id, plain());
                let is_address = tag.attribute("isPermaLink").is_none_or(|it| it != "false");
                let id = entry
                    .id
                    .clone()
                    .filter(|id| is_address && id.starts_with("http"));
                self.permalink = id;
            }
            "pubdate" | "published" | "issued" | "dcterms:issued" => {
                entry.published = stamp().or(entry.published);
            }
            "dc:date" | "date" | "created" | "dcterms:created" => {
                entry.published = entry.published.or_else(stamp);
            }
            "updated" | "modified" | "dcterms:modified" => {
                entry.updated = entry.updated.or_else(stamp);
            }
            "author" | "dc:creator" | "itunes:author" => {
                let author = author(inner);
                if !author.is_empty() && !entry.authors.contains(&author) {
                    entry.authors.push(author);
                }
            }
            "description" | "summary" => fill(&mut entry.summary, summary(tag, inner, is_atom)),
            _ => {}
        }
    }
    // ANCHOR_END: field

    /// Learns which prefix stands for which namespace. Scopes are left aside: nobody uses one prefix twice.
    fn learn_prefixes(&mut self, tag: &Tag<'a>) {
        if self.prefixes.len() > 100 {
            return;
        }
        for (name, value) in tag.attributes() {
            let Some(prefix) = name.strip_prefix("xmlns:") else {
                continue;
            };
            let value = value.trim().trim_end_matches(['/', '#']);
            let here = match value {
                "http://www.w3.org/2005/Atom" | "http://purl.org/atom/ns" => "atom",
                "http://purl.org/dc/elements/1.1" | "http://purl.org/dc/elements/1.0" => "dc",
                "http://purl.org/dc/terms" => "dcterms",
                "http://purl.org/rss/1.0/modules/content" => "content",
                "http://www.itunes.com/dtds/podcast-1.0.dtd" => "itunes",
                "http://search.yahoo.com/mrss" => "media",
                "http://purl.org/rss/1.0" | "http://my.netscape.com/rdf/simple/0.9" => "",
                "http://www.w3.org/1999/02/22-rdf-syntax-ns" => "rdf",
                _ => continue,
            };
            self.prefixes.insert(prefix.to_ascii_lowercase(), here);
        }
    }

    /// Returns the name by which an element is known here: small letters, a prefix only where it counts.
    fn canonical(&self, name: &str) -> Cow<'static, str> {
        let name = name.to_ascii_lowercase();
        let Some((prefix, local)) = name.split_once(':') else {
            return name.into();
        };
        let prefix = self.prefixes.get(prefix).copied().unwrap_or(prefix);
        match (prefix, self.format) {
            // In a feed of another kind `atom:link` is not the link that is looked for.
            ("atom", None | Some(Format::Atom)) | ("" | "rdf" | "rss", _) => {
                local.to_owned().into()
            }
            _ => format!("{prefix}:{local}").into(),
        }
    }
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// The name without its slash, and without the prefix of a whole document in Atom.
fn bare(name: &str) -> String {
    let name = name.trim_start_matches('/').to_ascii_lowercase();
    match name.split_once(':') {
        Some(("atom" | "rss" | "a" | "ns0" | "ns1", local)) => local.to_owned(),
        _ => name,
    }
}

/// Returns whether the tag `next` shows that the end of a field was forgotten. (A field's own text holds
/// tags too: those of HTML.)
fn ends_field(next: &str, field: &str) -> bool {
    let is_end = next.starts_with('/');
    let next = bare(next);
    if is_end || is_entry(&next) {
        return is_entry(&next) || matches!(&*next, "channel" | "feed" | "rss");
    }
    // `<author><name>…`, `<author><title>`: an author's parts are no fields.
    !matches!(field, "author") && FIELDS.contains(&&*next)
}

fn fill(place: &mut Option<String>, value: String) {
    if place.is_none() && !value.is_empty() {
        *place = Some(value);
    }
}

// ANCHOR: title
/// Atom says whether a title is text or HTML. RSS does not, so the title must show it.
fn title(tag: &Tag<'_>, inner: &str, is_atom: bool) -> String {
    let written = text_of(inner, Place::Text);
    let kind = tag.attribute("type");
    let mode = tag.attribute("mode");
    match kind.as_deref() {
        Some("html" | "text/html") => text::plain(&written),
        Some("xhtml" | "application/xhtml+xml") => text::collapsed(&written),
        // Atom 0.3 said it by the mode.
        _ if is_atom && mode.as_deref() == Some("escaped") => text::plain(&written),
        _ if is_atom => text::collapsed(&written),
        _ if text::looks_like_html(&written) => text::plain(&written),
        _ => text::collapsed(&written),
    }
}
// ANCHOR_END: title

fn summary(tag: &Tag<'_>, inner: &str, is_atom: bool) -> String {
    let kind = tag.attribute("type");
    let written = text_of(inner, Place::Text);
    match kind.as_deref() {
        None | Some("text" | "text/plain") if is_atom => text::collapsed(&written),
        Some("xhtml") => text::collapsed(&written),
        _ => text::plain(&written),
    }
}

/// RSS writes the address between the tags, Atom into `href`. Of Atom's links only the article's own counts.
fn link(tag: &Tag<'_>, inner: &str) -> String {
    let relation = tag.attribute("rel");
    let is_article = matches!(relation.as_deref(), None | Some("alternate" | ""));
    match tag.attribute("href") {
        Some(href) if is_article => href.trim().to_owned(),
        Some(_) => String::new(),
        None => text_of(inner, Place::Attribute)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(""),
    }
}

/// `ann@site.example (Ann Lee)`, `<name>Ann Lee</name>` or simply `Ann Lee`.
fn author(inner: &str) -> String {
    let mut scanner = Scanner::new(inner);
    while let Ok(Some(token)) = scanner.next_token() {
        if let Token::Start(tag) = token
            && (bare(tag.name) == "name" || bare(tag.name).ends_with(":name"))
        {
            return text::collapsed(&text_of(scanner.inner(tag.name, |_| true), Place::Text));
        }
    }
    let written = text::collapsed(&text_of(inner, Place::Text));
    match written.split_once('(') {
        Some((mail, name)) if mail.contains('@') => name.trim_end_matches([')', ' ']).to_owned(),
        _ => written,
    }
}
