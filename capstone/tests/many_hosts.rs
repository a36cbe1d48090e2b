//! Many hosts at once: threads are shared, politeness is each host's own.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and the seed of a round, are worth a line"
)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{LIMIT, Response, Site, run, settings};

const HOSTS: usize = 20;
const PAGES: usize = 6;

/// Addresses of this machine. Linux answers to all of 127.0.0.0/8; elsewhere the ports tell hosts apart.
fn hosts() -> Vec<String> {
    (1..=HOSTS)
        .map(|n| {
            if cfg!(target_os = "linux") {
                format!("127.0.0.{n}")
            } else {
                "127.0.0.1".to_owned()
            }
        })
        .collect()
}

fn page(path: &str) -> Response {
    match path {
        "/robots.txt" => Response::status(404),
        "/" => Response::html(
            (1..PAGES)
                .map(|n| format!("<a href=/{n}>{n}</a>"))
                .collect::<String>(),
        ),
        _ => Response::html("<title>a page</title>"),
    }
}

#[test]
fn a_host_that_does_not_answer_does_not_hold_up_the_others() {
    let names = hosts();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // Each page of the others gives a token; the slow host's first page waits for all of them.
    let (token, tokens) = crossbeam_channel::unbounded::<()>();
    let slow = std::sync::OnceLock::<std::net::SocketAddr>::new();
    let slow = std::sync::Arc::new(slow);
    let known = std::sync::Arc::clone(&slow);
    let site = Site::on(&names, move |host, path| {
        if known.get() == Some(&host) && path == "/" {
            for _ in 0..(HOSTS - 1) * PAGES {
                tokens
                    .recv_timeout(LIMIT)
                    .expect("the other hosts are asked meanwhile");
            }
        } else if known.get() != Some(&host) && path != "/robots.txt" {
            let _ = token.send(());
        }
        page(path)
    });
    slow.set(site.addresses[0]).expect("set once");
    let folder = tempfile::tempdir().expect("a folder");
    let seeds: Vec<String> = (0..HOSTS).map(|host| site.url_of(host, "/")).collect();
    let mut settings = settings(
        &seeds.iter().map(String::as_str).collect::<Vec<_>>(),
        folder.path().join("a.db"),
    );
    settings.limits.silence = LIMIT;
    settings.limits.exchange = LIMIT;

    let summary = run(&settings);

    assert_eq!(summary.counts.stored as usize, HOSTS * PAGES);
}

#[test]
fn each_host_keeps_its_own_delay_and_gets_one_request_at_a_time() {
    let names = hosts();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let site = Site::on(&names, |_, path| page(path));
    let folder = tempfile::tempdir().expect("a folder");
    let seeds: Vec<String> = (0..HOSTS).map(|host| site.url_of(host, "/")).collect();
    let mut settings = settings(
        &seeds.iter().map(String::as_str).collect::<Vec<_>>(),
        folder.path().join("a.db"),
    );
    settings.threads = 8;
    settings.politeness.delay = Duration::from_millis(50);

    run(&settings);

    let mut by_host: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for request in site.journal() {
        by_host.entry(request.host).or_default().push(request);
    }
    assert_eq!(by_host.len(), HOSTS);
    for requests in by_host.values() {
        assert_eq!(requests.len(), PAGES + 1);
        assert_eq!(requests[0].path, "/robots.txt");
        for pair in requests.windows(2) {
            assert!(
                pair[1].arrived - pair[0].arrived >= Duration::from_millis(50),
                "{pair:?}"
            );
            assert_eq!(pair[1].in_flight, 1);
        }
    }
}

#[test]
fn a_host_without_a_delay_gets_as_many_requests_as_allowed_and_no_more() {
    // Each page waits until as many are there as may be at once: fewer would never get on, more are seen.
    let barrier = std::sync::Barrier::new(3);
    let site = Site::start(move |path| {
        if path.starts_with("/page") {
            barrier.wait();
        }
        match path {
            "/" => Response::html(
                (0..30)
                    .map(|n| format!("<a href=/page{n}>{n}</a>"))
                    .collect::<String>(),
            ),
            "/robots.txt" => Response::status(404),
            _ => Response::html(""),
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[&site.url("/")], folder.path().join("a.db"));
    settings.threads = 8;
    settings.politeness.connections = 3;

    let summary = run(&settings);

    assert_eq!(summary.counts.stored, 31);
    let most = site.journal().iter().map(|request| request.in_flight).max();
    assert_eq!(most, Some(3));
}
