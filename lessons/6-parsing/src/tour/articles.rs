//! Part 4: titles and dates of the practice site's blog, with the evidence, held against the truth.

use parsing::article::{self, Article, Evidence, Found, Given};
use parsing::html::{Parts, decode};
use practice_site::{DateForm, Site};
use tour::{Stage, Table};
use url::Url;

use super::{get, short, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let truth = site.truth();
    let mut table = Table::new(["the page carries its date in", "found", "by", "sure", ""]);
    let mut seen: Vec<DateForm> = Vec::new();
    let (mut titles, mut days) = (0, 0);
    for known in truth.articles() {
        let found = read(&site, &known.path)?;
        let day = found.published.as_ref().map(|it| it.value.to_string());
        let true_day = known.published.map(|it| it.to_string());
        let is_right = day == true_day;
        days += usize::from(is_right);
        let title = found.title.as_ref().map(|it| it.value.as_str());
        titles += usize::from(title == Some(known.title.as_str()));
        // One row for each way to say it.
        if !seen.contains(&known.date_form) && !matches!(known.date_form, DateForm::MetaOther(_)) {
            seen.push(known.date_form);
            let by = found.published.as_ref().map_or("", |it| it.evidence.name());
            let sure = found
                .published
                .as_ref()
                .map_or(String::new(), |it| format!("{:.2}", it.confidence));
            table.row([
                in_words(known.date_form).to_owned(),
                day.unwrap_or_else(|| "none".to_owned()),
                by.to_owned(),
                sure,
                if is_right { "right" } else { "wrong" }.to_owned(),
            ]);
        }
    }
    stage.table(&table);
    let all = truth.articles().len();
    stage.line(format!(
        "all {all} articles: day right on {days}, title right on {titles}"
    ));
    stage.means("what is marked for machines is nearly sure; words are weighed by where they stand, and a page without a date gets none");

    stage.blank();
    stage.line("one page, and who won:");
    conflict(stage);
    Ok(())
}

fn read(site: &Site, path: &str) -> tour::Result<Article> {
    let answer = get(site, path)?;
    let page = decode(&answer.body, answer.charset());
    let url = Url::parse(&site.url(path))?;
    let given = Given {
        url: Some(&url),
        language: answer.header("content-language"),
        today: None,
    };
    Ok(article::read(&Parts::read(&page.text), given))
}

/// A page whose witnesses contradict each other.
fn conflict(stage: &mut Stage) {
    const PAGE: &str = r#"<title>Salt and light - The Daily Loaf</title>
<meta property="og:title" content="Salt and light - The Daily Loaf">
<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-05"}</script>
<article><h1>Salt and light</h1><p>Updated on 9 March 2024</p><p>In 1998 we began to bake.</p></article>
<section class=comments><time datetime="2024-04-01">April 1</time> Nice!</section>
<footer>&copy; 1998-2026</footer>"#;
    stage.quote(PAGE);
    let found = article::read(&Parts::read(PAGE), Given::default());
    say(stage, "title", found.title.as_ref());
    say(stage, "published", found.published.as_ref());
    say(stage, "modified", found.modified.as_ref());
    let by_words = found
        .published
        .is_some_and(|it| it.evidence == Evidence::Text);
    stage.means(if by_words {
        "the words beside the title won"
    } else {
        "five days are on this page and one is the article's: the comment, the founding year and the copyright are about something else"
    });
}

fn say<T: ToString>(stage: &mut Stage, what: &str, found: Option<&Found<T>>) {
    match found {
        Some(found) => stage.line(format!(
            "{what}: {} (by {}, {}, sure to {:.2})",
            found.value.to_string(),
            found.evidence.name(),
            short(&found.place, 30),
            found.confidence
        )),
        None => stage.line(format!("{what}: nothing says so")),
    }
}

fn in_words(form: DateForm) -> &'static str {
    match form {
        DateForm::MetaArticle => "meta, Open Graph",
        DateForm::JsonLd => "JSON-LD",
        DateForm::JsonLdGraph => "JSON-LD, in a graph",
        DateForm::JsonLdArray => "JSON-LD, in a list",
        DateForm::Microdata => "microdata, in a <meta>",
        DateForm::TimeDatetime => "<time datetime>",
        DateForm::TimeText => "<time>, as words",
        DateForm::UrlPath => "its address",
        DateForm::Text => "words",
        DateForm::TextDigits => "digits",
        DateForm::None => "nothing",
        _ => "another meta",
    }
}
