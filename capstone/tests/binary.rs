//! The real program, run, interrupted and killed as a person or a bad day would do it.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and the seed of a round, are worth a line"
)]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::{LIMIT, Random, Response, Site, little_web, rows, wait_until};
use database::Address;
use serde_json::Value;

fn capstone(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_capstone"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Whoever runs these tests may have settings of their own.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CAPSTONE_") {
            command.env_remove(name);
        }
    }
    command
}

fn crawl(folder: &Path, url: &str, more: &[&str]) -> Command {
    let mut command = capstone(
        folder,
        &[
            "crawl",
            url,
            "--allow-local",
            "--delay",
            "0",
            "--threads",
            "4",
        ],
    );
    command.args(more);
    command
}

/// Runs to the end, which must come in time.
fn finish(mut command: Command) -> Output {
    wait(command.spawn().expect("the program starts"))
}

/// Waits for the end, which must come in time.
fn wait(mut child: Child) -> Output {
    // The pipes are read on the side, so that a talkative program cannot fill them and stop.
    let out = child
        .stdout
        .take()
        .map(|mut pipe| std::thread::spawn(move || read_all(&mut pipe)));
    let err = child
        .stderr
        .take()
        .map(|mut pipe| std::thread::spawn(move || read_all(&mut pipe)));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            break status;
        }
        if start.elapsed() > LIMIT {
            child.kill().expect("a child of ours");
            panic!("the program did not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let read = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
        thread
            .map(|thread| thread.join().expect("reading does not panic"))
            .unwrap_or_default()
    };
    Output {
        status,
        stdout: read(out),
        stderr: read(err),
    }
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = from.read_to_end(&mut bytes);
    bytes
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn two_pages() -> Site {
    Site::start(|path| match path {
        "/" => Response::html("<title>Home</title><a href=/next>next</a>"),
        "/next" => Response::html(
            "<title>Next \u{1b}[2J</title><h1>Next \u{1b}[2J</h1><time datetime=2024-03-05></time>",
        ),
        _ => Response::status(404),
    })
}

#[test]
fn settings_from_file_variable_and_argument_meet_and_say_who_won() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = "db = \"mine.db\"\nthreads = 2\ndelay = 0\ncontact = \"ann@site.test\"\n";
    std::fs::write(folder.path().join("capstone.toml"), file).expect("written");
    let mut command = capstone(folder.path(), &["settings", "--threads", "4"]);
    command
        .env("CAPSTONE_THREADS", "3")
        .env("CAPSTONE_THREDS", "3");

    let output = finish(command);

    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<String> = text(&output.stdout)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "db mine.db capstone.toml:1:6",
        "instead of spindle.db (default)",
        "threads 4 argument --threads",
        "instead of 3 (variable CAPSTONE_THREADS)",
        "instead of 2 (capstone.toml:2:11)",
        "instead of 8 (default)",
        "delay 0 capstone.toml:3:9",
        "instead of 1 (default)",
        "connections (not set)",
    ];
    assert_eq!(lines[..expected.len()], expected);
    let note = text(&output.stderr);
    assert!(note.contains("CAPSTONE_THREDS is no setting"), "{note}");
    assert!(note.contains("did you mean CAPSTONE_THREADS?"), "{note}");
}

#[test]
fn a_crawl_obeys_the_file_and_the_environment() {
    let site = two_pages();
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = folder.path().join("other.toml");
    std::fs::write(&elsewhere, "delay = 0\nallow-local = true\n").expect("written");
    let mut command = capstone(
        folder.path(),
        &["crawl", &site.url("/"), "--quiet", "--config", "other.toml"],
    );
    command.env("CAPSTONE_DB", "by-variable.db");

    let crawled = finish(command);

    let problem = text(&crawled.stderr);
    assert_eq!(crawled.status.code(), Some(0), "{problem}");
    assert_eq!(rows(folder.path().join("by-variable.db")).len(), 2);
}

