//! The blog's feeds: RSS 2.0, Atom, JSON Feed.

use crate::app::App;
use crate::blog::{BLOG_NAME, LAST_DAY, Post};
use crate::date::Moment;
use crate::html::escape;
use crate::json::{Json, object, text};
use crate::server::Response;
use crate::truth::Article;

/// How many of the latest articles a feed has.
const LENGTH: usize = 20;

fn latest(app: &App) -> impl Iterator<Item = (&Article, &Post)> {
    app.blog.articles.iter().zip(&app.blog.posts).take(LENGTH)
}

/// Returns when an article was published, if its page tells.
fn published(article: &Article, post: &Post) -> Option<Moment> {
    article.published.map(|_| post.written)
}

/// Returns the first sentence of a summary; feeds carry no whole articles here.
fn summary(post: &Post) -> String {
    let language = post.language;
    let place = post.number as usize;
    let opener = language.openers[place % language.openers.len()];
    let clause = language.clauses[place % language.clauses.len()];
    format!("{opener}{}{clause}{}", language.space, language.stop)
}

/// Answers with RSS 2.0. An article that shows no date has no `pubDate` here either.
pub(crate) fn rss(app: &App, base: &str) -> Response {
    let items: String = latest(app)
        .map(|(article, post)| {
            let link = escape(&format!("{base}{}", article.path));
            let date = published(article, post)
                .map(|moment| format!("<pubDate>{}</pubDate>\n", moment.to_rfc2822()));
            let author = article.author.as_ref();
            let author =
                author.map(|name| format!("<dc:creator>{}</dc:creator>\n", escape(name)));
            // The description is HTML inside XML, so it is escaped twice.
            let description = escape(&format!("<p>{}</p>", escape(&summary(post))));
            format!(
                "<item>\n<title>{}</title>\n<link>{link}</link>\n<guid isPermaLink=\"true\">{link}</guid>\n{}{}<description>{description}</description>\n</item>\n",
                escape(&article.title),
                date.unwrap_or_default(),
                author.unwrap_or_default(),
            )
        })
        .collect();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n\
         <title>{BLOG_NAME}</title>\n<link>{base}/blog/</link>\n<description>Invented articles to practise on</description>\n\
         <atom:link href=\"{base}/feed.rss\" rel=\"self\" type=\"application/rss+xml\"/>\n{items}</channel>\n</rss>\n"
    );
    Response::new(200, "application/rss+xml; charset=utf-8", xml)
}

/// Answers with Atom (RFC 4287). There every entry needs a date, so articles that show none are left out.
pub(crate) fn atom(app: &App, base: &str) -> Response {
    let entries: String = latest(app)
        .filter_map(|(article, post)| {
            let published = published(article, post)?;
            let updated = Moment { date: article.modified.unwrap_or(published.date), ..published };
            let link = escape(&format!("{base}{}", article.path));
            let author = article.author.as_deref().unwrap_or(BLOG_NAME);
            Some(format!(
                "<entry xml:lang=\"{}\">\n<title type=\"html\">{}</title>\n<link href=\"{link}\"/>\n<id>{link}</id>\n\
                 <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n\
                 <summary>{}</summary>\n</entry>\n",
                article.language,
                // Of type HTML, so escaped twice.
                escape(&escape(&article.title)),
                published.to_rfc3339(),
                updated.to_rfc3339(),
                escape(author),
                escape(&summary(post)),
            ))
        })
        .collect();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{BLOG_NAME}</title>\n<id>{base}/blog/</id>\n<link href=\"{base}/blog/\"/>\n\
         <link rel=\"self\" href=\"{base}/feed.atom\"/>\n<updated>{}</updated>\n{entries}</feed>\n",
        Moment {
            date: LAST_DAY,
            hour: 12,
            minute: 0,
            second: 0,
            offset_minutes: 0
        }
        .to_rfc3339(),
    );
    Response::new(200, "application/atom+xml; charset=utf-8", xml)
}

/// Answers with JSON Feed 1.1.
pub(crate) fn json(app: &App, base: &str) -> Response {
    let items = latest(app)
        .map(|(article, post)| {
            let url = format!("{base}{}", article.path);
            let mut fields = vec![
                ("id".to_string(), text(&url)),
                ("url".to_string(), text(&url)),
                ("title".to_string(), text(&article.title)),
                ("language".to_string(), text(article.language)),
                ("content_text".to_string(), text(summary(post))),
            ];
            if let Some(moment) = published(article, post) {
                fields.push(("date_published".to_string(), text(moment.to_rfc3339())));
            }
            if let Some(author) = &article.author {
                let author = object([("name", text(author))]);
                fields.push(("authors".to_string(), Json::List(vec![author])));
            }
            Json::Object(fields)
        })
        .collect();
    let feed = object([
        ("version", text("https://jsonfeed.org/version/1.1")),
        ("title", text(BLOG_NAME)),
        ("home_page_url", text(format!("{base}/blog/"))),
        ("feed_url", text(format!("{base}/feed.json"))),
        ("items", Json::List(items)),
    ]);
    Response::new(
        200,
        "application/feed+json; charset=utf-8",
        feed.to_pretty(),
    )
}
