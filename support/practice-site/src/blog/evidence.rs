//! How an article's page carries its title and its dates, in markup and in sight.

use super::post::Post;
use crate::date::Moment;
use crate::html::escape;
use crate::json::{Json, object, text};
use crate::random::Random;
use crate::truth::{Article, DateForm, TitleForm};

/// The blog's name, which stands behind titles and, on badly made pages, in `<h1>`.
pub(crate) const BLOG_NAME: &str = "The Tidewater Post";

/// The pieces of HTML that carry an article's title and dates.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// What stands in `<title>`.
    pub(super) title_element: String,
    /// Elements for the head, one a line.
    pub(super) head: String,
    /// The blog's name in the masthead.
    pub(super) masthead: String,
    /// The headline.
    pub(super) headline: String,
    /// What stands with the author's name below the headline.
    pub(super) dates: String,
    /// Elements inside the article that nobody sees.
    pub(super) hidden: String,
}

impl Evidence {
    /// Decides the pieces for one article; `url` is its canonical one.
    pub(super) fn of(article: &Article, post: &Post, url: &str, random: &mut Random) -> Self {
        let mut evidence = Self::default();
        evidence.write_title(article, random);
        evidence.write_dates(article, post);
        evidence.write_json_ld(article, post, url, random);
        evidence
    }

    fn meta(&mut self, attribute: &str, name: &str, content: &str) {
        let content = escape(content);
        self.head.push_str(&format!(
            "<meta {attribute}=\"{name}\" content=\"{content}\">\n"
        ));
    }

    fn write_title(&mut self, article: &Article, random: &mut Random) {
        let title = &article.title;
        let separator = random.pick(&[" | ", " – ", " - ", " · "]);
        let cut = if article.title_form == TitleForm::VeryLong {
            title.chars().take(120).collect::<String>() + "…"
        } else {
            title.clone()
        };
        let with_site = format!("{cut}{separator}{BLOG_NAME}");
        self.title_element = escape(match article.title_form {
            TitleForm::HeadingOnly | TitleForm::JsonLdHeadline => BLOG_NAME,
            TitleForm::OpenGraphOnly => "Blog – The Tidewater Post",
            _ => &with_site,
        });
        let shown = match article.title_form {
            TitleForm::Entities => escape_variously(title),
            TitleForm::NestedHeading => nest(title, &article.path),
            _ => escape(title),
        };
        let is_heading = !matches!(
            article.title_form,
            TitleForm::OpenGraphOnly | TitleForm::TitleElementOnly | TitleForm::JsonLdHeadline
        );
        (self.headline, self.masthead) = if is_heading {
            let class = random.pick(&["entry-title", "post-title", "article__headline"]);
            (
                format!("<h1 class=\"{class}\">{shown}</h1>"),
                format!("<p class=\"name\"><a href=\"/blog/\">{BLOG_NAME}</a></p>"),
            )
        } else {
            (
                format!("<div class=\"headline\">{shown}</div>"),
                format!("<h1 class=\"name\"><a href=\"/blog/\">{BLOG_NAME}</a></h1>"),
            )
        };
        match article.title_form {
            TitleForm::HeadingOnly
            | TitleForm::TitleElementOnly
            | TitleForm::JsonLdHeadline
            | TitleForm::Decoys => {}
            TitleForm::OpenGraphWithSite => self.meta("property", "og:title", &with_site),
            TitleForm::Entities => {
                let title = escape_variously(title);
                self.head.push_str(&format!(
                    "<meta content=\"{title}\" property=\"og:title\">\n"
                ));
                self.title_element = format!("{title}{separator}{BLOG_NAME}");
            }
            _ => self.meta("property", "og:title", &cut),
        }
        if article.title_form == TitleForm::Decoys {
            self.head
                .push_str("<!-- <title>Draft, do not publish</title> -->\n");
            self.masthead.push_str(
                "\n<svg width=\"18\" height=\"18\" viewBox=\"0 0 18 18\" role=\"img\"><title>Menu</title>\
                 <path d=\"M2 4h14M2 9h14M2 14h14\" stroke=\"currentColor\"/></svg>\n\
                 <template><h1>An empty headline</h1></template>\n<!-- <h1>Yesterday’s headline</h1> -->",
            );
        }
    }

    fn write_dates(&mut self, article: &Article, post: &Post) {
        let moment = post.written;
        if let Some(date) = article.published {
            match article.date_form {
                DateForm::MetaArticle => {
                    self.meta("property", "article:published_time", &moment.to_rfc3339());
                }
                DateForm::MetaOther(name) => {
                    let content = match name {
                        "DC.date.issued" => date.to_string(),
                        "citation_publication_date" => {
                            format!("{}/{:02}/{:02}", date.year, date.month, date.day)
                        }
                        "sailthru.date" => moment.to_rfc2822(),
                        _ => moment.to_rfc3339(),
                    };
                    self.meta("name", name, &content);
                }
                DateForm::Microdata => {
                    self.hidden = format!("<meta itemprop=\"datePublished\" content=\"{date}\">\n");
                }
                _ => {}
            }
        }
        let published = self.visible_published(article, post);
        let modified = self.visible_modified(article, post);
        // Whoever takes the first date of the page takes the wrong one now and then.
        let mut parts = [published, modified];
        if post.number.is_multiple_of(3) {
            parts.reverse();
        }
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        self.dates = parts.join(" · ");
    }

