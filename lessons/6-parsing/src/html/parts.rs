//! The parts of a page that some rule asks for, gathered in one walk.

use std::borrow::Cow;

use super::entities::{Place, unescape};
use super::hints::{self, Hints};
use super::open::{Visitor, walk};
use super::scan::Attributes;
use super::tag::Tag;

/// What a page holds, as far as some rule asks for it. Ranges are of bytes in [`Parts::text`].
#[derive(Debug, Default)]
pub struct Parts<'a> {
    /// The attribute `lang` of `<html>`.
    pub language: Option<Cow<'a, str>>,
    /// The class of `<body>`.
    pub body_class: &'a str,
    /// What the links of the page are relative to, if not to the page.
    pub base: Option<Cow<'a, str>>,
    /// The `<meta>` elements that have a name and a content.
    pub metas: Vec<Meta<'a>>,
    /// The `<link>` elements.
    pub relations: Vec<Relation<'a>>,
    /// The `<a>` and `<area>` elements that lead somewhere.
    pub anchors: Vec<Anchor<'a>>,
    /// The text of `<title>`.
    pub title: Option<String>,
    /// The JSON-LD scripts.
    pub json_ld: Vec<&'a str>,
    /// The headings, and what is marked as one.
    pub headings: Vec<Heading>,
    /// What is marked as a date.
    pub moments: Vec<Moment<'a>>,
    /// What is marked as an author.
    pub authors: Vec<Author<'a>>,
    /// Regions of the page; the first is the page itself. Each stands after the one around it.
    pub regions: Vec<Region>,
    /// The lines of the page: the text of each block.
    pub lines: Vec<Line>,
    /// The text of all lines, a line feed between two, white space collapsed.
    pub text: String,
    /// Types of things that microdata names: the ends of the addresses, `Product`.
    pub item_types: Vec<&'a str>,
    /// How many elements look like the button of a shop.
    pub shop_marks: u32,
    /// How deep elements stood in each other.
    pub depth: usize,
}

/// A `<meta>`.
#[derive(Debug)]
pub struct Meta<'a> {
    /// Its `property`, `name`, `itemprop` or `http-equiv`, in small letters.
    pub name: Cow<'a, str>,
    /// Its `content`.
    pub content: Cow<'a, str>,
}

/// A `<link>`.
#[derive(Debug)]
pub struct Relation<'a> {
    /// Its `rel`: words in any case.
    pub rel: &'a str,
    /// Its `href`.
    pub href: Cow<'a, str>,
    /// Its `hreflang`, if any.
    pub language: Option<&'a str>,
    /// Its `type`, if any.
    pub kind: Option<&'a str>,
}

/// An `<a>` or `<area>`.
#[derive(Debug)]
pub struct Anchor<'a> {
    /// Its `href`, as written.
    pub href: Cow<'a, str>,
    /// Its `rel`: words in any case.
    pub rel: &'a str,
    /// Its `hreflang`, if any.
    pub language: Option<&'a str>,
    /// Its text.
    pub range: (usize, usize),
    /// The text of an image inside of it.
    pub image: Option<Cow<'a, str>>,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// 1 to 6; 7 for what is only marked as one.
    pub level: u8,
    /// Its text.
    pub range: (usize, usize),
    /// The line it begins.
    pub line: usize,
    /// The region it stands in.
    pub region: usize,
    /// What its class says, and that of the elements directly around and inside of it.
    pub hints: Hints,
    /// How much of its text leads elsewhere, in bytes.
    pub linked: usize,
    /// The text of an image inside of it.
    pub image: Option<String>,
    /// What a class in it marks as a label above the title, or a line below it.
    pub kicker: Option<(usize, usize)>,
}

/// What marks a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A `<time>`.
    Time,
    /// `itemprop="datePublished"`, or the like in RDFa.
    Property,
    /// A class or id.
    Class,
}

/// Something marked as a date.
#[derive(Debug)]
pub struct Moment<'a> {
    /// By what.
    pub mark: Mark,
    /// The value that machines read: `datetime`, `content`, `title`.
    pub value: Option<Cow<'a, str>>,
    /// Its text.
    pub range: (usize, usize),
    /// The line it begins in.
    pub line: usize,
    /// The region it stands in.
    pub region: usize,
    /// What its class and its property say.
    pub hints: Hints,
    /// Its class, as written: things of one sort have one class.
    pub class: &'a str,
    /// The property's name, for [`Mark::Property`].
    pub property: &'a str,
    /// Whether it has the old attribute `pubdate`.
    pub pubdate: bool,
}

