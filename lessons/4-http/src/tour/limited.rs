//! Part 5: 429, and when to come back.

use std::time::{Duration, SystemTime};

use http_client::retry::{Policy, retry_after};
use http_client::{Client, Config, Error, header};
use tour::{Recorder, Stage, Table};

use super::{config, into_timeline, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let recorder = Recorder::new();
    recorder.row("limited");
    let client = Client::new(Config {
        retry: Policy {
            base: Duration::from_millis(20),
            ..Policy::default()
        },
        observer: into_timeline(&recorder),
        ..config()
    })?;
    let url = site.url("/api/limited?limit=2&window_ms=1000");
    for _ in 0..3 {
        client.get(&url).fetch()?;
    }
    stage.timeline(&recorder.finish(), "Two requests a window: the third waits")?;
    let statuses: Vec<String> = site
        .journal()
        .entries()
        .iter()
        .filter_map(|entry| entry.status.map(|status| status.to_string()))
        .collect();
    stage.line(format!("the server answered: {}", statuses.join(", ")));

    let hour = site.url("/api/flaky?fail=1&key=hour&status=429&retry_after=3600");
    let told = match client.get(hour).fetch() {
        Err(error @ Error::Status { .. }) => {
            let asked = error.retry_after().unwrap_or_default().as_secs();
            format!("{error}, come back after {asked} seconds; nobody waits for that here")
        }
        other => format!("{other:?}"),
    };
    stage.line(format!("a server that wants an hour: {told}"));
    stage.blank();

    // A clock that stands still, so that the date is always as far away.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let mut table = Table::new(["Retry-After", "means"]);
    for value in [
        "120",
        "Sun, 06 Nov 1994 08:51:37 GMT",
        "Sunday, 06-Nov-94 08:51:37 GMT",
        "Sun Nov  6 08:51:37 1994",
        "Sun, 06 Nov 1994 08:00:00 GMT",
        "soon",
    ] {
        let headers = header::HeaderMap::from_iter([(
            header::RETRY_AFTER,
            header::HeaderValue::from_static(value),
        )]);
        let means = match retry_after(&headers, now) {
            Some(Duration::ZERO) => "it has passed: no wait".to_owned(),
            Some(pause) => format!("wait {} seconds", pause.as_secs()),
            None => "nothing that we can read: our own backoff".to_owned(),
        };
        table.row([value.to_owned(), means]);
    }
    stage.line("at 08:49:37 on that Sunday:");
    stage.table(&table);
    stage.means("never earlier than asked; and if that is too long, give up and say so, rather than knock again");
    Ok(())
}
