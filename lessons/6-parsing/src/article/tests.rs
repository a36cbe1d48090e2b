use jiff::civil::Date;
use proptest::prelude::*;

use super::*;

fn page(html: &str) -> Article {
    page_at("http://site.test/blog/a", html)
}

fn page_at(url: &str, html: &str) -> Article {
    let url = Url::parse(url).expect("a URL");
    let given = Given {
        url: Some(&url),
        language: None,
        today: Some(Date::constant(2026, 1, 1)),
    };
    read(&Parts::read(html), given)
}

fn title(html: &str, expected: &str) {
    let found = page(html).title.map(|found| found.value);

    assert_eq!(found.as_deref().unwrap_or("none"), expected, "{html}");
}

fn date(html: &str, expected: &str) {
    let found = page(html)
        .published
        .map(|found| format!("{} {}", found.value, found.evidence.name()));

    assert_eq!(found.as_deref().unwrap_or("none"), expected, "{html}");
}

#[test]
fn the_name_of_the_site_is_no_part_of_the_title() {
    title(
        "<title>Bread - My Blog</title><h1>My Blog</h1><main><h1>Bread</h1></main>",
        "Bread",
    );
    title("<title>Bread | My Blog</title><h1>Bread</h1>", "Bread");
    title(
        "<title>My Blog: Bread</title><meta property=og:site_name content='My Blog'>",
        "Bread",
    );
    title(
        "<title>Bread \u{2014} My Blog</title><meta property=og:site_name content='My Blog'>",
        "Bread",
    );
    title(
        "<title>My Blog</title><meta property=og:title content=Bread><h1>Other</h1>",
        "Bread",
    );
}

#[test]
fn a_dash_inside_a_title_stays() {
    title("<title>Bread - and butter</title>", "Bread - and butter");
    title(
        "<title>Bread-making - Blog</title><h1>Bread</h1><h1>Bread-making</h1>",
        "Bread-making",
    );
}

#[test]
fn a_title_is_text_on_one_line() {
    title(
        "<title>\n Bread &amp; <b>butter\n\t</title>",
        "Bread & <b>butter",
    );
    title(
        "<h1>Bread <em>and</em><br>butter ¶</h1>",
        "Bread and butter",
    );
    title("<title>Bad\u{1b}[31m \u{7}bell</title>", "Bad[31m bell");
    title("<p>nothing</p>", "none");
    title(
        "<svg><title>icon</title></svg><title>Bread</title>",
        "Bread",
    );
}

#[test]
fn json_ld_is_read_alone_in_lists_and_in_graphs() {
    let article =
        r#"{"@type":"BlogPosting","datePublished":"2024-03-05T10:00:00Z","author":{"name":"Ann"}}"#;
    for json in [
        article.to_owned(),
        format!("[{{\"@type\":\"WebSite\"}},{article}]"),
        format!(
            "{{\"@graph\":[{{\"@type\":\"Person\",\"datePublished\":\"1999-01-01\"}},{article}]}}"
        ),
        format!("{{\"@type\":\"WebPage\",\"mainEntity\":{article}}}"),
    ] {
        let html = format!("<script type='application/ld+json'>{json}</script>");

        date(&html, "2024-03-05 json-ld");
        assert_eq!(
            page(&html).author.map(|found| found.value).as_deref(),
            Some("Ann")
        );
    }
    date(
        "<script type='application/ld+json'>{broken</script>",
        "none",
    );
}

#[test]
fn of_several_articles_the_one_of_this_page_counts() {
    date(
        r#"<script type="application/ld+json">[
            {"@type":"BlogPosting","url":"/blog/other","datePublished":"2020-01-01"},
            {"@type":"BlogPosting","url":"/blog/a","datePublished":"2024-03-05"}]</script>"#,
        "2024-03-05 json-ld",
    );
}

