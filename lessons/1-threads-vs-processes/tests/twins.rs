//! The Python twins print what ours prints. Where there is no `python3` (3.8 or later) there is
//! nothing to compare, and the tests say so.
#![allow(
    clippy::print_stderr,
    reason = "a test that has nothing to compare says so aloud"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use practice_site::{Config, Site};
use workers::Observer;
use workers::download::{Strategy, download};
use workers::handover::{Plan, report, with_processes, with_threads};
use workers::primes;
use workers::python::Python;

fn python() -> Option<Python> {
    let python = Python::find("python3");
    if python.is_none() {
        eprintln!("skipped: there is no `python3` (3.8 or later) to compare with");
    }
    python
}

#[test]
fn producer_and_consumer_say_the_same_in_both_languages() {
    let Some(python) = python() else { return };
    let plan = Plan {
        producers: 2,
        consumers: 3,
        items_each: 500,
        capacity: 8,
        batch: 16,
    };
    let numbers = ["2", "3", "500", "8"];
    let nobody = Observer::nobody();

    let by_threads = with_threads(plan, &nobody).expect("threads can be started");
    let program = Path::new(env!("CARGO_BIN_EXE_lesson-1"));
    let by_processes = with_processes(plan, program, &nobody).expect("it can be started");

    for (mode, ours) in [("threads", by_threads), ("processes", by_processes)] {
        let arguments = [mode].into_iter().chain(numbers);
        let theirs = python
            .run("producer_consumer.py", arguments)
            .expect("the script is ours");
        assert_eq!(theirs.text, report(&plan, &ours), "{mode}");
    }
}

#[test]
fn primes_are_the_same_in_both_languages() {
    let Some(python) = python() else { return };
    let ours = primes::with_threads(&primes::chunks(5_000, 7), 2, &Observer::nobody());
    let ours = format!("primes {}\n", ours.expect("threads can be started"));

    for mode in ["one", "threads", "processes"] {
        let theirs = python
            .run("cpu_bound.py", [mode, "5000", "7", "2"])
            .expect("the script is ours");

        assert_eq!(theirs.text, ours, "{mode}");
    }
}

#[test]
fn downloads_are_the_same_in_both_languages() {
    let Some(python) = python() else { return };
    let site = Site::start(Config::default()).expect("loopback has a free port");
    let paths: Vec<String> = (1..=4)
        .map(|chapter| format!("/files/chapter-{chapter:02}.txt?ms=5"))
        .collect();
    let limit = Duration::from_secs(20);
    let ours = download(
        site.address(),
        &paths,
        Strategy::Pool(2),
        limit,
        &Observer::nobody(),
    );
    let ours = ours.expect("the site is well").report();

    for mode in ["one", "each", "2"] {
        let urls = paths.iter().map(|path| site.url(path));
        let theirs = python.run("downloads.py", std::iter::once(mode.to_owned()).chain(urls));

        assert_eq!(theirs.expect("the script is ours").text, ours, "{mode}");
    }
}

#[test]
fn a_python_that_is_not_there_or_fails_is_no_riddle() {
    assert!(Python::find("/there/is/no/python").is_none());
    assert!(Python::find("true").is_none());
    let Some(python) = python() else { return };

    let error = python
        .run("cpu_bound.py", ["dance", "1", "1", "1"])
        .expect_err("no such mode");

    assert!(error.to_string().contains("KeyError"), "{error}");
}

#[test]
fn a_free_threaded_python_is_recognised() {
    let folder = std::env::temp_dir().join(format!("lesson-1-python-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let program = folder.join("python3");
    // What a build without GIL would answer.
    fs::write(&program, "#!/bin/sh\nprintf '3.13.0\\nFalse\\n'\n").expect("so can the script");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");

    let found = Python::find(&program);

    fs::remove_dir_all(&folder).expect("it is ours");
    let found = found.expect("it answers as a Python does");
    assert_eq!((found.version.as_str(), found.has_gil), ("3.13.0", false));
}
