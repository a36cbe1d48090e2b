//! HTTP itself: what the server makes of requests, good and bad.

use crate::client::{Client, LIMIT, get, start};
use practice_site::{Config, Entry, Site};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

#[test]
fn one_connection_answers_many_requests() {
    let site = start();
    let mut client = Client::connect(&site);

    for path in ["/", "/blog/", "/robots.txt", "/nothing"] {
        client.get(path);
    }

    let connections: Vec<u64> = site
        .journal()
        .entries()
        .iter()
        .map(|entry| entry.connection)
        .collect();
    assert_eq!(connections, [1; 4]);
}

#[test]
fn requests_sent_without_waiting_are_answered_in_order() {
    let site = start();
    let mut client = Client::connect(&site);
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");

    client.send(ask("/bytes/5?seed=1") + &ask("/nothing") + &ask("/bytes/9?seed=2"));

    assert_eq!(
        client.read(false).unwrap().body,
        practice_site::bytes(1, 0, 5)
    );
    assert_eq!(client.read(false).unwrap().status, 404);
    assert_eq!(
        client.read(false).unwrap().body,
        practice_site::bytes(2, 0, 9)
    );
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let site = start();
    let mut client = Client::connect(&site);

    for byte in b"GET /robots.txt HTTP/1.1\r\nHost: h\r\n\r\n" {
        client.send([*byte]);
    }

    assert_eq!(client.read(false).unwrap().status, 200);
}

