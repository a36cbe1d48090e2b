//! An article's page.

use super::Blog;
use super::evidence::{BLOG_NAME, Evidence};
use super::post::{CATEGORIES, Declared, LAST_DAY, Post, TAGS};
use crate::encoding::Encoding;
use crate::html::escape;
use crate::language::Language;
use crate::random::Random;
use crate::server::Response;
use crate::truth::{Article, DateForm};
use std::fmt::Write;

/// Answers with the page of the article at that place in the listing.
pub(super) fn answer(blog: &Blog, place: usize, base: &str) -> Response {
    let (article, post) = (&blog.articles[place], &blog.posts[place]);
    let page = write(blog, article, post, base);
    let content_type = match post.declared {
        Declared::Meta => "text/html".to_string(),
        Declared::Both | Declared::Header => {
            format!("text/html; charset={}", post.encoding.label())
        }
    };
    Response::new(200, &content_type, post.encoding.encode(page))
}

/// Writes the page; `base` is the site's scheme and host, for absolute links.
fn write(blog: &Blog, article: &Article, post: &Post, base: &str) -> String {
    let random = &mut Random::new(blog.seed, "page", u64::from(post.number));
    let language = post.language;
    let url = format!("{base}{}", article.path);
    let evidence = Evidence::of(article, post, &url, random);
    let mut page = String::with_capacity(post.size + 8 * 1024);
    page.push_str("<!doctype html>\n");
    let direction = if language.right_to_left {
        " dir=\"rtl\""
    } else {
        ""
    };
    let _ = writeln!(page, "<html lang=\"{}\"{direction}>\n<head>", language.tag);
    write_head(&mut page, article, post, &evidence, &url);
    page.push_str("</head>\n<body>\n<header class=\"site\">\n");
    page.push_str(&evidence.masthead);
    page.push_str("\n<nav><a href=\"/\">The Practice Site</a> <a href=\"/blog/\">Blog</a></nav>\n");
    if random.chance(0.25) {
        // The day of the visit, as newspapers have it: not the article's.
        let today = escape(&language.word(LAST_DAY.plus_days(11)));
        let _ = writeln!(page, "<p class=\"today\">{today}</p>");
    }
    page.push_str("</header>\n");
    let sidebar_first = random.chance(0.4);
    if sidebar_first {
        write_latest(&mut page, blog, language);
    }
    page.push_str("<main>\n");
    write_article(&mut page, blog, article, post, &evidence, random);
    write_related(&mut page, blog, post, random);
    write_comments(&mut page, post, random);
    write_neighbours(&mut page, blog, post);
    page.push_str("</main>\n");
    if !sidebar_first {
        write_latest(&mut page, blog, language);
    }
    let _ = write!(
        page,
        "<footer class=\"site\"><p>© 2007–{} {BLOG_NAME}. {}.</p></footer>\n</body>\n</html>\n",
        LAST_DAY.year,
        escape(language.rights),
    );
    page
}

fn write_head(page: &mut String, article: &Article, post: &Post, evidence: &Evidence, url: &str) {
    let label = post.encoding.label();
    match (post.declared, post.encoding) {
        (Declared::Header, _) => {}
        (_, Encoding::Utf8) => page.push_str("<meta charset=\"utf-8\">\n"),
        _ => {
            let _ = writeln!(
                page,
                "<meta http-equiv=\"Content-Type\" content=\"text/html; charset={label}\">"
            );
        }
    }
    let _ = writeln!(page, "<title>{}</title>", evidence.title_element);
    page.push_str(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n<link rel=\"icon\" href=\"/icon.svg\">\n\
         <link rel=\"alternate\" type=\"application/rss+xml\" title=\"RSS\" href=\"/feed.rss\">\n\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"Atom\" href=\"/feed.atom\">\n",
    );
    let _ = writeln!(page, "<link rel=\"canonical\" href=\"{}\">", escape(url));
    let _ = writeln!(
        page,
        "<meta property=\"og:site_name\" content=\"{BLOG_NAME}\">"
    );
    page.push_str("<meta property=\"og:type\" content=\"article\">\n");
    if let Some(author) = article
        .author
        .as_ref()
        .filter(|_| post.number.is_multiple_of(2))
    {
        let _ = writeln!(
            page,
            "<meta name=\"author\" content=\"{}\">",
            escape(author)
        );
    }
    page.push_str(&evidence.head);
}

