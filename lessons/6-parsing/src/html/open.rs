//! From tags to elements: which elements are open, and which a tag closes.
//!
//! Pages leave out end tags, and cross them. The standard says what a browser makes of each case; this
//! is the part of it that decides what stands inside of what. It leaves out what only moves text
//! about: a table's stray text is not carried before the table, and `<b>` is not opened again in the
//! next paragraph.

use super::scan::{Attributes, Scanner, Token};
use super::tag::Tag;

/// What hears of the elements of a page, in order.
pub trait Visitor<'a> {
    /// What it remembers of an open element.
    type Frame;

    /// An element begins.
    fn open(&mut self, tag: Tag, attributes: Attributes<'_, 'a>) -> Self::Frame;
    /// An element ends.
    fn close(&mut self, tag: Tag, frame: Self::Frame);
    /// Text; `escaped` where character references still stand for what they mean.
    fn text(&mut self, text: &'a str, escaped: bool);
}

/// How deep elements are followed, as in browsers. What stands deeper counts as standing here.
const MAX_DEPTH: usize = 512;

/// The elements that are open.
struct Open<'v, 'a, V: Visitor<'a>> {
    visitor: &'v mut V,
    entries: Vec<Entry<'a, V::Frame>>,
    /// How many of each tag are open: most end tags without a start tag are found so at once.
    count: [u32; Tag::Other as usize + 1],
    /// How many start tags came too deep.
    too_deep: usize,
    /// Whether `<html>` and `<body>` have been seen: a second one adds nothing.
    seen: [bool; 2],
}

struct Entry<'a, F> {
    tag: Tag,
    name: &'a str,
    frame: F,
}

// ANCHOR: walk
/// Walks over a page once and tells the visitor of its elements.
///
/// Takes time in proportion to the page, whatever is in it. Returns how deep elements stood in each
/// other.
pub fn walk<'a, V: Visitor<'a>>(text: &'a str, visitor: &mut V) -> usize {
    let mut scanner = Scanner::new(text);
    let mut open = Open {
        visitor,
        entries: Vec::with_capacity(64),
        count: [0; Tag::Other as usize + 1],
        too_deep: 0,
        seen: [false; 2],
    };
    let mut deepest = 0;
    while let Some(token) = scanner.next(open.is_foreign()) {
        match token {
            Token::Start { name, closed } => open.start(name, closed, &mut scanner),
            Token::End { name } => open.end(name),
            Token::Text(text) => open.visitor.text(text, true),
            Token::Raw(text) => open.visitor.text(text, false),
        }
        deepest = deepest.max(open.entries.len() + open.too_deep);
    }
    open.pop_to(0);
    deepest
}
// ANCHOR_END: walk

impl<'a, V: Visitor<'a>> Open<'_, 'a, V> {
    /// Whether tags are those of `<svg>` or `<math>` here.
    fn is_foreign(&self) -> bool {
        if self.count[Tag::Svg as usize] + self.count[Tag::Math as usize] == 0 {
            return false;
        }
        let inner = self.entries.iter().rev().find(|entry| {
            matches!(
                entry.tag,
                Tag::Svg | Tag::Math | Tag::ForeignObject | Tag::Desc | Tag::Title
            )
        });
        inner.is_some_and(|entry| matches!(entry.tag, Tag::Svg | Tag::Math))
    }

