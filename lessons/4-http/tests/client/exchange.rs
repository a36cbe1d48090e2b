//! One request and its answer.

use http_client::{Advice, Client, Config, Error, Limits, Measured};
use serde_json::{Value, json};

use crate::common::{Server, answer, client, config, listening, short, site};

#[test]
fn a_request_says_who_we_are_and_what_we_can_unpack() {
    let server = Server::says([answer("200 OK", "hello")]);

    let text = client()
        .get(server.url("/a?b=c"))
        .send()
        .and_then(|r| r.text());

    assert_eq!(text.unwrap(), "hello");
    let request = server.requests().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("get /a?b=c http/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: spindle-http/"), "{request}");
    assert!(
        request.contains("accept-encoding: gzip, deflate"),
        "{request}"
    );
}

#[test]
fn query_header_token_and_body_arrive_as_they_were_given() {
    let site = site();

    let echo: Value = client()
        .post(site.url("/api/echo"))
        .query([("q", "a b&c=d"), ("ä", "ö")])
        .header("x-tide", "high")
        .bearer("secret")
        .json(&json!({"title": "Ropes"}))
        .send()
        .and_then(|answer| answer.json())
        .unwrap();

    assert_eq!(echo["method"], "POST");
    assert_eq!(
        echo["query"],
        json!([{"name": "q", "value": "a b&c=d"}, {"name": "ä", "value": "ö"}])
    );
    assert_eq!(echo["body"], r#"{"title":"Ropes"}"#);
    let sent = |name: &str| {
        let headers = echo["headers"].as_array().unwrap();
        let found = headers.iter().find(|header| header["name"] == name);
        found.map(|header| header["value"].as_str().unwrap().to_owned())
    };
    assert_eq!(sent("x-tide").as_deref(), Some("high"));
    assert_eq!(sent("authorization").as_deref(), Some("Bearer secret"));
    assert_eq!(sent("content-type").as_deref(), Some("application/json"));
}

#[test]
fn a_form_is_sent_as_browsers_do() {
    let site = site();

    let echo: Value = client()
        .put(site.url("/api/echo"))
        .form([("name", "Ann & Bob"), ("say", "ja=öh")])
        .send()
        .and_then(|answer| answer.json())
        .unwrap();

    assert_eq!(echo["body"], "name=Ann+%26+Bob&say=ja%3D%C3%B6h");
}

#[test]
fn a_line_break_in_a_header_is_refused_before_anything_is_sent() {
    let asked = client()
        .get("http://127.0.0.1:1/")
        .header("x-tide", "high\r\nX-Evil: yes")
        .send();

    assert!(matches!(asked, Err(Error::Unsendable { .. })), "{asked:?}");
}

#[test]
fn what_is_no_address_on_the_web_is_refused_in_words() {
    for text in [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
    ] {
        let asked = client().get(text).send();

        let Err(Error::NotWeb(told)) = asked else {
            panic!("{text}: {asked:?}");
        };
        assert_eq!(told, text);
    }
}

#[test]
fn a_status_is_an_answer_until_somebody_wants_success() {
    let site = site();

    let answer = client().get(site.url("/nothing/here")).send().unwrap();
    assert_eq!(answer.status(), 404);
    let error = answer.success().unwrap_err();

    assert!(
        matches!(error, Error::Status { status: 404, .. }),
        "{error:?}"
    );
    assert_eq!(error.advice(), Advice::GiveUp);
}

#[test]
fn a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let site = site();
    let with = |wire_bytes, body_bytes| {
        let limits = Limits {
            wire_bytes,
            body_bytes,
            ..Limits::default()
        };
        let client = Client::new(Config { limits, ..config() }).unwrap();
        move |path: &str| client.get(path).fetch()
    };
    let (known, chunked) = (site.url("/bytes/5000"), site.url("/bytes/5000?chunked=1"));

    assert_eq!(with(5_000, 5_000)(&known).unwrap().len(), 5_000);
    assert_eq!(with(5_000, 5_000)(&chunked).unwrap().len(), 5_000);
    for url in [&known, &chunked] {
        let wire = with(4_999, 5_000)(url).unwrap_err();
        assert!(
            matches!(
                wire,
                Error::TooLarge {
                    limit: 4_999,
                    measured: Measured::OnTheWire
                }
            ),
            "{wire:?}"
        );
        let body = with(5_000, 4_999)(url).unwrap_err();
        assert!(
            matches!(
                body,
                Error::TooLarge {
                    limit: 4_999,
                    measured: Measured::Unpacked
                }
            ),
            "{body:?}"
        );
    }
}

