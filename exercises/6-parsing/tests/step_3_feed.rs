//! # Step 3: what is new on a site?
//!
//! **Task.** Fill in `src/feed.rs`: `read` takes a feed in RSS or Atom and gives its entries.
//!
//! **Hint.** `roxmltree::Document::parse` gives a tree; a node has a name *and* a namespace. More with
//! `just hint 6 feed`.
//!
//! **Resources.** The chapter `book/src/6-parsing.md`, "Feeds and sitemaps"; the tour, `just lesson 6 feeds`; the documentation of
//! `roxmltree::Node`.

mod harness;

use exercise_6::feed::{Entry, FeedError, read};
use harness::{same, within};

fn entry(title: &str, link: &str, published: &str) -> Entry {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Entry {
        title: some(title),
        link: some(link),
        published: some(published),
    }
}

#[track_caller]
fn check(text: &str, expected: &[Entry], why: &str) {
    same!(
        read(text),
        Ok(expected.to_vec()),
        "The feed was:\n{text}\n\n{why}"
    );
}

#[test]
fn goal_1_rss_has_items_in_a_channel() {
    check(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>The Site</title><link>https://a.example/</link>\
         <image><title>Logo</title><link>https://a.example/logo</link></image>\
         <item><title>Salt</title><link>https://a.example/1</link><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>\
         <item><title>Bread</title></item></channel></rss>",
        &[
            entry(
                "Salt",
                "https://a.example/1",
                "Tue, 05 Mar 2024 10:00:00 GMT",
            ),
            entry("Bread", "", ""),
        ],
        "Each item is an entry. The channel and its picture have titles too, and they are not the item's.\n\
         The second item has neither link nor date: that is `None`, not a panic.",
    );
}

#[test]
fn goal_2_a_text_may_come_in_pieces() {
    check(
        "<rss><channel><item><title>\n  Salt &amp; <![CDATA[<i>]]> <!-- a comment --> light\n</title><link/></item></channel></rss>",
        &[entry("Salt & <i> light", "", "")],
        "A comment cuts a text into pieces, and all of them belong to it. Spaces are joined. An empty element is `None`.",
    );
}

#[test]
fn goal_3_a_name_counts_only_in_its_namespace() {
    check(
        "<rss xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom'><channel><item>\
         <media:title>A picture</media:title><atom:link href='https://a.example/feed' rel='self'/>\
         <title>Salt</title><link>https://a.example/1</link></item></channel></rss>",
        &[entry("Salt", "https://a.example/1", "")],
        "`media:title` is called title too, in another namespace: it is the picture's.",
    );
}

#[test]
fn goal_4_atom_says_it_in_other_words_and_any_prefix() {
    let expected = [entry("Salt", "https://a.example/1", "2024-03-05T10:00:00Z")];
    let why = "Atom: <entry>, <link href>, <published>. Of its links the one with rel=\"alternate\" or without rel is the article's.\n\
               The namespace decides, not the prefix: both of these feeds say the same.";
    check(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>The Site</title><entry><title>Salt</title>\
         <link rel='self' href='https://a.example/1.atom'/><link rel='edit' href='https://a.example/edit'/><link rel='alternate' href='https://a.example/1'/>\
         <updated>2024-03-09T10:00:00Z</updated><published>2024-03-05T10:00:00Z</published></entry></feed>",
        &expected,
        why,
    );
    check(
        "<x:feed xmlns:x='http://www.w3.org/2005/Atom'><x:entry><x:title>Salt</x:title><x:link href='https://a.example/1'/>\
         <x:published>2024-03-05T10:00:00Z</x:published></x:entry></x:feed>",
        &expected,
        why,
    );
}

#[test]
fn goal_5_what_an_entry_quotes_is_not_the_entrys() {
    check(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><source><title>Another site</title><updated>2001-01-01T00:00:00Z</updated></source>\
         <title>Salt</title><updated>2024-03-09T10:00:00Z</updated></entry></feed>",
        &[entry("Salt", "", "2024-03-09T10:00:00Z")],
        "`source` says where an entry was taken from, and has a title of its own. Only children of the entry count.\n\
         And where an entry has no `published`, its `updated` is all we know.",
    );
}

#[test]
fn goal_6_broken_xml_is_refused_and_the_line_is_named() {
    same!(
        read("<rss>\n<channel>\n<item><title>Salt & light</title></item></channel></rss>"),
        Err(FeedError::Xml { line: 3 }),
        "In XML a bare & is an error, and a strict reader says where it stopped: `error.pos().row`."
    );
    same!(read("").is_err(), true, "Nothing at all is no XML.");
}

#[test]
fn goal_7_what_is_no_feed_is_not_a_feed_without_news() {
    same!(
        read("<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Not found</p></body></html>"),
        Err(FeedError::NotAFeed {
            root: "html".into()
        }),
        "A server that has lost its feed often answers with a page. An empty list would look like \"nothing new\"."
    );
    same!(
        read("<feed><entry><title>x</title></entry></feed>"),
        Err(FeedError::NotAFeed {
            root: "feed".into()
        }),
        "This `feed` is not in Atom's namespace, so it is somebody else's format."
    );
    same!(
        read("<rss><channel/></rss>"),
        Ok(vec![]),
        "This one is a feed, and it has no news."
    );
}

#[test]
fn goal_8_declared_entities_are_refused() {
    let bomb: String = (1..9)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let documents = [
        format!("<!DOCTYPE rss [<!ENTITY l0 \"ha\">{bomb}]><rss><channel><item><title>&l8;</title></item></channel></rss>"),
        "<!DOCTYPE rss [<!ENTITY name \"a small one\">]><rss><channel><item><title>&name;</title></item></channel></rss>".to_owned(),
        "<!DOCTYPE rss [<!ENTITY file SYSTEM \"file:///etc/hostname\">]><rss><channel><item><title>&file;</title></item></channel></rss>".to_owned(),
    ];

    let refused = within(
        "An entity that is made of entities that are made of entities grows tenfold with each line.",
        move || documents.map(|text| matches!(read(&text), Err(FeedError::Xml { .. }))),
    );

    same!(
        refused,
        [true, true, true],
        "Three documents declare entities: a bomb, a harmless one, a file of this machine. All are refused,\n\
         because no harmless feed needs them. roxmltree does so by default."
    );
}
