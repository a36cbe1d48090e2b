//! What happens when no descriptor is left. A child process does it, because a limit is the whole
//! process's: this program runs itself again, under a lower limit.
#![allow(clippy::print_stdout, reason = "the child speaks to its parent")]

mod common;

use std::env;
use std::io::{BufRead, BufReader, Write, stdin};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use common::{Chat, LIMIT, config};
use sockets::chat::Client;
use sockets::limits::{allow_open_files, open_files};
use sockets::server::Engine;

/// Tells the child which engine to serve with.
const ENGINE: &str = "SOCKETS_TEST_ENGINE";

/// How many files the child may open; the chat takes one for each client.
const OPEN_FILES: usize = 64;

/// Runs one test of this file again in a child process with few descriptors.
fn child(test: &str, engine: Engine) -> Child {
    Command::new("sh")
        .args(["-c", &format!("ulimit -n {OPEN_FILES}; exec \"$0\" \"$@\"")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ENGINE, format!("{engine:?}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The child's part: serves until its standard input ends, then says what it has seen.
fn serve(engine: Engine) {
    let chat = Chat::start_with(engine, config());
    // A line of its own: the test program has begun one.
    println!("\naddress {}", chat.address());
    let mut asked = String::new();
    stdin().read_line(&mut asked).unwrap();
    let stats = chat.server.shutdown();
    println!("accepted {} refused {}", stats.accepted, stats.refused);
}

fn check(engine: Engine) {
    let mut child = child("a_server_without_descriptors_says_so_and_goes_on", engine);
    let mut said = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let address: SocketAddr = said
        .find_map(|line| line.strip_prefix("address ")?.parse().ok())
        .unwrap();

    let mut served = Vec::new();
    let mut refused = 0;
    while refused < 50 {
        let mut client = Client::connect(address, LIMIT).unwrap();
        match client.receive().unwrap() {
            Some(line) if line.starts_with("* welcome") => served.push(client),
            Some(line) => {
                assert_eq!(line, "! the server is full: try again later");
                assert_eq!(client.receive().unwrap(), None);
                refused += 1;
            }
            None => panic!("closed without a word"),
        }
        assert!(served.len() < OPEN_FILES, "it cannot serve so many");
    }

    // Those inside are served as if nothing had happened.
    assert!(
        served.len() > OPEN_FILES / 2,
        "only {} were served",
        served.len()
    );
    let mut first = served.remove(0);
    first.send("still here?").unwrap();
    for client in &mut served {
        client.wait_for("still here?").unwrap();
    }
    // When somebody leaves there is room again.
    drop(first);
    let welcomed = (0..1000).any(|_| {
        let mut client = Client::connect(address, LIMIT).unwrap();
        let welcomed = client.receive().unwrap().unwrap().starts_with("* welcome");
        refused += usize::from(!welcomed);
        welcomed
    });
    assert!(welcomed, "there is never room again");

    writeln!(child.stdin.take().unwrap(), "end").unwrap();
    let last = said.find(|line| line.starts_with("accepted ")).unwrap();
    // Each refused once: a server that tries again and again would have counted thousands.
    assert_eq!(
        last,
        format!("accepted {} refused {refused}", served.len() + 2)
    );
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_server_without_descriptors_says_so_and_goes_on() {
    match env::var(ENGINE).as_deref() {
        Ok("Threads") => serve(Engine::Threads),
        Ok("Readiness") => serve(Engine::Readiness),
        _ => common::on_both_engines(check),
    }
}

#[test]
fn a_limit_that_cannot_be_raised_is_explained_and_left_as_it_is() {
    let before = open_files();
    assert_eq!(allow_open_files(1).unwrap(), before, "it is high enough");
    if before.hard == u64::MAX {
        return; // root without limits: nothing is too much
    }

    let error = allow_open_files(before.hard + 1).unwrap_err();

    let wanted = before.hard + 1;
    assert!(
        error.to_string().contains(&format!("{wanted} are needed")),
        "{error}"
    );
    assert_eq!(open_files().hard, before.hard);
}
