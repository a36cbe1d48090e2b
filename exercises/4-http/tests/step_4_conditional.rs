//! # Step 4: ask only for what has changed
//!
//! **Task.** Fill in `src/conditional.rs`: `Memory::get` shows the server what it remembers, and takes the
//! body from memory when the server says that nothing has changed.
//!
//! **Hint.** A validator is shown exactly as it came. More with `just hint 4 conditional`.
//!
//! **Resources.** The chapter `book/src/4-http.md`; the tour, `just lesson 4`; RFC 9110, sections 8.8
//! (validators) and 13.1 (preconditions), RFC 9111, section 4.3; `HashMap`.

mod harness;

use std::net::SocketAddr;

use exercise_4::conditional::{GetError, Got, Memory, Request, Response, Transport};
use harness::{ask, asked, site, within};

/// A server whose answers were written down before, and what it was asked.
struct Script {
    answers: Vec<Result<Response, String>>,
    asked: Vec<Request>,
}

impl Transport for Script {
    fn send(&mut self, request: &Request) -> Result<Response, String> {
        self.asked.push(request.clone());
        assert!(
            !self.answers.is_empty(),
            "\n\nOne request too many: {request:?}\n"
        );
        self.answers.remove(0)
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Response, String> {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Ok(Response {
        status,
        headers: headers.collect(),
        body: body.as_bytes().to_vec(),
    })
}

fn fresh(body: &str) -> Result<Got, GetError> {
    Ok(Got {
        body: body.as_bytes().to_vec(),
        unchanged: false,
    })
}

fn unchanged(body: &str) -> Result<Got, GetError> {
    Ok(Got {
        body: body.as_bytes().to_vec(),
        unchanged: true,
    })
}

/// One get: the address, what the server answers, the validators that must be shown, what must come of it.
type Get<'a> = (
    &'a str,
    Result<Response, String>,
    &'a [(&'a str, &'a str)],
    Result<Got, GetError>,
);

#[track_caller]
fn check(gets: Vec<Get<'_>>, why: &str) {
    let mut memory = Memory::new();
    for (number, (url, answer, shown, expected)) in gets.into_iter().enumerate() {
        let number = number + 1;
        let mut script = Script {
            answers: vec![answer.clone()],
            asked: Vec::new(),
        };

        let came = memory.get(url, &mut script);

        let [request] = &script.asked[..] else {
            panic!(
                "\n\nget {number} asked the server {} times.\nIt always asks, once: only the server knows whether something has changed.\n{why}\n",
                script.asked.len()
            );
        };
        let mut validators: Vec<(String, String)> = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .filter(|(name, _)| name.starts_with("if-"))
            .collect();
        validators.sort();
        let mut wanted: Vec<(String, String)> = shown
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), (*value).to_owned()))
            .collect();
        wanted.sort();
        assert!(
            request.url == url && validators == wanted,
            "\n\nget {number} of {url}\nshould show the server: {wanted:?}\nit showed:              {validators:?} at {}\n{why}\n",
            request.url
        );
        assert!(
            came == expected,
            "\n\nget {number} of {url}\nthe server answered: {answer:?}\nexpected: {expected:?}\ncame:     {came:?}\n{why}\n"
        );
    }
}

const TAG: &[(&str, &str)] = &[("ETag", "\"v1\"")];
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

#[test]
fn goal_1_what_has_not_changed_comes_from_memory() {
    check(
        vec![
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v1\"")],
                unchanged("one"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v1\"")],
                unchanged("one"),
            ),
            (
                "/a",
                answer(200, &[("ETag", "\"v2\"")], "two"),
                &[("If-None-Match", "\"v1\"")],
                fresh("two"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v2\"")],
                unchanged("two"),
            ),
        ],
        "A 304 has no body: its body is the one that is remembered.",
    );
}

#[test]
fn goal_2_a_validator_is_shown_exactly_as_it_came() {
    check(
        vec![
            (
                "/a",
                answer(200, &[("etag", "W/\"v1, x\"")], "one"),
                &[],
                fresh("one"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "W/\"v1, x\"")],
                unchanged("one"),
            ),
        ],
        "The quotes and the mark of a weak tag belong to it. And names of headers have no capitals of their own.",
    );
    check(
        vec![
            (
                "/a",
                answer(200, &[("LAST-MODIFIED", DATE)], "one"),
                &[],
                fresh("one"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-Modified-Since", DATE)],
                unchanged("one"),
            ),
        ],
        "The date is the server's own, by the server's own clock. Ours may be wrong.",
    );
    check(
        vec![
            (
                "/a",
                answer(200, &[("ETag", "\"v1\""), ("Last-Modified", DATE)], "one"),
                &[],
                fresh("one"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v1\""), ("If-Modified-Since", DATE)],
                unchanged("one"),
            ),
        ],
        "Both are shown: a server that knows tags goes by the tag, one that does not goes by the date.",
    );
}

#[test]
fn goal_3_each_address_has_a_memory_of_its_own() {
    check(
        vec![
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
            (
                "/b",
                answer(200, &[("ETag", "\"w1\"")], "other"),
                &[],
                fresh("other"),
            ),
            ("/a?x=1", answer(200, TAG, "third"), &[], fresh("third")),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v1\"")],
                unchanged("one"),
            ),
            (
                "/b",
                answer(304, &[], ""),
                &[("If-None-Match", "\"w1\"")],
                unchanged("other"),
            ),
        ],
        "A tag is a name within one address.",
    );
}