#[test]
fn a_bad_setting_ends_the_program_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = "threads = 0\ndelai = 1\n";
    std::fs::write(folder.path().join("capstone.toml"), file).expect("written");
    let arguments = ["crawl", "http://127.0.0.1:9/", "--allow-local"];
    let mut command = capstone(folder.path(), &arguments);
    command.env("CAPSTONE_TRIES", "21");

    let crawled = finish(command);
    let missing = finish(capstone(
        folder.path(),
        &["settings", "--config", "no.toml"],
    ));

    assert_eq!(crawled.status.code(), Some(1));
    let problem = text(&crawled.stderr);
    for expected in [
        "error: 3 settings cannot be used:",
        "threads is \"0\" (capstone.toml:1:11), but must be a whole number from 1 to 1024",
        "tries is \"21\" (variable CAPSTONE_TRIES), but must be a whole number from 1 to 20",
        "\"delai\" (capstone.toml:2:1) is no setting; did you mean delay?",
    ] {
        assert!(problem.contains(expected), "{problem}");
    }
    assert!(!folder.path().join("spindle.db").exists());
    std::fs::write(folder.path().join("capstone.toml"), "connections = 4\n").expect("written");
    let contradictory = finish(capstone(folder.path(), &arguments));
    let problem = text(&contradictory.stderr);
    assert_eq!(contradictory.status.code(), Some(1));
    assert!(
        problem.contains("connections = 4 (capstone.toml:1:15) and delay = 1 (default) contradict"),
        "{problem}"
    );
    assert!(!folder.path().join("spindle.db").exists());
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        text(&missing.stderr).contains("cannot read no.toml"),
        "{}",
        text(&missing.stderr)
    );
}

#[test]
fn a_crawl_exports_what_it_stored() {
    let site = two_pages();
    let folder = tempfile::tempdir().expect("a folder");

    let crawled = finish(crawl(folder.path(), &site.url("/"), &["--quiet"]));
    let jsonl = finish(capstone(folder.path(), &["export"]));
    let csv = finish(capstone(
        folder.path(),
        &["export", "--format", "csv", "--state", "stored"],
    ));
    let stats = finish(capstone(folder.path(), &["stats"]));

    assert_eq!(crawled.status.code(), Some(0));
    assert!(
        crawled.stdout.is_empty() && crawled.stderr.is_empty(),
        "quiet means quiet"
    );
    let lines: Vec<Value> = text(&jsonl.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["url"], site.url("/next"));
    assert_eq!(lines[1]["title"], "Next [2J");
    assert_eq!(lines[1]["date"], "2024-03-05");
    assert_eq!(lines[1]["error"], Value::Null);
    assert_eq!(
        text(&csv.stdout).lines().collect::<Vec<_>>(),
        [
            "url,title,date,error".to_owned(),
            format!("{},Home,,", site.url("/")),
            format!("{},Next [2J,2024-03-05,", site.url("/next")),
        ]
    );
    assert!(
        text(&stats.stdout).contains("2 pages: 2 with a title, 1 with a date"),
        "{}",
        text(&stats.stdout)
    );
}

#[test]
fn the_exit_code_says_whether_pages_failed() {
    let site = Site::start(|path| match path {
        "/" => Response::html("<a href=/gone>gone</a>"),
        _ => Response::status(404),
    });
    let folder = tempfile::tempdir().expect("a folder");

    let some_failed = finish(crawl(folder.path(), &site.url("/"), &[]));
    let wrong_usage = finish(capstone(folder.path(), &["crawl"]));
    let no_database = finish(capstone(folder.path(), &["stats", "--db", "missing.db"]));

    assert_eq!(some_failed.status.code(), Some(2));
    assert!(
        text(&some_failed.stdout).contains("1 404 Not Found"),
        "{}",
        text(&some_failed.stdout)
    );
    assert_eq!(wrong_usage.status.code(), Some(1));
    assert_eq!(no_database.status.code(), Some(1));
    assert_eq!(
        text(&no_database.stderr),
        "error: there is no crawl in missing.db\n"
    );
}

