//! Each article's page carries its title and dates in the form that the truth names, and misleads as it should.

use crate::client::{Client, start};
use crate::html::{Tag, plain, tags, text_of};
use practice_site::{Article, Config, Date, DateForm, Site, TitleForm};

/// Enough articles for every form in several languages.
fn large() -> Site {
    Site::start(Config::default().with_articles(256)).unwrap()
}

/// Reads bytes in an encoding of one byte a character, as far as the test needs it: letters beyond ASCII become `?`.
fn read(body: &[u8], article: &Article) -> String {
    if article.encoding == "utf-8" {
        return String::from_utf8(body.to_vec()).expect("a page that says utf-8 is UTF-8");
    }
    body.iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                '?'
            }
        })
        .collect()
}

/// Makes texts of such a page comparable with the truth.
fn known(text: &str, article: &Article) -> String {
    let keep = |letter: char| letter.is_ascii() || article.encoding == "utf-8";
    text.chars()
        .map(|letter| if keep(letter) { letter } else { '?' })
        .collect()
}

fn meta<'a>(tags: &'a [Tag], attribute: &str, name: &str) -> Option<&'a str> {
    let is_it = |tag: &&Tag| tag.name == "meta" && tag.get(attribute) == Some(name);
    tags.iter().find(is_it).and_then(|tag| tag.get("content"))
}

/// Returns the line below the headline, as HTML; empty where there is none.
fn byline(page: &str) -> &str {
    let Some((_, rest)) = page.split_once("<p class=\"byline\">") else {
        return "";
    };
    rest.split_once("</p>").expect("the line ends").0
}

fn json_ld(page: &str) -> Option<serde_json::Value> {
    let (_, rest) = page.split_once("<script type=\"application/ld+json\">")?;
    let (text, _) = rest.split_once("</script>")?;
    Some(serde_json::from_str(text).expect("JSON-LD is JSON"))
}

/// Finds the object of that type, however deep it lies.
fn posting(value: &serde_json::Value) -> Option<&serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter().find_map(posting),
        serde_json::Value::Object(fields)
            if value["@type"] == "BlogPosting" || fields.is_empty() =>
        {
            Some(value)
        }
        serde_json::Value::Object(fields) => fields.values().find_map(posting),
        _ => None,
    }
}

#[test]
fn every_title_is_where_the_truth_says() {
    let site = large();
    let mut client = Client::connect(&site);
    for article in site.truth().articles() {
        let page = read(&client.get(&article.path).body, article);
        let known = |text: String| known(&text, article);
        let title = known(article.title.clone());
        let tags = tags(&page);
        let heading = known(text_of(&page, |tag| tag.name == "h1").expect("each page has an h1"));
        let element =
            known(text_of(&page, |tag| tag.name == "title").expect("each page has a title"));
        let og = meta(&tags, "property", "og:title").map(|title| known(title.to_string()));
        let og = og.as_ref();
        let line = text_of(&page, |tag| tag.get("class") == Some("headline")).map(known);
        let with_site = element.starts_with(&title) && element.ends_with("The Tidewater Post");
        let place = format!(
            "{} ({:?}): h1 {heading:?}, title {element:?}, og {og:?}",
            article.path, article.title_form
        );

        let holds = match article.title_form {
            TitleForm::Everywhere
            | TitleForm::NestedHeading
            | TitleForm::Entities
            | TitleForm::Separators => heading == title && og == Some(&title) && with_site,
            TitleForm::HeadingOnly => {
                heading == title && og.is_none() && element == "The Tidewater Post"
            }
            TitleForm::OpenGraphOnly => {
                og == Some(&title)
                    && heading == "The Tidewater Post"
                    && line.as_ref() == Some(&title)
            }
            TitleForm::TitleElementOnly => {
                with_site
                    && og.is_none()
                    && heading == "The Tidewater Post"
                    && line.as_ref() == Some(&title)
            }
            TitleForm::JsonLdHeadline => {
                let value = json_ld(&page).expect("there is JSON-LD");
                posting(&value).expect("of a posting")["headline"] == article.title.as_str()
                    && line.as_ref() == Some(&title)
                    && element == "The Tidewater Post"
            }
            TitleForm::VeryLong => {
                heading == title
                    && title.chars().count() > 300
                    && og.is_some_and(|og| og.contains('…') || og.contains('?'))
            }
            TitleForm::OpenGraphWithSite => {
                heading == title
                    && og.is_some_and(|og| og.starts_with(&title) && og.ends_with("Post"))
            }
            TitleForm::Decoys => heading == title && page.contains("<template><h1>"),
            _ => panic!("a form that this test does not know: {place}"),
        };
        assert!(holds, "{place}, true {title:?}");
        let h1s = tags.iter().filter(|tag| tag.name == "h1").count();
        assert_eq!(h1s, 1, "{place}");
    }
}