#[test]
fn goal_4_without_validators_there_is_nothing_to_ask_by() {
    check(
        vec![
            ("/a", answer(200, &[], "one"), &[], fresh("one")),
            ("/a", answer(200, &[], "two"), &[], fresh("two")),
        ],
        "The server gave the answer no name and no date.",
    );
    check(
        vec![
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
            (
                "/a",
                answer(200, &[], "two"),
                &[("If-None-Match", "\"v1\"")],
                fresh("two"),
            ),
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
        ],
        "The old tag belongs to the old body. Shown with the new one, it could bring the old body back.",
    );
    check(
        vec![
            (
                "/a",
                answer(200, &[("ETag", "\"v1\""), ("Last-Modified", DATE)], "one"),
                &[],
                fresh("one"),
            ),
            (
                "/a",
                answer(200, &[("ETag", "\"v2\"")], "two"),
                &[("If-None-Match", "\"v1\""), ("If-Modified-Since", DATE)],
                fresh("two"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v2\"")],
                unchanged("two"),
            ),
        ],
        "A 200 takes the place of all that was remembered, and this one has no date.",
    );
}

#[test]
fn goal_5_a_304_may_bring_newer_validators() {
    check(
        vec![
            (
                "/a",
                answer(200, &[("ETag", "W/\"v1\""), ("Last-Modified", DATE)], "one"),
                &[],
                fresh("one"),
            ),
            (
                "/a",
                answer(304, &[("ETag", "\"v1\"")], ""),
                &[("If-None-Match", "W/\"v1\""), ("If-Modified-Since", DATE)],
                unchanged("one"),
            ),
            (
                "/a",
                answer(304, &[], ""),
                &[("If-None-Match", "\"v1\""), ("If-Modified-Since", DATE)],
                unchanged("one"),
            ),
        ],
        "The headers of a 304 take the place of the old ones; those that it does not send stay.",
    );
}

#[test]
fn goal_6_trouble_says_nothing_about_the_thing() {
    let tag: &[(&str, &str)] = &[("If-None-Match", "\"v1\"")];
    for status in [500, 503, 429, 403, 302] {
        check(
            vec![
                ("/a", answer(200, TAG, "one"), &[], fresh("one")),
                (
                    "/a",
                    answer(status, &[("ETag", "\"trouble\"")], "trouble"),
                    tag,
                    Err(GetError::Status(status)),
                ),
                ("/a", answer(304, &[], ""), tag, unchanged("one")),
            ],
            "This answer is about the server or about us, not about the thing. It is neither kept nor a reason to forget.",
        );
    }
    check(
        vec![
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
            (
                "/a",
                Err("reset".to_owned()),
                tag,
                Err(GetError::Transport("reset".to_owned())),
            ),
            ("/a", answer(304, &[], ""), tag, unchanged("one")),
        ],
        "A connection that broke says nothing about the thing.",
    );
    for status in [404, 410] {
        check(
            vec![
                ("/a", answer(200, TAG, "one"), &[], fresh("one")),
                (
                    "/a",
                    answer(status, &[], ""),
                    tag,
                    Err(GetError::Status(status)),
                ),
                ("/a", answer(200, TAG, "again"), &[], fresh("again")),
            ],
            "It is gone, and what was remembered of it is of no use.",
        );
    }
}

#[test]
fn goal_7_a_304_that_nobody_asked_for_is_an_error() {
    check(
        vec![
            ("/a", answer(304, TAG, ""), &[], Err(GetError::NotAsked)),
            ("/a", answer(200, TAG, "one"), &[], fresh("one")),
        ],
        "There is no body to be had, and an empty one would be a lie. And nothing is remembered of it.",
    );
}

/// The practice site over plain sockets.
struct Wire(SocketAddr);

impl Transport for Wire {
    fn send(&mut self, request: &Request) -> Result<Response, String> {
        let headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer =
            ask(self.0, "GET", &request.url, &headers, b"").map_err(|error| error.to_string())?;
        Ok(Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
        })
    }
}

#[test]
fn goal_8_the_practice_site_sends_a_body_only_when_it_has_changed() {
    within("A few requests take no time.", || {
        let site = site();
        let (mut memory, mut wire) = (Memory::new(), Wire(site.address()));
        let change = || {
            let body = br#"{"user":"editor","password":"tide"}"#;
            let json = ("Content-Type", "application/json");
            let answer =
                ask(site.address(), "POST", "/api/login", &[json], body).expect("the site answers");
            let answer: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
            let token = format!("Bearer {}", answer["token"].as_str().expect("a token"));
            let headers = [json, ("Authorization", token.as_str())];
            let answer = ask(
                site.address(),
                "PATCH",
                "/api/books/1",
                &headers,
                br#"{"year":1900}"#,
            );
            assert_eq!(answer.expect("the site answers").status, 200);
            site.journal().clear();
        };

        let first = memory
            .get("/api/books/1", &mut wire)
            .expect("the book is there");
        let second = memory
            .get("/api/books/1", &mut wire)
            .expect("the book is there");
        let before = asked(&site.journal().entries());
        change();
        let third = memory
            .get("/api/books/1", &mut wire)
            .expect("the book is there");
        let fourth = memory
            .get("/api/books/1", &mut wire)
            .expect("the book is there");
        let after = asked(&site.journal().entries());

        let expected = ["GET /api/books/1 -> 200", "GET /api/books/1 -> 304"];
        assert_eq!(
            before, expected,
            "\n\nThe second time nothing had changed.\n"
        );
        assert_eq!(
            after, expected,
            "\n\nThe book was changed in between, and then not again.\n"
        );
        assert_eq!((first.unchanged, second.unchanged), (false, true));
        assert_eq!(first.body, second.body);
        assert_ne!(second.body, third.body);
        assert_eq!(third.body, fourth.body);
    });
}
