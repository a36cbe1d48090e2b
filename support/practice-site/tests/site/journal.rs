//! The journal tells in order what was asked, by whom, and how it ended.

use crate::client::{Client, LIMIT, get, start};
use practice_site::{Config, Entry, Site};

#[test]
fn requests_stand_in_order_with_all_that_was_sent() {
    let site = start();
    let mut client = Client::connect(&site);

    client.get("/blog/?x=%20y");
    client.ask("POST", "/api/echo", &[], "body");
    client.get("/nothing");
    client.send("GET / HTTP/1.0\r\n\r\n");
    client.read(false).unwrap();

    let entries = site.journal().entries();
    let told: Vec<(&str, &str, Option<u16>)> = entries
        .iter()
        .map(|entry| (entry.method.as_str(), entry.path.as_str(), entry.status))
        .collect();
    let expected = [
        ("GET", "/blog/?x=%20y", Some(200)),
        ("POST", "/api/echo", Some(200)),
        ("GET", "/nothing", Some(404)),
        ("GET", "/", Some(200)),
    ];
    assert_eq!(told, expected);
    assert_eq!(entries[0].host.as_deref(), Some("bay.example"));
    assert_eq!(entries[0].user_agent.as_deref(), Some("test"));
    assert_eq!((&entries[3].host, &entries[3].user_agent), (&None, &None));
    assert!(entries.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(
        entries
            .iter()
            .all(|entry| entry.finished.is_some_and(|finished| finished >= entry.at))
    );
}

#[test]
fn a_client_that_asks_one_thing_after_another_is_never_seen_with_two_in_flight() {
    let site = start();
    let mut client = Client::connect(&site);
    let kinds = [
        "/",
        "/bytes/1000",
        "/bytes/200000",
        "/images/1.png",
        "/faults/status/500",
        "/nothing",
        "/blog/",
        "/faults/informational?n=3",
        "/faults/drip?ms=0",
        "/files/ropes.bin?rate=1000000",
        "/robots.txt",
    ];

    for round in 0..20 {
        client.get(kinds[round % kinds.len()]);
    }

    let most = site
        .journal()
        .entries()
        .iter()
        .map(|entry| entry.in_flight)
        .max();
    assert_eq!(most, Some(1));
}

#[test]
fn in_flight_counts_the_requests_that_are_being_answered() {
    let site = start();
    let mut waiting: Vec<Client> = (0..3).map(|_| Client::connect(&site)).collect();
    for (count, client) in waiting.iter_mut().enumerate() {
        client.send("GET /faults/stall HTTP/1.1\r\nHost: h\r\n\r\n");
        site.journal()
            .wait_for(count + 1, LIMIT)
            .expect("the request arrives");
    }

    get(&site, "/robots.txt");
    drop(waiting);
    let ended = |entries: &[Entry]| entries.iter().all(|entry| entry.finished.is_some());
    site.journal()
        .wait_until(LIMIT, ended)
        .expect("the stalled ones end with their clients");
    get(&site, "/robots.txt");

    let in_flight: Vec<usize> = site
        .journal()
        .entries()
        .iter()
        .map(|entry| entry.in_flight)
        .collect();
    assert_eq!(in_flight, [1, 2, 3, 4, 1]);
}

#[test]
fn what_is_no_request_is_in_the_journal_too() {
    let site = start();
    let mut client = Client::connect(&site);

    client.send("what?\r\n\r\n");
    client.read(false).unwrap();

    let entries = site.journal().entries();
    assert_eq!(
        (
            entries[0].method.as_str(),
            entries[0].path.as_str(),
            entries[0].status
        ),
        ("?", "?", Some(400))
    );
}

#[test]
fn looking_at_the_journal_is_not_in_it() {
    let site = start();
    let mut client = Client::connect(&site);
    client.get("/robots.txt?a=<b>");

    let page = client.get("/journal").text();
    let json = client.get("/journal.json").json();

    assert_eq!(site.journal().entries().len(), 1);
    assert!(page.contains("/robots.txt?a=&lt;b&gt;"));
    assert_eq!(json["entries"][0]["path"], "/robots.txt?a=<b>");
    assert_eq!(json["entries"][0]["status"], 200);
}

#[test]
fn a_cleared_journal_begins_anew() {
    let site = start();
    get(&site, "/robots.txt");

    site.journal().clear();
    get(&site, "/blog/");

    let entries = site.journal().entries();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].path, "/blog/");
}

#[test]
fn a_small_journal_keeps_the_latest() {
    let site = Site::start(Config::default().with_journal_capacity(5)).unwrap();
    let mut client = Client::connect(&site);

    for number in 0..9 {
        client.get(&format!("/nothing/{number}"));
    }

    let entries = site.journal().entries();
    assert_eq!(entries.len(), 5);
    assert_eq!(entries[4].path, "/nothing/8");
    assert_eq!(site.journal().forgotten(), 4);
}
