//! The dashboard: a browser's two requests, answered while a crawl runs.

#![allow(
    clippy::print_stdout,
    reason = "what is shared with other tests prints the seed of a round"
)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use capstone::crawl::crawl;
use capstone::dashboard::{self, Dashboard};
use capstone::events::Observer;
use capstone::fetch::Fetcher;
use capstone::store::Store;
use common::{LIMIT, Response, Site, settings};
use coordination::Shutdown;
use serde_json::Value;

/// What a stranger might put into a title to get hold of whoever watches.
const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\u{1b}[2J";

fn ask(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the dashboard listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("it reads");
    stream
}

#[test]
fn the_page_is_whole_and_loads_nothing_from_elsewhere() {
    let page = dashboard::serve("127.0.0.1:0".parse().expect("an address")).expect("a free port");

    let mut answer = String::new();
    ask(page.address(), "/")
        .read_to_string(&mut answer)
        .expect("an answer");

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("default-src 'none'"), "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    assert_eq!(body.trim_end(), dashboard::PAGE.trim_end());
    for outside in ["http:", "https:", "src=", "@import"] {
        assert!(!body.contains(outside), "{outside}");
    }
    assert!(
        !body.contains("innerHTML"),
        "text from pages is set as text"
    );
}

#[test]
fn a_browser_hears_numbers_hosts_threads_and_titles_until_the_crawl_has_ended() {
    let (heard_it, go_on) = crossbeam_channel::bounded::<()>(1);
    let site = Site::start(move |path| match path {
        "/robots.txt" => Response::status(404),
        "/" => Response::html(
            "<title>the front</title><a href=/hostile>1</a><a href=/last>2</a><a href=/gone>3</a>",
        ),
        "/gone" => Response::status(404),
        // The crawl cannot end before the browser has heard of it.
        "/last" => {
            go_on.recv_timeout(LIMIT).expect("the browser hears events");
            Response::html("<title>the last</title>")
        }
        _ => Response::html(format!("<title>{}</title>", HOSTILE.replace('<', "&lt;"))),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[&site.url("/")], folder.path().join("a.db"));
    let page = dashboard::serve("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let lines = BufReader::new(ask(page.address(), "/events")).lines();
    let dashboard = Dashboard::new(page.publisher());

    let crawling = thread::spawn(move || {
        let store = Store::create(&settings.database).expect("a database");
        let web = Fetcher::new(&settings).expect("a client");
        let mut observers: Vec<Box<dyn Observer>> = vec![Box::new(dashboard)];
        crawl(
            &settings,
            store,
            &web,
            &mut observers,
            &Shutdown::new(),
            None,
        )
        .expect("it ends well");
        page.shutdown();
    });
    let mut moments: Vec<Value> = Vec::new();
    let mut ended = false;
    for line in lines.map(|line| line.expect("the stream goes on until it ends")) {
        ended |= line == "event: end";
        if let Some(data) = line
            .strip_prefix("data: ")
            .filter(|data| data.starts_with('{'))
        {
            moments.push(serde_json::from_str(data).expect("JSON"));
            let _ = heard_it.try_send(());
        }
    }
    crawling.join().expect("the crawl ends");

    assert!(ended, "the page is told that it is over");
    let last = moments.last().expect("a moment");
    assert_eq!(last["finished"], true);
    assert_eq!(last["progress"]["stored"], 3);
    assert_eq!(last["trouble"][0]["why"], "404 Not Found");
    let titles: Vec<_> = last["pages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|page| page["title"].as_str().expect("a title"))
        .collect();
    assert!(
        titles
            .iter()
            .any(|title| title.starts_with("</script><img")),
        "{titles:?}"
    );
    let during = moments.iter().find(|moment| moment["finished"] == false);
    let during = during.expect("a moment while it ran");
    assert_eq!(
        during["workers"].as_array().expect("a list").len(),
        numbered(&during["workers"])
    );
    assert_eq!(
        during["hosts"][0]["host"],
        site.url("/")[7..].trim_end_matches('/')
    );
}

/// How many workers there are, by their own numbering: none is missing, none is there twice.
fn numbered(workers: &Value) -> usize {
    let names = workers.as_array().expect("a list").iter();
    names
        .enumerate()
        .filter(|(at, worker)| worker["name"] == format!("worker {}", at + 1))
        .count()
}
