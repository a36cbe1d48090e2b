//! The sitemap: an index, a part for the pages, and parts for the blog, the last one compressed.
//!
//! Source: sitemaps.org/protocol.html.

use crate::app::{App, Outcome};
use crate::html::escape;
use crate::negotiate::{MADE, gzip};
use crate::server::Response;
use crate::truth::Reach;

/// A sitemap may name 50,000 addresses; smaller ones are kinder.
const MAX_PER_PART: usize = 10_000;

/// Returns how many articles a part of the blog's sitemap names: there are at least two parts.
fn per_part(articles: usize) -> usize {
    articles.div_ceil(2).clamp(1, MAX_PER_PART)
}

/// Returns the names of the blog's parts.
fn parts(articles: usize) -> Vec<String> {
    let count = articles.div_ceil(per_part(articles));
    (1..=count)
        .map(|number| {
            let gz = if number == count { ".gz" } else { "" };
            format!("sitemap-blog-{number}.xml{gz}")
        })
        .collect()
}

/// Answers with the index.
pub(crate) fn index(app: &App, base: &str) -> Response {
    let names = parts(app.blog.articles.len());
    let entries: String = std::iter::once("sitemap-pages.xml".to_string())
        .chain(names)
        .map(|name| format!("<sitemap><loc>{base}/{name}</loc></sitemap>\n"))
        .collect();
    Response::new(
        200,
        "application/xml; charset=utf-8",
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</sitemapindex>\n"
        ),
    )
}

/// Answers with one part.
pub(crate) fn part(app: &App, name: &str, base: &str) -> Outcome {
    let articles = &app.blog.articles;
    if name == "sitemap-pages.xml" {
        let listed = app.truth.pages.iter().filter(|page| {
            matches!(page.reach, Reach::Links | Reach::Sitemap)
                && !page.noindex
                && app.truth.article(&page.path).is_none()
        });
        let entries = listed
            .map(|page| (page.path.as_str(), None))
            .collect::<Vec<_>>();
        return Ok(Response::new(
            200,
            "application/xml; charset=utf-8",
            urls(base, &entries),
        ));
    }
    let place = parts(articles.len()).iter().position(|part| part == name);
    let part = place.and_then(|place| articles.chunks(per_part(articles.len())).nth(place));
    let part = part.ok_or_else(|| Response::empty(404))?;
    let entries: Vec<(&str, Option<String>)> = part
        .iter()
        .map(|article| {
            let date = article.modified.or(article.published);
            (article.path.as_str(), date.map(|date| date.to_string()))
        })
        .collect();
    let xml = urls(base, &entries);
    if name.ends_with(".gz") {
        return Ok(Response::new(200, "application/gzip", gzip(xml.as_bytes()))
            .with("Last-Modified", MADE));
    }
    Ok(Response::new(200, "application/xml; charset=utf-8", xml))
}

fn urls(base: &str, entries: &[(&str, Option<String>)]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (path, modified) in entries {
        let modified = modified
            .as_ref()
            .map(|date| format!("<lastmod>{date}</lastmod>"))
            .unwrap_or_default();
        xml.push_str(&format!(
            "<url><loc>{base}{}</loc>{modified}</url>\n",
            escape(path)
        ));
    }
    xml.push_str("</urlset>\n");
    xml
}
