//! Part 10: one client for all, or a client for each request.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use http_client::{Client, Config};
use practice_site::Site;
use tour::{Stage, Table, duration};

use super::{client, site};

const REQUESTS: usize = 50;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let url = site.url("/files/chapter-01.txt");
    let mut table = Table::new(["50 requests", "connections", "time"]);

    // ANCHOR: one
    let one = client()?;
    let time = timed(&site, || {
        for _ in 0..REQUESTS {
            one.get(&url).fetch()?;
        }
        Ok(())
    })?;
    // ANCHOR_END: one
    table.row(["one client", &connections(&site), &duration(time)]);
    let time = timed(&site, || {
        for _ in 0..REQUESTS {
            client()?.get(&url).fetch()?;
        }
        Ok(())
    })?;
    table.row(["a client for each", &connections(&site), &duration(time)]);
    stage.table(&table);
    let started = Instant::now();
    Client::new(Config::default())?;
    stage.line(format!(
        "a client that can speak https reads this machine's certificates first: {}",
        duration(started.elapsed())
    ));

    // Sixteen requests at once hold as many connections; the next round finds them open.
    let client = client()?;
    site.journal().clear();
    for _ in 0..2 {
        thread::scope(|scope| {
            let slow = site.url("/bytes/1000?ms=50");
            let asked: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn({
                        let (client, slow) = (&client, slow.clone());
                        move || client.get(slow).fetch()
                    })
                })
                .collect();
            asked.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_| "a thread panicked")??;
                tour::Result::Ok(())
            })
        })?;
    }
    stage.line(format!(
        "16 threads share one client, twice: {} requests, at most 16 connections: {}",
        site.journal().entries().len(),
        if distinct(&site) <= 16 { "yes" } else { "no" }
    ));
    stage.means(
        "on one machine a connection costs little; over a network it costs a round trip, and with \
         https one or two more. Make one client and share it: it keeps the connections that were \
         needed at once",
    );
    Ok(())
}

fn timed(site: &Site, ask: impl FnOnce() -> tour::Result) -> tour::Result<Duration> {
    site.journal().clear();
    let started = Instant::now();
    ask()?;
    Ok(started.elapsed())
}

fn connections(site: &Site) -> String {
    distinct(site).to_string()
}

/// Counts the connections on which the requests came.
fn distinct(site: &Site) -> usize {
    let entries = site.journal().entries();
    let distinct: HashSet<u64> = entries.iter().map(|entry| entry.connection).collect();
    distinct.len()
}