#[test]
fn every_date_is_where_the_truth_says() {
    let site = large();
    let mut client = Client::connect(&site);
    for article in site.truth().articles() {
        let page = read(&client.get(&article.path).body, article);
        let tags = tags(&page);
        let byline = byline(&page);
        let place = format!("{} ({:?}): {byline}", article.path, article.date_form);
        let Some(date) = article.published else {
            assert_eq!(article.date_form, DateForm::None, "{place}");
            for name in [
                "datePublished",
                "published_time",
                "\"date\"",
                "pub-date",
                "publication_date",
            ] {
                assert!(!page.contains(name), "{place}: {name}");
            }
            // What stands there is the author and the last change.
            assert!(
                !byline.contains("<time") && byline.matches("20").count() <= 1,
                "{place}"
            );
            continue;
        };
        let iso = date.to_string();
        let starts =
            |content: Option<&str>| content.is_some_and(|content| content.starts_with(&iso));
        let Date { year, month, day } = date;
        let value = json_ld(&page);
        let in_json = value
            .as_ref()
            .and_then(posting)
            .and_then(|posting| posting["datePublished"].as_str());
        let holds = match article.date_form {
            DateForm::MetaArticle => starts(meta(&tags, "property", "article:published_time")),
            DateForm::MetaOther("sailthru.date") => {
                let content = meta(&tags, "name", "sailthru.date").unwrap_or_default();
                content.contains(&format!("{day:02} ")) && content.contains(&format!(" {year} "))
            }
            DateForm::MetaOther("citation_publication_date") => {
                meta(&tags, "name", "citation_publication_date") == Some(&iso.replace('-', "/"))
            }
            DateForm::MetaOther(name) => starts(meta(&tags, "name", name)),
            DateForm::JsonLd => {
                value.as_ref().is_some_and(|value| value.is_object()) && starts(in_json)
            }
            DateForm::JsonLdGraph => {
                value
                    .as_ref()
                    .is_some_and(|value| value["@graph"].is_array())
                    && starts(in_json)
            }
            DateForm::JsonLdArray => {
                value.as_ref().is_some_and(|value| value.is_array()) && starts(in_json)
            }
            DateForm::Microdata => starts(meta(&tags, "itemprop", "datePublished")),
            DateForm::TimeDatetime => byline.contains(&format!("datetime=\"{iso}\"")),
            DateForm::TimeText => byline.contains("<time>") && byline.contains(&year.to_string()),
            DateForm::UrlPath => article
                .path
                .contains(&format!("/{year}/{month:02}/{day:02}/")),
            DateForm::Text | DateForm::TextDigits => {
                let text = plain(byline);
                !byline.contains(&format!("datetime=\"{iso}\""))
                    && (text.contains(&year.to_string()) || article.language == "ar")
            }
            _ => false,
        };
        assert!(holds, "{place}");
        if let Some(moment) = article.published_at {
            assert_eq!(moment.date, date, "{place}");
        }
    }
}

#[test]
fn changes_and_authors_are_told_where_the_truth_has_them() {
    let site = large();
    let mut client = Client::connect(&site);
    for article in site.truth().articles() {
        let page = read(&client.get(&article.path).body, article);
        let line = plain(byline(&page));
        let says = ["modified_time", "dateModified", "class=\"updated\""];
        if let Some(date) = article.modified {
            let marked =
                page.contains(&format!("\"{date}")) && says.iter().any(|word| page.contains(word));
            let year = date.year.to_string();
            let expected =
                1 + usize::from(article.published.is_some_and(|day| day.year == date.year));
            let shown = line.matches(&year).count() >= expected || article.language == "ar";
            assert!(
                marked || shown,
                "{} ({:?}), changed {date}: {line}",
                article.path,
                article.date_form
            );
        } else {
            assert!(
                says.iter().all(|word| !page.contains(word)),
                "{}",
                article.path
            );
        }
        match &article.author {
            Some(author) => assert!(
                known(&line, article).contains(&known(author, article)),
                "{}: {line}",
                article.path
            ),
            None => assert!(
                !page.contains("rel=\"author\"") && !page.contains("name=\"author\""),
                "{}",
                article.path
            ),
        }
    }
}