#[test]
fn somebody_elses_machine_is_not_crawled_without_a_contact() {
    let folder = tempfile::tempdir().expect("a folder");

    let refused = finish(capstone(folder.path(), &["crawl", "http://site.invalid/"]));
    let wrong = finish(capstone(
        folder.path(),
        &["crawl", "http://site.invalid/", "--contact", "me"],
    ));

    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("--contact"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text(&wrong.stderr).contains("must be a mail address or the URL of a page about you"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn this_machine_is_not_crawled_without_being_asked_to() {
    let site = two_pages();
    let folder = tempfile::tempdir().expect("a folder");

    let refused = finish(capstone(folder.path(), &["crawl", &site.url("/")]));

    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("--allow-local"),
        "{}",
        text(&refused.stderr)
    );
    assert!(site.journal().is_empty());
}

#[test]
fn without_certificates_http_works_and_https_says_why_not() {
    let site = two_pages();
    let folder = tempfile::tempdir().expect("a folder");
    let without = |mut command: Command| {
        finish({
            command
                .env("SSL_CERT_FILE", folder.path().join("none"))
                .env("SSL_CERT_DIR", folder.path().join("none"));
            command
        })
    };

    let http = without(crawl(folder.path(), &site.url("/"), &[]));
    let https = without(crawl(
        folder.path(),
        &site.url("/").replace("http:", "https:"),
        &["--db", "tls.db", "--tries", "1"],
    ));

    assert_eq!(http.status.code(), Some(0), "{}", text(&http.stderr));
    assert_eq!(https.status.code(), Some(2), "{}", text(&https.stderr));
    assert!(
        text(&https.stderr).contains("this machine has no root certificates"),
        "{}",
        text(&https.stderr)
    );
}

#[test]
fn a_second_process_is_refused_and_the_first_goes_on() {
    let site = little_web(60, Duration::from_millis(5));
    let folder = tempfile::tempdir().expect("a folder");
    let first = crawl(folder.path(), &site.url("/"), &["--threads", "1"])
        .spawn()
        .expect("the program starts");
    site.wait_for(3);

    let second = finish(crawl(folder.path(), &site.url("/"), &[]));
    let reading = finish(capstone(folder.path(), &["stats"]));

    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    assert!(
        said.contains(&format!("process {} is crawling into it", first.id())),
        "{said}"
    );
    assert_eq!(reading.status.code(), Some(0), "reading goes on meanwhile");
    assert_eq!(
        wait(first).status.code(),
        Some(2),
        "404s are part of the little web"
    );
}

#[test]
fn an_export_that_nobody_reads_to_the_end_ends_quietly() {
    let site = little_web(400, Duration::ZERO);
    let folder = tempfile::tempdir().expect("a folder");
    finish(crawl(folder.path(), &site.url("/"), &["--quiet"]));
    let mut export = capstone(folder.path(), &["export"])
        .spawn()
        .expect("the program starts");

    let mut first = [0; 10];
    export
        .stdout
        .as_mut()
        .expect("piped")
        .read_exact(&mut first)
        .expect("a line");
    drop(export.stdout.take());

    let ended = wait(export);
    assert_eq!(
        (ended.status.code(), text(&ended.stderr)),
        (Some(0), String::new())
    );
}

#[test]
fn a_second_terminal_watches_the_crawl() {
    let site = little_web(120, Duration::from_millis(5));
    let folder = tempfile::tempdir().expect("a folder");
    let mut crawling = crawl(
        folder.path(),
        &site.url("/"),
        &["--feed", "0", "--timeline", "threads.svg"],
    )
    .spawn()
    .expect("the program starts");
    let mut err = BufReader::new(crawling.stderr.take().expect("piped"));
    let mut line = String::new();
    err.read_line(&mut line).expect("a line");
    let address = line
        .trim()
        .rsplit(' ')
        .next()
        .expect("an address")
        .to_owned();

    let watched = finish(capstone(folder.path(), &["watch", &address]));

    assert_eq!(watched.status.code(), Some(0), "{}", text(&watched.stderr));
    let seen = text(&watched.stdout);
    assert!(seen.contains("2024-03-05  Page "), "{seen}");
    assert!(seen.lines().any(|line| line.contains("finished")), "{seen}");
    std::thread::spawn(move || read_all(&mut err));
    assert_eq!(wait(crawling).status.code(), Some(2));
    let svg = std::fs::read_to_string(folder.path().join("threads.svg")).expect("the timeline");
    assert!(svg.starts_with("<svg") && svg.contains("worker 4"), "{svg}");
}

#[cfg(unix)]
mod unix {
    use std::collections::BTreeSet;

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    fn signal(child: &Child, signal: Signal) {
        kill_process(Pid::from_child(child), signal).expect("a child of ours");
    }

    /// The paths whose fate is in the database.
    fn ended(database: &Address, site: &Site) -> BTreeSet<String> {
        let base = site.url("");
        rows(database)
            .into_iter()
            .filter(|row| row.state != "pending" && row.state != "refused")
            .map(|row| row.url.trim_start_matches(&base).to_owned())
            .collect()
    }

    #[test]
    fn killed_at_any_moment_it_loses_nothing_and_stores_nothing_twice() {
        check_kills("killed.db", 10);
    }

    #[test]
    fn killed_at_any_moment_a_crawl_into_postgresql_loses_nothing_either() {
        let Some(server) = postgres_sandbox::Sandbox::for_tests() else {
            return;
        };
        let database = server.fresh_database().expect("a database");
        check_kills(database.url(), 5);
    }

    /// Kills a crawl into a database, again and again, and compares what came of it in the end with a
    /// crawl into a file that nobody killed.
    fn check_kills(db: &str, kills: usize) {
        let mut random = Random::announced();
        let site = little_web(500, Duration::from_millis(1));
        let folder = tempfile::tempdir().expect("a folder");
        finish(crawl(
            folder.path(),
            &site.url("/"),
            &["--db", "whole.db", "--quiet"],
        ));
        let whole = rows(folder.path().join("whole.db"));
        let requests = site.journal().len() as u64;
        assert!(requests > 300, "only {requests} requests");

        let database = match Address::parse(db).expect("an address") {
            Address::Sqlite(file) => Address::Sqlite(folder.path().join(file)),
            server => server,
        };
        let begin = site.journal().len();
        // What was durable at each kill, and how many requests the site had seen then.
        let mut durable: Vec<(usize, BTreeSet<String>)> = Vec::new();
        for _ in 0..kills {
            let mut child = crawl(folder.path(), &site.url("/"), &["--db", db, "--quiet"])
                .spawn()
                .expect("the program starts");
            let enough = site.journal().len() + 1 + random.below(requests / 8) as usize;
            wait_until("the crawl is under way", || {
                site.journal().len() >= enough
                    || child.try_wait().expect("a child of ours").is_some()
            });
            let _ = child.kill();
            child.wait().expect("a child of ours");
            // Requests that the killed process had out still arrive; then there is silence.
            wait_until("the last requests are answered", || {
                site.journal()
                    .iter()
                    .all(|request| request.finished.is_some())
            });
            if capstone::store::Store::open(&database).is_ok() {
                durable.push((site.journal().len(), ended(&database, &site)));
            }
        }
        let last = finish(crawl(
            folder.path(),
            &site.url("/"),
            &["--db", db, "--quiet"],
        ));

        assert_eq!(
            last.status.code(),
            Some(2),
            "404s are part of the little web"
        );
        assert_eq!(rows(&database), whole);
        let journal = site.journal();
        for (at, ended) in &durable {
            let again: Vec<_> = journal[*at..]
                .iter()
                .filter(|request| ended.contains(&request.path))
                .map(|request| &request.path)
                .collect();
            assert!(again.is_empty(), "done and asked for again: {again:?}");
        }
        let extra = journal.len() - begin - requests as usize;
        println!(
            "{} kills: {extra} of {requests} requests were made again",
            durable.len()
        );
    }

    #[test]
    fn ctrl_c_ends_clean_and_the_same_command_goes_on() {
        let site = little_web(300, Duration::from_millis(3));
        let folder = tempfile::tempdir().expect("a folder");
        let child = crawl(folder.path(), &site.url("/"), &[])
            .spawn()
            .expect("the program starts");
        site.wait_for(40);

        signal(&child, Signal::INT);
        let stopped = wait(child);
        let asked = site.journal().len();
        let pending = rows(folder.path().join("spindle.db"))
            .iter()
            .filter(|row| row.state == "pending")
            .count();
        let again = finish(crawl(folder.path(), &site.url("/"), &[]));

        assert_eq!(
            stopped.status.code(),
            Some(130),
            "{}",
            text(&stopped.stderr)
        );
        let said = text(&stopped.stdout);
        assert!(
            said.starts_with("stopped after")
                && said.contains("go on with: capstone crawl http://"),
            "{said}"
        );
        assert!(
            text(&stopped.stderr).contains("stopping:"),
            "{}",
            text(&stopped.stderr)
        );
        assert!(pending > 0);
        assert!(
            site.journal()
                .iter()
                .take(asked)
                .all(|request| request.finished.is_some()),
            "what was out was finished"
        );
        assert_eq!(again.status.code(), Some(2));
        assert!(
            site.times_asked().values().all(|times| *times == 1),
            "nothing was asked for twice"
        );
    }

    #[test]
    fn sigterm_ends_clean_too() {
        let site = little_web(300, Duration::from_millis(3));
        let folder = tempfile::tempdir().expect("a folder");
        let child = crawl(folder.path(), &site.url("/"), &[])
            .spawn()
            .expect("the program starts");
        site.wait_for(40);

        signal(&child, Signal::TERM);

        assert_eq!(wait(child).status.code(), Some(130));
    }

    #[test]
    fn a_second_ctrl_c_ends_at_once() {
        let (release, held) = crossbeam_channel::bounded::<()>(0);
        let site = Site::start(move |path| {
            if path != "/robots.txt" {
                // Held until the test is over, far longer than the program may live.
                let _ = held.recv();
            }
            Response::status(404)
        });
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = crawl(folder.path(), &site.url("/"), &[])
            .spawn()
            .expect("the program starts");
        site.wait_for(2);

        signal(&child, Signal::INT);
        let mut err = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        while !line.contains("stopping:") {
            line.clear();
            assert!(
                err.read_line(&mut line).expect("readable") > 0,
                "it ended before it said so"
            );
        }
        signal(&child, Signal::INT);

        let mut status = None;
        wait_until("the program ends", || {
            status = child.try_wait().expect("a child of ours");
            status.is_some()
        });
        assert_eq!(status.and_then(|status| status.code()), Some(130));
        drop(release);
    }

    #[test]
    fn a_full_disk_stops_the_crawl_with_a_clear_message_and_it_goes_on_later() {
        let site = little_web(2_000, Duration::ZERO);
        let folder = tempfile::tempdir().expect("a folder");
        // The shell lets no file grow beyond 100 KB (200 blocks); past that a write fails, as on a full disk.
        let mut limited = Command::new("sh");
        limited
            .current_dir(folder.path())
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"",
                env!("CARGO_BIN_EXE_capstone"),
            ])
            .args(["crawl", &site.url("/"), "--allow-local", "--delay", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());

        let full = finish(limited);
        let said = text(&full.stderr);
        assert_eq!(full.status.code(), Some(1), "{said}");
        assert!(
            said.contains("the same command goes on") && said.contains("spindle.db"),
            "{said}"
        );

        let again = finish(crawl(folder.path(), &site.url("/"), &["--quiet"]));
        assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
        finish(crawl(
            folder.path(),
            &site.url("/"),
            &["--db", "whole.db", "--quiet"],
        ));
        assert_eq!(
            rows(folder.path().join("spindle.db")),
            rows(folder.path().join("whole.db"))
        );
    }
}
