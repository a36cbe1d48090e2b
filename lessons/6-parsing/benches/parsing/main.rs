//! What it costs to read a page: the single pass beside a full tree, beside a reader that
//! repairs nothing as the limit, and beside Python.
//!
//! `cargo course bench parsing`. All read the same pages of about 32 KB, on one core; processor time is
//! counted. Python is the one
//! that `COURSE_PYTHON` names, or `python3`; what it cannot import is left out, and said.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use parsing::article::{Given, read};
use parsing::html::{Parts, decode};
use scraper::{Html, Selector};
use url::Url;

mod pages;

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` runs this too, and wants to know only whether it still works.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let pages = pages::make(if measuring { 200 } else { 2 });
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!(
        "{} pages of {} KB",
        pages.len(),
        bytes / pages.len() / 1_024
    );
    println!("{:<44} {:>12} {:>8}", "one core", "pages/second", "us/page");

    let texts: Vec<&str> = pages
        .iter()
        .map(|page| std::str::from_utf8(page).expect("made as UTF-8"))
        .collect();
    let url = Url::parse("https://site.test/2024/03/05/page")?;
    let given = Given {
        url: Some(&url),
        language: None,
        today: Some(Date::constant(2026, 1, 1)),
    };
    let limit = if measuring {
        Duration::from_secs(2)
    } else {
        Duration::ZERO
    };

    let whole = measure(
        "decode, single pass, article and links",
        limit,
        &pages,
        |page| {
            let page = decode(page, None);
            let parts = Parts::read(&page.text);
            black_box((read(&parts, given), parts.targets(&url)));
        },
    );
    measure("decode, single pass and article", limit, &pages, |page| {
        let page = decode(page, None);
        black_box(read(&Parts::read(&page.text), given));
    });
    measure("single pass alone", limit, &texts, |page| {
        black_box(Parts::read(page));
    });
    let title = Selector::parse("title, h1, meta, time").expect("a selector");
    let links = Selector::parse("a[href]").expect("a selector");
    let tree = measure(
        "scraper: full tree, title, dates and links",
        limit,
        &texts,
        |page| {
            let tree = Html::parse_document(page);
            black_box((tree.select(&title).count(), tree.select(&links).count()));
        },
    );
    measure(
        "tl: a[href] alone, not as browsers read HTML",
        limit,
        &texts,
        |page| {
            let tree =
                tl::parse(page, tl::ParserOptions::default()).expect("a page is small enough");
            black_box(tree.query_selector("a[href]").map(Iterator::count));
        },
    );
    println!(
        "the single pass and its rules are {:.1} times as fast as the tree",
        whole / tree
    );
    python(&pages, measuring)
}

/// Prints how many pages a second, and returns that.
fn measure<P>(name: &str, limit: Duration, pages: &[P], work: impl Fn(&P)) -> f64 {
    // Once for the caches.
    pages.iter().take(20).for_each(&work);
    let (started, cpu) = (Instant::now(), cpu_time());
    let mut done = 0_u32;
    loop {
        for page in pages {
            work(page);
            done += 1;
        }
        if started.elapsed() >= limit {
            break;
        }
    }
    let spent = cpu.zip(cpu_time()).map(|(before, after)| after - before);
    let seconds = spent.unwrap_or(started.elapsed()).as_secs_f64();
    let rate = f64::from(done) / seconds;
    println!("{name:<44} {rate:>12.0} {:>8.0}", 1e6 / rate);
    rate
}

/// The processor time that this thread has used, which others on the machine do not lengthen. Linux
/// alone says it in a file.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = stat.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Runs the same pages through what Python has.
fn python(pages: &[Vec<u8>], measuring: bool) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for (n, page) in pages.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{n}.html")), page)?;
    }
    let python = std::env::var("COURSE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/parsing/peers.py");
    if !measuring {
        return Ok(());
    }
    match Command::new(&python)
        .arg(script)
        .arg(folder.path())
        .output()
    {
        Ok(output) => print!("{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => println!("{python} does not run ({error}); COURSE_PYTHON may name another"),
    }
    Ok(())
}
