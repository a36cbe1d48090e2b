//! The tour as a program: on a machine that lacks something, and ended at a bad moment.

#![cfg(feature = "tour")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Much more than any of this needs, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

fn tour(temporary: &Path, path: &str, part: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lesson-0"));
    command
        .arg(part)
        .current_dir(temporary)
        .env("TMPDIR", temporary)
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn this_path() -> String {
    std::env::var("PATH").expect("a test is run with a PATH")
}

/// Waits for the end, which must come in time.
fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            return status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill().expect("a child of ours");
            panic!("the tour did not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn folders(temporary: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(temporary).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.filter(|path| path.is_dir()).collect()
}

fn said(output: &Output) -> String {
    let all = [&output.stdout[..], &output.stderr[..]].concat();
    // Where a line is broken depends on the width of the terminal.
    String::from_utf8_lossy(&all)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_part_is_played_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut command = tour(temporary.path(), &this_path(), "--predict");

    let output = command.output().expect("it starts");

    assert!(output.status.success(), "{}", said(&output));
    assert!(folders(temporary.path()).is_empty());
}

#[test]
fn without_cargo_it_says_so_and_the_settings_are_played_all_the_same() {
    let temporary = tempfile::tempdir().expect("a folder");

    let missing = tour(temporary.path(), "/nowhere", "lock")
        .output()
        .expect("it starts");
    let origins = tour(temporary.path(), "/nowhere", "origins")
        .output()
        .expect("it starts");

    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("no `cargo` in the folders of PATH"),
        "{}",
        said(&missing)
    );
    assert!(origins.status.success(), "{}", said(&origins));
}

#[test]
fn with_an_old_cargo_it_says_so() {
    let temporary = tempfile::tempdir().expect("a folder");
    pretend(
        temporary.path(),
        "echo 'cargo 1.60.0 (d1fd9fe2c 2022-03-01)'",
    );
    let path = format!("{}:/bin:/usr/bin", temporary.path().display());

    let output = tour(temporary.path(), &path, "missing")
        .output()
        .expect("it starts");

    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("is version 1.60, and 1.85 or later is needed"));
}

#[test]
fn in_a_temporary_folder_that_cannot_be_written_it_says_so() {
    let temporary = tempfile::tempdir().expect("a folder");
    let nowhere = temporary.path().join("nowhere");
    let mut command = tour(temporary.path(), &this_path(), "missing");

    let output = command.env("TMPDIR", &nowhere).output().expect("it starts");

    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("cannot make a folder in"),
        "{}",
        said(&output)
    );
    assert!(
        said(&output).contains("TMPDIR=$HOME/tmp"),
        "{}",
        said(&output)
    );
}

#[test]
fn ctrl_c_and_a_polite_kill_take_the_folder_and_cargo_with_them() {
    for signal in [Signal::INT, Signal::TERM] {
        let temporary = tempfile::tempdir().expect("a folder");
        let mut hanging = Hanging::start(temporary.path());
        assert_eq!(folders(temporary.path()).len(), 1);

        kill_process(hanging.pid(), signal).expect("it runs");

        assert_eq!(wait(&mut hanging.tour), Some(130), "{signal:?}");
        assert!(folders(temporary.path()).is_empty(), "{signal:?}");
        hanging.everybody_has_ended();
    }
}

#[test]
fn what_a_killed_tour_left_is_taken_away_by_the_next() {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut hanging = Hanging::start(temporary.path());
    let left = folders(temporary.path());

    kill_process(hanging.pid(), Signal::KILL).expect("it runs");
    wait(&mut hanging.tour);
    let next = tour(temporary.path(), &this_path(), "origins")
        .output()
        .expect("it starts");

    assert_eq!(left.len(), 1, "a folder was in use when it was killed");
    assert!(next.status.success(), "{}", said(&next));
    assert!(folders(temporary.path()).is_empty());
    // Nobody could end the cargo of a tour that was killed, so this test does.
    let id: i32 = hanging
        .id_of_cargo
        .parse()
        .expect("the script told its number");
    let leader = Pid::from_raw(id).expect("no process has the id 0");
    rustix::process::kill_process_group(leader, Signal::KILL).expect("it still waits");
}

fn pretend(folder: &Path, script: &str) {
    let program = folder.join("cargo");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// A tour whose `cargo` has just started something and waits for it for ever.
struct Hanging {
    tour: Child,
    id_of_cargo: String,
    /// Tells when the last of those who hold the pipe has ended.
    ended: Receiver<()>,
}

impl Hanging {
    fn start(temporary: &Path) -> Self {
        // Cargo and what it starts hold the writing end: the reading end tells when all have ended.
        let pipe = temporary.join("alive");
        let made = Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .expect("mkfifo starts");
        assert!(made.success());
        let script = format!(
            "case $1 in --version) echo 'cargo 1.95.0';; *) exec 3>'{}'; echo $$ >&3; sleep 600 & wait;; esac",
            pipe.display()
        );
        pretend(temporary, &script);
        let path = format!("{}:/bin:/usr/bin", temporary.display());
        let tour = tour(temporary, &path, "missing")
            .spawn()
            .expect("it starts");

        let (started, has_started) = channel();
        let (all_ended, ended) = channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(File::open(pipe).expect("it was just made"));
            let mut id = String::new();
            let _ = lines.read_line(&mut id);
            let _ = started.send(id.trim().to_owned());
            let _ = lines.read_to_end(&mut Vec::new());
            let _ = all_ended.send(());
        });
        let id_of_cargo = has_started.recv_timeout(LIMIT).expect("cargo is started");
        Self {
            tour,
            id_of_cargo,
            ended,
        }
    }

    fn pid(&self) -> Pid {
        let id = i32::try_from(self.tour.id()).expect("a process id is an i32");
        Pid::from_raw(id).expect("no process has the id 0")
    }

    fn everybody_has_ended(&self) {
        self.ended
            .recv_timeout(LIMIT)
            .expect("cargo and what it started have ended");
    }
}
