//! Feeds, sitemap and robots.txt tell the same as the truth.

use crate::client::{Client, get, start};
use crate::html::unescape;
use practice_site::{Config, Reach, Site};
use std::collections::BTreeSet;
use std::io::Read;

const BASE: &str = "http://bay.example";

/// Returns what stands between these tags, each time.
fn between(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    xml.split(&open)
        .skip(1)
        // `<urlset>` begins like `<url>` and is another element.
        .filter(|rest| rest.starts_with(['>', ' ']))
        .map(|rest| {
            let inside = rest.split_once('>').expect("a tag ends").1;
            inside
                .split_once(&close)
                .expect("an element ends")
                .0
                .to_string()
        })
        .collect()
}

#[test]
fn rss_has_the_latest_articles_with_their_dates() {
    let site = start();
    let answer = get(&site, "/feed.rss");
    let xml = answer.text();
    let items = between(&xml, "item");

    assert_eq!(
        answer.header("content-type"),
        Some("application/rss+xml; charset=utf-8")
    );
    assert_eq!(items.len(), 20);
    for (item, article) in items.iter().zip(site.truth().articles()) {
        assert_eq!(unescape(&between(item, "title")[0]), article.title);
        assert_eq!(between(item, "link")[0], format!("{BASE}{}", article.path));
        let dates = between(item, "pubDate");
        assert_eq!(
            dates.len(),
            usize::from(article.published.is_some()),
            "{}",
            article.path
        );
        if let Some(date) = article.published {
            assert!(
                dates[0].contains(&format!(", {:02} ", date.day))
                    && dates[0].contains(&date.year.to_string())
            );
        }
    }
}

#[test]
fn atom_and_json_feed_agree_with_the_truth() {
    let site = start();
    let atom = get(&site, "/feed.atom").text();
    let json = get(&site, "/feed.json").json();
    let latest = &site.truth().articles()[..20];
    let dated: Vec<_> = latest
        .iter()
        .filter(|article| article.published.is_some())
        .collect();

    let entries = between(&atom, "entry");
    assert_eq!(entries.len(), dated.len());
    for (entry, article) in entries.iter().zip(dated) {
        assert_eq!(
            unescape(&unescape(&between(entry, "title")[0])),
            article.title
        );
        assert!(
            between(entry, "published")[0].starts_with(&article.published.unwrap().to_string())
        );
    }
    let items = json["items"].as_array().unwrap();
    assert_eq!(items.len(), 20);
    for (item, article) in items.iter().zip(latest) {
        assert_eq!(item["title"], article.title.as_str());
        let date = item["date_published"].as_str();
        assert_eq!(date.is_some(), article.published.is_some());
        assert!(date.is_none_or(|date| date.starts_with(&article.published.unwrap().to_string())));
    }
}

/// Reads the whole sitemap: addresses and dates of change.
fn sitemap(site: &Site) -> Vec<(String, Option<String>)> {
    let mut client = Client::connect(site);
    let index = client.get("/sitemap.xml").text();
    let mut entries = Vec::new();
    for part in between(&index, "loc") {
        let path = part
            .strip_prefix(BASE)
            .expect("the sitemap stays on the site")
            .to_string();
        let answer = client.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let xml = if path.ends_with(".gz") {
            assert_eq!(answer.header("content-type"), Some("application/gzip"));
            assert_eq!(answer.header("content-encoding"), None);
            let mut xml = String::new();
            flate2::read::GzDecoder::new(answer.body.as_slice())
                .read_to_string(&mut xml)
                .unwrap();
            xml
        } else {
            answer.text()
        };
        for url in between(&xml, "url") {
            let path = unescape(&between(&url, "loc")[0]);
            entries.push((
                path.strip_prefix(BASE).unwrap().to_string(),
                between(&url, "lastmod").pop(),
            ));
        }
    }
    entries
}

#[test]
fn the_sitemap_names_every_page_that_may_be_stored() {
    for articles in [0, 1, 60] {
        let site = Site::start(Config::default().with_articles(articles)).unwrap();
        let truth = site.truth();

        let entries = sitemap(&site);

        let named: BTreeSet<&str> = entries.iter().map(|(path, _)| path.as_str()).collect();
        let expected: BTreeSet<&str> = truth
            .pages()
            .iter()
            .filter(|page| matches!(page.reach, Reach::Links | Reach::Sitemap) && !page.noindex)
            .map(|page| page.path.as_str())
            .collect();
        assert_eq!(named, expected);
        assert_eq!(entries.len(), named.len());
        for (path, changed) in entries {
            let article = truth.article(&path);
            let expected = article.and_then(|article| article.modified.or(article.published));
            assert_eq!(changed, expected.map(|date| date.to_string()), "{path}");
        }
    }
}

#[test]
fn robots_txt_is_the_sites_own_or_the_one_that_was_asked_for() {
    let own = get(&start(), "/robots.txt");
    let site = Site::start(Config::default().with_robots("User-agent: *\nDisallow: /\n")).unwrap();
    let other = get(&site, "/robots.txt");

    assert_eq!(
        own.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(own.text().contains("Crawl-delay: 2"));
    assert!(
        own.text()
            .ends_with("\nSitemap: http://bay.example/sitemap.xml\n")
    );
    assert_eq!(other.text(), "User-agent: *\nDisallow: /\n");
}

#[test]
fn a_host_that_is_none_never_gets_into_a_page() {
    let site = start();
    let mut client = Client::connect(&site);

    client.send("GET /feed.rss HTTP/1.1\r\nHost: \"><script>\r\n\r\n");
    let page = client.read(false).unwrap().text();

    assert!(!page.contains("<script"));
    assert!(page.contains(&format!("<link>http://{}/blog/</link>", site.address())));
}
