//! The program `practice-site`.

use crate::client::LIMIT;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice-site"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running program, ended with the test in whatever way that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_says_where_it_is_and_serves() {
    let mut running = Running(
        command()
            .args(["--port", "0", "--seed=7", "--articles", "5"])
            .spawn()
            .unwrap(),
    );
    let stdout = running.0.stdout.take().unwrap();
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });

    let first = lines.recv_timeout(LIMIT).expect("it says something");
    let host = first
        .split("http://")
        .nth(1)
        .unwrap()
        .trim_end_matches('/')
        .to_string();
    let mut stream = std::net::TcpStream::connect(&host).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    std::io::Write::write_all(&mut stream, b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();

    assert!(
        page.contains("the seed 7") && page.contains("It has 5 articles"),
        "{page}"
    );
}

#[test]
fn a_taken_port_is_named_with_another_to_try() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();

    let output = command()
        .args(["--port", &port.to_string()])
        .output()
        .unwrap();

    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        told.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{told}"
    );
    assert!(
        told.contains(&format!("port {port} already")) && told.contains("--port "),
        "{told}"
    );
}

#[test]
fn wrong_arguments_are_refused_with_the_usage() {
    for arguments in [
        &["--port", "70000"][..],
        &["--port"],
        &["--articles", "100001"],
        &["--fault-share", "2"],
        &["--seed", "x"],
        &["serve"],
    ] {
        let output = command().args(arguments).output().unwrap();

        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            told.starts_with("practice-site: ") && told.contains("Usage: practice-site"),
            "{told}"
        );
    }
    let help = command().arg("--help").output().unwrap();
    assert!(help.status.success());
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("--fault-share")
    );
}
