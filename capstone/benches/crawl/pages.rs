//! A site of articles, made from a seed: what every crawler of the benchmark is sent to, and the truth about it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Result;

/// How many articles a list page links to.
const PER_LIST: usize = 100;

/// What is true of an article.
pub struct Article {
    /// Its path on the site.
    pub path: String,
    /// Its title, as a reader sees it.
    pub title: String,
    /// The day on which it was published: `2024-03-05`.
    pub date: String,
}

/// Writes a site of `count` articles of 15 to 60 KB below `folder`, and returns the truth about them.
pub fn write(folder: &Path, count: usize, seed: u64) -> Result<Vec<Article>> {
    let mut random = Random(seed | 1);
    let articles: Vec<Article> = (0..count)
        .map(|number| Article {
            path: format!("/a/{number}.html"),
            title: format!("{} & {} {number}", random.words(3), random.words(2)),
            date: format!(
                "{}-{:02}-{:02}",
                2005 + random.below(20),
                1 + random.below(12),
                1 + random.below(28)
            ),
        })
        .collect();
    for folder in [folder.join("a"), folder.join("list")] {
        fs::create_dir_all(folder)?;
    }
    fs::write(
        folder.join("robots.txt"),
        "User-agent: *\nDisallow: /closed/\n",
    )?;
    let lists = count.div_ceil(PER_LIST);
    let mut front = "<!doctype html><title>A site</title><h1>A site</h1><ul>".to_owned();
    for list in 0..lists {
        write!(front, "<li><a href=\"/list/{list}.html\">List {list}</a>")?;
        let mut page = format!("<!doctype html><title>List {list}</title><h1>List {list}</h1><ul>");
        for article in articles.iter().skip(list * PER_LIST).take(PER_LIST) {
            write!(
                page,
                "<li><a href=\"{}\">{}</a>",
                article.path,
                escaped(&article.title)
            )?;
        }
        fs::write(folder.join(format!("list/{list}.html")), page)?;
    }
    fs::write(folder.join("index.html"), front)?;
    for (number, article) in articles.iter().enumerate() {
        let page = page(article, &articles, number, &mut random)?;
        fs::write(folder.join(&article.path[1..]), page)?;
    }
    Ok(articles)
}

/// An article's page. The date stands in one of three forms that publishing systems use, and other
/// dates stand round it: of related articles, of comments, of the copyright.
fn page(article: &Article, all: &[Article], number: usize, random: &mut Random) -> Result<String> {
    let title = escaped(&article.title);
    let date = &article.date;
    let size = 15_000 + random.below(45_000);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <title>{title} - A site</title>\n<meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:site_name\" content=\"A site\">\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n"
    );
    match number % 3 {
        0 => writeln!(
            page,
            "<script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\
             \"headline\":{},\"datePublished\":\"{date}T08:30:00+00:00\",\"author\":{{\"@type\":\"Person\",\"name\":\"Ann Lee\"}}}}</script>",
            serde_json::to_string(&article.title)?
        )?,
        1 => writeln!(
            page,
            "<meta property=\"article:published_time\" content=\"{date}T08:30:00Z\">"
        )?,
        _ => {}
    }
    page.push_str("<script>window.data = {\"a\": \"</div>\", \"b\": [1, 2, 3]};</script>\n</head><body>\n<header><nav><ul>");
    for list in 0..all.len().div_ceil(PER_LIST).min(12) {
        write!(
            page,
            "<li><a class=\"nav-link\" href=\"/list/{list}.html\">List {list}</a></li>"
        )?;
    }
    write!(
        page,
        "</ul></nav></header>\n<main><article class=\"post\"><header><h1>{title}</h1><p class=\"byline\">By <span class=\"author\">Ann Lee</span>"
    )?;
    if number % 3 == 2 {
        write!(
            page,
            " <time class=\"published\" datetime=\"{date}\">{date}</time>"
        )?;
    }
    page.push_str("</p></header>\n");
    while page.len() < size {
        writeln!(
            page,
            "<p>{} <a href=\"{}\">{}</a> <em>{}</em>, {}.</p>",
            random.words(40),
            all[random.below(all.len())].path,
            random.words(3),
            random.words(2),
            random.words(30)
        )?;
    }
    page.push_str("</article>\n<aside class=\"related\"><h2>Related</h2><ul>");
    for _ in 0..6 {
        let other = &all[random.below(all.len())];
        write!(
            page,
            "<li><a href=\"{}\">{}</a> <time datetime=\"{}\">{}</time></li>",
            other.path,
            escaped(&other.title),
            other.date,
            other.date
        )?;
    }
    page.push_str(
        "</ul></aside></main>\n<footer><p>&copy; 2004-2026 A site</p></footer></body></html>\n",
    );
    Ok(page)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn words(&mut self, count: usize) -> String {
        const WORDS: [&str; 24] = [
            "harbour", "lantern", "river", "quiet", "letter", "morning", "bridge", "winter",
            "paper", "station", "garden", "signal", "market", "island", "copper", "window",
            "thread", "ladder", "castle", "orchard", "compass", "velvet", "thunder", "meadow",
        ];
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }
}
