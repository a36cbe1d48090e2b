//! The REST API: reading, changing, refusing, limiting, failing.

use crate::client::{Answer, Client, start};
use serde_json::json;
use std::time::Duration;

const JSON: &str = "Content-Type: application/json";

fn token(client: &mut Client, user: &str, password: &str) -> String {
    let body = json!({"user": user, "password": password}).to_string();
    let login = client.ask("POST", "/api/login", &[JSON], &body);
    assert_eq!(login.status, 200);
    format!(
        "Authorization: Bearer {}",
        login.json()["token"].as_str().unwrap()
    )
}

fn editor(client: &mut Client) -> String {
    token(client, "editor", "tide")
}

fn assert_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(answer.json()["status"], status);
}

#[test]
fn the_pages_of_the_list_hold_every_book_once() {
    let site = start();
    let mut client = Client::connect(&site);
    let mut path = "/api/books?per_page=25".to_string();
    let mut books = Vec::new();
    loop {
        let page = client.get(&path);
        books.extend(page.json()["books"].as_array().unwrap().clone());
        assert_eq!(page.header("x-total-count"), Some("57"));
        let link = page.header("link").unwrap();
        let Some(next) = link.split(", ").find(|link| link.ends_with("rel=\"next\"")) else {
            break;
        };
        let url = next.split(['<', '>']).nth(1).unwrap();
        path = url.strip_prefix("http://bay.example").unwrap().to_string();
    }

    let truth = site.truth().books();
    assert_eq!(books.len(), truth.len());
    for (book, known) in books.iter().zip(truth) {
        let expected = json!({
            "id": known.id, "title": known.title, "author": known.author, "year": known.year,
            "pages": known.pages, "available": known.available,
        });
        assert_eq!(*book, expected);
    }
}

#[test]
fn a_list_that_cannot_be_turned_is_refused_and_one_beyond_the_end_is_empty() {
    let site = start();
    let mut client = Client::connect(&site);

    for query in [
        "page=0",
        "page=x",
        "page=-1",
        "per_page=0",
        "per_page=101",
        "page=99999999999999999999",
    ] {
        assert_problem(&client.get(&format!("/api/books?{query}")), 422);
    }
    assert_eq!(
        client.get("/api/books?page=18446744073709551615").json()["books"],
        json!([])
    );
    let found = client.get("/api/books?q=VOLUME+2&per_page=100").json();
    assert_eq!(
        found["total"].as_u64().unwrap() as usize,
        found["books"].as_array().unwrap().len()
    );
    assert!(found["total"].as_u64().unwrap() < 57);
}

