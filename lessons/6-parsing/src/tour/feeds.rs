//! Part 5: three feeds that say the same, and one that is broken in every way.

use parsing::feed;
use tour::{Stage, Table, count};

use super::{get, short, site};

const BROKEN: &str = "<br />\n<b>Warning</b>: something in line 3\n<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>
<rss><channel><title>The Daily Loaf</title>
<item><title>Salt & Light</title><link>https://loaf.example/1?a=1&b=2</link><pubDate>Tues, 5 Mar 24 10:00 EST</pubDate></item>
<item><title>Caf\u{e9} &eacute;t&eacute; &nbsp;&mdash; &lt;b&gt;open&lt;/b&gt;<link>https://loaf.example/2<pubDate>March 6, 2024 9:30 PM</item>
<item><title><![CDATA[Bread <i>& more</i>]]></title><guid>https://loaf.example/3</guid><dc:date>2024-03-07</dc:date>";

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let mut table = Table::new([
        "feed",
        "format",
        "entries",
        "with a date",
        "the first title",
    ]);
    for path in ["/feed.rss", "/feed.atom", "/feed.json"] {
        let answer = get(&site, path)?;
        let url = site.url(path);
        let read = feed::read(&answer.body, answer.charset(), Some(&url))?;
        let dated = read
            .entries
            .iter()
            .filter(|entry| entry.published.is_some());
        let dated = dated.count();
        let first = read.entries.first().and_then(|entry| entry.title.clone());
        table.row([
            path.to_owned(),
            format!("{:?}", read.format),
            read.entries.len().to_string(),
            dated.to_string(),
            short(&first.unwrap_or_default(), 30),
        ]);
    }
    stage.table(&table);
    stage.means("Atom demands a date of every entry, so those without one are missing there; RSS and JSON leave it out");

    stage.blank();
    stage.quote(BROKEN);
    match roxmltree::Document::parse(BROKEN) {
        Ok(_) => stage.line("a strict reader accepts it"),
        Err(error) => stage.line(format!("a strict reader: {error}; 0 entries")),
    }
    let read = feed::read(BROKEN.as_bytes(), None, None)?;
    stage.line(format!(
        "a reader that salvages: {} entries",
        count(read.entries.len() as u64)
    ));
    let mut table = Table::new(["title", "link", "published"]);
    for entry in read.entries {
        let published = entry.published.map(|it| it.to_string());
        table.row([
            entry.title.unwrap_or_default(),
            entry.link.unwrap_or_default(),
            published.unwrap_or_default(),
        ]);
    }
    stage.table(&table);
    stage.means("junk before the feed, bare &, HTML's entities, a wrong encoding, markup in titles, tags left open, no end at all: each has one plausible meaning, so each is given it");
    Ok(())
}