    fn start(&mut self, name: &'a str, closed: bool, scanner: &mut Scanner<'a>) {
        let tag = Tag::of(name);
        if self.is_foreign() {
            if tag.breaks_out() {
                let foreign =
                    |entry: &Entry<'_, V::Frame>| matches!(entry.tag, Tag::Svg | Tag::Math);
                if let Some(at) = self.entries.iter().position(foreign) {
                    self.pop_to(at);
                }
            } else {
                // Of foreign elements only `<svg>`, its links and what holds HTML again matter.
                let tag = match tag {
                    Tag::Svg | Tag::Math | Tag::A | Tag::ForeignObject | Tag::Desc | Tag::Title => {
                        tag
                    }
                    _ => Tag::Other,
                };
                return self.push(tag, name, closed, scanner);
            }
        }
        match tag {
            Tag::Html | Tag::Body => {
                let seen = &mut self.seen[usize::from(tag == Tag::Body)];
                if !std::mem::replace(seen, true) {
                    let frame = self.visitor.open(tag, scanner.attributes());
                    self.visitor.close(tag, frame);
                }
                return;
            }
            Tag::Head | Tag::Frameset => return,
            _ => self.imply_ends(tag),
        }
        let outside = self.count[Tag::Table as usize] == 0;
        if outside && is_part_of_table(tag) || tag == Tag::Form && self.count[tag as usize] > 0 {
            return;
        }
        self.push(tag, name, tag.is_void(), scanner);
        let raw = match tag {
            Tag::Script => scanner.until_end_of_script(),
            Tag::Style | Tag::Xmp | Tag::Iframe | Tag::Noembed | Tag::Noframes | Tag::Noscript => {
                scanner.until_end_of(name)
            }
            Tag::Title | Tag::Textarea => {
                let text = scanner.until_end_of(name);
                return self.visitor.text(text, true);
            }
            Tag::Plaintext => scanner.rest(),
            _ => return,
        };
        self.visitor.text(raw, false);
    }

