use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::*;

fn pages(text: &str) -> Vec<Page> {
    match read(text.as_bytes()).expect(text) {
        Sitemap::Pages(pages) => pages,
        Sitemap::Index(_) => panic!("an index, not pages: {text}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

#[test]
fn pages_and_their_days_are_read() {
    let found = pages(
        "<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n\
         <url><loc> https://a.b/1?x=1&amp;copy=2 </loc><lastmod>2024-03-05T10:00+01:00</lastmod><changefreq>Daily</changefreq><priority>0.5</priority></url>\n\
         <url><loc><![CDATA[https://a.b/2?x&y]]></loc><lastmod>soon</lastmod></url><url><lastmod>2024</lastmod></url></urlset>",
    );

    let urls: Vec<_> = found.iter().map(|page| page.url.as_str()).collect();
    assert_eq!(urls, ["https://a.b/1?x=1&copy=2", "https://a.b/2?x&y"]);
    assert_eq!(
        found[0].modified.map(|it| it.to_string()).as_deref(),
        Some("2024-03-05T10:00:00+01:00")
    );
    assert_eq!(found[0].changes.as_deref(), Some("daily"));
    assert_eq!(found[1].modified, None);
}

#[test]
fn an_index_is_told_from_a_list_of_pages() {
    let text = "<sitemapindex><sitemap><loc>https://a.b/1.xml.gz</loc></sitemap></sitemapindex>";

    let Ok(Sitemap::Index(parts)) = read(text.as_bytes()) else {
        panic!("it is an index");
    };

    assert_eq!(parts[0].url, "https://a.b/1.xml.gz");
}

#[test]
fn news_images_and_translations_do_not_get_in_each_others_way() {
    let found = pages(
        "<urlset><url><image:image><image:loc>https://a.b/x.png</image:loc><image:title>Not me</image:title></image:image>\
         <loc>https://a.b/1</loc><xhtml:link rel='alternate' hreflang='de' href='https://a.b/de'/>\
         <news:news><news:publication><news:name>The Day</news:name><news:language>en</news:language></news:publication>\
         <news:publication_date>2024-03-05</news:publication_date><news:title>Salt &amp; Light</news:title></news:news></url></urlset>",
    );

    let news = found[0].news.as_ref().expect("it is news");
    assert_eq!(found[0].url, "https://a.b/1");
    assert_eq!(news.title.as_deref(), Some("Salt & Light"));
    assert_eq!(news.publication.as_deref(), Some("The Day"));
    assert_eq!(
        news.published.map(|it| it.to_string()).as_deref(),
        Some("2024-03-05")
    );
}

#[test]
fn text_feeds_and_gzip_are_sitemaps_too() {
    let text = "\u{feff}https://a.b/1\r\nhttps://a.b/2\n\n# no\n";
    assert_eq!(pages(text).len(), 2);
    let rss = "<rss><channel><item><link>https://a.b/1</link><pubDate>5 Mar 2024</pubDate></item></channel></rss>";
    assert_eq!(
        pages(rss)[0].modified.map(|it| it.to_string()).as_deref(),
        Some("2024-03-05")
    );

    let packed = gzip(text.as_bytes());
    assert_eq!(
        read(&packed).expect("it is one"),
        Sitemap::Pages(pages(text))
    );
    // Cut short on its way.
    let long: String = (0..20_000).map(|n| format!("https://a.b/{n}\n")).collect();
    let packed = gzip(long.as_bytes());
    let Ok(Sitemap::Pages(found)) = read(&packed[..packed.len() / 2]) else {
        panic!("its beginning can be read");
    };
    assert!(!found.is_empty());
}

#[test]
fn broken_ones_are_read_as_far_as_they_go() {
    let found = pages(
        "junk <urlset><url><loc>https://a.b/1?a&b<lastmod>2024-03-05</lastmod><url><loc>https://a.b/2</loc>",
    );

    assert_eq!(found.len(), 2);
    assert_eq!(found[0].url, "https://a.b/1?a&b");
    assert!(found[0].modified.is_some());
}

#[test]
fn what_is_no_sitemap_or_an_attack_is_refused() {
    let refused = |bytes: &[u8]| read(bytes).expect_err("it must be refused").to_string();

    assert!(refused(b"<html><body>404</body></html>").contains("not a sitemap"));
    assert!(refused(b"").contains("not a sitemap"));
    assert!(refused(b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset/>").contains("entities"));
    assert!(refused(format!("<urlset>{}", "<a>".repeat(1_000)).as_bytes()).contains("deep"));
    assert!(refused(&[0x1f, 0x8b, 0, 0, 0]).contains("gzip"));
    let bomb = gzip(&vec![b' '; MAX_SITEMAP_BYTES + 1]);
    assert!(bomb.len() < 200_000 && refused(&bomb).contains("longer"));
}

#[test]
fn no_more_than_the_allowed_number_of_pages_is_read() {
    let many = "<url><loc>https://a.b/</loc></url>".repeat(MAX_ENTRIES + 10);

    assert_eq!(
        pages(&format!("<urlset>{many}</urlset>")).len(),
        MAX_ENTRIES
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_soup_of_tags_makes_it_fail(parts in prop::collection::vec("(</?(urlset|url|loc|lastmod|news:title|é|!--|!\\[CDATA\\[|!DOCTYPE \\[)?[ a=\"'<>&;é-]{0,6}[/>]{0,2}){1,3}", 0..20)) {
        let _ = read(format!("<urlset>{}", parts.concat()).as_bytes());
    }

    #[test]
    fn what_was_written_is_what_is_read(paths in prop::collection::vec("[a-zA-Zé0-9&<>'\"?=/]{0,20}", 0..20)) {
        let urls: Vec<String> = paths.iter().map(|path| format!("https://a.b/{path}")).collect();
        let escape = |url: &String| url.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let body: String = urls.iter().map(|url| format!("<url><loc>{}</loc></url>", escape(url))).collect();

        let found = pages(&format!("<urlset>{body}</urlset>"));

        let found: Vec<String> = found.into_iter().map(|page| page.url).collect();
        prop_assert_eq!(found, urls);
    }
}