    fn visible_published(&self, article: &Article, post: &Post) -> Option<String> {
        let (date, language) = (article.published?, post.language);
        let worded = escape(&language.word(date));
        let phrase = |inner: &str| language.published.replace("{}", inner);
        Some(match article.date_form {
            DateForm::TimeDatetime => {
                let class =
                    ["entry-date published", "dt-published", "date"][post.number as usize % 3];
                phrase(&format!(
                    "<time class=\"{class}\" datetime=\"{date}\">{worded}</time>"
                ))
            }
            DateForm::TimeText => phrase(&format!("<time>{worded}</time>")),
            DateForm::TextDigits => phrase(&escape(&language.digits(date))),
            // Sometimes without the word that would give it away.
            DateForm::Text if post.number.is_multiple_of(2) => {
                format!("<span class=\"when\">{worded}</span>")
            }
            DateForm::Text => phrase(&worded),
            DateForm::UrlPath | DateForm::None => return None,
            _ if post.shows_date => phrase(&worded),
            _ => return None,
        })
    }

    fn visible_modified(&mut self, article: &Article, post: &Post) -> Option<String> {
        let (date, language) = (article.modified?, post.language);
        let worded = escape(&language.word(date));
        match article.date_form {
            DateForm::MetaArticle | DateForm::MetaOther(_) => {
                let moment = Moment {
                    date,
                    ..post.written
                };
                self.meta("property", "article:modified_time", &moment.to_rfc3339());
                None
            }
            // Told in the JSON-LD itself.
            DateForm::JsonLd | DateForm::JsonLdGraph | DateForm::JsonLdArray => None,
            DateForm::Microdata => {
                self.hidden.push_str(&format!(
                    "<meta itemprop=\"dateModified\" content=\"{date}\">\n"
                ));
                None
            }
            DateForm::TimeDatetime | DateForm::TimeText => Some(language.updated.replace(
                "{}",
                &format!("<time class=\"updated\" datetime=\"{date}\">{worded}</time>"),
            )),
            _ => Some(language.updated.replace("{}", &worded)),
        }
    }

    /// Writes what the page says in JSON-LD: about the article, or only about things around it.
    fn write_json_ld(&mut self, article: &Article, post: &Post, url: &str, random: &mut Random) {
        let carries_date = matches!(
            article.date_form,
            DateForm::JsonLd | DateForm::JsonLdGraph | DateForm::JsonLdArray
        );
        let carries_title = article.title_form == TitleForm::JsonLdHeadline;
        let context = ("@context", text("https://schema.org"));
        let around = || {
            vec![
                object([
                    ("@type", text("Organization")),
                    ("name", text(BLOG_NAME)),
                    ("foundingDate", text("1998-04-01")),
                ]),
                object([
                    ("@type", text("Event")),
                    ("name", text("Open house")),
                    (
                        "startDate",
                        text(post.written.date.plus_days(40).to_string()),
                    ),
                ]),
            ]
        };
        let value = if carries_date || carries_title {
            let posting = blog_posting(article, post, url, carries_date);
            match article.date_form {
                DateForm::JsonLdGraph => {
                    let mut graph = around();
                    graph.insert(1, posting);
                    object([context, ("@graph", Json::List(graph))])
                }
                DateForm::JsonLdArray => {
                    let mut list = around();
                    list.push(posting);
                    Json::List(list)
                }
                _ => posting,
            }
        } else if random.chance(0.35) {
            object([context, ("@graph", Json::List(around()))])
        } else {
            return;
        };
        self.head.push_str(&format!(
            "<script type=\"application/ld+json\">\n{}\n</script>\n",
            value.to_script()
        ));
    }
}

fn blog_posting(article: &Article, post: &Post, url: &str, carries_date: bool) -> Json {
    let mut fields = vec![
        ("@context", text("https://schema.org")),
        ("@type", text("BlogPosting")),
        ("headline", text(&article.title)),
        ("mainEntityOfPage", text(url)),
        ("inLanguage", text(article.language)),
    ];
    if carries_date {
        // A comment inside, before the article's own date: an eager reader takes the wrong one.
        let comment = object([
            ("@type", text("Comment")),
            (
                "datePublished",
                text(post.written.date.plus_days(3).to_string()),
            ),
        ]);
        fields.push(("comment", Json::List(vec![comment])));
        fields.push(("datePublished", text(post.written.to_rfc3339())));
        if let Some(date) = article.modified {
            fields.push((
                "dateModified",
                text(
                    Moment {
                        date,
                        ..post.written
                    }
                    .to_rfc3339(),
                ),
            ));
        }
    }
    if let Some(author) = &article.author {
        fields.push((
            "author",
            object([("@type", text("Person")), ("name", text(author))]),
        ));
    }
    Json::Object(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_string(), value))
            .collect(),
    )
}

/// Escapes text with named, decimal and hexadecimal references in turn.
fn escape_variously(text: &str) -> String {
    let mut escaped = String::new();
    for (place, character) in text.chars().enumerate() {
        match (character, place % 3) {
            ('&', 0) => escaped.push_str("&amp;"),
            ('&', _) => escaped.push_str("&#38;"),
            ('<', _) => escaped.push_str("&lt;"),
            ('>', _) => escaped.push_str("&gt;"),
            ('"', 0) => escaped.push_str("&quot;"),
            ('"', 1) => escaped.push_str("&#34;"),
            ('"', _) => escaped.push_str("&#x22;"),
            ('’', _) => escaped.push_str("&rsquo;"),
            (_, 0) if !character.is_ascii() => {
                escaped.push_str(&format!("&#x{:X};", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Writes a title with a link, emphasis, a comment and line ends inside.
fn nest(title: &str, path: &str) -> String {
    let (first, rest) = title.split_once(' ').unwrap_or((title, ""));
    let (first, rest) = (escape(first), escape(rest));
    let space = if rest.is_empty() { "" } else { " " };
    format!(
        "\n  <a href=\"{path}\" rel=\"bookmark\"><em>{first}</em>{space}<!-- the rest --><span>{rest}</span></a>\n"
    )
}