/// Something marked as an author.
#[derive(Debug)]
pub struct Author<'a> {
    /// Whether a property or a `rel` says so, rather than a class.
    pub strict: bool,
    /// The value that machines read.
    pub value: Option<Cow<'a, str>>,
    /// Its text.
    pub range: (usize, usize),
    /// The region it stands in.
    pub region: usize,
    /// Whether it is the name inside of an author.
    pub inner: bool,
}

/// A part of the page that is marked off.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The region around it; its own index for the page itself.
    pub around: usize,
    /// What it is.
    pub kind: RegionKind,
    /// The line it begins with.
    pub line: usize,
}

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// The page itself.
    Page,
    /// `<main>`.
    Main,
    /// `<article>`.
    Article,
    /// `<header>`.
    Header,
    /// `<footer>`.
    Footer,
    /// Navigation, related posts, a form: beside the page's own matter.
    Beside,
    /// Comments of readers.
    Comments,
}

/// The text of a block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// Its text; cut where it is very long.
    pub range: (usize, usize),
    /// How long it is uncut, in bytes.
    pub length: usize,
    /// The level of the heading it is in, or 0.
    pub level: u8,
    /// The region it stands in.
    pub region: usize,
    /// How much of it leads elsewhere, in bytes.
    pub linked: usize,
}

/// More of one line than this says nothing about the page as a whole.
const MAX_LINE: usize = 600;

/// Nor more of a heading than this.
const MAX_HEADING: usize = 4_096;

impl<'a> Parts<'a> {
    /// Gathers the parts of a page.
    pub fn read(text: &'a str) -> Self {
        let mut gatherer = Gatherer::new(text.len());
        gatherer.parts.depth = walk(text, &mut gatherer);
        gatherer.finish()
    }

    /// Returns the content of the first `<meta>` of that name, given in small letters.
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.metas_named(name).next()
    }

    /// Returns the contents of all `<meta>` of that name, given in small letters.
    pub fn metas_named(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.metas.iter().filter(move |meta| meta.name == name);
        found
            .map(|meta| meta.content.trim())
            .filter(|content| !content.is_empty())
    }

    /// Returns the text of a range on one line.
    pub fn text_of(&self, range: (usize, usize)) -> String {
        clean(self.slice(range))
    }

    /// Returns the text of a range, a line feed between two lines.
    pub fn slice(&self, (start, end): (usize, usize)) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Collapses white space, and removes what is neither seen nor ever part of a title or a name.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(512));
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
        } else if !c.is_control() && !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}') {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}

/// What hears of the elements and keeps the parts.
#[derive(Debug)]
pub(super) struct Gatherer<'a> {
    parts: Parts<'a>,
    line: Line,
    /// Whether white space stood before the next word.
    gap: bool,
    region: usize,
    /// How many open elements hide their text, are links, foreign, templates, headings.
    hidden: u32,
    in_anchor: u32,
    foreign: u32,
    templates: u32,
    heading: u8,
    raw: Option<RawUse>,
    /// What the element that was opened last is hinted at, for a heading directly inside.
    around: Hints,
    headings_open: Vec<usize>,
}

/// What the next text is, where it is not the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RawUse {
    JsonLd,
    Title,
}

