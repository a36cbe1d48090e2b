//! Each fault does what its table says, within bounds, and harms nobody else.

use crate::client::{Client, LIMIT, get, start};
use practice_site::{Config, Entry, Fault, Site};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Asks for a path, and returns every byte that comes until the connection ends; the error if it is torn.
fn raw(site: &Site, path: &str) -> (Vec<u8>, Option<io::ErrorKind>) {
    let mut stream = TcpStream::connect(site.address()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: bay.example\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let error = stream
        .read_to_end(&mut bytes)
        .err()
        .map(|error| error.kind());
    (bytes, error)
}

fn text(site: &Site, path: &str) -> String {
    String::from_utf8_lossy(&raw(site, path).0).into_owned()
}

/// Splits an answer into head and body.
fn split(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").expect("a head ends")
}

#[test]
fn slow_ones_come_to_an_end_in_their_own_time() {
    let site = start();

    assert_eq!(get(&site, "/faults/slow?ms=1").status, 200);
    assert_eq!(
        get(&site, "/faults/drip?ms=1&bytes=13").body,
        b"drip, drip, d"
    );
    assert_eq!(get(&site, "/faults/drip-head?ms=1").body, b"ok\n");
}

#[test]
fn endless_ones_go_on_for_as_long_as_somebody_reads_and_end_with_the_client() {
    let site = start();
    for path in [
        "/faults/endless",
        "/faults/endless-lines",
        "/faults/endless-head",
    ] {
        let mut client = Client::connect(&site);
        client.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let mut bytes = 0;
        while bytes < 3_000_000 {
            bytes += client.read_some().unwrap().len();
        }
    }
    let ended = |entries: &[Entry]| entries.iter().all(|entry| entry.finished.is_some());
    assert!(site.journal().wait_until(LIMIT, ended).is_some());
}

#[test]
fn silent_ones_say_what_they_say_and_wait() {
    let site = start();
    for (path, end) in [
        ("/faults/stall", "....."),
        ("/faults/unfinished-head", "X-Patience: "),
    ] {
        let mut client = Client::connect(&site);
        client.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let mut answer = String::new();
        while !answer.ends_with(end)
            || (path.ends_with("stall") && answer.matches('.').count() < 1_001)
        {
            answer.push_str(&String::from_utf8(client.read_some().unwrap()).unwrap());
        }
        let entries = site.journal().entries();
        assert_eq!(entries.last().unwrap().finished, None, "{path}");
    }
}

#[test]
fn lengths_and_chunks_are_as_wrong_as_they_say() {
    let site = start();
    let check = |path: &str, head: &str, body: &str| {
        let answer = text(&site, path);
        let (found_head, found_body) = split(&answer);
        assert!(
            found_head.starts_with("HTTP/1.1 200 OK\r\n"),
            "{path}: {found_head}"
        );
        assert!(found_head.contains(head), "{path}: {found_head}");
        assert_eq!(found_body, body, "{path}");
    };

    check(
        "/faults/truncated",
        "Content-Length: 10000",
        &".".repeat(5_000),
    );
    check("/faults/too-short", "Content-Length: 100", &".".repeat(500));
    check(
        "/faults/two-lengths",
        "Content-Length: 5\r\nContent-Length: 10",
        "0123456789",
    );
    check("/faults/bad-length", "Content-Length: many", "many bytes");
    check(
        "/faults/huge-length",
        "Content-Length: 9223372036854775807",
        "0123456789",
    );
    check(
        "/faults/length-and-chunked",
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "5\r\nhello\r\n0\r\n\r\n",
    );
    check(
        "/faults/bad-chunk",
        "Transfer-Encoding: chunked",
        "5\r\nhello\r\nfive\r\nworld\r\n0\r\n\r\n",
    );
    check(
        "/faults/truncated-chunk",
        "Transfer-Encoding: chunked",
        "5\r\nhello\r\n1000\r\nhalf",
    );
    check(
        "/faults/no-last-chunk",
        "Transfer-Encoding: chunked",
        "5\r\nhello\r\n",
    );
    check(
        "/faults/huge-chunk",
        "Transfer-Encoding: chunked",
        "fffffffffffffff0\r\nhello",
    );
    let no_length = text(&site, "/faults/no-length");
    assert!(
        !split(&no_length).0.contains("Length") && split(&no_length).1.starts_with("This body")
    );
}

#[test]
fn heads_are_as_broken_as_they_say() {
    let site = start();

    assert!(
        text(&site, "/faults/bare-lf").starts_with("HTTP/1.1 200 OK\nContent-Type: text/plain\n")
    );
    assert!(!text(&site, "/faults/bare-lf").contains('\r'));
    assert!(text(&site, "/faults/bad-status-line").starts_with("WELCOME"));
    assert!(text(&site, "/faults/bad-status").starts_with("HTTP/1.1 2xx Fine\r\n"));
    assert!(text(&site, "/faults/bad-field").contains("\r\nthis line has no colon\r\n"));
    assert!(text(&site, "/faults/http09").starts_with("<!doctype html>"));
    assert_eq!(raw(&site, "/faults/http2").0, [0, 0, 0, 4, 0, 0, 0, 0, 0]);
    assert_eq!(
        text(&site, "/faults/close-in-head"),
        "HTTP/1.1 200 OK\r\nContent-Ty"
    );
    assert_eq!(
        text(&site, "/faults/huge-field").matches('x').count(),
        1024 * 1024
    );
    let flood = text(&site, "/faults/informational?n=250&x=");
    assert_eq!(flood.matches("HTTP/1.1 103 Early Hints").count(), 250);
    assert!(flood.contains("HTTP/1.1 200 OK"));
    assert!(text(&site, "/faults/no-content-with-body").ends_with("\r\n\r\nhello"));
    let mut client = Client::connect(&site);
    client.send("HEAD /faults/head-with-body HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(client.read_to_end().unwrap().ends_with(b"\r\n\r\nhello"));
}

#[test]
fn connections_break_as_they_say() {
    let site = start();

    assert_eq!(raw(&site, "/faults/close"), (Vec::new(), None));
    assert_eq!(
        raw(&site, "/faults/reset"),
        (Vec::new(), Some(io::ErrorKind::ConnectionReset))
    );
    assert_eq!(
        raw(&site, "/faults/reset-in-body").1,
        Some(io::ErrorKind::ConnectionReset)
    );
}

#[test]
fn types_are_as_wrong_as_they_say() {
    let site = start();

    let wrong = get(&site, "/faults/wrong-type");
    assert_eq!(wrong.header("content-type"), Some("image/png"));
    assert!(wrong.text().starts_with("<!doctype html>"));
    assert_eq!(get(&site, "/faults/no-type").header("content-type"), None);
    let charset = get(&site, "/faults/wrong-charset");
    assert_eq!(
        charset.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(std::str::from_utf8(&charset.body).is_err());
    assert!(
        get(&site, "/faults/unknown-charset")
            .header("content-type")
            .unwrap()
            .contains("klingon-1")
    );
}

#[test]
fn the_bombs_are_real_ones() {
    let site = start();
    let mut client = Client::connect(&site);

    for (path, coding) in [
        ("/faults/bomb/gzip", "gzip"),
        ("/faults/bomb/deflate", "deflate"),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.header("content-encoding"), Some(coding));
        assert!(answer.body.len() < 1_500_000, "{} bytes", answer.body.len());
        // To the end: length and checksum are right, so a client cannot find out earlier. A mebibyte
        // at a time, for a gibibyte takes a debug build too long; the first 16 show enough.
        let mut source: Box<dyn Read> = match coding {
            "gzip" => Box::new(flate2::read::GzDecoder::new(answer.body.as_slice())),
            _ => Box::new(flate2::read::ZlibDecoder::new(answer.body.as_slice())),
        };
        let mut piece = vec![1; 1024 * 1024];
        for _ in 0..16 {
            source.read_exact(&mut piece).unwrap();
            assert!(piece.iter().all(|byte| *byte == 0));
        }
    }
}

#[test]
fn codings_are_as_wrong_as_they_say() {
    let site = start();
    let unpack = |path: &str| {
        let answer = get(&site, path);
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{path}");
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_end(&mut out)
    };

    assert_eq!(
        get(&site, "/faults/coding/unknown").header("content-encoding"),
        Some("shuffle")
    );
    assert!(
        get(&site, "/faults/coding/lie")
            .text()
            .starts_with("<!doctype")
    );
    for path in [
        "/faults/coding/lie",
        "/faults/coding/corrupt",
        "/faults/coding/truncated",
    ] {
        assert!(unpack(path).is_err(), "{path}");
    }
}

#[test]
fn redirects_lead_where_they_say() {
    let site = start();
    let mut client = Client::connect(&site);
    let mut leads = |path: &str| {
        let answer = client.get(path);
        (answer.status, answer.header("location").map(str::to_string))
    };
    let to = |path: &str| (302, Some(path.to_string()));

    assert_eq!(leads("/faults/loop"), to("/faults/loop"));
    assert_eq!(leads("/faults/loops/1"), to("/faults/loops/2"));
    assert_eq!(leads("/faults/loops/3"), to("/faults/loops/1"));
    assert_eq!(leads("/faults/redirects/20"), to("/faults/redirects/19"));
    assert_eq!(leads("/faults/redirects/0"), (200, None));
    assert_eq!(leads("/faults/redirects/1000001"), (404, None));
    assert_eq!(leads("/faults/location/relative"), to("../status/200"));
    assert_eq!(leads("/faults/location/missing"), (302, None));
    assert_eq!(leads("/faults/location/invalid"), to("http://[broken/"));
    assert_eq!(leads("/faults/location/scheme"), to("file:///etc/passwd"));
    assert_eq!(
        leads("/faults/location/absolute"),
        to("http://bay.example/faults/status/200")
    );
}

#[test]
fn every_status_can_be_had() {
    let site = start();
    let mut client = Client::connect(&site);
    for status in 200..=599 {
        let answer = client.get(&format!("/faults/status/{status}"));

        assert_eq!(answer.status, status);
        assert_eq!(
            answer.body.is_empty(),
            matches!(status, 204 | 205 | 304),
            "{status}"
        );
    }
    for wrong in ["199", "600", "x", "-1", "99999"] {
        assert_eq!(client.get(&format!("/faults/status/{wrong}")).status, 404);
    }
}

#[test]
fn hard_pages_are_as_hard_as_they_say() {
    let site = start();
    let mut client = Client::connect(&site);

    assert_eq!(
        client
            .get("/faults/page/nested?depth=5000")
            .text()
            .matches("<div>")
            .count(),
        5_000
    );
    assert_eq!(
        client
            .get("/faults/page/attributes?n=700")
            .text()
            .matches("=\"")
            .count(),
        702
    );
    assert_eq!(
        client
            .get("/faults/page/links?n=900")
            .text()
            .matches("<a href")
            .count(),
        900
    );
    assert_eq!(
        client
            .get("/faults/page/links?n=99999999999")
            .text()
            .matches("<a href")
            .count(),
        250_000
    );
    let huge = client.get("/faults/page/huge?mb=3");
    assert!(
        (2_990_000..3_010_000).contains(&huge.body.len()),
        "{}",
        huge.body.len()
    );
    assert!(client.get("/faults/page/nul").body.contains(&0));
    assert!(
        client
            .get("/faults/page/escapes")
            .text()
            .contains("<title>\u{1b}[31mRed")
    );
    assert!(
        client
            .get("/faults/xml/bomb")
            .text()
            .contains("<!ENTITY e9")
    );
}

#[test]
fn traps_always_have_one_more_page() {
    let site = start();
    let mut client = Client::connect(&site);
    for start in [
        "/faults/trap/calendar/2025/12",
        "/faults/trap/deep/",
        "/faults/trap/session",
        "/faults/trap/facets",
    ] {
        let mut path = start.to_string();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..40 {
            assert!(seen.insert(path.clone()), "{path} comes twice");
            let page = client.get(&path);
            assert_eq!(page.status, 200, "{path}");
            let page = page.text();
            let links = crate::html::tags(&page);
            let next = links.iter().filter_map(|tag| tag.get("href")).find(|href| {
                href.contains("/trap/") && !href.contains("day=") || !href.starts_with(['/', 'h'])
            });
            let next = next.expect("there is always one more");
            path = if next.starts_with('/') {
                next.to_string()
            } else {
                path + next
            };
        }
    }
}

#[test]
fn every_fault_of_the_truth_is_there_and_explained() {
    let site = start();
    let index = get(&site, "/faults/").text();
    for Fault {
        path,
        name,
        what,
        advice,
        ..
    } in site.truth().faults()
    {
        assert!(
            index.contains(&format!("href=\"{}\"", path.replace('&', "&amp;"))),
            "{path}"
        );
        assert!(index.contains(name.split(',').next().unwrap()), "{name}");
        assert!(what.ends_with('.') && advice.ends_with('.'), "{name}");
        // A fault that is missing would answer 404 with a page.
        let mut client = Client::connect(&site);
        client.send(format!(
            "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        ));
        let not_there = path.contains("status/404");
        if ["slow", "drip"].iter().any(|slow| path.contains(slow)) {
            continue;
        }
        let first = client.read_some().unwrap_or_default();
        let is_404 = String::from_utf8_lossy(&first).starts_with("HTTP/1.1 404");
        assert_eq!(is_404, not_there, "{path}");
    }
    assert!(site.truth().faults().len() > 60);
    assert_eq!(get(&site, "/faults/nothing").status, 404);
}

#[test]
fn others_are_served_while_every_fault_is_in_use() {
    let site = start();
    let clients: Vec<Client> = site
        .truth()
        .faults()
        .iter()
        .map(|fault| {
            let mut client = Client::connect(&site);
            client.send(format!("GET {} HTTP/1.1\r\nHost: h\r\n\r\n", fault.path));
            client
        })
        .collect();
    site.journal()
        .wait_for(clients.len(), LIMIT)
        .expect("all faults are asked for");

    for _ in 0..20 {
        assert_eq!(get(&site, "/blog/").status, 200);
    }
}

/// Asks for pages one by one and tells for each what struck it, and whether the answer came whole.
fn strikes(share: f64, seed: u64) -> Vec<(String, Option<&'static str>)> {
    let config = Config::default()
        .with_seed(seed)
        .with_articles(40)
        .with_fault_share(share);
    let site = Site::start(config).unwrap();
    for article in site.truth().articles() {
        for _ in 0..3 {
            let mut client = Client::connect(&site);
            client.send(format!(
                "GET {} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                article.path
            ));
            while client.read_some().is_ok() {}
        }
    }
    let ended = |entries: &[Entry]| entries.iter().all(|entry| entry.finished.is_some());
    let entries = site
        .journal()
        .wait_until(LIMIT, ended)
        .expect("all answers end");
    entries
        .into_iter()
        .map(|entry| (entry.path, entry.fault))
        .collect()
}

#[test]
fn a_share_of_the_site_can_be_faulty_and_is_so_again_with_the_same_seed() {
    let first = strikes(0.3, 5);
    let again = strikes(0.3, 5);
    let none = strikes(0.0, 5);

    assert_eq!(first, again);
    assert!(none.iter().all(|(_, fault)| fault.is_none()));
    let mut kinds = BTreeMap::new();
    for fault in first.iter().filter_map(|(_, fault)| *fault) {
        *kinds.entry(fault).or_insert(0) += 1;
    }
    let struck: usize = kinds.values().sum();
    let share = struck as f64 / first.len() as f64;
    assert!(
        (0.2..0.4).contains(&share),
        "{share} of {}: {kinds:?}",
        first.len()
    );
    assert!(kinds.len() >= 9, "{kinds:?}");
}

#[test]
fn rules_and_journal_are_never_struck() {
    let site = Site::start(Config::default().with_fault_share(1.0)).unwrap();
    for _ in 0..30 {
        for path in [
            "/robots.txt",
            "/journal",
            "/journal.json",
            "/faults/",
            "/faults/status/200",
        ] {
            assert_eq!(get(&site, path).status, 200, "{path}");
        }
    }
}
