//! Part 8: the time of a plain fetch, of a page in Chromium, and of Chromium's start.

use std::time::{Duration, Instant};

use browser::needs_rendering;
use tour::{Stage, duration};

use super::{PATIENCE, fetch, median, session, site};

const FETCHES: usize = 50;
const PAGES: usize = 8;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let started = Instant::now();
    let session = session()?;
    let start = started.elapsed();

    let mut fetches = times(FETCHES, || fetch(&site, "/js/books").map(drop))?;
    let url = site.url("/js/books");
    let mut pages = times(PAGES, || {
        session.open(&url)?;
        session.wait(PATIENCE).for_count(".book", 10)?;
        Ok(())
    })?;
    let (fetch, page) = (median(&mut fetches), median(&mut pages));

    let bar = |label: &'static str, time: Duration| (label, time.as_secs_f64(), duration(time));
    let html = super::fetch(&site, "/js/books")?;
    let mut rules = times(FETCHES, || {
        std::hint::black_box(needs_rendering(std::hint::black_box(&html)));
        Ok(())
    })?;
    stage.bars([
        bar("the rule of part 1", median(&mut rules)),
        bar("plain fetch", fetch),
        bar("page in Chromium", page),
        bar("start of Chromium", start),
    ]);
    stage.line(format!(
        "the page in Chromium takes {:.0} x as long as the fetch; the start is paid once for a session",
        page.as_secs_f64() / fetch.as_secs_f64()
    ));
    stage.means("fetch everything, and render what the rule finds empty");
    stage.means(
        "often the best way is a third one: see what the script asks for, and ask the API yourself",
    );
    Ok(())
}

fn times(n: usize, mut work: impl FnMut() -> tour::Result) -> tour::Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..n {
        let started = Instant::now();
        work()?;
        times.push(started.elapsed());
    }
    Ok(times)
}
