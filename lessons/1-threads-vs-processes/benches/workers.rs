//! The lesson's programs beside their twins in Python, and beside what no program can beat.
//!
//! `just bench workers` runs everything in one go: each round measures every contender once, one
//! after another, so that a busy moment of the machine meets all of them; of each, the best round
//! counts. `just bench workers 9` plays nine rounds.
#![allow(clippy::print_stdout, reason = "a benchmark speaks")]

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use crossbeam_channel::bounded;
use practice_site::{Config, Site};
use tour::{Table, count, duration};
use workers::download::{Strategy, download};
use workers::handover::{Plan, Received, check, with_processes, with_threads};
use workers::python::Python;
use workers::roles::Role;
use workers::{Observer, primes};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-1");
const FILES: u64 = 24;
const LATENCY: Duration = Duration::from_millis(20);
const PRIMES_BELOW: u64 = 150_000;
const CHUNKS: u64 = 64;
/// Enough for a tenth of a second or more.
const OUR_ITEMS: u64 = 2_000_000;
const THEIR_ITEMS: u64 = 100_000;
const ITEM_BYTES: usize = 16;

/// The best of each contender so far: seconds, or items a second turned into seconds for one.
#[derive(Default)]
struct Best(BTreeMap<&'static str, f64>);

impl Best {
    fn enter(&mut self, name: &'static str, took: Duration, per: u64) {
        let seconds = took.as_secs_f64() / per as f64;
        let best = self.0.entry(name).or_insert(f64::INFINITY);
        *best = best.min(seconds);
    }

    fn of(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`; a number is for us.
    let rounds = env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(5_u32);
    let python = Python::find("python3");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let site = Site::start(Config::default().with_latency(LATENCY))?;
    let mut best = Best::default();
    for _ in 0..rounds {
        downloads(&mut best, &site, python.as_ref())?;
        computing(&mut best, cores, python.as_ref())?;
        queues(&mut best, python.as_ref())?;
        limits(&mut best)?;
    }
    println!("best of {rounds} rounds, {cores} cores");
    match &python {
        Some(python) if python.has_gil => println!("beside Python {}", python.version),
        Some(python) => println!("beside Python {}, free-threaded", python.version),
        None => println!("there is no python3 (3.8 or later): nothing to stand beside"),
    }
    tell(&best);
    Ok(())
}

fn downloads(best: &mut Best, site: &Site, python: Option<&Python>) -> anyhow::Result<()> {
    let paths: Vec<String> = (0..FILES)
        .map(|n| format!("/files/chapter-{:02}.txt", n % 12 + 1))
        .collect();
    let contenders = [
        ("one after another", Strategy::OneAfterAnother),
        ("a thread each", Strategy::AThreadEach),
        ("a pool of 8", Strategy::Pool(8)),
    ];
    for (name, strategy) in contenders {
        let limit = Duration::from_secs(60);
        let ours = download(site.address(), &paths, strategy, limit, &Observer::nobody())?;
        best.enter(name, ours.wall, 1);
    }
    let Some(python) = python else { return Ok(()) };
    for (name, mode) in [
        ("py one after another", "one"),
        ("py a thread each", "each"),
        ("py a pool of 8", "8"),
    ] {
        let urls = paths.iter().map(|path| site.url(path));
        let theirs = python.run("downloads.py", std::iter::once(mode.to_owned()).chain(urls))?;
        best.enter(name, theirs.took, 1);
    }
    Ok(())
}

fn computing(best: &mut Best, cores: usize, python: Option<&Python>) -> anyhow::Result<()> {
    let chunks = primes::chunks(PRIMES_BELOW, CHUNKS);
    let nobody = Observer::nobody();
    let recipe = Role::Primes.recipe(PROGRAM);
    let mut enter = |name, count: &mut dyn FnMut() -> Result<u64, workers::Error>| {
        let started = Instant::now();
        black_box(count()?);
        best.enter(name, started.elapsed(), 1);
        Ok::<_, workers::Error>(())
    };
    enter("cpu 1 thread", &mut || {
        primes::with_threads(&chunks, 1, &nobody)
    })?;
    enter("cpu threads", &mut || {
        primes::with_threads(&chunks, cores, &nobody)
    })?;
    enter("cpu rayon", &mut || primes::with_rayon(&chunks, cores))?;
    enter("cpu processes", &mut || {
        primes::with_processes(&chunks, cores, &recipe, &nobody)
    })?;
    let Some(python) = python else { return Ok(()) };
    for (name, mode) in [
        ("py cpu 1 thread", "one"),
        ("py cpu threads", "threads"),
        ("py cpu processes", "processes"),
    ] {
        let numbers = [PRIMES_BELOW, CHUNKS, cores as u64].map(|number| number.to_string());
        let arguments = std::iter::once(mode.to_owned()).chain(numbers);
        best.enter(name, python.run("cpu_bound.py", arguments)?.took, 1);
    }
    Ok(())
}

fn queues(best: &mut Best, python: Option<&Python>) -> anyhow::Result<()> {
    let plan = |batch| Plan {
        producers: 1,
        consumers: 1,
        items_each: OUR_ITEMS,
        capacity: 1_024,
        batch,
    };
    let mut enter =
        |name, plan: Plan, hand_over: &dyn Fn(Plan) -> Result<Vec<Received>, workers::Error>| {
            let started = Instant::now();
            let received = hand_over(plan)?;
            best.enter(name, started.elapsed(), plan.items());
            ensure!(check(&plan, &received).is_ok(), "{name} lost items");
            Ok(())
        };
    let nobody = Observer::nobody();
    let by_threads = |plan| with_threads(plan, &nobody);
    let by_processes = |plan| with_processes(plan, Path::new(PROGRAM), &nobody);
    enter("threads, 1", plan(1), &by_threads)?;
    enter("threads, 256", plan(256), &by_threads)?;
    enter("processes, 1", plan(1), &by_processes)?;
    enter("processes, 256", plan(256), &by_processes)?;
    let Some(python) = python else { return Ok(()) };
    for (name, mode) in [
        ("queue.Queue", "threads"),
        ("multiprocessing.Queue", "processes"),
    ] {
        let numbers = [1, 1, THEIR_ITEMS, 1_024].map(|number| number.to_string());
        let arguments = std::iter::once(mode.to_owned()).chain(numbers);
        let theirs = python.run("producer_consumer.py", arguments)?;
        ensure!(
            theirs.text.contains("exactly once: yes"),
            "{name}: {}",
            theirs.text
        );
        best.enter(name, theirs.took, THEIR_ITEMS);
    }
    Ok(())
}

/// What stands at the end: a channel with nothing around it, and a copy from memory to memory.
fn limits(best: &mut Best) -> anyhow::Result<()> {
    let (sender, receiver) = bounded::<[u64; 2]>(1_024);
    let started = Instant::now();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let taking = scope.spawn(move || receiver.into_iter().map(|item| item[1]).sum::<u64>());
        for number in 0..OUR_ITEMS {
            sender.send([0, number])?;
        }
        drop(sender);
        black_box(taking.join().ok().context("the receiver panicked")?);
        Ok(())
    })?;
    best.enter("bare channel", started.elapsed(), OUR_ITEMS);

    let from = vec![1_u8; OUR_ITEMS as usize * ITEM_BYTES];
    let mut to = vec![0_u8; from.len()];
    let started = Instant::now();
    to.copy_from_slice(black_box(&from));
    black_box(&to);
    best.enter("memory copy", started.elapsed(), OUR_ITEMS);
    Ok(())
}

fn tell(best: &Best) {
    let seconds = |name| {
        best.of(name)
            .map_or_else(|| "-".to_owned(), |s| duration(Duration::from_secs_f64(s)))
    };
    let rate = |name| {
        best.of(name).map_or_else(
            || "-".to_owned(),
            |s| format!("{} items/s", count((1.0 / s) as u64)),
        )
    };
    let ratio = |theirs, ours| match (best.of(theirs), best.of(ours)) {
        (Some(theirs), Some(ours)) => format!("{:.1} x", theirs / ours),
        _ => "-".to_owned(),
    };

    let mut table = Table::new([
        &format!("{FILES} downloads, {LATENCY:?} each"),
        "Rust",
        "Python",
        "ratio",
    ]);
    for (name, theirs) in [
        ("one after another", "py one after another"),
        ("a thread each", "py a thread each"),
        ("a pool of 8", "py a pool of 8"),
    ] {
        table.row([
            name.to_owned(),
            seconds(name),
            seconds(theirs),
            ratio(theirs, name),
        ]);
    }
    println!("\n{}", table.to_text(100));

    let below = count(PRIMES_BELOW);
    let mut table = Table::new([&format!("primes below {below}"), "Rust", "Python", "ratio"]);
    for (name, ours, theirs) in [
        ("one thread", "cpu 1 thread", "py cpu 1 thread"),
        ("threads", "cpu threads", "py cpu threads"),
        ("processes", "cpu processes", "py cpu processes"),
        ("rayon, their threads", "cpu rayon", "py cpu threads"),
    ] {
        table.row([
            name.to_owned(),
            seconds(ours),
            seconds(theirs),
            ratio(theirs, ours),
        ]);
    }
    println!("{}", table.to_text(100));

    let mut table = Table::new([
        "through the queue",
        "speed",
        "over Python's",
        "of a bare channel",
        "of a memory copy",
    ]);
    let of = |limit, name| match (best.of(limit), best.of(name)) {
        (Some(limit), Some(ours)) => format!("{:.1} %", 100.0 * limit / ours),
        _ => "-".to_owned(),
    };
    for (name, ours, theirs) in [
        ("threads, one by one", "threads, 1", "queue.Queue"),
        ("threads, 256 at a time", "threads, 256", "queue.Queue"),
        (
            "processes, one by one",
            "processes, 1",
            "multiprocessing.Queue",
        ),
        (
            "processes, 256 at a time",
            "processes, 256",
            "multiprocessing.Queue",
        ),
    ] {
        table.row([
            name.to_owned(),
            rate(ours),
            ratio(theirs, ours),
            of("bare channel", ours),
            of("memory copy", ours),
        ]);
    }
    for name in [
        "queue.Queue",
        "multiprocessing.Queue",
        "bare channel",
        "memory copy",
    ] {
        table.row([name.to_owned(), rate(name)]);
    }
    println!("{}", table.to_text(100));
}