#[test]
fn the_most_deliberate_place_wins() {
    date(
        "<meta property=article:published_time content=2024-03-05><h1>A</h1><time datetime=2020-01-01>1 January 2020</time>",
        "2024-03-05 meta",
    );
    date(
        "<h1>A</h1><p>1 January 2020</p><time datetime=2024-03-05></time>",
        "2024-03-05 time",
    );
    date(
        "<h1>A</h1><p><span itemprop=datePublished content=2024-03-05>x</span></p>",
        "2024-03-05 microdata",
    );
}

#[test]
fn a_date_is_read_from_the_path() {
    for path in [
        "/2024/03/05/title",
        "/blog/2024/3/5/",
        "/2024-03-05-title.html",
        "/x/2024-03-05",
    ] {
        let found = page_at(&format!("http://site.test{path}"), "<h1>A</h1>").published;
        assert_eq!(
            found.map(|found| found.value.to_string()).as_deref(),
            Some("2024-03-05"),
            "{path}"
        );
    }
    for path in ["/2024/03/", "/2024/13/05/x", "/2024-03-051/", "/v/1.2.3/"] {
        assert_eq!(
            page_at(&format!("http://site.test{path}"), "<h1>A</h1>").published,
            None,
            "{path}"
        );
    }
}

#[test]
fn words_beside_the_title_tell_the_date_in_the_pages_language() {
    date("<h1>A</h1><p>By Ann, 5 March 2024</p>", "2024-03-05 text");
    date(
        "<html lang=de><p>5. März 2024</p><h1>A</h1>",
        "2024-03-05 text",
    );
    date(
        "<html lang=en-GB><h1>A</h1><p>5/3/2024</p>",
        "2024-03-05 text",
    );
    date(
        "<html lang=en-US><h1>A</h1><p>3/5/2024</p>",
        "2024-03-05 text",
    );
    date(
        "<html lang=ja><h1>A</h1><p>公開日：2024年3月5日</p>",
        "2024-03-05 text",
    );
}

#[test]
fn another_date_of_the_page_is_not_its_own() {
    let prose = "It happened on 1 January 2020, a day that nobody who was there will ever forget, since it rained from the \
                 morning to the evening without a pause.";
    date(&format!("<h1>A</h1><p>{prose}</p>"), "none");
    date("<h1>A</h1><p>Updated 5 March 2024</p>", "none");
    date(
        "<h1>A</h1><aside><time datetime=2020-01-01></time></aside>",
        "none",
    );
    date(
        "<h1>A</h1><div class='related-posts'><p>1 January 2020</p></div>",
        "none",
    );
    date(
        "<h1>A</h1><h2>More</h2><time datetime=2020-01-01></time>",
        "none",
    );
    date(
        "<h1>A</h1><p>Updated 7 March 2024, published 5 March 2024</p>",
        "2024-03-05 text",
    );
    date(
        "<h1>A</h1><p>Updated <time datetime=2024-03-07></time>, published <time datetime=2024-03-05></time></p>",
        "2024-03-05 time",
    );
}

#[test]
fn a_date_announced_at_the_end_counts() {
    let prose = "word ".repeat(60);
    date(
        &format!(
            "<article><h1>A</h1><p>{prose}</p><footer>Posted on 5 March 2024</footer></article>"
        ),
        "2024-03-05 text",
    );
}

#[test]
fn the_last_change_is_kept_apart() {
    let page = page("<h1>A</h1><p>Published 5 March 2024, updated 7 March 2024</p>");

    assert_eq!(
        page.published
            .map(|found| found.value.to_string())
            .as_deref(),
        Some("2024-03-05")
    );
    assert_eq!(
        page.modified
            .map(|found| found.value.to_string())
            .as_deref(),
        Some("2024-03-07")
    );
}

#[test]
fn an_announced_change_is_read_wherever_it_stands() {
    let prose = format!("<p>{}</p>", "word ".repeat(60)).repeat(30);
    for html in [
        "<h1>A</h1><p>Updated on 7 March 2024</p>".to_owned(),
        "<h1>A</h1><p>5 March 2024 (updated 7 March 2024)</p>".to_owned(),
        "<h1>A</h1><dl><dt>Updated</dt><dd>7 March 2024</dd></dl>".to_owned(),
        "<html lang=de><h1>A</h1><p>5. März 2024</p><p>Stand: 07.03.2024</p>".to_owned(),
        format!("<article><h1>A</h1>{prose}<p>Last updated on 7 March 2024</p></article>"),
    ] {
        let modified = page(&html).modified.map(|found| found.value.to_string());

        assert_eq!(modified.as_deref(), Some("2024-03-07"), "{html}");
    }
}

