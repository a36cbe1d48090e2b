//! Redirects that are followed, handed over, or refused.

use std::net::{IpAddr, Ipv4Addr};

use http_client::{Client, Config, Error, Redirects};
use serde_json::Value;

use crate::common::{Names, Server, answer, client, config, site};

#[test]
fn a_redirect_is_followed_and_the_answer_says_where_it_came_from() {
    let site = site();

    let answer = client()
        .get(site.url("/faults/redirects/3"))
        .send()
        .unwrap();

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.url().path(), "/faults/redirects/0");
}

#[test]
fn ten_redirects_are_followed_and_eleven_are_not() {
    let site = site();
    let client = client();

    assert!(client.get(site.url("/faults/redirects/10")).send().is_ok());
    let error = client
        .get(site.url("/faults/redirects/11"))
        .send()
        .unwrap_err();

    assert!(matches!(error, Error::TooManyRedirects(10)), "{error:?}");
}

#[test]
fn a_crawler_is_handed_the_redirect_itself() {
    let site = site();
    let redirects = Redirects::HandOver;
    let client = Client::new(Config {
        redirects,
        ..config()
    })
    .unwrap();

    let answer = client.get(site.url("/faults/redirects/3")).send().unwrap();

    assert_eq!(answer.status(), 302);
    assert_eq!(answer.header("location"), Some("/faults/redirects/2"));
}

#[test]
fn a_post_keeps_its_body_after_307_and_becomes_a_get_after_303() {
    for (status, expected) in [("307 Temporary Redirect", "POST"), ("303 See Other", "GET")] {
        let site = site();
        let location = site.url("/api/echo");
        let server = Server::says([answer(&format!("{status}\r\nLocation: {location}"), "")]);

        let echo: Value = client()
            .post(server.url("/"))
            .form([("a", "b")])
            .send()
            .and_then(|answer| answer.json())
            .unwrap();

        assert_eq!(echo["method"], expected, "{status}");
        assert_eq!(echo["body"], if expected == "POST" { "a=b" } else { "" });
        server.requests();
    }
}

#[test]
fn a_secret_goes_along_on_the_same_site_and_to_no_other() {
    let look_up = Names::lead_to([&[IpAddr::V4(Ipv4Addr::LOCALHOST)]]);
    let client = Client::new(Config {
        look_up,
        ..config()
    })
    .unwrap();
    let server = Server::says([
        answer("302 Found\r\nLocation: http://{here}/same", ""),
        answer("200 OK", ""),
    ]);
    let elsewhere = Server::says([answer("200 OK", "")]);
    let away = format!(
        "302 Found\r\nLocation: http://other.test:{}/",
        elsewhere.port()
    );
    let leading_away = Server::says([answer(&away, "")]);

    for server in [&server, &leading_away] {
        let request = client
            .get(server.url("/"))
            .bearer("secret")
            .header("cookie", "session=1");
        request.send().unwrap();
    }

    for request in server.requests() {
        assert!(request.contains("Bearer secret"), "{request}");
    }
    let request = elsewhere.requests().remove(0);
    assert!(
        !request.contains("secret") && !request.contains("session"),
        "{request}"
    );
    leading_away.requests();
}
