//! # Step 1: what is where on a page?
//!
//! **Task.** Fill in `src/selectors.rs`: three functions that find headlines, a paragraph and links
//! by CSS selectors. The pages are as untidy as the web is: attributes, tags inside headlines, links
//! written in every way.
//!
//! **Hint.** `Html::parse_document`, `Selector::parse`, `select`. More with `just hint 6 selectors`.
//!
//! **Resources.** The chapter `book/src/6-parsing.md`, "From simple selectors to hard ones"; the tour, `just lesson 6 selectors`;
//! the documentation of `scraper::Selector` and of `url::Url::join`.

mod harness;

use exercise_6::selectors::{Link, first_paragraph, headlines, links};
use harness::same;
use url::Url;

const BLOG: &str = r#"<!doctype html>
<title>Blog</title>
<header><h1>The Blog</h1></header>
<main>
  <article class="post" id=p1>
    <blockquote><p>Somebody else's words.</p></blockquote>
    <h2 class="title">Salt
       &amp; <em>light</em></h2>
    <p>The first <b>own</b> words.</p>
    <p>The second.</p>
  </article>
  <article><h2>Bread</h2><section><h2>Crust</h2></section></article>
</main>
<aside><h2>Popular</h2><p>Not this.</p></aside>"#;

#[test]
fn goal_1_headlines_are_those_inside_articles() {
    same!(
        headlines("<article><h2>One</h2></article><article><h2>Two</h2></article><h2>Popular</h2>"),
        ["One", "Two"],
        "\"Popular\" stands outside of the articles. `article h2` means: an h2 somewhere inside an article."
    );
    same!(
        headlines("<h2>None here</h2>"),
        [""; 0],
        "There is no article, so there are no headlines, and that is no reason to panic."
    );
}

#[test]
fn goal_2_a_text_is_what_a_reader_sees() {
    same!(
        headlines(BLOG),
        ["Salt & light", "Bread", "Crust"],
        "A headline may have attributes, tags inside, references (&amp;) and line breaks. A reader sees\n\
         one line of text: join all pieces of `text()`, and all runs of spaces to one."
    );
}

#[test]
fn goal_3_a_child_is_not_any_descendant() {
    same!(
        first_paragraph(BLOG),
        Some("The first own words.".to_owned()),
        "The first p inside the article is part of a quotation. `article > p` means: directly inside."
    );
    same!(
        first_paragraph("<p>No article.</p>"),
        None,
        "Without an article there is no paragraph in it."
    );
}

#[test]
fn goal_4_links_lead_somewhere_wherever_the_page_was_found() {
    let url = Url::parse("https://site.example/blog/page/2/?sort=new").expect("a URL");
    let page = r##"<nav><a href="/home">Home</a></nav><main>
        <a href="../../about">About</a> <a href='/a?b=1&amp;c=2'>A</a> <a href="?sort=old">Old</a>
        <a href="//other.example/x">Other</a> <a href=" https://third.example ">Third <i>one</i></a>
        <a name="here">An anchor</a> <a href="https://[broken">Broken</a></main>"##;

    let found = links(page, &url);

    let expected = [
        ("https://site.example/blog/about", "About"),
        ("https://site.example/a?b=1&c=2", "A"),
        ("https://site.example/blog/page/2/?sort=old", "Old"),
        ("https://other.example/x", "Other"),
        ("https://third.example/", "Third one"),
    ]
    .map(|(url, text)| Link {
        url: url.to_owned(),
        text: text.to_owned(),
    });
    same!(
        found,
        expected,
        "Each `a` with an `href` inside of `main` is a link. Its address is relative to the page's, and `Url::join`\n\
         knows all the rules. An `a` without `href` is no link, and neither is one whose address is broken."
    );
}

#[test]
fn goal_5_the_page_may_move_its_base() {
    let url = Url::parse("https://site.example/blog/").expect("a URL");
    let page = r#"<head><base href="/archive/2024/"></head><main><a href="one">One</a></main>"#;

    let found: Vec<String> = links(page, &url).into_iter().map(|link| link.url).collect();

    same!(
        found,
        ["https://site.example/archive/2024/one"],
        "`<base href>` says to what the page's addresses are relative. It may itself be relative to the page."
    );
}

#[test]
fn goal_6_a_link_that_asks_not_to_be_followed_is_left_out() {
    let url = Url::parse("https://site.example/").expect("a URL");
    let page = r#"<main><a rel="nofollow" href="/1">1</a> <a rel="external nofollow noopener" href="/2">2</a>
        <a rel="nofollower" href="/3">3</a> <a rel="external" href="/4">4</a> <a rel="NoFollow" href="/5">5</a></main>"#;

    let found: Vec<String> = links(page, &url)
        .into_iter()
        .map(|link| link.text)
        .collect();

    same!(
        found,
        ["3", "4"],
        "`rel` is a list of words in any case. Link 2 has the word nofollow among others, link 3 has only a longer word.\n\
         A selector for one word of a list is [rel~=\"nofollow\" i]."
    );
}
