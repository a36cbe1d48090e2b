//! Part 7: documents that would harm a reader, and the moment at which each is refused.

use std::io::Write;
use std::time::Instant;

use flate2::{Compression, write::GzEncoder};
use parsing::{feed, html::Parts, robots::Robots, sitemap};
use tour::{Stage, count, duration};

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

    // Lines rather than a table: a time of another length would wrap its columns elsewhere.
    let mut row = |what: &str, bytes: usize, would: &str, work: &dyn Fn() -> String| {
        let started = Instant::now();
        let answer = work();
        let took = duration(started.elapsed());
        let bytes = count(bytes as u64);
        stage.line(format!("{what}, {bytes} bytes, would become {would}:"));
        stage.line(format!("  {answer} ({took})"));
    };
    let read_feed = |bytes: &[u8]| match feed::read(bytes, None, None) {
        Ok(feed) => format!("{} entries", feed.entries.len()),
        Err(error) => said(&error),
    };
    row("entities of entities", bomb.len(), "2 GB", &|| {
        read_feed(bomb.as_bytes())
    });
    row(
        "an entity naming a file",
        file.len(),
        "the text of your file",
        &|| read_feed(file.as_bytes()),
    );
    row("nested elements", deep.len(), "100,000 deep", &|| {
        read_feed(deep.as_bytes())
    });
    row(
        "a sitemap in gzip",
        packed.len(),
        "60 MB",
        &|| match sitemap::read(&packed) {
            Ok(_) => "read".to_owned(),
            Err(error) => said(&error),
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
        "more tries than there are atoms",
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
    stage.means("a limit is checked while the document is read, not when it has been: afterwards is too late");
    stage.means(
        "an entity that a document declares itself is refused, not limited: no feed needs one",
    );
    Ok(())
}

/// An error as a sentence: some of them begin with the word already.
fn said(error: &feed::Error) -> String {
    let text = error.to_string();
    if text.starts_with("refused") {
        text
    } else {
        format!("refused: {text}")
    }
}
