//! Tempting: `node.text()` is the text. It is its first piece.

use roxmltree::{Document, Node};

/// An article that a feed announces. What the feed does not say is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The title, with single spaces.
    pub title: Option<String>,
    /// The article's address, as the feed writes it.
    pub link: Option<String>,
    /// When it was published, as the feed writes it.
    pub published: Option<String>,
}

/// Why there are no entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// It is not well-formed XML, or it declares entities of its own, which is refused.
    Xml {
        /// The line in which reading stopped.
        line: u32,
    },
    /// It is XML, and no feed.
    NotAFeed {
        /// The name of the root element.
        root: String,
    },
}

/// The namespace of Atom's elements.
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Reads a feed.
///
/// # Format
///
/// ```text
/// <rss><channel> <item>  <title>, <link>text</link>, <pubDate>       no namespace
/// <feed>         <entry> <title>, <link href="…"/>, <published>      all in Atom's namespace
/// ```
///
/// - Only children of the item or entry count, and only those in the right namespace: `media:title` is no title.
/// - Of Atom's links the one with `rel="alternate"` or without `rel` is the article's.
/// - Atom without `published` has at least `updated`.
///
/// # Errors
///
/// [`FeedError`] if it is no XML, if it has a document type that declares entities, or if it is no feed.
pub fn read(text: &str) -> Result<Vec<Entry>, FeedError> {
    // `Document::parse` refuses every document type by default. That is what we want: an entity that
    // a stranger declares can grow without end, or name a file of this machine.
    let document = Document::parse(text).map_err(|error| FeedError::Xml {
        line: error.pos().row,
    })?;
    let root = document.root_element();
    let (namespace, entry_name) = match (root.tag_name().namespace(), root.tag_name().name()) {
        (None, "rss") => (None, "item"),
        (Some(ATOM), "feed") => (Some(ATOM), "entry"),
        // A page that says "not found" in well-formed XHTML must not look like a feed without news.
        (_, name) => {
            return Err(FeedError::NotAFeed {
                root: name.to_owned(),
            });
        }
    };
    let is_entry = |node: &Node<'_, '_>| named(*node, namespace, entry_name);
    let entries = root.descendants().filter(is_entry);
    Ok(entries.map(|entry| read_entry(entry, namespace)).collect())
}

fn read_entry(entry: Node<'_, '_>, namespace: Option<&str>) -> Entry {
    // Children, not descendants: an entry may quote a whole other one, title and all.
    let child = |name: &'static str| {
        entry
            .children()
            .find(move |node| named(*node, namespace, name))
    };
    if namespace.is_none() {
        return Entry {
            title: child("title").and_then(text),
            link: child("link").and_then(text),
            published: child("pubDate").and_then(text),
        };
    }
    let mut links = entry
        .children()
        .filter(|node| named(*node, namespace, "link"));
    // `rel="self"` is the feed itself, `rel="edit"` is for its author. `find`, because there may be many.
    let link = links.find(|link| matches!(link.attribute("rel"), None | Some("alternate")));
    let published = child("published").and_then(text);
    Entry {
        title: child("title").and_then(text),
        link: link
            .and_then(|link| link.attribute("href"))
            .map(str::to_owned),
        published: published.or_else(|| child("updated").and_then(text)),
    }
}

/// Compares name and namespace. The prefix is the author's choice and says nothing.
fn named(node: Node<'_, '_>, namespace: Option<&str>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == namespace
}

/// Returns all text inside, also behind a comment or another element (`node.text()` is only the first piece).
fn text(node: Node<'_, '_>) -> Option<String> {
    let text = node.text().unwrap_or_default().to_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    // An empty element says no more than a missing one.
    (!words.is_empty()).then(|| words.join(" "))
}