#[test]
fn a_date_in_a_path_is_never_another_than_the_true_one() {
    let site = large();
    let dated = site
        .truth()
        .articles()
        .iter()
        .filter(|article| article.path.trim_start_matches("/blog/").split('/').count() > 2);
    let mut count = 0;
    for article in dated {
        let date = article
            .published
            .expect("a path with a date belongs to a dated article");
        let folder = format!("/blog/{}/{:02}/{:02}/", date.year, date.month, date.day);
        assert!(article.path.starts_with(&folder), "{}", article.path);
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn every_page_shows_dates_that_are_not_its_own() {
    let site = start();
    let mut client = Client::connect(&site);
    let mut misleading = 0;
    for article in site.truth().articles() {
        let page = read(&client.get(&article.path).body, article);
        let own =
            [article.published, article.modified].map(|date| date.map(|date| date.to_string()));
        let first = tags(&page).into_iter().find(|tag| tag.name == "time");
        let first = first.and_then(|tag| tag.get("datetime").map(str::to_string));
        misleading += usize::from(first.is_some() && first != own[0]);
        let others = tags(&page)
            .into_iter()
            .filter_map(|tag| tag.get("datetime").map(str::to_string))
            .filter(|date| !own.contains(&Some(date.clone())));
        assert!(others.count() >= 1, "{}", article.path);
        assert!(
            page.contains("2007") && page.contains("2025"),
            "{}",
            article.path
        );
    }
    // Whoever takes the first <time> is wrong on many pages.
    assert!(misleading > 20, "only {misleading}");
}

#[test]
fn articles_are_from_two_to_sixty_kilobytes_and_readable() {
    let site = large();
    let mut client = Client::connect(&site);
    let sizes: Vec<usize> = site
        .truth()
        .articles()
        .iter()
        .map(|article| client.get(&article.path).body.len())
        .collect();

    assert!(
        sizes.iter().all(|size| (2_000..75_000).contains(size)),
        "{sizes:?}"
    );
    assert!(sizes.iter().any(|size| *size < 8_000) && sizes.iter().any(|size| *size > 50_000));
}

#[test]
fn an_encoding_is_declared_where_the_bytes_need_it() {
    let site = large();
    let mut client = Client::connect(&site);
    let mut seen = std::collections::BTreeMap::new();
    for article in site.truth().articles() {
        let answer = client.get(&article.path);
        let header = answer.header("content-type").unwrap().to_string();
        let page = read(&answer.body, article);
        let in_header = header.contains(&format!("charset={}", article.encoding));
        let head = &page[..page.find("<title>").unwrap()];
        let in_page = head.contains(&format!("charset={}", article.encoding))
            || head.contains(&format!("charset=\"{}\"", article.encoding));

        assert!(in_header || in_page, "{}: {header}", article.path);
        assert!(
            header == "text/html" || in_header,
            "{}: {header}",
            article.path
        );
        *seen
            .entry((article.encoding, in_header, in_page))
            .or_insert(0) += 1;
    }
    let labels: std::collections::BTreeSet<&str> =
        seen.keys().map(|(label, _, _)| *label).collect();
    assert!(labels.len() >= 5, "{seen:?}");
}

#[test]
fn every_other_address_of_an_article_leads_to_it() {
    let site = start();
    let mut client = Client::connect(&site);
    for article in site.truth().articles() {
        let canonical = format!(
            "<link rel=\"canonical\" href=\"http://bay.example{}\">",
            article.path
        );
        for path in article.duplicates.iter().chain([&article.path]) {
            let answer = client.get(path);
            assert_eq!(answer.status, 200, "{path}");
            assert!(read(&answer.body, article).contains(&canonical), "{path}");
        }
        for path in &article.redirects {
            let answer = client.get(path);
            assert_eq!(answer.status, 301, "{path}");
            assert_eq!(
                answer.header("location"),
                Some(article.path.as_str()),
                "{path}"
            );
        }
    }
}

#[test]
fn what_is_not_in_the_blog_is_404() {
    let site = start();
    let mut client = Client::connect(&site);
    let path = &site.truth().articles()[0].path;
    let wrong = path.replace("/blog/", "/blog/x-");
    for path in [
        "/blog/page/0/",
        "/blog/page/7/",
        "/blog/page/99999999999999999999/",
        "/blog/page/x/",
        "/blog/category/none/",
        "/blog/tag/none/",
        "/blog/author/0/",
        "/blog/author/999/",
        "/blog/1999/",
        "/blog/none-1/",
        "/blog/none-0/",
        "/blog/none-99999999999/",
        "/blog/?p=0",
        "/blog/?p=61",
        "/blog/-/",
        "/blog/1/2/3/4/5/",
        &wrong,
    ] {
        assert_eq!(client.get(path).status, 404, "{path}");
    }
    assert_eq!(
        client.get("/blog/page/1/").header("location"),
        Some("/blog/")
    );
    assert_eq!(
        client.get("/blog/?page=3").header("location"),
        Some("/blog/page/3/")
    );
}

#[test]
fn the_truth_finds_articles_by_their_path_alone() {
    let site = start();
    let truth = site.truth();
    for article in truth.articles() {
        assert_eq!(truth.article(&article.path), Some(article));
    }
    for path in [
        "",
        "/",
        "/blog/",
        "/blog/x-1/",
        "/blog/x-0/",
        "/blog/x-99/",
        "-1/",
    ] {
        assert_eq!(truth.article(path), None, "{path}");
    }
}

#[test]
fn articles_are_listed_from_the_newest_to_the_oldest() {
    let site = large();
    let dates: Vec<Date> = site
        .truth()
        .articles()
        .iter()
        .filter_map(|article| article.published)
        .collect();

    assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]));
    assert!(
        dates[0]
            < Date {
                year: 2026,
                month: 1,
                day: 1
            }
    );
}
