//! Part 2: questions about a page, from simple to hard.

use scraper::{ElementRef, Html, Selector};
use tour::{Stage, Table};

use super::short;

const PAGE: &str = r#"<main>
 <article class="post lead" id=p1><h2>Salt</h2><p>One.</p><blockquote><p>Quoted.</p></blockquote>
  <a href="https://else.example/a" rel="external nofollow">Else</a> <a href="/b" hreflang="de">Hier</a></article>
 <article class=post><h2>Bread</h2><p class=note></p><ul><li>flour<li>water<li>salt</ul></article>
</main><aside><h2>Popular</h2></aside>"#;

const QUESTIONS: [(&str, &str); 10] = [
    ("h2", "every h2"),
    ("article h2", "those somewhere inside an article"),
    ("article > p", "paragraphs directly inside"),
    (".post.lead", "with both classes"),
    ("#p1 a", "links inside of the one with this id"),
    ("a[hreflang]", "with the attribute"),
    (r#"a[href^="https:"]"#, "whose value begins so"),
    (r#"a:not([rel~="nofollow"])"#, "without this word"),
    ("li:nth-child(2)", "the second child"),
    ("article:has(ul) > h2", "headline of one with a list"),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.quote(PAGE);
    let page = Html::parse_document(PAGE);
    let mut table = Table::new(["selector", "means", "finds"]);
    for (css, meaning) in QUESTIONS {
        let selector = Selector::parse(css).map_err(|error| error.to_string())?;
        let found: Vec<String> = page.select(&selector).map(text).collect();
        table.row([
            css.to_owned(),
            meaning.to_owned(),
            short(&found.join(" | "), 26),
        ]);
    }
    stage.table(&table);
    stage.means("the more a selector says about where an element stands, the less it finds by accident, and the sooner it breaks when the page changes");
    let refused = Selector::parse("p:contains(One)").is_err();
    let answer = if refused { "refused" } else { "accepted" };
    stage.line(format!("p:contains(One): {answer}"));
    stage.means(
        "CSS has no question about an element's text: ask for the elements, then filter what comes",
    );
    Ok(())
}

fn text(element: ElementRef<'_>) -> String {
    let pieces: String = element.text().collect();
    pieces.split_whitespace().collect::<Vec<_>>().join(" ")
}