#[test]
fn a_book_can_be_added_read_replaced_changed_and_removed() {
    let site = start();
    let mut client = Client::connect(&site);
    let editor = editor(&mut client);
    let salt = json!({"title": " Salt ", "author": "Łukasz Żak", "year": 1987});

    let created = client.ask("POST", "/api/books", &[JSON, &editor], &salt.to_string());
    let location = created
        .header("location")
        .unwrap()
        .strip_prefix("http://bay.example")
        .unwrap()
        .to_string();
    let read = client.get(&location);
    let whole = json!({"title": "Rope", "author": "R", "year": -5, "pages": 12, "available": false, "id": 999});
    let replaced = client.ask("PUT", &location, &[JSON, &editor], &whole.to_string());
    let changed = client.ask("PATCH", &location, &[JSON, &editor], r#"{"pages": null}"#);
    let removed = client.ask("DELETE", &location, &[&editor], "");
    let gone = client.ask("DELETE", &location, &[&editor], "");

    assert_eq!((created.status, location.as_str()), (201, "/api/books/58"));
    let expected = json!({"id": 58, "title": "Salt", "author": "Łukasz Żak", "year": 1987, "pages": null, "available": true});
    assert_eq!(read.json(), expected);
    assert_eq!(
        replaced.json(),
        json!({"id": 58, "title": "Rope", "author": "R", "year": -5, "pages": 12, "available": false})
    );
    assert_eq!(changed.json()["pages"], json!(null));
    assert_eq!(changed.json()["title"], "Rope");
    assert_eq!((removed.status, removed.body.len()), (204, 0));
    assert_problem(&gone, 404);
    assert_problem(&client.get(&location), 404);
}

#[test]
fn what_is_wrong_with_a_book_is_told_field_by_field() {
    let site = start();
    let mut client = Client::connect(&site);
    let editor = editor(&mut client);
    let wrong = json!({"title": "", "year": 1987.5, "pages": 0, "available": "yes"}).to_string();

    let refused = client.ask("POST", "/api/books", &[JSON, &editor], &wrong);

    assert_problem(&refused, 422);
    let fields: Vec<String> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(fields, ["title", "author", "year", "pages", "available"]);
    assert_problem(
        &client.ask("POST", "/api/books", &[JSON, &editor], "{broken"),
        400,
    );
    assert_problem(
        &client.ask("POST", "/api/books", &[JSON, &editor], "[1]"),
        400,
    );
    assert_problem(
        &client.ask(
            "POST",
            "/api/books",
            &["Content-Type: text/plain", &editor],
            "{}",
        ),
        415,
    );
    assert_problem(
        &client.ask(
            "PATCH",
            "/api/books/1",
            &[JSON, &editor],
            r#"{"year": 3000}"#,
        ),
        422,
    );
    assert_problem(
        &client.ask(
            "PUT",
            "/api/books/1",
            &[JSON, &editor],
            r#"{"title": "Only"}"#,
        ),
        422,
    );
}

#[test]
fn only_editors_change_books() {
    let site = start();
    let mut client = Client::connect(&site);
    let reader = token(&mut client, "reader", "rain");
    let body = r#"{"title": "T", "author": "A", "year": 1}"#;

    let stranger = client.ask("POST", "/api/books", &[JSON], body);
    let forged = client.ask(
        "POST",
        "/api/books",
        &[JSON, "Authorization: Bearer forged"],
        body,
    );
    let basic = client.ask(
        "POST",
        "/api/books",
        &[JSON, "Authorization: Basic cmVhZGVyOnJhaW4="],
        body,
    );
    let refused = client.ask("DELETE", "/api/books/1", &[&reader], "");
    let me = client.ask("GET", "/api/me", &[&reader], "");

    for answer in [&stranger, &forged, &basic, &client.get("/api/me")] {
        assert_problem(answer, 401);
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
    }
    assert_problem(&refused, 403);
    assert_eq!(me.json(), json!({"user": "reader", "role": "reader"}));
    let form = client.ask(
        "POST",
        "/api/login",
        &["Content-Type: application/x-www-form-urlencoded"],
        "user=editor&password=tide",
    );
    assert_eq!(form.json()["role"], "editor");
    assert_problem(
        &client.ask("POST", "/api/login", &[JSON], r#"{"user": "editor"}"#),
        401,
    );
}

#[test]
fn of_two_changes_with_the_same_if_match_one_is_refused() {
    let site = start();
    let mut client = Client::connect(&site);
    let editor = editor(&mut client);
    let etag = client
        .get("/api/books/3")
        .header("etag")
        .unwrap()
        .to_string();
    let condition = format!("If-Match: {etag}");

    let first = client.ask(
        "PATCH",
        "/api/books/3",
        &[JSON, &editor, &condition],
        r#"{"year": 1900}"#,
    );
    let second = client.ask(
        "PATCH",
        "/api/books/3",
        &[JSON, &editor, &condition],
        r#"{"year": 1901}"#,
    );
    let delete = client.ask("DELETE", "/api/books/3", &[&editor, &condition], "");

    assert_eq!(first.status, 200);
    assert_ne!(first.header("etag"), Some(etag.as_str()));
    assert_problem(&second, 412);
    assert_problem(&delete, 412);
    assert_eq!(client.get("/api/books/3").json()["year"], 1900);
}

#[test]
fn many_threads_that_change_one_book_under_if_match_lose_no_change() {
    let site = start();
    let editor = editor(&mut Client::connect(&site));
    const THREADS: u64 = 8;
    const CHANGES: u64 = 10;
    let before = site.truth().books()[0].year;

    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut client = Client::connect(&site);
                for _ in 0..CHANGES {
                    loop {
                        let read = client.get("/api/books/1");
                        let year = read.json()["year"].as_i64().unwrap() + 1;
                        let condition = format!("If-Match: {}", read.header("etag").unwrap());
                        let body = json!({"year": year}).to_string();
                        match client
                            .ask("PATCH", "/api/books/1", &[JSON, &editor, &condition], &body)
                            .status
                        {
                            200 => break,
                            status => assert_eq!(status, 412),
                        }
                    }
                }
            });
        }
    });

    let year = Client::connect(&site).get("/api/books/1").json()["year"]
        .as_i64()
        .unwrap();
    assert_eq!(year, before + (THREADS * CHANGES) as i64);
}

