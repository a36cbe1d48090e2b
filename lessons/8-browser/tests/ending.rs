//! However it ends, nothing stays behind: no chromedriver, no Chromium, no folder.
#![cfg(target_os = "linux")]

mod common;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::panic;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{LIMIT, session, skipped};

/// Under this name the test starts itself as a child that holds a browser.
const HOLD: &str = "BROWSER_TEST_HOLDS";

/// Returns the processes that were started with this folder as their temporary folder, or name it.
fn processes_of(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        // A process may end while it is looked at; then it is none.
        let read = |file| fs::read(entry.path().join(file)).unwrap_or_default();
        let (command, environment) = (read("cmdline"), read("environ"));
        let names = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(folder);
        if names(&command) || names(&environment) {
            found.push(String::from_utf8_lossy(&command).replace('\0', " "));
        }
    }
    found
}

/// Waits until nothing of a session is left, and fails with what is.
#[track_caller]
fn nothing_is_left(folder: &str) {
    let end = Instant::now() + LIMIT;
    loop {
        let left = processes_of(folder);
        if left.is_empty() && !Path::new(folder).exists() {
            return;
        }
        assert!(
            Instant::now() < end,
            "left behind: {left:#?}, and the folder {folder} {}",
            if Path::new(folder).exists() {
                "too"
            } else {
                "is gone"
            }
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_session_that_is_dropped_leaves_nothing() {
    if skipped() {
        return;
    }
    let session = session();
    session
        .open("data:text/html,<h1>here</h1>")
        .expect("a page without a server");
    let folder = session.folder().display().to_string();
    assert!(
        processes_of(&folder).len() > 3,
        "a browser is many processes"
    );

    drop(session);

    // The drop itself waits for the folder; the crash handlers of Chromium go by themselves.
    assert!(!Path::new(&folder).exists());
    nothing_is_left(&folder);
}

#[test]
fn a_session_whose_holder_panics_leaves_nothing() {
    if skipped() {
        return;
    }
    let session = session();
    let folder = session.folder().display().to_string();

    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(move || {
        let _session = session;
        panic::resume_unwind(Box::new("the work went wrong"));
    }));

    assert!(outcome.is_err());
    nothing_is_left(&folder);
}

#[test]
fn a_session_whose_process_is_killed_leaves_nothing() {
    signalled("KILL");
}

#[test]
fn a_session_whose_process_is_interrupted_leaves_nothing() {
    signalled("INT");
}

#[test]
fn a_session_that_is_ended_while_it_starts_leaves_nothing() {
    if skipped() {
        return;
    }
    // At moments from the first process to the running browser.
    for milliseconds in [5, 40, 150, 400] {
        let temporary = tempfile::tempdir().expect("a temporary folder can be made");
        let mut child = child_in(temporary.path(), "start");
        thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        let _ = child.wait();
        let marker = format!("{HOLD}=start-{}", child.id());
        let end = Instant::now() + LIMIT;
        while !processes_of(&marker).is_empty() {
            assert!(
                Instant::now() < end,
                "left behind: {:#?}",
                processes_of(&marker)
            );
            thread::sleep(Duration::from_millis(20));
        }
        let left = fs::read_dir(temporary.path()).map_or(0, Iterator::count);
        assert_eq!(left, 0, "folders left behind after {milliseconds} ms");
    }
}

/// Starts a child that holds a browser, ends it by a signal, and looks for what it left.
fn signalled(signal: &str) {
    if skipped() {
        return;
    }
    let mut child = child("hold");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let folder = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("folder: ")
                .map(|(_, folder)| folder.to_owned())
        })
        .expect("the child starts a browser");
    assert!(
        processes_of(&folder).len() > 3,
        "a browser is many processes"
    );

    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status()
        .expect("every Unix has kill");

    assert!(sent.success());
    let status = child.wait().expect("the child ends");
    assert!(!status.success());
    nothing_is_left(&folder);
}

fn child(what: &str) -> Child {
    child_in(&env::temp_dir(), what)
}

/// Starts this program once more, as one that holds a browser whose folder lies in `temporary`.
fn child_in(temporary: &Path, what: &str) -> Child {
    let mut command = Command::new("sh");
    // The shell puts its own process id, which becomes the child's, where it can be looked for.
    command
        .args(["-c", &format!("export {HOLD}={what}-$$; exec \"$@\""), "sh"])
        .arg(env::current_exe().expect("a test knows its program"))
        .args(["--exact", "a_child_that_holds_a_browser", "--nocapture"])
        .env("TMPDIR", temporary)
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started once more")
}

/// No test: what the tests above start.
#[test]
fn a_child_that_holds_a_browser() {
    if env::var(HOLD).is_err() {
        return;
    }
    let session = session();
    println!("folder: {}", session.folder().display());
    // Longer than any test waits; the end comes by a signal.
    thread::sleep(10 * LIMIT);
    drop(session);
}
