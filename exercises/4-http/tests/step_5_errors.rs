//! # Step 5: what went wrong, and what now?
//!
//! **Task.** Fill in `src/errors.rs`: `classify` sorts what came by what one does about it; `action` says
//! what that is; the message is for a person, and `source` for whoever looks into the log.
//!
//! **Hint.** Sort by numbers and kinds, never by words. More with `just hint 4 errors`.
//!
//! **Resources.** The chapter `book/src/4-http.md`; the tour, `just lesson 4`; RFC 9110, section 15
//! (statuses), RFC 9457 (problem details); `std::io::ErrorKind`, `std::error::Error::source`.

mod harness;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::TcpListener;

use exercise_4::errors::{Action, ApiError, Raw, classify};
use harness::{ask, site, within};

fn answer(status: u16, content_type: &str, body: &str) -> Raw {
    Raw::Answer {
        status,
        content_type: content_type.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

fn problem(status: u16, body: &str) -> Raw {
    answer(status, "application/problem+json", body)
}

#[track_caller]
fn error(raw: Raw, of: &str) -> ApiError {
    match classify(raw) {
        Ok(text) => panic!("\n\n{of} was taken for a good answer: {text:?}\n"),
        Err(error) => error,
    }
}

#[track_caller]
fn check(raw: Raw, of: &str, action: Action, message: &str, why: &str) {
    let error = error(raw, of);
    let came = (error.action(), error.to_string());
    assert!(
        came == (action, message.to_owned()),
        "\n\n{of}\nexpected: {action:?}, {message:?}\ncame:     {:?}, {:?}\n{why}\n",
        came.0,
        came.1
    );
}

#[test]
fn goal_1_a_good_answer_is_its_text() {
    for (content_type, body) in [
        ("application/json", "{\"ok\":true}"),
        ("application/json; charset=utf-8", "[]"),
        ("Application/JSON;charset=UTF-8", "1"),
        ("", ""),
        ("text/plain", ""),
    ] {
        for status in [200, 201, 204] {
            let came = classify(answer(status, content_type, body));
            assert!(
                came.as_ref().is_ok_and(|text| text == body),
                "\n\nstatus {status}, type {content_type:?}, body {body:?}\nexpected the body, and came {came:?}\n\
                 Parameters and capitals of a type do not matter, and an empty body needs none.\n"
            );
        }
    }
}

#[test]
fn goal_2_each_status_has_its_action() {
    use Action::{Correct, LogIn, ReadAgain, Report, Tell, TryAgain};

    for (statuses, action, message) in [
        (&[401][..], LogIn, "nobody is logged in"),
        (&[403], Tell, "this is not permitted"),
        (&[404, 410], Tell, "there is no such thing"),
        (&[409, 412], ReadAgain, "it has changed since it was read"),
        (&[400, 413, 415, 422], Correct, "what was sent is wrong"),
        (
            &[408, 425, 429, 500, 502, 503, 504],
            TryAgain,
            "the server is not available",
        ),
        (
            &[302, 304, 402, 405, 418, 501, 505, 599],
            Report,
            "the server does not do what it should",
        ),
    ] {
        for status in statuses {
            check(
                answer(*status, "text/html", "<h1>Oops</h1>"),
                &format!("status {status}"),
                action,
                &format!("{message} (status {status})"),
                "Not every 4xx is our fault, and not every 5xx passes: 408, 425 and 429 do, 501 does not. \
                 And a page in HTML is not shown to a person.",
            );
        }
    }
}

#[test]
fn goal_3_the_servers_words_and_the_wrong_fields_are_handed_on() {
    let body = r#"{"status":422,"detail":"Some fields are wrong.","errors":[{"field":"title","message":"x"},{"field":"year"}]}"#;
    let of = "a 422 with two fields";
    check(
        problem(422, body),
        of,
        Action::Correct,
        "what was sent is wrong: title, year (status 422: Some fields are wrong.)",
        "A form can mark the fields, and the words are written for the person before it.",
    );
    let ApiError::Invalid { fields, .. } = error(problem(422, body), of) else {
        panic!("\n\na 422 is Invalid\n");
    };
    assert_eq!(fields, ["title", "year"]);
    check(
        problem(403, r#"{"detail":"Readers may not write."}"#),
        "a 403 with words",
        Action::Tell,
        "this is not permitted (status 403: Readers may not write.)",
        "Words may come with any status.",
    );
    for (body, what) in [
        ("<h1>Busy</h1>", "HTML"),
        ("", "nothing"),
        ("[1]", "a list"),
        ("{\"detail\":5}", "a number"),
        ("{\"x\":1}", "other fields"),
    ] {
        check(
            problem(503, body),
            &format!("a 503 that is called problem+json and holds {what}"),
            Action::TryAgain,
            "the server is not available (status 503)",
            "A server in trouble may send anything. That must not become another error than the one it is.",
        );
    }
    check(
        answer(
            404,
            "application/json",
            r#"{"detail":"internal: table books_v2"}"#,
        ),
        "a 404 with JSON that is no problem+json",
        Action::Tell,
        "there is no such thing (status 404)",
        "Only application/problem+json promises that `detail` is meant for people.",
    );
}

#[test]
fn goal_4_a_page_that_says_200_is_not_an_answer_of_the_api() {
    check(
        answer(
            200,
            "text/html; charset=utf-8",
            "<h1>Please log in to the Wi-Fi</h1>",
        ),
        "200 with HTML",
        Action::Report,
        "the server does not do what it should (not JSON: text/html)",
        "A hotel's network answers everything with 200 and a page of its own.",
    );
    check(
        answer(200, "application/jsonp", "x"),
        "200 with a type that only begins like JSON's",
        Action::Report,
        "the server does not do what it should (not JSON: application/jsonp)",
        "It is another type.",
    );
    let bytes = Raw::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: vec![b'"', 0xff, b'"'],
    };
    check(
        bytes,
        "200 with bytes that are no UTF-8",
        Action::Report,
        "the server does not do what it should (not JSON: application/json)",
        "JSON is UTF-8.",
    );
}

#[test]
fn goal_5_trouble_on_the_way_is_sorted_by_kind() {
    use ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        InvalidData, InvalidInput, NetworkUnreachable, OutOfMemory, PermissionDenied, TimedOut,
        UnexpectedEof, WouldBlock,
    };

    for kind in [
        ConnectionRefused,
        ConnectionReset,
        ConnectionAborted,
        BrokenPipe,
        UnexpectedEof,
        TimedOut,
        WouldBlock,
        HostUnreachable,
        NetworkUnreachable,
    ] {
        check(
            Raw::Io(io::Error::new(kind, "these are the words")),
            &format!("{kind:?}"),
            Action::TryAgain,
            "the server is not available (these are the words)",
            "This may be gone in a moment. (WouldBlock is what a socket says on Unix when its time is over.)",
        );
    }
    for kind in [InvalidData, InvalidInput, PermissionDenied, OutOfMemory] {
        check(
            Raw::Io(io::Error::new(kind, "connection refused, timed out")),
            &format!("{kind:?}, whose words lie"),
            Action::Report,
            "the server does not do what it should (connection refused, timed out)",
            "Another try would not change it. Sort by the kind: words are for people, and change.",
        );
    }
}

#[test]
fn goal_6_what_happened_below_is_not_lost() {
    let error = error(
        Raw::Io(io::Error::new(ErrorKind::TimedOut, "too slow")),
        "a time that is over",
    );

    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());

    assert!(
        source.is_some_and(|source| source.kind() == ErrorKind::TimedOut),
        "\n\n`source` should hand over the io::Error, and gave {source:?}.\n\
         A person reads the first line. Whoever looks for the reason follows `source`.\n"
    );
    let refused = self::error(answer(404, "", ""), "a 404");
    assert!(
        refused.source().is_none(),
        "\n\nBelow a 404 is nothing else.\n"
    );
}

