//! `just lesson 4 get URL`, as a person runs it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Output, Stdio};

use practice_site::{Config, Site};

fn get(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lesson-4"))
        .arg("get")
        .args(words)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn site() -> Site {
    Site::start(Config::default()).expect("a site")
}

#[test]
fn the_body_goes_to_standard_output_and_what_happens_to_standard_error() {
    let site = site();

    let done = get(&[&site.url("/faults/redirects/1"), "--allow-private"]);

    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), "This is the end of the chain.\n");
    let told = text(&done.stderr);
    for what in [
        "GET http://",
        "answer 302",
        "redirect to",
        "answer 200",
        "30 bytes over the wire",
    ] {
        assert!(told.contains(what), "{what}\nin\n{told}");
    }
}

#[test]
fn the_head_is_shown_when_asked_for() {
    let site = site();

    let done = get(&[
        "--head",
        "--allow-private",
        &site.url("/files/timetable.csv"),
    ]);

    let shown = text(&done.stdout);
    assert!(
        shown.contains("content-type: text/csv; charset=utf-8\n"),
        "{shown}"
    );
    assert!(text(&done.stderr).contains("the rest was left"));
}

#[test]
fn this_machine_is_not_asked_unless_one_says_so() {
    let site = site();

    let done = get(&[&site.url("/")]);

    assert_eq!(done.status.code(), Some(1));
    let told = text(&done.stderr);
    assert!(told.contains("--allow-private"), "{told}");
    assert!(site.journal().entries().is_empty());
}

#[test]
fn an_unreachable_server_is_said_with_what_to_do() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("http://{}/", free.local_addr().expect("bound"));
    drop(free);

    let done = get(&[&url, "--allow-private"]);

    assert_eq!(done.status.code(), Some(1));
    let told = text(&done.stderr);
    assert!(
        told.contains("cannot connect") && told.contains("is this machine online"),
        "{told}"
    );
    assert!(told.contains("(try 4)"), "{told}");
}

#[test]
fn an_answer_that_is_no_success_is_shown_and_is_no_success() {
    let site = site();

    let done = get(&[&site.url("/nothing"), "--allow-private"]);

    assert_eq!(done.status.code(), Some(1));
    assert!(
        text(&done.stdout).contains("<html"),
        "{}",
        text(&done.stdout)
    );
}

#[test]
fn what_a_stranger_wrote_into_a_field_reaches_no_terminal_raw() {
    use std::io::{Read, Write};
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let _ = stream.read(&mut [0; 1024]);
        let answer = "HTTP/1.1 200 OK\r\nX: a\u{9b}2Jb\u{202e}c\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("it reads");
    });

    let done = get(&[&url, "--head", "--allow-private"]);

    server.join().expect("it answered");
    let shown = text(&done.stdout);
    assert!(shown.contains("x: a\\u{9b}2Jb\\u{202e}c\n"), "{shown}");
}

#[test]
fn what_is_not_understood_is_told_with_the_usage() {
    for words in [&[][..], &["a", "b"], &["--fast", "a"]] {
        let done = get(words);

        assert_eq!(done.status.code(), Some(2), "{words:?}");
        assert!(text(&done.stderr).contains("just lesson 4 get URL"));
    }
}
