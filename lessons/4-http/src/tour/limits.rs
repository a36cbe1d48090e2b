//! Part 7: a redirect loop, an endless body, a bomb, a drip.

use std::io;
use std::time::{Duration, Instant};

use http_client::{Client, Config, Error, Limits, Private};
use tour::{Stage, Table, duration};

use super::site;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    // ANCHOR: limits
    let limits = Limits {
        silence: Duration::from_millis(500),
        whole: Duration::from_secs(1),
        wire_bytes: 2_000_000,
        body_bytes: 5_000_000,
        ..Limits::default()
    };
    // ANCHOR_END: limits
    let client = Client::new(Config {
        limits,
        retry: http_client::retry::Policy::NEVER,
        private: Private::Only(vec![site.address().ip()]),
        ..Config::default()
    })?;
    let mut table = Table::new(["a server that …", "ends with", "wire", "unpacked", "after"]);
    for (does, path) in [
        ("sends for ever", "/faults/endless"),
        ("packs 1 GiB into 1 MiB", "/faults/bomb/gzip"),
        ("sends a byte now and then", "/faults/drip?ms=20&bytes=500"),
        ("says nothing any more", "/faults/stall"),
        ("redirects to itself", "/faults/loop"),
        ("redirects 20 times", "/faults/redirects/20"),
        ("redirects into our network", "/faults/location/private"),
    ] {
        let started = Instant::now();
        let (mut wire, mut unpacked) = ("-".to_owned(), "-".to_owned());
        let mut counter = Counter(0);
        let ended = client.get(site.url(path)).send().and_then(|mut response| {
            let ended = response.copy_to(&mut counter);
            wire = size(response.wire_bytes());
            unpacked = size(counter.0);
            ended
        });
        let told = match ended {
            Ok(bytes) => format!("{bytes} bytes"),
            // Its address has a port of this run, and is long.
            Err(Error::RedirectLoop(_)) => "redirects go round in a circle".to_owned(),
            Err(error) => error.to_string(),
        };
        table.row([
            does.to_owned(),
            told,
            wire,
            unpacked,
            duration(started.elapsed()),
        ]);
    }
    stage.table(&table);
    stage
        .means("time is bounded for each piece and for the whole, size before and after unpacking");
    stage.means("a redirect is judged like a request of our own, and its address is looked at when the connection is made");
    Ok(())
}

/// Counts what is written to it, and keeps nothing.
struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn size(bytes: u64) -> String {
    format!("{} KiB", bytes / 1024)
}