/// What is remembered of an open element.
#[derive(Debug)]
pub(super) struct Frame {
    region: usize,
    heading: u8,
    around: Hints,
    anchor: Option<usize>,
    moment: Option<usize>,
    author: Option<usize>,
    title: Option<usize>,
    /// The heading that this is a label in, and where it begins.
    kicker: Option<(usize, usize)>,
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(size: usize) -> Self {
        let mut parts = Parts {
            text: String::with_capacity(size / 3),
            ..Parts::default()
        };
        parts.regions.push(Region {
            around: 0,
            kind: RegionKind::Page,
            line: 0,
        });
        Self {
            parts,
            line: Line::default(),
            gap: false,
            region: 0,
            hidden: 0,
            in_anchor: 0,
            foreign: 0,
            templates: 0,
            heading: 0,
            raw: None,
            around: Hints::default(),
            headings_open: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Parts<'a> {
        self.flush();
        self.parts
    }

    /// Ends the line.
    fn flush(&mut self) {
        let end = self.parts.text.len();
        self.gap = false;
        if self.line.range.0 == end {
            self.line.level = self.heading;
            self.line.region = self.region;
            return;
        }
        self.line.range.1 = end;
        self.parts.lines.push(self.line);
        self.parts.text.push('\n');
        self.line = Line {
            range: (end + 1, end + 1),
            level: self.heading,
            region: self.region,
            ..Line::default()
        };
    }

    fn here(&self) -> usize {
        self.parts.text.len()
    }

    /// Opens a region where the element is one.
    fn enter(&mut self, tag: Tag, hints: Hints) {
        let kind = match tag {
            Tag::Nav | Tag::Aside => RegionKind::Beside,
            Tag::Article if hints.comment => RegionKind::Comments,
            Tag::Article => RegionKind::Article,
            Tag::Main => RegionKind::Main,
            Tag::Footer => RegionKind::Footer,
            Tag::Header => RegionKind::Header,
            _ if !tag.is_block() || tag.is_heading() => return,
            _ if hints.comment => RegionKind::Comments,
            _ if hints.beside => RegionKind::Beside,
            _ => return,
        };
        self.parts.regions.push(Region {
            around: self.region,
            kind,
            line: self.parts.lines.len(),
        });
        self.region = self.parts.regions.len() - 1;
        self.line.region = self.region;
    }

    /// Keeps what the elements without text say.
    fn keep(&mut self, tag: Tag, attributes: Attributes<'_, 'a>) {
        match tag {
            Tag::Html => {
                self.parts.language = attributes.get("lang").or(attributes.get("xml:lang"));
            }
            Tag::Body => self.parts.body_class = attributes.raw("class").unwrap_or_default(),
            Tag::Base if self.parts.base.is_none() => self.parts.base = attributes.get("href"),
            Tag::Link => {
                if let (Some(rel), Some(href)) = (attributes.raw("rel"), attributes.get("href")) {
                    self.parts.relations.push(Relation {
                        rel,
                        href,
                        language: attributes.raw("hreflang"),
                        kind: attributes.raw("type"),
                    });
                }
            }
            Tag::Script => {
                let kind = attributes.raw("type").unwrap_or_default();
                let is_data = |kind: &str| kind.to_ascii_lowercase().contains("ld+json");
                self.raw = (kind.len() > 6 && is_data(kind)).then_some(RawUse::JsonLd);
            }
            Tag::Title if self.foreign == 0 && self.parts.title.is_none() => {
                self.raw = Some(RawUse::Title);
            }
            Tag::Img => {
                if let Some(alt) = attributes.get("alt") {
                    if self.in_anchor > 0
                        && let Some(anchor) = self.parts.anchors.last_mut()
                    {
                        anchor.image.get_or_insert_with(|| alt.clone());
                    }
                    if let Some(heading) = self.headings_open.last() {
                        let heading = &mut self.parts.headings[*heading];
                        heading.image.get_or_insert_with(|| alt.into_owned());
                    }
                }
            }
            _ => {}
        }
    }

    fn keep_meta(&mut self, attributes: Attributes<'_, 'a>) {
        let names = ["property", "name", "itemprop", "http-equiv"];
        let Some(name) = names.iter().find_map(|name| attributes.get(name)) else {
            return;
        };
        let Some(content) = attributes.get("content") else {
            return;
        };
        let name = if name.bytes().any(|b| b.is_ascii_uppercase() || b == b' ') {
            Cow::Owned(name.trim().to_ascii_lowercase())
        } else {
            name
        };
        self.parts.metas.push(Meta { name, content });
    }

    /// Remembers what is marked as a date.
    fn moment(&mut self, tag: Tag, attributes: Attributes<'_, 'a>, hints: Hints) -> Option<usize> {
        let property = attributes
            .raw("itemprop")
            .or(attributes.raw("property"))
            .filter(|property| hints::is_date_property(property));
        let mark = if property.is_some() {
            Mark::Property
        } else if tag == Tag::Time {
            Mark::Time
        } else if hints.date
            && tag != Tag::Meta
            && !matches!(tag, Tag::Input | Tag::Script | Tag::Link)
        {
            Mark::Class
        } else {
            return None;
        };
        let value = attributes
            .get("datetime")
            .or_else(|| attributes.get("content"))
            .or_else(|| {
                let title = (mark != Mark::Class || tag == Tag::Abbr).then_some("title")?;
                attributes.get(title)
            })
            .filter(|value| value.bytes().any(|byte| byte.is_ascii_digit()));
        let property = property.unwrap_or_default();
        self.parts.moments.push(Moment {
            mark,
            value,
            range: (self.here(), self.here()),
            line: self.parts.lines.len(),
            region: self.region,
            hints: if property.is_empty() {
                hints
            } else {
                hints.or(hints::of(property))
            },
            class: attributes.raw("class").unwrap_or_default(),
            property,
            pubdate: attributes.raw("pubdate").is_some(),
        });
        Some(self.parts.moments.len() - 1)
    }

    fn author(&mut self, attributes: Attributes<'_, 'a>, hints: Hints) -> Option<usize> {
        let property = attributes.raw("itemprop").unwrap_or_default();
        let inner = property == "name";
        let strict = has_word(property, "author")
            || attributes
                .raw("rel")
                .is_some_and(|rel| has_word(rel, "author"));
        if !strict && !inner && !hints.author {
            return None;
        }
        self.parts.authors.push(Author {
            strict: strict || inner,
            value: attributes.get("content"),
            range: (self.here(), self.here()),
            region: self.region,
            inner,
        });
        Some(self.parts.authors.len() - 1)
    }

    fn title(&mut self, tag: Tag, attributes: Attributes<'_, 'a>, hints: Hints) -> Option<usize> {
        let named = || {
            attributes
                .raw("itemprop")
                .is_some_and(|property| has_word(property, "headline"))
        };
        let level = match tag.level() {
            0 if hints.headline || named() => 7,
            0 => return None,
            level => level,
        };
        if self.hidden > 0 || matches!(tag, Tag::Meta | Tag::Body | Tag::Article | Tag::Main) {
            return None;
        }
        self.parts.headings.push(Heading {
            level,
            range: (self.here(), self.here()),
            line: self.parts.lines.len(),
            region: self.region,
            hints: hints.or(self.around),
            linked: 0,
            image: None,
            kicker: None,
        });
        let at = self.parts.headings.len() - 1;
        self.headings_open.push(at);
        Some(at)
    }

    /// Appends visible text, white space collapsed.
    fn append(&mut self, text: &str) {
        if text.starts_with(|c: char| c.is_ascii_whitespace()) {
            self.gap = true;
        }
        if is_collapsed(text) {
            // Prose is copied as it stands.
            let words = text.trim_matches(' ');
            if !words.is_empty() {
                self.push(words);
                self.gap = text.ends_with(' ');
            }
            return;
        }
        let mut any = false;
        for word in text.split_ascii_whitespace() {
            any = true;
            self.push(word);
            self.gap = true;
        }
        if any {
            self.gap = text.ends_with(|c: char| c.is_ascii_whitespace());
        }
    }

    /// Appends words to the line, as many as it takes.
    fn push(&mut self, words: &str) {
        self.line.length += words.len() + usize::from(self.gap);
        if self.in_anchor > 0 {
            self.line.linked += words.len();
        }
        let limit = if self.heading > 0 {
            MAX_HEADING
        } else {
            MAX_LINE
        };
        let used = self.here() - self.line.range.0;
        if used < limit {
            if self.gap && used > 0 {
                self.parts.text.push(' ');
            }
            let end = words.floor_char_boundary(limit - used);
            self.parts.text.push_str(&words[..end]);
        }
    }
}

/// Whether no white space of a text has to go: it is single spaces.
fn is_collapsed(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let fits = byte > b' ' || byte == b' ' && before != b' ' || byte < b'\t';
        before = byte;
        fits
    })
}