#[test]
fn a_packed_body_is_unpacked_and_fewer_bytes_come_over_the_wire() {
    let site = site();

    let mut answer = client().get(site.url("/blog/")).send().unwrap();
    let mut body = Vec::new();
    let length = answer.copy_to(&mut body).unwrap();

    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(length, body.len() as u64);
    assert!(
        answer.wire_bytes() < length / 2,
        "{} of {length}",
        answer.wire_bytes()
    );
    assert!(String::from_utf8_lossy(&body).contains("</html>"));
}

#[test]
fn a_deadline_ends_a_body_that_drips_although_each_read_is_short() {
    let site = site();
    // Ten seconds in all: without a deadline the test is red, and does not hang.
    let drip = site.url("/faults/drip?ms=20&bytes=500");

    let error = client().get(drip).limits(short()).fetch().unwrap_err();

    assert!(matches!(error, Error::TooSlow { .. }), "{error:?}");
    assert_eq!(error.advice(), Advice::Retry);
}

#[test]
fn events_tell_a_request_from_its_sending_to_its_last_byte() {
    let site = site();
    let (observer, heard) = listening();
    let client = Client::new(Config {
        observer,
        ..config()
    })
    .unwrap();

    client.get(site.url("/faults/redirects/1")).fetch().unwrap();
    drop(client.get(site.url("/bytes/100000")).send().unwrap());
    client
        .get(site.url("/faults/truncated"))
        .fetch()
        .unwrap_err();

    let heard = heard.lock().unwrap().join("\n");
    let expected = [
        "1 /faults/redirects/1 Sent { attempt: 1 }",
        "1 /faults/redirects/1 Answered { status: 302 }",
        "1 /faults/redirects/1 Redirected { to: ",
        "1 /faults/redirects/0 Sent { attempt: 1 }",
        "1 /faults/redirects/0 Answered { status: 200 }",
        "1 /faults/redirects/0 Read { wire_bytes: 30, body_bytes: 30, whole: true }",
        "2 /bytes/100000 Sent { attempt: 1 }",
        "2 /bytes/100000 Answered { status: 200 }",
        "2 /bytes/100000 Read { wire_bytes: 0, body_bytes: 0, whole: false }",
        "3 /faults/truncated Sent { attempt: 1 }",
        "3 /faults/truncated Answered { status: 200 }",
        "3 /faults/truncated Failed(Broken(",
    ];
    assert_eq!(heard.lines().count(), expected.len(), "{heard}");
    for (line, expected) in heard.lines().zip(expected) {
        assert!(line.starts_with(expected), "{expected}\nin\n{heard}");
    }
}

#[test]
fn an_answer_too_many_is_not_taken_for_the_next_ones() {
    // A server, or somebody on the way, sends a second answer that nobody asked for.
    let smuggled = answer("200 OK", "yours") + &answer("200 OK", "smuggled");
    let server = Server::says([smuggled, answer("200 OK", "next")]);
    let client = client();

    let first = client.get(server.url("/1")).fetch().unwrap();
    let second = client.get(server.url("/2")).fetch().unwrap();

    assert_eq!((first, second), (b"yours".to_vec(), b"next".to_vec()));
    server.requests();
}
