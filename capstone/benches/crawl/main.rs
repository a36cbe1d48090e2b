//! How fast is a whole crawl? `just bench crawl` (or `cargo bench -p capstone --bench crawl`).
//!
//! A site of 5,000 articles of 15 to 60 KB is made from a seed and served on this machine, by nginx
//! where it is installed. The capstone crawls it, and beside it, one after the other in the same run,
//! each peer that is installed:
//!
//! - `requests, Beautiful Soup` and `Scrapy`: `pip install requests beautifulsoup4 lxml scrapy`, for the
//!   `python3` that comes first on PATH;
//! - `wget2`, which only fetches: `apt-get install wget2`;
//! - `spider`, a Rust crate: `--spider` builds it first, which takes some minutes.
//!
//! What was found is compared with the truth, page by page: `right` counts the articles whose title and
//! date are both right. Options: `--pages N`, `--threads N`, `--latency MS` (before each answer; then our
//! own server serves), `--gzip`, `--only capstone`, `--spider`.
//!
//! Read ratios, not absolute numbers: the server shares the machine's cores with the crawler.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reports"
)]

mod measure;
mod pages;
mod plot;
mod server;

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use measure::Cost;
use pages::Article;
use server::Server;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What the crawlers are asked to do.
struct Options {
    pages: usize,
    threads: usize,
    latency: Duration,
    gzip: bool,
    spider: bool,
    only: Option<String>,
}