    /// Closes what the start of an element closes.
    fn imply_ends(&mut self, tag: Tag) {
        if tag.ends_paragraph() {
            self.close_in_scope(Tag::P, Tag::is_button_scope);
        }
        match tag {
            _ if tag.is_heading() && self.top().is_some_and(Tag::is_heading) => {
                self.pop_to(self.entries.len() - 1);
            }
            Tag::Li => self.close_item(&[Tag::Li]),
            Tag::Dd | Tag::Dt => self.close_item(&[Tag::Dd, Tag::Dt]),
            Tag::A => self.end_formatting(Tag::A),
            Tag::Button => self.close_in_scope(Tag::Button, Tag::is_scope),
            Tag::Option | Tag::Optgroup if self.top() == Some(Tag::Option) => {
                self.pop_to(self.entries.len() - 1);
            }
            Tag::Td | Tag::Th => self.clear_to(&[Tag::Tr, Tag::Tbody, Tag::Thead, Tag::Tfoot]),
            Tag::Tr => self.clear_to(&[Tag::Tbody, Tag::Thead, Tag::Tfoot]),
            Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption | Tag::Colgroup => {
                self.clear_to(&[]);
            }
            Tag::Table
                if self.top().is_some_and(|top| {
                    matches!(
                        top,
                        Tag::Table | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Tr
                    )
                }) =>
            {
                self.close_in_table(Tag::Table);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &'a str) {
        let tag = Tag::of(name);
        if self.too_deep > 0 {
            if !tag.is_void() {
                self.too_deep -= 1;
            }
            return;
        }
        match tag {
            Tag::Br => self.visitor.text("\n", false),
            Tag::Html | Tag::Body | Tag::Head => {}
            _ if tag.is_void() => {}
            _ if tag.is_heading() => self.end_heading(),
            _ if self.count[tag as usize] == 0 => {}
            _ if tag.is_formatting() => self.end_formatting(tag),
            Tag::P => self.close_in_scope(tag, Tag::is_button_scope),
            Tag::Li => self.close_in_scope(tag, |tag| {
                tag.is_scope() || matches!(tag, Tag::Ol | Tag::Ul)
            }),
            Tag::Svg | Tag::Math | Tag::ForeignObject | Tag::Desc | Tag::Template => {
                self.close_in_scope(tag, |_| false);
            }
            _ if is_part_of_table(tag) || tag == Tag::Table => self.close_in_table(tag),
            _ if tag.is_special() => self.close_in_scope(tag, Tag::is_scope),
            _ => self.end_other(tag, name),
        }
    }

    fn top(&self) -> Option<Tag> {
        self.entries.last().map(|entry| entry.tag)
    }

    fn push(&mut self, tag: Tag, name: &'a str, closed: bool, scanner: &Scanner<'a>) {
        let frame = self.visitor.open(tag, scanner.attributes());
        if closed || self.entries.len() >= MAX_DEPTH {
            self.too_deep += usize::from(!closed);
            self.visitor.close(tag, frame);
        } else {
            self.count[tag as usize] += 1;
            self.entries.push(Entry { tag, name, frame });
        }
    }

    /// Closes elements until so many are open.
    fn pop_to(&mut self, length: usize) {
        while self.entries.len() > length
            && let Some(entry) = self.entries.pop()
        {
            self.count[entry.tag as usize] -= 1;
            self.visitor.close(entry.tag, entry.frame);
        }
    }

    /// Closes the innermost `tag` and all inside of it, unless a barrier stands around us first.
    fn close_in_scope(&mut self, tag: Tag, barrier: impl Fn(Tag) -> bool) {
        if self.count[tag as usize] == 0 {
            return;
        }
        let inner = self
            .entries
            .iter()
            .rposition(|entry| entry.tag == tag || barrier(entry.tag));
        if let Some(at) = inner
            && self.entries[at].tag == tag
        {
            self.pop_to(at);
        }
    }

    /// A list item ends the one before it, which stands in no list of its own.
    fn close_item(&mut self, tags: &[Tag]) {
        let stop = |tag: Tag| {
            tags.contains(&tag)
                || tag.is_special() && !matches!(tag, Tag::Address | Tag::Div | Tag::P)
        };
        if let Some(at) = self.entries.iter().rposition(|entry| stop(entry.tag))
            && tags.contains(&self.entries[at].tag)
        {
            self.pop_to(at);
        }
    }

    /// Closes what is open in this table, down to one of `tags` or the table itself.
    fn clear_to(&mut self, tags: &[Tag]) {
        let stop = |tag: Tag| tags.contains(&tag) || matches!(tag, Tag::Table | Tag::Template);
        if self.count[Tag::Table as usize] > 0
            && let Some(at) = self.entries.iter().rposition(|entry| stop(entry.tag))
        {
            self.pop_to(at + 1);
        }
    }

    /// Closes a part of this table, or the table: an end tag reaches not out of it.
    fn close_in_table(&mut self, tag: Tag) {
        self.close_in_scope(tag, |tag| matches!(tag, Tag::Table | Tag::Template));
    }

    fn end_heading(&mut self) {
        let inner = self
            .entries
            .iter()
            .rposition(|entry| entry.tag.is_heading() || entry.tag.is_scope());
        if let Some(at) = inner
            && self.entries[at].tag.is_heading()
        {
            self.pop_to(at);
        }
    }

    /// Ends an element that may overlap with others: what is open inside of it stays open.
    fn end_formatting(&mut self, tag: Tag) {
        if self.count[tag as usize] == 0 {
            return;
        }
        let inner = self
            .entries
            .iter()
            .rposition(|entry| entry.tag == tag || entry.tag.is_scope());
        let Some(at) = inner.filter(|at| self.entries[*at].tag == tag) else {
            return;
        };
        if self.entries[at..]
            .iter()
            .any(|entry| entry.tag.is_special())
        {
            let entry = self.entries.remove(at);
            self.count[tag as usize] -= 1;
            self.visitor.close(tag, entry.frame);
        } else {
            self.pop_to(at);
        }
    }

    fn end_other(&mut self, tag: Tag, name: &str) {
        for at in (0..self.entries.len()).rev() {
            let entry = &self.entries[at];
            if entry.tag == tag && (tag != Tag::Other || entry.name.eq_ignore_ascii_case(name)) {
                return self.pop_to(at);
            }
            if entry.tag.is_special() {
                return;
            }
        }
    }
}

impl Tag {
    fn is_button_scope(self) -> bool {
        self.is_scope() || self == Self::Button
    }
}

fn is_part_of_table(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Caption
            | Tag::Colgroup
            | Tag::Tbody
            | Tag::Td
            | Tag::Tfoot
            | Tag::Th
            | Tag::Thead
            | Tag::Tr
    )
}