#[test]
fn a_body_may_come_with_a_length_or_in_chunks_or_after_a_sign() {
    let site = start();
    let mut client = Client::connect(&site);
    let head = "POST /api/echo HTTP/1.1\r\nHost: h\r\n";

    client.send(format!("{head}Content-Length: 5\r\n\r\nhello"));
    let with_length = client.read(false).unwrap().json();
    client.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n"));
    let chunked = client.read(false).unwrap().json();
    client.send(format!(
        "{head}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    ));
    assert_eq!(client.read(false).unwrap().status, 100);
    client.send("hello");
    let expected = client.read(false).unwrap().json();

    for echo in [with_length, chunked, expected] {
        assert_eq!(echo["body"], "hello");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let site = start();
    let mut client = Client::connect(&site);
    for path in [
        "/",
        "/files/timetable.csv",
        "/bytes/100000",
        "/nothing",
        "/images/3.png",
    ] {
        let head = client.ask("HEAD", path, &[], "");
        let get = client.get(path);

        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(
            head.header("content-length"),
            Some(get.body.len().to_string().as_str()),
            "{path}"
        );
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
    }
}

#[test]
fn a_method_that_a_page_lacks_is_405_with_those_that_it_has() {
    let site = start();
    let mut client = Client::connect(&site);
    let cases = [
        ("DELETE", "/", "GET, HEAD, OPTIONS"),
        ("POST", "/blog/", "GET, HEAD, OPTIONS"),
        ("PUT", "/forms/contact", "GET, HEAD, POST, OPTIONS"),
        ("PATCH", "/api/books", "GET, HEAD, POST, OPTIONS"),
        ("GET", "/logout", "POST, OPTIONS"),
    ];
    for (method, path, allowed) in cases {
        let refused = client.ask(method, path, &[], "");
        let options = client.ask("OPTIONS", path, &[], "");

        assert_eq!(
            (refused.status, refused.header("allow")),
            (405, Some(allowed)),
            "{method} {path}"
        );
        assert_eq!(
            (options.status, options.header("allow")),
            (204, Some(allowed)),
            "{path}"
        );
    }
    assert_eq!(client.ask("POST", "/nothing", &[], "").status, 404);
}

#[test]
fn every_answer_tells_the_date_and_old_clients_are_told_that_the_connection_ends() {
    let site = start();

    let new = get(&site, "/");
    let mut client = Client::connect(&site);
    client.send("GET / HTTP/1.0\r\n\r\n");
    let old = client.read(false).unwrap();

    assert!(
        new.header("date")
            .is_some_and(|date| date.ends_with(" GMT"))
    );
    assert_eq!(new.header("connection"), None);
    assert_eq!(old.header("connection"), Some("close"));
    assert!(client.read_to_end().unwrap().is_empty());
}

#[test]
fn a_whole_url_as_target_is_understood() {
    let site = start();
    let mut client = Client::connect(&site);

    client.send("GET http://elsewhere.example/api/echo?a=%C3%A9+b#f HTTP/1.1\r\nHost: h\r\n\r\n");
    let echo = client.read(false).unwrap().json();

    assert_eq!(echo["target"], "/api/echo?a=%C3%A9+b");
    assert_eq!(echo["query"][0]["value"], "é b");
}

/// Sends bytes and returns the status of the answer, after which the connection must end.
fn last_status(site: &Site, bytes: impl AsRef<[u8]>) -> u16 {
    let mut client = Client::connect(site);
    client.send(bytes);
    let answer = client.read(false).expect("bad requests are answered too");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(
        client.read_to_end().unwrap().is_empty(),
        "nothing comes after the refusal"
    );
    answer.status
}

#[test]
fn what_is_no_request_is_refused_with_the_right_status() {
    let site = start();
    let get = "GET / HTTP/1.1\r\nHost: h\r\n";
    let post = "POST /api/echo HTTP/1.1\r\nHost: h\r\n";
    let cases = [
        ("hello\r\n\r\n".to_string(), 400),
        ("GET /\r\n\r\n".to_string(), 400),
        ("GET / HTTP/1.1\r\n\r\n".to_string(), 400),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n".to_string(), 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_string(), 505),
        ("GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n".to_string(), 400),
        (format!("{get}no colon\r\n\r\n"), 400),
        (format!("{get}{}\r\n", "X: y\r\n".repeat(120)), 431),
        (format!("{get}X: {}\r\n\r\n", "y".repeat(20_000)), 431),
        (
            format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "y".repeat(20_000)),
            431,
        ),
        (format!("{post}Content-Length: many\r\n\r\n"), 400),
        (format!("{post}Content-Length: -1\r\n\r\n"), 400),
        (format!("{post}Content-Length: +1\r\n\r\nx"), 400),
        (
            format!("{post}Content-Length: 99999999999999999999\r\n\r\n"),
            413,
        ),
        (format!("{post}Content-Length: 2000000\r\n\r\n"), 413),
        (
            format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            400,
        ),
        (format!("{post}Content-Length: 1, 2\r\n\r\nab"), 400),
        (
            format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            400,
        ),
        (format!("{post}Transfer-Encoding: gzip\r\n\r\n"), 501),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\nfive\r\n"),
            400,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
            400,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n+1\r\n"),
            400,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"),
            400,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"),
            413,
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
            400,
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(last_status(&site, &bytes), expected, "{:.200}", bytes);
    }
}

#[test]
fn a_request_that_is_cut_off_is_refused_or_forgotten() {
    let site = start();
    for (bytes, expected) in [
        ("GET / HT", Some(400)),
        (
            "POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf",
            Some(400),
        ),
        ("\r\n\r\n", None),
        ("", None),
    ] {
        let mut stream = TcpStream::connect(site.address()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();

        let status = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse::<u16>().ok());
        assert_eq!(status, expected, "{bytes:?}");
    }
}

#[test]
fn a_redirect_stays_on_the_site_and_takes_no_header_lines_from_the_path() {
    let site = start();
    let mut client = Client::connect(&site);

    let doubled = client.get("//elsewhere.example/..%0d%0aSet-Cookie:x");
    let folder = client.get("//blog");
    let query = client.get("/blog?a=b");

    assert_eq!(doubled.status, 404);
    assert_eq!(
        (folder.status, folder.header("location")),
        (301, Some("/blog/"))
    );
    assert_eq!(query.header("location"), Some("/blog/?a=b"));
}

#[test]
fn pages_are_compressed_only_for_those_who_ask() {
    let site = start();
    let mut client = Client::connect(&site);

    let plain = client.get("/blog/");
    let gzip = client.ask("GET", "/blog/", &["Accept-Encoding: br, gzip;q=0.8"], "");
    let deflate = client.ask("GET", "/blog/", &["Accept-Encoding: deflate"], "");
    let refused = client.ask("GET", "/blog/", &["Accept-Encoding: gzip;q=0"], "");

    assert_eq!(
        (plain.header("content-encoding"), plain.header("vary")),
        (None, Some("Accept-Encoding"))
    );
    assert_eq!(refused.body, plain.body);
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(gzip.body.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.body);
    let mut unpacked = Vec::new();
    flate2::read::ZlibDecoder::new(deflate.body.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.body);
    assert_ne!(gzip.header("etag"), plain.header("etag"));
}

#[test]
fn a_page_that_has_not_changed_is_304() {
    let site = start();
    let mut client = Client::connect(&site);
    for path in [
        "/",
        "/blog/",
        "/feed.rss",
        "/files/ropes.bin",
        "/bytes/100",
        "/images/1.svg",
        "/api/books/1",
    ] {
        let page = client.get(path);
        let etag = page
            .header("etag")
            .expect("every page has a tag")
            .to_string();

        let same = client.ask("GET", path, &[&format!("If-None-Match: \"x\", {etag}")], "");
        let other = client.ask("GET", path, &["If-None-Match: \"x\""], "");

        assert_eq!((same.status, same.body.len()), (304, 0), "{path}");
        assert_eq!(same.header("etag"), Some(etag.as_str()), "{path}");
        assert_eq!(other.body, page.body, "{path}");
    }
    let made = client
        .get("/blog/")
        .header("last-modified")
        .unwrap()
        .to_string();
    let since = client.ask(
        "GET",
        "/blog/",
        &[&format!("If-Modified-Since: {made}")],
        "",
    );
    let before = client.ask(
        "GET",
        "/blog/",
        &["If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT"],
        "",
    );
    assert_eq!((since.status, before.status), (304, 200));
    let tag = client
        .get("/blog/")
        .header("etag")
        .unwrap()
        .trim_matches('"')
        .to_string();
    let gzip = format!("If-None-Match: \"{tag}-gzip\"");
    assert_eq!(
        client
            .ask("GET", "/blog/", &[&gzip, "Accept-Encoding: gzip"], "")
            .status,
        304
    );
}

#[test]
fn beyond_the_limit_of_connections_clients_are_told_503_and_those_inside_are_served() {
    let site = Site::start(Config::default().with_max_connections(3)).unwrap();
    let mut inside: Vec<Client> = (0..3).map(|_| Client::connect(&site)).collect();
    for client in &mut inside {
        assert_eq!(client.get("/robots.txt").status, 200);
    }

    let mut outside = Client::connect(&site);
    let refused = outside.read(false).unwrap();
    let still = inside[0].get("/robots.txt").status;

    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (503, Some("1"))
    );
    assert!(outside.read_to_end().unwrap().is_empty());
    assert_eq!(still, 200);
}

#[test]
fn a_connection_that_ends_makes_room_for_another() {
    let site = Site::start(Config::default().with_max_connections(1)).unwrap();
    for _ in 0..20 {
        // The place is given back a moment after the client has gone, so a 503 in between is right.
        let deadline = Instant::now() + LIMIT;
        loop {
            let mut client = Client::connect(&site);
            client.send("GET /robots.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            match client.read(false).unwrap().status {
                200 => break,
                status => assert_eq!(status, 503),
            }
            assert!(Instant::now() < deadline, "the place is never given back");
        }
    }
}

#[test]
fn hundreds_of_connections_are_answered_at_once() {
    // Each costs two descriptors here, one on either side; macOS allows a process 256 unless told otherwise.
    const CLIENTS: usize = if cfg!(target_os = "macos") { 100 } else { 400 };
    let site = start();
    let mut stalled: Vec<Client> = (0..CLIENTS).map(|_| Client::connect(&site)).collect();

    for client in &mut stalled {
        client.send("GET /faults/stall HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    // None of these ends before its client goes, so all of them are in flight together.
    let entries = site
        .journal()
        .wait_for(CLIENTS, LIMIT)
        .expect("all requests arrive");
    let most = entries.iter().map(|entry| entry.in_flight).max();
    assert_eq!(most, Some(CLIENTS));
    assert_eq!(get(&site, "/robots.txt").status, 200);
    drop(stalled);
    let ended = |entries: &[Entry]| entries.iter().all(|entry| entry.finished.is_some());
    assert!(
        site.journal().wait_until(LIMIT, ended).is_some(),
        "the site notices that they went"
    );
}

#[test]
fn an_idle_connection_is_closed_after_its_time() {
    let site = Site::start(Config::default().with_idle_timeout(Duration::from_millis(50))).unwrap();
    let mut client = Client::connect(&site);
    assert_eq!(client.get("/robots.txt").status, 200);

    let rest = client.read_to_end().unwrap();

    assert!(rest.is_empty());
}

#[test]
fn a_dropped_site_waits_for_no_client() {
    let site = start();
    let address = site.address();
    let mut clients: Vec<Client> = Vec::new();
    // One sleeps in a fault, one does not read, one is half-way through its request, one is idle.
    for request in [
        "GET /faults/slow?ms=60000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /faults/drip?ms=60000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /faults/stall HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /faults/endless HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /bytes/1000000000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /bytes/1000?rate=100 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /files/ropes.bin?ms=30000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HT",
        "",
    ] {
        let mut client = Client::connect(&site);
        client.send(request);
        clients.push(client);
    }
    site.journal()
        .wait_for(7, LIMIT)
        .expect("seven whole requests arrive");

    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(site);
        let _ = done.send(());
    });

    wait.recv_timeout(LIMIT).expect("the site stops");
    for client in &mut clients {
        // Whatever was on its way may still come; then the connection ends, in order or not.
        while client.read_some().is_ok() {}
    }
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn random_bytes_neither_stop_the_site_nor_make_it_fail() {
    let seed: u64 = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| {
            let now = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap();
            now.as_nanos() as u64
        });
    println!("SEED={seed}");
    let site = Site::start(Config::default().with_idle_timeout(Duration::from_millis(50))).unwrap();
    let pieces: [&[u8]; 24] = [
        b"GET ",
        b"POST ",
        b"/",
        b"/blog/",
        b"/api/books",
        b"/forms/upload",
        b"/faults/status/200",
        b"/bytes/",
        b"?ms=1&",
        b"%",
        b"%zz",
        b" HTTP/1.1\r\n",
        b" HTTP/1.0\r\n",
        b"Host: h\r\n",
        b"Content-Length: ",
        b"7\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Range: bytes=-",
        b"Content-Type: multipart/form-data; boundary=X\r\n",
        b"--X\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\0",
        b"\xff\xfe",
    ];
    for round in 0..600_u64 {
        // The row of bytes of a seed serves as the source of chance.
        let chance = practice_site::bytes(seed, round * 64, 64);
        let mut bytes = Vec::new();
        for byte in &chance[..usize::from(chance[63] % 48)] {
            match byte {
                0..=199 => bytes.extend_from_slice(pieces[usize::from(*byte) % pieces.len()]),
                _ => bytes.extend_from_slice(&[*byte, byte.wrapping_mul(31)]),
            }
        }
        let mut stream = TcpStream::connect(site.address()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        // The site may close while we write or read: that is an answer too.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.take(100_000).read_to_end(&mut Vec::new());
    }

    assert_eq!(get(&site, "/").status, 200, "SEED={seed}");
    let failed = site
        .journal()
        .entries()
        .into_iter()
        .find(|entry| entry.status == Some(500));
    assert_eq!(failed, None, "SEED={seed}");
}

#[test]
fn a_taken_port_is_an_error_that_names_it() {
    let site = start();

    let error = Site::start(Config::default().with_address(site.address())).unwrap_err();

    assert_eq!(
        error.to_string(),
        format!("cannot listen on {}", site.address())
    );
}

#[test]
fn a_site_on_all_addresses_is_reached_on_each_of_them() {
    let site = Site::start(Config::default().with_address(([0, 0, 0, 0], 0).into())).unwrap();

    assert!(site.url("/").starts_with("http://127.0.0.1:"));
    assert_eq!(get(&site, "/robots.txt").status, 200);
}
