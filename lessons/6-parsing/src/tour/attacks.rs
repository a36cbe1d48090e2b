//! Part 7: documents that would harm a reader, and the moment at which each is refused.

use std::io::Write;
use std::time::Instant;

use flate2::{Compression, write::GzEncoder};
use parsing::{feed, html::Parts, robots::Robots, sitemap};
use tour::{Stage, Table, count, duration};

pub fn play(stage: &mut Stage) -> tour::Result {
    let laughs: String = (1..=9)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let bomb = format!(
        "<!DOCTYPE rss [<!ENTITY l0 \"ha\">{laughs}]><rss><channel><item><title>&l9;</title></item></channel></rss>"
    );
    let file = "<!DOCTYPE rss [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><rss><channel><item><title>&f;</title></item></channel></rss>";
    let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..60 {
        packer.write_all(&zeros)?;
    }
    let packed = packer.finish()?;

    let mut table = Table::new(["document", "bytes", "would become", "answer", "after"]);
    let mut row = |what: &str, bytes: usize, would: &str, work: &dyn Fn() -> String| {
        let started = Instant::now();
        let answer = work();
        table.row([
            what.to_owned(),
            count(bytes as u64),
            would.to_owned(),
            answer,
            duration(started.elapsed()),
        ]);
    };
    let read_feed = |bytes: &[u8]| match feed::read(bytes, None, None) {
        Ok(feed) => format!("{} entries", feed.entries.len()),
        Err(error) => error.to_string(),
    };
    row("entities of entities", bomb.len(), "2 GB", &|| {
        read_feed(bomb.as_bytes())
    });
    row("an entity naming a file", file.len(), "your file", &|| {
        read_feed(file.as_bytes())
    });
    row("nested elements", deep.len(), "100,000 deep", &|| {
        read_feed(deep.as_bytes())
    });
    row(
        "a sitemap in gzip",
        packed.len(),
        "60 MB",
        &|| match sitemap::read(&packed) {
            Ok(_) => "read".to_owned(),
            Err(error) => error.to_string(),
        },
    );
    let nested = "<div>".repeat(100_000);
    row(
        "a page of nested tags",
        nested.len(),
        "a tree 100,000 deep",
        &|| {
            let parts = Parts::read(&nested);
            format!("read, {} headings", parts.headings.len())
        },
    );
    let stars = format!("User-agent: *\nDisallow: /{}c$\n", "*a".repeat(3_000));
    let path = format!("/{}b", "a".repeat(6_000));
    row(
        "a rule of 3,000 stars",
        stars.len(),
        "endless tries",
        &|| {
            let robots = Robots::parse(stars.as_bytes());
            if robots.rules_for("x").allows(&path) {
                "allowed"
            } else {
                "refused"
            }
            .to_owned()
        },
    );
    stage.table(&table);
    stage.means("a limit is checked while the document is read, not when it has been: afterwards is too late");
    stage.means(
        "an entity that a document declares itself is refused, not limited: no feed needs one",
    );
    Ok(())
}
