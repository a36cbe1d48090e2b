//! Downloads that break off and go on.

use std::fs;
use std::sync::Arc;

use http_client::download::{Downloaded, Progress, download, limits};
use http_client::retry::Policy;
use http_client::{Client, Config, Error};

use crate::common::{FakeClock, Server, answer, client, config, site};

fn stubborn() -> Client {
    let clock = Arc::new(FakeClock::default());
    let retry = Policy::default();
    Client::new(Config {
        clock,
        retry,
        ..config()
    })
    .unwrap()
}

#[test]
fn a_file_comes_whole_with_progress_that_only_grows() {
    let site = site();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ropes.bin");
    let url = site.url("/files/ropes.bin");
    let mut seen: Vec<Progress> = Vec::new();

    let done = download(&client(), &url, &path, &limits(), 1 << 20, |p| seen.push(p)).unwrap();

    assert_eq!(
        done,
        Downloaded {
            bytes: 50_000,
            resumed_at: Vec::new()
        }
    );
    assert_eq!(
        fs::read(&path).unwrap(),
        client().get(&url).fetch().unwrap()
    );
    assert!(seen.is_sorted_by_key(|progress| progress.have));
    assert_eq!(
        seen.last(),
        Some(&Progress {
            have: 50_000,
            total: Some(50_000)
        })
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

/// A server that sends a part of ten bytes and breaks off, and then what is asked for.
fn breaking(second: String) -> Server {
    let first = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n01234".to_owned();
    Server::says([first, second])
}

#[test]
fn what_broke_off_is_resumed_where_it_broke_off() {
    let rest = answer(
        "206 Partial Content\r\nContent-Range: bytes 5-9/10",
        "56789",
    );
    let server = breaking(rest);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");

    let done = download(&stubborn(), &server.url("/"), &path, &limits(), 100, |_| {}).unwrap();

    assert_eq!(
        done,
        Downloaded {
            bytes: 10,
            resumed_at: vec![5]
        }
    );
    assert_eq!(fs::read(&path).unwrap(), b"0123456789");
    let request = server.requests().remove(1).to_ascii_lowercase();
    assert!(request.contains("range: bytes=5-\r\n"), "{request}");
    assert!(
        request.contains("if-range: \"v1\"\r\n"),
        "without If-Range the rest may be another version's: {request}"
    );
    assert!(
        request.contains("accept-encoding: identity\r\n"),
        "{request}"
    );
}

#[test]
fn another_version_is_never_put_behind_the_first_half() {
    // The file has changed, so the server sends all of it: the half that we have is thrown away.
    let server = breaking(answer("200 OK\r\nETag: \"v2\"", "abcdefghij"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");

    let done = download(&stubborn(), &server.url("/"), &path, &limits(), 100, |_| {}).unwrap();

    assert_eq!(fs::read(&path).unwrap(), b"abcdefghij");
    assert!(done.resumed_at.is_empty());
    server.requests();
}

#[test]
fn a_range_that_is_not_the_one_asked_for_is_refused() {
    let wrong = answer(
        "206 Partial Content\r\nContent-Range: bytes 4-8/10",
        "45678",
    );
    let server = breaking(wrong);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");
    let impatient = Client::new(Config {
        retry: Policy {
            tries: 2,
            ..Policy::default()
        },
        ..config()
    });

    let done = download(
        &impatient.unwrap(),
        &server.url("/"),
        &path,
        &limits(),
        100,
        |_| {},
    );

    assert!(matches!(done, Err(Error::Broken(_))), "{done:?}");
    assert!(!path.exists());
    server.requests();
}

#[test]
fn a_later_run_goes_on_with_what_an_earlier_one_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");
    let rest = answer(
        "206 Partial Content\r\nContent-Range: bytes 5-9/10",
        "56789",
    );
    let server = breaking(rest);
    let url = server.url("/");

    let first = download(&client(), &url, &path, &limits(), 100, |_| {});
    assert!(first.is_err() && !path.exists());
    let second = download(&client(), &url, &path, &limits(), 100, |_| {}).unwrap();

    assert_eq!(second.resumed_at, [5]);
    assert_eq!(fs::read(&path).unwrap(), b"0123456789");
    server.requests();
}

#[test]
fn what_belongs_to_another_address_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");
    fs::write(folder.path().join("ten.part"), "other").unwrap();
    fs::write(
        folder.path().join("ten.part.version"),
        "http://other.test/\n\"v1\"\n",
    )
    .unwrap();
    let server = Server::says([answer("200 OK", "0123456789")]);

    let done = download(&client(), &server.url("/"), &path, &limits(), 100, |_| {}).unwrap();

    assert!(done.resumed_at.is_empty());
    assert!(!server.requests()[0].to_ascii_lowercase().contains("range:"));
}

#[test]
fn a_file_that_is_too_large_is_refused_and_its_limit_holds_across_pieces() {
    let rest = answer(
        "206 Partial Content\r\nContent-Range: bytes 5-9/10",
        "56789",
    );
    let server = breaking(rest);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ten");

    let whole = download(
        &client(),
        &site().url("/bytes/101"),
        &path,
        &limits(),
        100,
        |_| {},
    );
    let pieces = download(&stubborn(), &server.url("/"), &path, &limits(), 9, |_| {});

    assert!(
        matches!(whole, Err(Error::TooLarge { .. } | Error::Connect { .. })),
        "{whole:?}"
    );
    assert!(matches!(pieces, Err(Error::TooLarge { .. })), "{pieces:?}");
    server.requests();
}