#[test]
fn goal_7_what_a_stranger_wrote_is_short_and_harmless() {
    let check = |raw: Raw, expected: &str| {
        let came = error(raw, "a long or evil answer").to_string();
        assert!(
            came == expected,
            "\n\nexpected: {expected:?}\ncame:     {came:?}\n\
             200 characters are enough for a person, and a terminal obeys what follows an ESC. \
             Count characters, not bytes: a cut in the middle of one is a panic.\n"
        );
    };

    let body = format!(r#"{{"detail":"{}"}}"#, "é".repeat(201));
    check(
        problem(403, &body),
        &format!("this is not permitted (status 403: {})", "é".repeat(200)),
    );
    check(
        problem(403, r#"{"detail":"a\u001b[2Jb\nc\u009bd"}"#),
        "this is not permitted (status 403: a [2Jb c d)",
    );
    check(
        problem(422, r#"{"errors":[{"field":"x\u001by"}]}"#),
        "what was sent is wrong: x y (status 422)",
    );
    check(
        answer(200, "text/\u{1b}[1mx", "x"),
        "the server does not do what it should (not JSON: text/ [1mx)",
    );
}

#[test]
fn goal_8_the_practice_site_is_understood() {
    within("A few requests take no time.", || {
        let site = site();
        let asking = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| match ask(
            site.address(),
            method,
            path,
            headers,
            body.as_bytes(),
        ) {
            Ok(answer) => Raw::Answer {
                status: answer.status,
                content_type: answer.header("Content-Type").unwrap_or_default(),
                body: answer.body,
            },
            Err(error) => Raw::Io(error),
        };
        let json = ("Content-Type", "application/json");
        let log_in = asking(
            "POST",
            "/api/login",
            &[json],
            r#"{"user":"editor","password":"tide"}"#,
        );
        let token = classify(log_in).expect("the password is right");
        let token: serde_json::Value = serde_json::from_str(&token).expect("JSON");
        let token = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let editor = [json, ("Authorization", token.as_str())];
        let gone = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let nobody_there = match ask(gone.expect("a port that was free"), "GET", "/", &[], b"") {
            Ok(answer) => panic!("somebody else took the port: {answer:?}"),
            Err(error) => Raw::Io(error),
        };

        assert!(classify(asking("GET", "/api/books/1", &[], "")).is_ok());
        for (raw, of, action) in [
            (
                asking("DELETE", "/api/books/1", &[], ""),
                "DELETE by nobody",
                Action::LogIn,
            ),
            (
                asking("GET", "/api/books/4711", &[], ""),
                "no such book",
                Action::Tell,
            ),
            (
                asking("POST", "/api/books", &editor, "{}"),
                "a book without a title",
                Action::Correct,
            ),
            (
                asking(
                    "DELETE",
                    "/api/books/1",
                    &[editor[1], ("If-Match", "\"old\"")],
                    "",
                ),
                "an old version",
                Action::ReadAgain,
            ),
            (
                asking("GET", "/api/flaky?key=x", &[], ""),
                "a flaky server",
                Action::TryAgain,
            ),
            (
                asking("GET", "/faults/close", &[], ""),
                "a connection that is closed",
                Action::TryAgain,
            ),
            (
                asking("GET", "/blog/", &[], ""),
                "a page of the blog",
                Action::Report,
            ),
            (nobody_there, "nobody at this port", Action::TryAgain),
        ] {
            let error = error(raw, of);
            assert!(
                error.action() == action,
                "\n\n{of}\nexpected: {action:?}\ncame:     {:?}, {error}\n",
                error.action()
            );
        }
        let wrong = error(
            asking("POST", "/api/books", &editor, "{}"),
            "a book without a title",
        );
        assert!(
            matches!(&wrong, ApiError::Invalid { fields, .. } if fields.contains(&"title".to_owned())),
            "\n\nThe site names the wrong fields, title among them: {wrong:?}\n"
        );
    });
}
