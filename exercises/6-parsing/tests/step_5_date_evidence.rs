//! # Step 5: when was this written, and who says so?
//!
//! **Task.** Fill in `src/date_evidence.rs`: `published` asks the witnesses of a page in order and
//! believes the first who says a day that can be true.
//!
//! **Hint.** Collect what everybody says, in order, and judge it in one place. More with `just hint 6 date_evidence`.
//!
//! **Resources.** The chapter `book/src/6-parsing.md`, "Evidence"; the tour, `just lesson 6 articles`; schema.org's `datePublished`.

mod harness;

use exercise_6::date_evidence::{Evidence, Found, published};
use harness::same;
use url::Url;

const TODAY: &str = "2026-11-22";

#[track_caller]
fn check(page: &str, path: &str, expected: Option<(&str, Evidence)>, why: &str) {
    let url = Url::parse("https://site.example")
        .expect("a URL")
        .join(path)
        .expect("a path");
    let expected = expected.map(|(day, evidence)| Found {
        day: day.to_owned(),
        evidence,
    });
    same!(
        published(page, &url, TODAY),
        expected,
        "The page was {url}:\n{page}\n\n{why}"
    );
}

#[test]
fn goal_1_each_witness_alone_is_believed() {
    check(
        r#"<script type="application/ld+json">{"@type":"Article","datePublished":"2024-03-05T10:00:00+01:00"}</script>"#,
        "/bread",
        Some(("2024-03-05", Evidence::JsonLd)),
        "JSON-LD says it outright.",
    );
    check(
        r#"<meta property="article:published_time" content="2024-03-05">"#,
        "/bread",
        Some(("2024-03-05", Evidence::Meta)),
        "The meta element is for social networks, and tells us, too.",
    );
    check(
        r#"<article><time datetime="2024-03-05">March 5</time></article>"#,
        "/bread",
        Some(("2024-03-05", Evidence::Time)),
        "A time element inside the article.",
    );
    check(
        "<p>Bread</p>",
        "/blog/2024/03/05/bread",
        Some(("2024-03-05", Evidence::Address)),
        "The address says it.",
    );
}

#[test]
fn goal_2_a_page_without_a_date_has_none() {
    check(
        "<p>Founded in 1998. Prices as of 2024-03-05.</p>",
        "/about",
        None,
        "Nobody says when this page was published, so the answer is `None`.\nA date that is invented is worse than none.",
    );
    check(
        "<p>Part 3</p>",
        "/2024/0315/1099/x",
        None,
        "This is no day: month and day have two digits.",
    );
    check(
        r#"<script type="application/ld+json">{"dateModified":"2024-03-05"}</script>"#,
        "/about",
        None,
        "The day of the last change is another question.",
    );
}

#[test]
fn goal_3_the_most_trustworthy_witness_comes_first() {
    let page = r#"<meta property="article:published_time" content="2024-03-06"><article><time datetime="2024-03-07">x</time></article>
        <script type="application/ld+json">{"datePublished":"2024-03-05"}</script>"#;
    check(
        page,
        "/2024/03/08/x",
        Some(("2024-03-05", Evidence::JsonLd)),
        "All four speak, and JSON-LD is asked first, wherever it stands on the page.",
    );
    check(
        r#"<article><time datetime="2024-03-07">x</time></article>"#,
        "/2024/03/08/x",
        Some(("2024-03-07", Evidence::Time)),
        "The address is the last that is asked.",
    );
}

#[test]
fn goal_4_json_ld_comes_in_lists_and_graphs() {
    check(
        r#"<script type="application/ld+json">[{"@type":"Organization"},{"@type":"NewsArticle","datePublished":"2024-03-05"}]</script>"#,
        "/x",
        Some(("2024-03-05", Evidence::JsonLd)),
        "A list of things, and the second is the article.",
    );
    check(
        r#"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite"},{"@type":"Article","datePublished":"2024-03-05"}]}</script>"#,
        "/x",
        Some(("2024-03-05", Evidence::JsonLd)),
        "Many publishing systems put everything into one graph.",
    );
    check(
        r#"<script type="application/ld+json">{"comment":{"datePublished":"2024-03-09"}}</script>"#,
        "/x",
        None,
        "This is the day of a comment. Look into lists and `@graph`, and no deeper.",
    );
}

#[test]
fn goal_5_a_script_that_is_no_json_is_skipped() {
    check(
        r#"<script type="application/ld+json">{"datePublished":"2024-03-04",}</script>
           <script type="application/ld+json">{"datePublished":null}</script>
           <script type="application/ld+json">{"datePublished":"2024-03-05"}</script>"#,
        "/x",
        Some(("2024-03-05", Evidence::JsonLd)),
        "The first script has a comma too many, the second says nothing. Neither is a reason to stop or to panic.",
    );
}

#[test]
fn goal_6_a_comments_time_is_the_comments() {
    check(
        r#"<article><div class="wide comments"><p><time datetime="2024-03-09">yesterday</time></p></div><footer><time datetime="2024-03-05">x</time></footer></article>"#,
        "/x",
        Some(("2024-03-05", Evidence::Time)),
        "The first time stands inside an element of class \"comments\", so it is a comment's.",
    );
    check(
        r#"<time datetime="2024-03-05">now</time>"#,
        "/x",
        None,
        "This time is not inside an article. It may be a clock.",
    );
}

#[test]
fn goal_7_what_cannot_be_true_is_not_believed_and_the_next_is_asked() {
    check(
        r#"<script type="application/ld+json">{"datePublished":"2027-01-01"}</script><meta property="article:published_time" content="2024-03-05">"#,
        "/x",
        Some(("2024-03-05", Evidence::Meta)),
        "JSON-LD names a day that is still to come (today is 2026-11-22). The next witness is asked.",
    );
    check(
        r#"<meta property="article:published_time" content="0001-01-01"><meta property="article:published_time" content="2024-02-30"><article><time datetime="2024-03-05">x</time></article>"#,
        "/x",
        Some(("2024-03-05", Evidence::Time)),
        "No web page was published in the year 1, and February has no 30th.",
    );
    check(
        r#"<article><time datetime="tomorrow">x</time><time datetime="2026-11-22">today</time></article>"#,
        "/x",
        Some(("2026-11-22", Evidence::Time)),
        "The first time is no day. Today can be true.",
    );
}