#[test]
fn a_repeated_post_with_an_idempotency_key_adds_one_book() {
    let site = start();
    let mut client = Client::connect(&site);
    let editor = editor(&mut client);
    let body = r#"{"title": "T", "author": "A", "year": 1}"#;
    let keyed = [JSON, &editor, "Idempotency-Key: once"];

    let first = client.ask("POST", "/api/books", &keyed, body);
    let again = client.ask("POST", "/api/books", &keyed, body);
    let other = client.ask("POST", "/api/books", &[JSON, &editor], body);

    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_ne!(other.json()["id"], first.json()["id"]);
    assert_eq!(client.get("/api/books").header("x-total-count"), Some("59"));
}

#[test]
fn haste_is_refused_until_the_window_has_passed() {
    let site = start();
    let mut client = Client::connect(&site);
    let path = "/api/limited?limit=2&window_ms=700&key=";

    let statuses: Vec<u16> = (0..4)
        .map(|_| client.get(&format!("{path}a")).status)
        .collect();
    let refused = client.get(&format!("{path}a"));
    let other = client.get(&format!("{path}b"));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    std::thread::sleep(Duration::from_secs(wait));
    let later = client.get(&format!("{path}a"));

    assert_eq!(statuses, [200, 200, 429, 429]);
    assert_problem(&refused, 429);
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(other.status, 200);
    assert_eq!(
        later.status, 200,
        "who waits as long as Retry-After says is let in"
    );
}

#[test]
fn retry_after_may_be_a_date_that_is_not_too_early() {
    let site = start();
    let mut client = Client::connect(&site);
    let path = "/api/limited?limit=0&window_ms=5000&key=d&form=date";

    let refused = client.get(path);

    let date = practice_site::Moment::from_http(refused.header("retry-after").unwrap()).unwrap();
    let now = practice_site::Moment::from_http(refused.header("date").unwrap()).unwrap();
    assert_eq!(refused.status, 429);
    assert!(
        date.unix_seconds() >= now.unix_seconds() + 5,
        "five seconds are left of the window"
    );
}

#[test]
fn a_flaky_endpoint_fails_as_often_as_asked_for_each_key() {
    let site = start();
    let mut client = Client::connect(&site);
    let mut statuses =
        |path: &str| -> Vec<u16> { (0..4).map(|_| client.get(path).status).collect() };

    assert_eq!(statuses("/api/flaky?fail=2&key=a"), [503, 503, 200, 200]);
    assert_eq!(
        statuses("/api/flaky?fail=1&key=b&status=500"),
        [500, 200, 200, 200]
    );
    assert_eq!(statuses("/api/flaky?fail=0&key=c"), [200; 4]);
    let failed = client.get("/api/flaky?fail=9&key=d&retry_after=3");
    assert_eq!(failed.header("retry-after"), Some("3"));
    assert_eq!(
        client
            .ask("POST", "/api/flaky?fail=1&key=e", &[], "")
            .status,
        503
    );
}

#[test]
fn what_is_not_in_the_api_is_a_problem() {
    let site = start();
    let mut client = Client::connect(&site);
    for path in [
        "/api/nothing",
        "/api/books/x",
        "/api/books/0",
        "/api/books/1/2",
        "/api/stories/0",
        "/api/stories/7",
    ] {
        assert_problem(&client.get(path), 404);
    }
    assert_eq!(
        client.get("/api/stories").json()["stories"]
            .as_array()
            .unwrap()
            .len(),
        6
    );
}

#[test]
fn many_clients_adding_at_once_get_numbers_of_their_own() {
    let site = start();
    let editor = editor(&mut Client::connect(&site));

    let ids: Vec<u64> = std::thread::scope(|scope| {
        let add = || {
            let mut client = Client::connect(&site);
            let body = r#"{"title": "T", "author": "A", "year": 1}"#;
            client
                .ask("POST", "/api/books", &[JSON, &editor], body)
                .json()["id"]
                .as_u64()
                .unwrap()
        };
        let threads: Vec<_> = (0..24).map(|_| scope.spawn(add)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });

    let mut unique = ids.clone();
    unique.sort_unstable();
    assert_eq!(unique, (58..82).collect::<Vec<u64>>());
}
