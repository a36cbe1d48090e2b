//! The two programs of `examples/`, as people use them in two terminals.

mod common;

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use common::{LIMIT, silent_address, within};
use rustix::process::{Pid, Signal, kill_process};

/// Returns an example as a command. `cargo test` builds them beside the tests.
fn example(name: &str) -> Command {
    let mut path = PathBuf::from(env::current_exe().unwrap());
    path.pop();
    path.pop();
    path.push("examples");
    path.push(name);
    assert!(
        path.exists(),
        "{} is not built: `cargo build -p lesson-3 --examples`",
        path.display()
    );
    let mut command = Command::new(path);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
}

/// Runs a client to its end with the given input.
fn client(address: &str, input: &str) -> Output {
    let mut child = example("chat_client").arg(address).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_bytes()); // it may have ended already
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn check(engine: &str) {
    let mut server = example("chat_server")
        .args(["--engine", engine, "--address", "127.0.0.1:0"])
        .spawn()
        .unwrap();
    let mut log = lines(&mut server);
    let open = log
        .find(|line| line.starts_with("The chat is open on"))
        .unwrap();
    let address = open
        .split(' ')
        .find_map(|word| word.trim_end_matches('.').parse().ok());
    let address: std::net::SocketAddr = address.expect("it says where");
    let mut ann = example("chat_client")
        .args([&address.to_string(), "ann"])
        .spawn()
        .unwrap();
    let mut heard = lines(&mut ann);
    assert!(heard.any(|line| line == "* you are now ann"));

    // Somebody pipes a line in and reads the answer, all in one go.
    let piped = client(&address.to_string(), "hello\x1b[2J\n");

    assert!(piped.status.success());
    let said = String::from_utf8(piped.stdout).unwrap();
    assert!(said.ends_with("[lobby] guest-2: hello␛[2J\n"), "{said}");
    assert!(heard.any(|line| line == "[lobby] guest-2: hello␛[2J"));
    writeln!(ann.stdin.as_mut().unwrap(), "bye all").unwrap();
    assert!(heard.any(|line| line == "[lobby] ann: bye all"));
    // Ctrl-C in the server's terminal.
    let pid = Pid::from_child(&server);
    kill_process(pid, Signal::INT).unwrap();
    assert!(heard.any(|line| line == "! disconnected: the server is ending"));
    assert!(server.wait().unwrap().success());
    let last = log.last().unwrap();
    assert!(
        last.starts_with("The chat has ended: 2 clients came"),
        "{last}"
    );
    let mut why = String::new();
    ann.stderr.take().unwrap().read_to_string(&mut why).unwrap();
    assert_eq!(why, "the server has gone away\n");
    assert!(!ann.wait().unwrap().success());
}

#[test]
fn people_talk_until_the_server_is_ended_and_are_told() {
    within(LIMIT, "readiness", || check("readiness"));
    within(LIMIT, "threads", || check("threads"));
}

#[test]
fn quitting_is_a_success() {
    within(LIMIT, "quit", || {
        let mut server = example("chat_server")
            .args(["--address", "127.0.0.1:0"])
            .spawn()
            .unwrap();
        let open = lines(&mut server).next().unwrap();
        let address = open.split(' ').nth(5).unwrap().trim_end_matches('.');

        let quit = client(address, "/quit\n");

        assert!(quit.status.success(), "{quit:?}");
        server.kill().unwrap();
        server.wait().unwrap();
    });
}

#[test]
fn a_client_without_a_server_and_a_strange_argument_are_explained() {
    let (_nobody, address) = silent_address();
    let alone = client(&address.to_string(), "hello?\n");
    assert_eq!(alone.status.code(), Some(1));
    let why = String::from_utf8(alone.stderr).unwrap();
    assert!(
        why.contains("nobody listens there: is the server running?"),
        "{why}"
    );

    let strange = example("chat_server").arg("--colour").output().unwrap();
    assert_eq!(strange.status.code(), Some(2));
    assert!(
        String::from_utf8(strange.stderr)
            .unwrap()
            .contains("usage: chat_server")
    );
}
