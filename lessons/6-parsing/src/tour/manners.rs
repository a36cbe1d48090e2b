//! Part 9: seven questions before a crawl, asked of the practice site.

use parsing::html::{Directives, Parts};
use parsing::robots::Robots;
use tour::{Stage, Table};

use super::{get, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let robots = Robots::parse(&get(&site, "/robots.txt")?.body);
    let rules = robots.rules_for("Spindle");
    let delay = rules
        .crawl_delay()
        .map_or("no wish: 1 s of ours".to_owned(), |it| {
            format!("{} s", it.pause.as_secs_f64())
        });
    let page = get(&site, "/rules/noindex.html")?;
    let by_page = Parts::read(&String::from_utf8_lossy(&page.body)).directives("Spindle");
    let page = get(&site, "/rules/header-noindex.html")?;
    let header = page.header("x-robots-tag").unwrap_or_default().to_owned();
    let by_header = Directives::parse(&header, "Spindle");
    let has_api = get(&site, "/api/")?.head.contains(" 200 ");

    let mut table = Table::new(["question", "who answers", "here"]);
    let answer = |yes: bool, text: &str| format!("{}: {text}", if yes { "yes" } else { "no" });
    for (question, who, here) in [
        (
            "1 is there an API or a feed instead?",
            "the site",
            answer(has_api, "/api/, /feed.rss"),
        ),
        (
            "2 may this path be fetched?",
            "robots.txt",
            rules.verdict("/blog/").to_string(),
        ),
        ("3 how often?", "robots.txt", delay),
        (
            "4 may it be kept?",
            "the page, the header",
            format!(
                "noindex by meta: {}, by header: {}",
                by_page.noindex, by_header.noindex
            ),
        ),
        (
            "5 do the terms of service allow it?",
            "you, reading them",
            "no program can".to_owned(),
        ),
        (
            "6 whose text is it, and who is in it?",
            "you, and the law",
            "copyright, personal data".to_owned(),
        ),
        (
            "7 can they reach you?",
            "your user agent",
            "Spindle/0.1 (+address)".to_owned(),
        ),
    ] {
        table.row([question.to_owned(), who.to_owned(), here]);
    }
    stage.table(&table);
    stage.means("a program can obey; only a person can decide. When in doubt, ask the people whose site it is: they often say yes, and send a file");
    Ok(())
}