/// What came of one crawler.
struct Row {
    name: &'static str,
    cost: Cost,
    /// How many articles have the right title and date; `None` for one that only fetches.
    right: Option<usize>,
    /// How many articles it fetched.
    fetched: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve", site, latency] => latency
            .parse()
            .map_err(Into::into)
            .and_then(|ms| server::serve(Path::new(site), Duration::from_millis(ms))),
        _ if words.contains(&"--bench") => options(&words).and_then(|options| compare(&options)),
        _ => {
            println!(
                "this is a benchmark: cargo bench -p capstone --bench crawl [-- --pages 1000]"
            );
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn options(words: &[&str]) -> Result<Options> {
    let value = |name: &str| {
        words
            .iter()
            .position(|word| *word == name)
            .and_then(|at| words.get(at + 1))
    };
    let number = |name: &str, default: u64| match value(name) {
        Some(text) => text
            .parse()
            .map_err(|_| format!("{name} takes a number, not {text:?}")),
        None => Ok(default),
    };
    Ok(Options {
        pages: usize::try_from(number("--pages", 5_000)?)?,
        threads: usize::try_from(number("--threads", 32)?)?,
        latency: Duration::from_millis(number("--latency", 0)?),
        gzip: words.contains(&"--gzip"),
        spider: words.contains(&"--spider"),
        only: value("--only").map(|name| (*name).to_owned()),
    })
}

fn compare(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (site, work) = (folder.path().join("site"), folder.path().join("work"));
    fs::create_dir_all(&work)?;
    let articles = pages::write(&site, options.pages, 7)?;
    let server = serve(options, &site, &work)?;
    println!(
        "{} articles, {} threads, {} ms before each answer{}, served by {}.\n",
        options.pages,
        options.threads,
        options.latency.as_millis(),
        if options.gzip { ", gzip" } else { "" },
        server.name
    );
    println!("| crawler | time | pages/s | CPU s for 1,000 pages | memory | fetched | right |");
    println!("|:--|--:|--:|--:|--:|--:|--:|");
    let mut rows = Vec::new();
    for (name, run) in CRAWLERS {
        if options
            .only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            continue;
        }
        match run(options, &server, &work) {
            Ok(Some((cost, found))) => {
                let row = judge(name, cost, &found, &articles, &server);
                tell(&row);
                rows.push(row);
            }
            Ok(None) => println!("| {name} | not installed |"),
            Err(error) => println!("| {name} | failed: {error} |"),
        }
    }
    let plot = plot::write(&rows)?;
    println!("\nPlot: {}", plot.display());
    Ok(())
}

fn serve(options: &Options, site: &Path, work: &Path) -> Result<Server> {
    if options.latency.is_zero()
        && let Some(server) = server::nginx(site, work, options.gzip)?
    {
        return Ok(server);
    }
    server::own(site, options.latency)
}

/// What a crawler found: each URL with title and date, or only how many files.
enum Found {
    Pages(HashMap<String, (Option<String>, Option<String>)>),
    Files(usize),
}

/// Runs a crawler; `None` when it is not installed.
type Run = fn(&Options, &Server, &Path) -> Result<Option<(Cost, Found)>>;

const CRAWLERS: [(&str, Run); 5] = [
    ("capstone", capstone),
    ("spider", spider),
    ("wget2, fetching only", wget2),
    ("Scrapy", scrapy),
    ("requests, Beautiful Soup", beautiful_soup),
];

fn capstone(options: &Options, server: &Server, work: &Path) -> Result<Option<(Cost, Found)>> {
    let program = env!("CARGO_BIN_EXE_capstone");
    let database = work.join("crawl.db");
    let mut crawl = Command::new(program);
    crawl
        .args(["crawl", &server.url, "--allow-local", "--delay", "0"])
        .arg("--threads")
        .arg(options.threads.to_string())
        .arg("--db")
        .arg(&database);
    let cost = measure::run(
        crawl
            .stdout(Stdio::null())
            .stderr(File::create(work.join("capstone.txt"))?),
    )?;
    if cost.code != Some(0) {
        return Err(fs::read_to_string(work.join("capstone.txt"))?.into());
    }
    let export = Command::new(program)
        .args(["export", "--format", "jsonl", "--db"])
        .arg(&database)
        .output()?;
    Ok(Some((cost, read(&export.stdout)?)))
}

fn spider(options: &Options, server: &Server, work: &Path) -> Result<Option<(Cost, Found)>> {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/crawl/peers/spider");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer-spider");
    let program = target.join("release/peer-spider");
    if options.spider {
        let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--release", "--quiet", "--manifest-path"])
            .arg(room.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status()?;
        if !built.success() {
            return Err("it does not build; see above".into());
        }
    }
    if !program.is_file() {
        return Ok(None);
    }
    peer(&mut Command::new(program), options, server, work)
}

fn wget2(options: &Options, server: &Server, work: &Path) -> Result<Option<(Cost, Found)>> {
    if !on_path("wget2") {
        return Ok(None);
    }
    let mirror = work.join("mirror");
    let cost = measure::run(
        Command::new("wget2")
            .args([
                "--recursive",
                "--level=100",
                "--no-verbose",
                "--no-host-directories",
                "-P",
            ])
            .arg(&mirror)
            .arg(format!("--max-threads={}", options.threads))
            .arg(&server.url)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )?;
    let files = fs::read_dir(mirror.join("a")).map_or(0, Iterator::count);
    let _ = fs::remove_dir_all(mirror);
    Ok(Some((cost, Found::Files(files))))
}

fn scrapy(options: &Options, server: &Server, work: &Path) -> Result<Option<(Cost, Found)>> {
    python("scrapy", "scrapy_spider.py", options, server, work)
}

fn beautiful_soup(
    options: &Options,
    server: &Server,
    work: &Path,
) -> Result<Option<(Cost, Found)>> {
    python(
        "requests, bs4, lxml",
        "bs4_threads.py",
        options,
        server,
        work,
    )
}

fn python(
    modules: &str,
    script: &str,
    options: &Options,
    server: &Server,
    work: &Path,
) -> Result<Option<(Cost, Found)>> {
    let has_them = Command::new("python3")
        .args(["-c", &format!("import {modules}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_them {
        return Ok(None);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/crawl/peers")
        .join(script);
    peer(Command::new("python3").arg(script), options, server, work)
}

/// Runs a peer that takes the URL and how many at once, and prints a JSON line for each page.
fn peer(
    command: &mut Command,
    options: &Options,
    server: &Server,
    work: &Path,
) -> Result<Option<(Cost, Found)>> {
    let lines: PathBuf = work.join("peer.jsonl");
    command.arg(&server.url).arg(options.threads.to_string());
    let cost = measure::run(command.stdout(File::create(&lines)?))?;
    Ok(Some((cost, read(&fs::read(&lines)?)?)))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Reads `{"url":…,"title":…,"date":…}` lines.
fn read(lines: &[u8]) -> Result<Found> {
    let mut pages = HashMap::new();
    for line in lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let page: serde_json::Value = serde_json::from_slice(line)?;
        let text = |name: &str| page[name].as_str().map(str::to_owned);
        pages.insert(
            text("url").unwrap_or_default(),
            (text("title"), text("date")),
        );
    }
    Ok(Found::Pages(pages))
}

/// Holds what was found against the truth.
fn judge(
    name: &'static str,
    cost: Cost,
    found: &Found,
    articles: &[Article],
    server: &Server,
) -> Row {
    let (fetched, right) = match found {
        Found::Files(files) => (*files, None),
        Found::Pages(pages) => {
            let of =
                |article: &Article| pages.get(&format!("{}{}", server.url, &article.path[1..]));
            let right = |article: &&Article| {
                of(article).is_some_and(|(title, date)| {
                    title.as_ref() == Some(&article.title)
                        && date.as_deref().and_then(|date| date.get(..10)) == Some(&article.date)
                })
            };
            let fetched = articles
                .iter()
                .filter(|article| of(article).is_some())
                .count();
            (fetched, Some(articles.iter().filter(right).count()))
        }
    };
    Row {
        name,
        cost,
        right,
        fetched,
    }
}

impl Row {
    fn pages_per_second(&self) -> f64 {
        self.fetched as f64 / self.cost.wall.as_secs_f64()
    }
}

fn tell(row: &Row) {
    let Cost {
        wall, cpu, peak, ..
    } = &row.cost;
    println!(
        "| {} | {:.2} s | {:.0} | {:.2} | {} MB | {} | {} |",
        row.name,
        wall.as_secs_f64(),
        row.pages_per_second(),
        cpu.as_secs_f64() * 1_000.0 / row.fetched.max(1) as f64,
        peak / 1_000_000,
        row.fetched,
        row.right.map_or("-".to_owned(), |right| right.to_string())
    );
}
