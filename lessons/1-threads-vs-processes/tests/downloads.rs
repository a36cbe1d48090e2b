//! Downloads from the practice site, and from servers that behave worse.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::iter;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use practice_site::{Config, Site};
use workers::download::{Strategy, download, get};
use workers::{Change, Error, Observer};

const LIMIT: Duration = Duration::from_secs(20);

fn site() -> Site {
    Site::start(Config::default()).expect("loopback has a free port")
}

fn chapters(ms: u64) -> Vec<String> {
    (1..=6)
        .map(|chapter| format!("/files/chapter-{chapter:02}.txt?ms={ms}"))
        .collect()
}

#[test]
fn every_strategy_brings_the_same_files_in_the_order_of_the_list() {
    let site = site();
    let paths = chapters(0);
    let expected: Vec<(String, u64)> = paths
        .iter()
        .map(|path| {
            let file = site
                .truth()
                .files()
                .iter()
                .find(|file| path.starts_with(&file.path));
            (
                path.clone(),
                file.expect("the site lists its chapters").length,
            )
        })
        .collect();

    for strategy in [
        Strategy::OneAfterAnother,
        Strategy::AThreadEach,
        Strategy::Pool(3),
        Strategy::Rayon(3),
        Strategy::Pool(0),
    ] {
        let downloads = download(site.address(), &paths, strategy, LIMIT, &Observer::nobody());

        let downloads = downloads.expect("the site is well");
        let came: Vec<(String, u64)> = downloads
            .files
            .iter()
            .map(|file| (file.path.clone(), file.body.len() as u64))
            .collect();
        assert_eq!(came, expected, "{strategy:?}");
    }
}

#[test]
fn as_many_are_in_flight_as_the_strategy_says() {
    for (strategy, expected) in [
        (Strategy::OneAfterAnother, 1),
        (Strategy::AThreadEach, 6),
        (Strategy::Pool(3), 3),
        (Strategy::Rayon(2), 2),
    ] {
        let gate = Gate::start(expected);

        download(
            gate.address,
            &chapters(0),
            strategy,
            LIMIT,
            &Observer::nobody(),
        )
        .expect("the gate opens when as many have come as are expected");

        assert_eq!(
            *gate.most.lock().expect("nobody panics here"),
            expected,
            "{strategy:?}"
        );
    }
}

/// A server that answers nobody before a number of clients are there at the same time, and counts
/// how many there ever were.
struct Gate {
    address: SocketAddr,
    most: Arc<Mutex<usize>>,
}

impl Gate {
    fn start(expected: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener knows its address");
        let most: Arc<Mutex<usize>> = Arc::default();
        let counting = Arc::clone(&most);
        thread::spawn(move || {
            let mut waiting = Vec::new();
            let mut opened = false;
            // One thread does it all: who is in `waiting` has connected and was not answered.
            for stream in listener.incoming() {
                let Ok(stream) = stream else { break };
                waiting.push(stream);
                let mut most = counting.lock().expect("nobody panics here");
                *most = (*most).max(waiting.len());
                drop(most);
                if waiting.len() == expected && !opened {
                    opened = true;
                    // A moment for those who should not come: whoever keeps to the number is not
                    // disturbed by it.
                    thread::sleep(Duration::from_millis(100));
                    listener
                        .set_nonblocking(true)
                        .expect("a listener can be asked not to wait");
                    waiting
                        .extend(iter::from_fn(|| listener.accept().ok()).map(|(stream, _)| stream));
                    listener.set_nonblocking(false).expect("and to wait again");
                    let mut most = counting.lock().expect("nobody panics here");
                    *most = (*most).max(waiting.len());
                }
                if opened {
                    for mut stream in waiting.drain(..) {
                        let mut request = [0; 1024];
                        let _ = stream.read(&mut request);
                        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                }
            }
        });
        Self { address, most }
    }
}

#[test]
fn an_observer_sees_each_thread_and_its_file() {
    let site = site();
    let seen: Arc<Mutex<HashSet<(String, String)>>> = Arc::default();
    let seeing = Arc::clone(&seen);
    let observer = Observer::new(move |event| {
        if let Change::Turned { label, .. } = event.change {
            let pair = (event.worker.to_owned(), label.to_owned());
            seeing.lock().expect("nobody panics here").insert(pair);
        }
    });

    download(
        site.address(),
        &chapters(0),
        Strategy::AThreadEach,
        LIMIT,
        &observer,
    )
    .expect("the site is well");

    let expected: HashSet<(String, String)> = (1..=6)
        .map(|n| (format!("thread {n}"), format!("chapter-{n:02}.txt")))
        .collect();
    assert_eq!(*seen.lock().expect("nobody panics here"), expected);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let site = site();
    let paths = [
        "/files/chapter-01.txt".to_owned(),
        "/files/none.txt".to_owned(),
    ];

    let outcome = download(
        site.address(),
        &paths,
        Strategy::Pool(2),
        LIMIT,
        &Observer::nobody(),
    );

    let error = outcome.expect_err("there is no such file");
    assert!(
        matches!(&error, Error::Status { path, .. } if path == "/files/none.txt"),
        "{error}"
    );
    assert!(error.to_string().contains("404"), "{error}");
}

#[test]
fn a_server_that_drips_is_left_after_the_limit() {
    let address = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });

    let error = get(address, "/", Duration::from_millis(300)).expect_err("it never ends");

    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
}

#[test]
fn a_body_that_was_cut_short_is_an_error() {
    let address = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    });

    let error = get(address, "/", LIMIT).expect_err("91 bytes are missing");

    assert!(matches!(error, Error::Download { .. }), "{error}");
}

#[test]
fn a_path_that_would_be_another_request_is_refused() {
    let error = get(
        SocketAddr::from(([127, 0, 0, 1], 9)),
        "/a HTTP/1.0\r\nX: y",
        LIMIT,
    );

    assert!(matches!(error, Err(Error::Download { .. })));
}

/// A server for one client, which has sent its request when `answer` is called.
fn server(answer: impl FnOnce(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener
        .local_addr()
        .expect("a bound listener knows its address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the test connects");
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
            request.push(byte[0]);
        }
        answer(stream);
    });
    address
}
