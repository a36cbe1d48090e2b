//! Pages made to hurt their readers: nested without end, tags of a million attributes, pages cut off
//! anywhere. Each is read in time that grows with its length alone, so each test ends.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use parsing::article::{Given, read};
use parsing::html::{Parts, decode};
use proptest::prelude::*;
use url::Url;

/// Reads a page on a thread of its own: a failure would be a reading that does not end, and that must
/// not hang the suite.
fn reads(page: String) -> usize {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let url = Url::parse("http://site.test/a").expect("a URL");
        let parts = Parts::read(&page);
        let given = Given {
            url: Some(&url),
            ..Given::default()
        };
        let _ = read(&parts, given);
        let _ = tell.send(parts.links(&url).len());
    });
    told.recv_timeout(Duration::from_secs(60))
        .expect("a page is read in time that grows with its length")
}

#[test]
fn elements_nested_without_end_cost_no_more_than_others() {
    for tag in [
        "<div>",
        "<b>",
        "<span><div></span>",
        "<table><td>",
        "<ul><li>",
        "<svg>",
        "<a href=x>",
        "<h1>",
        "<div class=comment>",
        "<p><b>",
        "<template>",
        "<select><option>",
    ] {
        reads(tag.repeat(200_000));
        reads(format!(
            "{}{}",
            tag.repeat(50_000),
            "</div></b></x>".repeat(50_000)
        ));
    }
}

#[test]
fn a_tag_of_a_million_attributes_is_one_tag() {
    let same = format!("<a {} href=/x>x</a>", "a=1 ".repeat(1_000_000));
    let other: String = (0..200_000).map(|n| format!("a{n}={n} ")).collect();

    assert_eq!(reads(format!("<a href=/y {other}>y</a>")), 1);
    reads(same);
}

#[test]
fn what_is_never_closed_ends_with_the_page() {
    for start in [
        "<!--",
        "<script>",
        "<style>",
        "<title>",
        "<a href='",
        "<textarea>",
        "<![CDATA[",
        "<svg><![CDATA[",
        "<plaintext>",
        "<!",
        "</",
        "<script><!--<script>",
    ] {
        reads(format!("{start}{}", "<a href=x> -- & ".repeat(50_000)));
        reads(start.repeat(50_000));
    }
}

#[test]
fn many_of_anything_is_read_in_one_pass() {
    for piece in [
        "<time datetime=2024-03-05>5 March 2024</time> ",
        "<h1>5 March 2024</h1>",
        "<meta property=article:published_time content=2024-03-05>",
        "<p>&amp;&amp;&lt;&notit;&#x41;</p>",
        "<p>posted updated 5 March 2024</p>",
        "<script type=application/ld+json>{\"@type\":\"Article\",\"datePublished\":\"2024-03-05\"}</script>",
        "<a href=/>x</a><aside><nav>",
        "\u{645}\u{627}\u{631}\u{633} \u{662}\u{660}\u{662}\u{664} ",
        "1/2/2024 ",
        "------",
    ] {
        reads(piece.repeat(20_000));
    }
    let links: String = (0..20_000)
        .map(|n| format!("<p><a href=/{n}>{n}</a>"))
        .collect();
    assert_eq!(reads(links), 20_000);
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let page = decode(&bytes, None);
        let parts = Parts::read(&page.text);
        let _ = read(&parts, Given::default());
    }

    #[test]
    fn a_page_cut_off_anywhere_is_read(cut in 0_usize..5_000, which in 0_usize..150) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/pages");
        let mut files: Vec<_> = std::fs::read_dir(folder).expect("the corpus").flatten().map(|entry| entry.path()).collect();
        files.sort();
        let bytes = std::fs::read(&files[which]).expect("a page");
        let page = decode(&bytes[..cut.min(bytes.len())], None);

        let _ = read(&Parts::read(&page.text), Given::default());
    }
}