fn write_article(
    page: &mut String,
    blog: &Blog,
    article: &Article,
    post: &Post,
    evidence: &Evidence,
    random: &mut Random,
) {
    let item = if article.date_form == DateForm::Microdata {
        " itemscope itemtype=\"https://schema.org/BlogPosting\""
    } else {
        ""
    };
    let (slug, category) = CATEGORIES[post.category];
    let _ = writeln!(page, "<article{item}>\n{}<header>", evidence.hidden);
    let _ = writeln!(
        page,
        "<p class=\"soft\" lang=\"en\"><a href=\"/blog/category/{slug}/\">{category}</a></p>"
    );
    page.push_str(&evidence.headline);
    let by = article
        .author
        .as_ref()
        .zip(post.author)
        .map(|(name, author)| {
            let link = format!(
                "<a rel=\"author\" href=\"/blog/author/{}/\">{}</a>",
                author + 1,
                escape(name)
            );
            post.language.by.replace("{}", &link)
        });
    let line: Vec<&str> = by
        .iter()
        .map(String::as_str)
        .chain((!evidence.dates.is_empty()).then_some(evidence.dates.as_str()))
        .collect();
    if !line.is_empty() {
        let _ = write!(page, "\n<p class=\"byline\">{}</p>", line.join(" · "));
    }
    page.push_str("\n</header>\n<div class=\"entry-content\">\n");
    write_text(page, blog, post, random);
    page.push_str("</div>\n<footer lang=\"en\"><p class=\"soft\">");
    for tag in post.tags {
        let (slug, name) = TAGS[tag];
        let _ = write!(
            page,
            "<a rel=\"tag\" href=\"/blog/tag/{slug}/\">{name}</a> "
        );
    }
    page.push_str("</p></footer>\n</article>\n");
}

/// Writes paragraphs, and now and then something else, until the article is long enough.
fn write_text(page: &mut String, blog: &Blog, post: &Post, random: &mut Random) {
    let language = post.language;
    let end = page.len() + post.size;
    // Each article names a day long ago and links to two others, so that there is something to mistake.
    let long_ago = post
        .written
        .date
        .plus_days(-(random.between(2_000, 9_000) as i64));
    let _ = writeln!(
        page,
        "<p>{}{space}{}{space}{}</p>",
        sentence(language, random),
        escape(&language.long_ago.replace("{}", &language.word(long_ago))),
        sentence(language, random),
        space = language.space,
    );
    write_link(page, blog, random);
    let mut part = 0;
    while page.len() < end {
        match (part % 7, random.below(3)) {
            (6, _) => {
                let _ = writeln!(page, "<h2>{}</h2>", escape(random.pick(language.topics)));
            }
            (2, 0) => {
                let _ = writeln!(
                    page,
                    "<blockquote><p>{}</p></blockquote>",
                    sentence(language, random)
                );
            }
            (3, 0) => {
                page.push_str("<ul>\n");
                for _ in 0..3 {
                    let _ = writeln!(page, "<li>{}</li>", escape(random.pick(language.clauses)));
                }
                page.push_str("</ul>\n");
            }
            (4, 0) => {
                let number = random.between(1, 24);
                let caption = escape(random.pick(language.topics));
                let _ = writeln!(
                    page,
                    "<figure><img src=\"/images/{number}.svg\" width=\"640\" height=\"360\" loading=\"lazy\" \
                     alt=\"{caption}\"><figcaption>{caption}</figcaption></figure>"
                );
            }
            (5, 0) => write_link(page, blog, random),
            _ => {
                page.push_str("<p>");
                for place in 0..random.between(2, 6) {
                    page.push_str(if place == 0 { "" } else { language.space });
                    page.push_str(&sentence(language, random));
                }
                page.push_str("</p>\n");
            }
        }
        part += 1;
    }
    page.push_str(
        "<p class=\"soft\" lang=\"en\"><a href=\"https://elsewhere.example/\" rel=\"external\">elsewhere.example</a></p>\n",
    );
}

