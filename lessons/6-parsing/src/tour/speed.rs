//! Part 8: what a full tree costs beside one pass over the tags.

use std::hint::black_box;
use std::time::{Duration, Instant};

use parsing::article::{self, Given};
use parsing::html::{Parts, decode};
use scraper::Html;
use tour::{Stage, count};
use url::Url;

use super::{get, site};

const PAGES: usize = 12;
const ROUNDS: usize = 5;

/// A name, and what it does with a page.
type Way<'a> = (&'a str, &'a dyn Fn(&str) -> usize);

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let url = Url::parse(&site.url("/blog/"))?;
    let mut pages = Vec::new();
    for known in site.truth().articles().iter().take(PAGES) {
        let answer = get(&site, &known.path)?;
        pages.push(decode(&answer.body, answer.charset()).text.into_owned());
    }
    let bytes: usize = pages.iter().map(String::len).sum();
    stage.line(format!(
        "{PAGES} articles of the practice site, {} bytes on average",
        count((bytes / PAGES) as u64)
    ));

    let ways: [Way<'_>; 3] = [
        ("a tree", &|page| {
            Html::parse_document(page).tree.nodes().count()
        }),
        ("one pass", &|page| Parts::read(page).anchors.len()),
        ("one pass, weighed", &|page| {
            let given = Given {
                url: Some(&url),
                ..Given::default()
            };
            usize::from(article::read(&Parts::read(page), given).title.is_some())
        }),
    ];
    let rates: Vec<(&str, f64)> = ways
        .iter()
        .map(|(name, work)| {
            let best = (0..ROUNDS).map(|_| {
                let started = Instant::now();
                for page in &pages {
                    black_box(work(page));
                }
                started.elapsed()
            });
            let best = best.min().unwrap_or(Duration::from_secs(1)).as_secs_f64();
            (*name, PAGES as f64 / best)
        })
        .collect();
    stage.bars(
        rates
            .iter()
            .map(|(name, rate)| (*name, *rate, format!("{rate:.0} pages/s"))),
    );
    stage.line(format!(
        "one pass against a tree: {:.1} x",
        rates[1].1 / rates[0].1
    ));
    stage.means("a tree keeps every element for questions that may come; a pass keeps headings, links, metadata and dates, which is what a crawler asks of every page");
    stage.means("to weigh what was found, the third bar, costs its own time, whichever of the two it stands on");
    Ok(())
}
