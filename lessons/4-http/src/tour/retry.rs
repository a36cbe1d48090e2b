//! Part 4: a flaky endpoint, and what jitter does for a crowd.

use std::time::Duration;

use http_client::retry::Policy;
use http_client::{Client, Config};
use practice_site::Site;
use tour::{Recorder, Stage, count};

use super::{config, into_timeline, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let recorder = Recorder::new();
    recorder.row("retry");
    // ANCHOR: use
    let client = Client::new(Config {
        retry: Policy {
            base: Duration::from_millis(120),
            ..Policy::default()
        },
        observer: into_timeline(&recorder),
        ..config()
    })?;
    let answer = client.get(site.url("/api/flaky?fail=3&key=tour")).send()?;
    // ANCHOR_END: use
    stage.timeline(
        &recorder.finish(),
        "Each failure is followed by a pause, until an answer comes",
    )?;
    stage.line(format!(
        "GET, tried {} times, ends with {}",
        tries(&site, "key=tour"),
        answer.status().as_u16()
    ));
    let post = client.post(site.url("/api/flaky?fail=1&key=post")).send()?;
    let named = client.post(site.url("/api/flaky?fail=1&key=named"));
    let named = named.idempotency_key("7f3c").send()?;
    stage.line(format!(
        "POST, tried {}, ends with {}: nobody knows whether it was done",
        times(tries(&site, "key=post")),
        post.status().as_u16()
    ));
    stage.line(format!(
        "POST with an Idempotency-Key, tried {}, ends with {}",
        times(tries(&site, "key=named")),
        named.status().as_u16()
    ));
    stage.blank();

    stage.line("1,000 clients fail at once. How many come back in the busiest 10 ms?");
    let policy = Policy {
        base: Duration::from_secs(1),
        ..Policy::default()
    };
    // Chances that are spread evenly, so that the picture is the same in every run.
    let chances = (0..1_000).map(|n| f64::from(n) / 1_000.0);
    let together: Vec<Duration> = chances
        .clone()
        .filter_map(|_| policy.pause(1, None, 1.0))
        .collect();
    let spread: Vec<Duration> = chances
        .filter_map(|chance| policy.pause(1, None, chance))
        .collect();
    let bars = [
        ("without jitter", busiest(&together)),
        ("full jitter", busiest(&spread)),
    ];
    stage.bars(bars.map(|(name, n)| (name, n as f64, count(n))));
    stage.means(
        "waits grow, so that an overloaded server gets room, and differ, so that a crowd disperses",
    );
    Ok(())
}

/// Counts the requests that the site has seen with this key.
fn tries(site: &Site, key: &str) -> usize {
    let entries = site.journal().entries();
    entries
        .iter()
        .filter(|entry| entry.path.ends_with(key))
        .count()
}

fn times(tries: usize) -> String {
    match tries {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// Returns how many of these fall into the fullest slice of 10 ms.
fn busiest(pauses: &[Duration]) -> u64 {
    let mut slices = std::collections::HashMap::new();
    for pause in pauses {
        *slices.entry(pause.as_millis() / 10).or_insert(0_u64) += 1;
    }
    slices.into_values().max().unwrap_or(0)
}
