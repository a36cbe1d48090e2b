//! One client for all threads.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

use crate::common::{client, site};

fn connections(site: &practice_site::Site) -> usize {
    let entries = site.journal().entries();
    entries
        .iter()
        .map(|entry| entry.connection)
        .collect::<HashSet<_>>()
        .len()
}

#[test]
fn one_client_keeps_its_connection_and_a_client_for_each_request_does_not() {
    let site = site();
    let url = site.url("/files/chapter-01.txt");

    let one = client();
    for _ in 0..20 {
        one.get(&url).fetch().unwrap();
    }
    assert_eq!(connections(&site), 1);
    site.journal().clear();
    for _ in 0..20 {
        client().get(&url).fetch().unwrap();
    }

    assert_eq!(connections(&site), 20);
}

#[test]
fn eight_threads_share_one_client_and_at_most_eight_connections() {
    let site = site();
    let client = client();
    let together = Barrier::new(8);

    thread::scope(|scope| {
        for n in 0..8 {
            let (client, site, together) = (&client, &site, &together);
            scope.spawn(move || {
                for round in 0..10 {
                    together.wait();
                    let body = client
                        .get(site.url(&format!("/bytes/{}", 1_000 + n)))
                        .fetch();
                    assert_eq!(body.unwrap().len(), 1_000 + n, "round {round}");
                }
            });
        }
    });

    let entries = site.journal().entries();
    assert_eq!(entries.len(), 80);
    assert!(
        connections(&site) <= 8,
        "{} connections",
        connections(&site)
    );
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_replaced() {
    let idle = std::time::Duration::from_millis(50);
    let site = practice_site::Site::start(practice_site::Config::default().with_idle_timeout(idle));
    let site = site.unwrap();
    let client = client();
    let url = site.url("/files/chapter-01.txt");

    client.get(&url).fetch().unwrap();
    // Longer than the server waits; if it should not have closed yet, the test is easier, not wrong.
    thread::sleep(4 * idle);
    let second = client.get(&url).fetch();

    assert!(second.is_ok(), "{second:?}");
}