impl<'a> Visitor<'a> for Gatherer<'a> {
    type Frame = Frame;

    fn open(&mut self, tag: Tag, attributes: Attributes<'_, 'a>) -> Frame {
        let mut frame = Frame {
            region: self.region,
            heading: self.heading,
            around: self.around,
            anchor: None,
            moment: None,
            author: None,
            title: None,
            kicker: None,
        };
        if tag.is_block() {
            self.flush();
        }
        let class = attributes.raw("class").unwrap_or_default();
        let id = attributes.raw("id").unwrap_or_default();
        let hints = match (class, id) {
            ("", "") => Hints::default(),
            (class, "") => hints::of(class),
            ("", id) => hints::of(id),
            (class, id) => hints::of(class).or(hints::of(id)),
        };
        self.parts.shop_marks += u32::from(hints.shop);
        self.enter(tag, hints);
        if tag.is_heading() {
            self.heading = tag.level();
            self.line.level = self.heading;
        }
        self.keep(tag, attributes);
        if let Some(kind) = attributes.raw("itemtype") {
            let kind = kind
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default();
            self.parts.item_types.push(kind);
        }
        if matches!(tag, Tag::A | Tag::Area)
            && self.templates == 0
            && let Some(href) = attributes.get("href")
        {
            self.parts.anchors.push(Anchor {
                href,
                rel: attributes.raw("rel").unwrap_or_default(),
                language: attributes.raw("hreflang"),
                range: (self.here(), self.here()),
                image: None,
            });
            frame.anchor = Some(self.parts.anchors.len() - 1);
        }
        if tag == Tag::Meta {
            self.keep_meta(attributes);
        }
        if hints.kicker && !tag.is_heading() {
            frame.kicker = self.headings_open.last().map(|at| (*at, self.here()));
        }
        if !matches!(tag, Tag::Html | Tag::Body) {
            frame.moment = self.moment(tag, attributes, hints);
            frame.author = self.author(attributes, hints);
            frame.title = self.title(tag, attributes, hints);
        }
        self.around = hints;
        self.in_anchor += u32::from(tag == Tag::A);
        self.hidden += u32::from(tag.is_hidden());
        self.foreign += u32::from(matches!(tag, Tag::Svg | Tag::Math));
        self.templates += u32::from(tag == Tag::Template);
        frame
    }

    fn close(&mut self, tag: Tag, frame: Frame) {
        self.in_anchor -= u32::from(tag == Tag::A);
        self.hidden -= u32::from(tag.is_hidden());
        self.foreign -= u32::from(matches!(tag, Tag::Svg | Tag::Math));
        self.templates -= u32::from(tag == Tag::Template);
        self.raw = None;
        let end = self.here();
        if let Some(at) = frame.anchor {
            self.parts.anchors[at].range.1 = end;
            if let Some(heading) = self.headings_open.last() {
                let heading = &mut self.parts.headings[*heading];
                let start = self.parts.anchors[at].range.0.max(heading.range.0);
                heading.linked += end.saturating_sub(start);
            }
        }
        if let Some(at) = frame.moment {
            self.parts.moments[at].range.1 = end;
        }
        if let Some(at) = frame.author {
            self.parts.authors[at].range.1 = end;
        }
        if let Some((at, start)) = frame.kicker.filter(|(_, start)| *start < end) {
            self.parts.headings[at].kicker.get_or_insert((start, end));
        }
        if let Some(at) = frame.title {
            self.parts.headings[at].range.1 = end;
            self.headings_open.retain(|open| *open != at);
        }
        self.heading = frame.heading;
        if tag.is_block() {
            self.flush();
            self.region = frame.region;
            self.line.region = self.region;
            self.line.level = self.heading;
        }
        self.around = frame.around;
    }

    fn text(&mut self, text: &'a str, escaped: bool) {
        match self.raw {
            Some(RawUse::JsonLd) => return self.parts.json_ld.push(text),
            Some(RawUse::Title) => {
                let text = unescape(text, Place::Text);
                self.parts.title = Some(clean(&text)).filter(|title| !title.is_empty());
                return;
            }
            None => {}
        }
        if self.hidden > 0 || text.is_empty() {
            return;
        }
        if !escaped {
            if text == "\n" {
                self.flush();
            } else {
                self.append(text);
            }
            return;
        }
        let text = unescape(text, Place::Text);
        self.append(&text);
    }
}

/// Returns whether a list of words holds `word`, in any case.
pub fn has_word(words: &str, word: &str) -> bool {
    words
        .split_ascii_whitespace()
        .any(|known| known.eq_ignore_ascii_case(word))
}
