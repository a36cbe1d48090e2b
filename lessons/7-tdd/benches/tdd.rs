//! What one decision of the politeness clock costs, from a thousand hosts to a million, and what one
//! URL's key costs.
//!
//! `cargo bench -p lesson-7 --bench tdd`. A decision is: one request is added, one turn handed out, its
//! answer reported, and the crawl goes on for as long as the pace says.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tdd::politeness::{Answer, Next, Pace, Politeness};
use tdd::url_key::UrlKey;

const DECISIONS: u32 = 100_000;

fn main() {
    // `cargo test --benches` runs this too, and wants to know only whether it still works.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[u32] = if measuring {
        &[1_000, 10_000, 100_000, 1_000_000]
    } else {
        &[100]
    };

    println!(
        "{:>9}  {:>12}  {:>14}  {:>10}",
        "hosts", "ns/decision", "ns/log2(hosts)", "turns"
    );
    for n_hosts in sizes {
        let (spent, turns) = decide(*n_hosts);
        let each = spent.as_nanos() as f64 / f64::from(DECISIONS);
        println!(
            "{n_hosts:>9}  {each:>12.0}  {:>14.1}  {turns:>10}",
            each / f64::from(*n_hosts).log2()
        );
    }

    let urls = [
        "https://example.com/2026/11/a-title-of-some-words.html?utm_source=feed&utm_medium=rss&page=2#comments",
        "HTTP://Example.com:80/%7Ebob/../a%20b",
    ];
    let started = Instant::now();
    for _ in 0..DECISIONS / 2 {
        for url in urls {
            black_box(UrlKey::parse(black_box(url)).is_ok());
        }
    }
    println!(
        "url_key: {} ns each",
        started.elapsed().as_nanos() / u128::from(DECISIONS)
    );
}

/// Runs a crawl in which every host always has a request waiting, and returns the time for all
/// decisions and how many of them gave a turn.
fn decide(n_hosts: u32) -> (Duration, u32) {
    let pace = Pace {
        delay: Duration::from_secs(1),
        slow_down: Duration::from_secs(1),
        max_slow_down: Duration::from_secs(60),
        recovery: 3,
    };
    let names: Vec<String> = (0..n_hosts).map(|n| format!("host-{n}.example")).collect();
    let mut politeness = Politeness::new(pace);
    for name in &names {
        politeness.add(name, Duration::ZERO);
    }
    // So much time passes for each turn that the hosts come round just as their delay ends.
    let step = pace.delay / n_hosts;
    let mut now = Duration::ZERO;
    let mut turns = 0;

    let started = Instant::now();
    for n in 0..DECISIONS {
        now += step;
        if let Next::Go(turn) = politeness.next(now) {
            let answer = if n % 10 == 0 {
                Answer::Failed
            } else {
                Answer::Fine
            };
            politeness.report(&turn, now, answer);
            politeness.add(&turn.host, now);
            turns += 1;
        }
    }
    (started.elapsed(), turns)
}