#[test]
fn the_day_up_to_which_all_is_told_is_that_of_publication_where_no_other_is() {
    let alone = "<html lang=de><h1>A</h1><p>Stand: 05.03.2024, 10:15 Uhr</p>";
    let after = "<html lang=de><h1>A</h1><p>Dienstag, 5. März 2024</p><p>Stand: 07.03.2024</p>";

    date(alone, "2024-03-05 text");
    date(after, "2024-03-05 text");
    assert_eq!(page(alone).modified, None);
}

#[test]
fn a_label_in_the_heading_is_no_part_of_the_title() {
    for heading in [
        "<h1><span class=kicker>Politics</span> Bakers on strike</h1>",
        "<h1><span class=article__eyebrow>Exclusive</span>Bakers on strike</h1>",
        "<h1><div class=dachzeile>Handwerk</div>Bakers on strike</h1>",
        "<h1>Bakers on strike <span class='badge badge-new'>New</span></h1>",
        "<h1>Bakers on strike<small class=subtitle>They are tired</small></h1>",
    ] {
        title(
            &format!("<title>Bakers on strike | Loaf</title>{heading}"),
            "Bakers on strike",
        );
    }
    // Another place repeats the label, and a heading is never emptied.
    title(
        "<title>Live: Bakers on strike</title><h1><span class=kicker>Live:</span> Bakers on strike</h1>",
        "Live: Bakers on strike",
    );
    title("<h1><span class=label>Bread</span></h1>", "Bread");
}

#[test]
fn the_author_of_a_byline_stands_before_its_date() {
    for (line, expected) in [
        ("By Ann Miller, 5 March 2024", Some("Ann Miller")),
        ("Ann Miller | 05.03.2024", Some("Ann Miller")),
        ("By Ann Miller on 5 March 2024", Some("Ann Miller")),
        ("Tuesday, 5 March 2024", None),
        ("Last updated on 5 March 2024", None),
        ("March 5, 2024", None),
    ] {
        let author = page(&format!("<h1>A</h1><p class=byline>{line}</p>")).author;

        let author = author.map(|found| found.value);
        assert_eq!(author.as_deref(), expected, "{line}");
    }
}

#[test]
fn a_first_sentence_that_opens_with_place_and_day_is_dated_by_it() {
    date(
        "<article><h1>A festival</h1><p>London, 5 March 2024 &mdash; The festival begins.</p></article>",
        "2024-03-05 text",
    );
}

#[test]
fn the_language_is_a_tag() {
    assert_eq!(page("<html lang=' de '>").language.as_deref(), Some("de"));
    assert_eq!(
        page("<meta property=og:locale content=pt_BR>")
            .language
            .as_deref(),
        Some("pt-BR")
    );
    assert_eq!(page("<p>").language, None);
}

#[test]
fn what_is_later_than_today_is_refused() {
    date(
        "<meta property=article:published_time content=2026-05-05><h1>A</h1>",
        "none",
    );
}

#[test]
fn yesterday_is_counted_from_the_day_the_page_was_fetched() {
    date(
        "<h1>A title</h1><p class=date>yesterday</p>",
        "2025-12-31 class",
    );
}

proptest! {
    #[test]
    fn no_page_makes_it_fail(html in "(<[a-z]{1,3}( [a-z]{1,5}(=[\"']?[a-z0-9-]{0,8}[\"']?)?)?/?>|</[a-z]{1,3}>|[ a-z0-9.:/&;#-]{0,12}|\\PC{0,4}|<!--|-->|<script>|</script>|<h1>|<time datetime=2024-03-05>|2024){0,40}") {
        let _ = page(&html);
        let _ = Parts::read(&html).links(&Url::parse("http://a.test").expect("a URL"));
    }
}
