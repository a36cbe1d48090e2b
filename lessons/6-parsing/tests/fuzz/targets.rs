//! What is tried: each reader of the library, with the words of what it reads.

use parsing::article::{self, Given};
use parsing::html::{self, Parts};
use parsing::robots::Robots;
use parsing::{feed, sitemap};
use url::Url;

/// A reader and what it needs.
pub struct Target {
    /// The name of its corpus.
    pub name: &'static str,
    /// Words that a random change would hardly ever make.
    pub words: &'static [&'static str],
    /// Reads any bytes.
    pub read: fn(&[u8]),
}

/// A robots.txt; its first line is also the robot's name, its last the path.
pub fn robots() -> Target {
    Target {
        name: "robots",
        words: &[
            "User-agent: *\n",
            "Disallow: /",
            "Allow: ",
            "*",
            "$",
            "%2F",
            "%",
            "\r",
            "Crawl-delay: ",
            "Sitemap: ",
            "#",
            "\u{feff}",
            "?",
        ],
        read: |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let robots = Robots::parse(bytes);
            let rules = robots.rules_for(text.lines().next().unwrap_or_default());
            let path = text.lines().last().unwrap_or_default();
            let verdict = rules.verdict(path);
            assert_eq!(verdict.is_allowed(), rules.allows(path));
            assert!(
                verdict
                    .line()
                    .is_none_or(|line| line.number <= bytes.len() + 1)
            );
            let _ = (
                verdict.to_string(),
                rules.crawl_delay(),
                robots.sitemaps().count(),
            );
        },
    }
}

/// A feed.
pub fn feed() -> Target {
    Target {
        name: "feed",
        words: &[
            "<item>",
            "</item>",
            "<entry>",
            "<title>",
            "</title>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<!DOCTYPE ",
            "<!ENTITY ",
            "&amp;",
            "&#x",
            "<link href=\"",
            "xmlns:a=\"",
            "<pubDate>",
            "{\"items\":[",
            "é",
            "\u{1f}",
        ],
        read: |bytes| {
            if let Ok(feed) = feed::read(bytes, None, Some("https://a.example/feed")) {
                // Nothing that was read is longer than what it was read from.
                assert!(feed.entries.len() <= bytes.len());
            }
        },
    }
}

/// A sitemap.
pub fn sitemap() -> Target {
    Target {
        name: "sitemap",
        words: &[
            "<urlset>",
            "<sitemapindex>",
            "<url>",
            "<loc>",
            "</loc>",
            "<lastmod>",
            "<news:title>",
            "http://",
            "<![CDATA[",
            "<!ENTITY ",
            "\u{1f}",
        ],
        read: |bytes| {
            let _ = sitemap::read(bytes);
        },
    }
}

/// A page, read as an article.
pub fn article() -> Target {
    Target {
        name: "article",
        words: &[
            "<script type=\"application/ld+json\">",
            "\"datePublished\":\"",
            "@graph",
            "<time datetime=\"",
            "<meta property=\"",
            "<h1>",
            "</h1>",
            "2024-03-05",
            "5 March 2024",
            "5. März 2024",
            "2024年3月5日",
            "<article>",
            "class=\"date\"",
            "<title>",
            " | ",
        ],
        read: |bytes| {
            let url = Url::parse("https://a.example/2024/03/05/x").expect("it is one");
            let page = html::decode(bytes, None);
            let given = Given {
                url: Some(&url),
                ..Given::default()
            };
            let found = article::read(&Parts::read(&page.text), given);
            let sure = found.published.map_or(0.0, |it| it.confidence);
            assert!((0.0..=1.0).contains(&sure));
        },
    }
}

/// A page: its encoding, its parts, its links.
pub fn html() -> Target {
    Target {
        name: "html",
        words: &[
            "<a href=\"",
            "<base href=\"",
            "<table>",
            "<p>",
            "</p>",
            "<b>",
            "<i>",
            "</b>",
            "<svg>",
            "<template>",
            "<script>",
            "</script>",
            "<!--",
            "--",
            "<textarea>",
            "<title>",
            "&notin;",
            "&#",
            "<meta charset=",
            "koi8-r",
            "<?xml encoding=",
            "\u{feff}",
        ],
        read: |bytes| {
            let url = Url::parse("https://a.example/x/").expect("it is one");
            let page = html::decode(bytes, None);
            let parts = Parts::read(&page.text);
            let _ = (
                parts.links(&url),
                parts.canonical(&url),
                parts.directives("Spindle"),
            );
        },
    }
}

/// A date of a feed.
pub fn dates() -> Target {
    Target {
        name: "dates",
        words: &[
            "Mon, ", " Mar ", "2024", "T", "Z", "+01:00", "EST", "10:00", "24:00", "-", "/", "pm",
            "é",
        ],
        read: |bytes| {
            let text = String::from_utf8_lossy(bytes);
            if let Some(stamp) = feed::Stamp::parse(&text) {
                assert_eq!(
                    feed::Stamp::parse(&stamp.to_string()),
                    Some(stamp),
                    "{stamp}"
                );
            }
        },
    }
}
