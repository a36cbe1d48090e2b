//! Asking only for what has changed.

use http_client::Validators;

use crate::common::{Server, answer, client, site};

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let site = site();
    let client = client();
    let url = site.url("/files/chapter-01.txt");

    let first = client.get(&url).send().unwrap();
    let seen = first.validators();
    assert!(first.bytes().unwrap().len() > 1_000);
    let mut second = client.get(&url).if_changed(&seen).send().unwrap();

    assert!(second.is_not_modified());
    assert_eq!(second.copy_to(&mut std::io::sink()).unwrap(), 0);
    assert!(
        seen.etag.is_some() && seen.last_modified.is_some(),
        "{seen:?}"
    );
}

#[test]
fn another_version_is_sent_whole() {
    let site = site();
    let seen = Validators {
        etag: Some("\"another\"".into()),
        last_modified: None,
    };

    let answer = client()
        .get(site.url("/files/chapter-01.txt"))
        .if_changed(&seen)
        .send();

    assert_eq!(answer.unwrap().status(), 200);
}

#[test]
fn both_names_of_a_version_go_back_as_they_came() {
    let head = "200 OK\r\nETag: W/\"a,b\"\r\nLast-Modified: Sun Nov  6 08:49:37 1994";
    let server = Server::says([answer(head, "x"), answer("304 Not Modified", "")]);
    let client = client();

    let seen = client.get(server.url("/")).send().unwrap().validators();
    client
        .get(server.url("/"))
        .if_changed(&seen)
        .send()
        .unwrap();

    let request = server.requests().remove(1).to_ascii_lowercase();
    assert!(
        request.contains("if-none-match: w/\"a,b\"\r\n"),
        "{request}"
    );
    assert!(
        request.contains("if-modified-since: sun nov  6 08:49:37 1994\r\n"),
        "{request}"
    );
    assert_eq!(seen.strong_etag(), None);
}
