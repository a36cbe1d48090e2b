//! Trying again: what, how often, and how long to wait, on a clock that does not sleep.

use std::sync::Arc;
use std::time::Duration;

use http_client::retry::Policy;
use http_client::{Client, Config, Error};

use crate::common::{FakeClock, Server, answer, client, config, listening, site};

const SECOND: Duration = Duration::from_secs(1);

/// A client that tries four times, with at most one, two and four seconds in between.
fn patient() -> (Client, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::default());
    let retry = Policy {
        tries: 4,
        base: SECOND,
        cap: 60 * SECOND,
        longest_asked: 60 * SECOND,
    };
    let client = Client::new(Config {
        retry,
        clock: clock.clone(),
        ..config()
    });
    (client.unwrap(), clock)
}

#[test]
fn a_server_that_fails_twice_is_asked_three_times() {
    let site = site();
    let (client, clock) = patient();

    let answer = client
        .get(site.url("/api/flaky?fail=2&key=a"))
        .send()
        .unwrap();

    assert_eq!(answer.status(), 200);
    let slept = clock.sleeps();
    assert_eq!(slept.len(), 2);
    assert!(slept[0] <= SECOND && slept[1] <= 2 * SECOND, "{slept:?}");
}

#[test]
fn a_server_that_keeps_failing_is_asked_four_times_and_its_last_answer_is_the_answer() {
    let site = site();
    let (client, clock) = patient();

    let answer = client
        .get(site.url("/api/flaky?fail=100&key=a"))
        .send()
        .unwrap();

    assert_eq!(answer.status(), 503);
    assert_eq!(site.journal().entries().len(), 4);
    assert_eq!(clock.sleeps().len(), 3);
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    let site = site();
    let (client, clock) = patient();

    let answer = client
        .get(site.url("/api/flaky?fail=100&key=a&status=404"))
        .send()
        .unwrap();

    assert_eq!(answer.status(), 404);
    assert!(clock.sleeps().is_empty());
}

#[test]
fn a_pause_in_seconds_is_kept() {
    let site = site();
    let (client, clock) = patient();

    client
        .get(site.url("/api/flaky?fail=1&key=a&retry_after=17"))
        .send()
        .unwrap();

    let slept = clock.sleeps()[0];
    assert!((17 * SECOND..=18 * SECOND).contains(&slept), "{slept:?}");
}

#[test]
fn a_pause_until_a_date_is_kept() {
    let date = "Sun, 06 Nov 1994 08:50:07 GMT"; // 30 s after the clock's beginning
    let busy = answer(&format!("429 Too Many Requests\r\nRetry-After: {date}"), "");
    let server = Server::says([busy, answer("200 OK", "now")]);
    let (client, clock) = patient();

    let body = client.get(server.url("/")).fetch().unwrap();

    assert_eq!(body, b"now");
    let slept = clock.sleeps()[0];
    assert!((30 * SECOND..=31 * SECOND).contains(&slept), "{slept:?}");
    server.requests();
}

#[test]
fn a_pause_that_is_too_long_is_not_cut_short_but_given_up() {
    let site = site();
    let (client, clock) = patient();
    let url = site.url("/api/flaky?fail=1&key=a&retry_after=3600");

    let error = client.get(url).fetch().unwrap_err();

    let Error::Status {
        status: 503,
        retry_after,
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(retry_after, Some(3_600 * SECOND));
    assert!(clock.sleeps().is_empty());
    assert_eq!(site.journal().entries().len(), 1);
}

#[test]
fn a_post_is_sent_once_unless_it_carries_a_key() {
    let site = site();
    let (client, _) = patient();
    let post = |key: &str| client.post(site.url(&format!("/api/flaky?fail=1&key={key}")));

    let once = post("a").send().unwrap();
    let named = post("b").idempotency_key("1").send().unwrap();

    assert_eq!(
        (once.status().as_u16(), named.status().as_u16()),
        (503, 200)
    );
    assert_eq!(site.journal().entries().len(), 3);
}

#[test]
fn a_connection_that_breaks_is_tried_again_also_in_the_middle_of_the_body() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    let server = Server::says(["", cut, &answer("200 OK", "whole")]);
    let (client, clock) = patient();

    let body = client.get(server.url("/")).fetch().unwrap();

    assert_eq!(body, b"whole");
    assert_eq!(clock.sleeps().len(), 2);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn each_wait_is_told() {
    let site = site();
    let (observer, heard) = listening();
    let clock = Arc::new(FakeClock::default());
    let retry = Policy::default();
    let client = Client::new(Config {
        observer,
        clock,
        retry,
        ..config()
    })
    .unwrap();

    client
        .get(site.url("/api/flaky?fail=1&key=a"))
        .fetch()
        .unwrap();

    let heard = heard.lock().unwrap();
    let what: Vec<&str> = heard
        .iter()
        .map(|line| line.split(' ').nth(2).unwrap_or_default())
        .collect();
    // Between the two, the refusal is let go unread.
    assert_eq!(
        what,
        [
            "Sent", "Answered", "Read", "Paused", "Sent", "Answered", "Read"
        ]
    );
    assert!(heard[4].contains("attempt: 2"), "{heard:?}");
}

#[test]
fn without_a_policy_nothing_is_tried_again() {
    let site = site();

    let answer = client()
        .get(site.url("/api/flaky?fail=1&key=a"))
        .send()
        .unwrap();

    assert_eq!(answer.status(), 503);
}