fn sentence(language: &Language, random: &mut Random) -> String {
    let opener = random.pick(language.openers);
    let clause = random.pick(language.clauses);
    let tail = random.pick(language.tails);
    escape(&format!(
        "{opener}{}{clause}{tail}{}",
        language.space, language.stop
    ))
}

fn write_link(page: &mut String, blog: &Blog, random: &mut Random) {
    let other = &blog.articles[random.below(blog.articles.len() as u64) as usize];
    let _ = writeln!(
        page,
        "<p>→ <a href=\"{}\" hreflang=\"{}\"><bdi>{}</bdi></a></p>",
        other.path,
        other.language,
        escape(&shorten(&other.title)),
    );
}

/// Cuts a very long title for use in a link.
fn shorten(title: &str) -> String {
    if title.chars().count() <= 100 {
        return title.to_string();
    }
    title.chars().take(90).collect::<String>() + "…"
}

/// Writes the box of the blog's latest articles, with their dates.
fn write_latest(page: &mut String, blog: &Blog, language: &Language) {
    let _ = writeln!(
        page,
        "<aside class=\"latest\"><h2>{}</h2>\n<ul>",
        escape(language.latest)
    );
    for place in 0..blog.articles.len().min(3) {
        write_item(page, blog, place);
    }
    page.push_str("</ul></aside>\n");
}

fn write_related(page: &mut String, blog: &Blog, post: &Post, random: &mut Random) {
    // The words for this box vary as they do from one publishing system to another.
    let class = random.pick(&["related-posts", "read-more", "c-teaser-list"]);
    let heading = escape(post.language.related);
    let _ = writeln!(page, "<div class=\"{class}\"><h2>{heading}</h2>\n<ul>");
    for _ in 0..3 {
        write_item(page, blog, random.below(blog.posts.len() as u64) as usize);
    }
    page.push_str("</ul></div>\n");
}

fn write_item(page: &mut String, blog: &Blog, place: usize) {
    let (article, post) = (&blog.articles[place], &blog.posts[place]);
    let date = article.published.map(|date| {
        let worded = escape(&post.language.word(date));
        format!(" <time datetime=\"{date}\">{worded}</time>")
    });
    let _ = writeln!(
        page,
        "<li lang=\"{}\"><a href=\"{}\"><bdi>{}</bdi></a>{}</li>",
        article.language,
        article.path,
        escape(&shorten(&article.title)),
        date.unwrap_or_default(),
    );
}

fn write_comments(page: &mut String, post: &Post, random: &mut Random) {
    let language = post.language;
    let count = random.below(5);
    if count == 0 {
        return;
    }
    let _ = writeln!(
        page,
        "<section id=\"comments\" class=\"comments\">\n<h2>{}</h2>",
        escape(language.comments)
    );
    let mut date = post.written.date;
    let with_time = random.chance(0.5);
    for _ in 0..count {
        date = date.plus_days(random.between(1, 20) as i64);
        let worded = escape(&language.word(date));
        let when = if with_time {
            format!("<time datetime=\"{date}\">{worded}</time>")
        } else {
            worded
        };
        let name = escape(random.pick(language.names));
        let heading = language
            .wrote
            .replacen("{}", &name, 1)
            .replacen("{}", &when, 1);
        let _ = writeln!(
            page,
            "<div class=\"comment\"><p class=\"soft\">{heading}</p><p>{}</p></div>",
            sentence(language, random)
        );
    }
    page.push_str("</section>\n");
}

/// Writes the links to the article before and the one after.
fn write_neighbours(page: &mut String, blog: &Blog, post: &Post) {
    let place = blog.posts.len() - post.number as usize;
    let older = blog.articles.get(place + 1);
    let newer = place
        .checked_sub(1)
        .and_then(|place| blog.articles.get(place));
    page.push_str("<nav class=\"pages\" aria-label=\"Articles\" lang=\"en\">\n");
    for (article, rel, arrow) in [(newer, "next", "Newer"), (older, "prev", "Older")] {
        if let Some(article) = article {
            let _ = writeln!(
                page,
                "<a rel=\"{rel}\" href=\"{}\">{arrow}: <bdi>{}</bdi></a>",
                article.path,
                escape(&shorten(&article.title))
            );
        }
    }
    page.push_str("</nav>\n");
}
