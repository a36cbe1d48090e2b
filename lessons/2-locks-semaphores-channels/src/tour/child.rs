//! What this program does as its own child: what could hang or must be interrupted, in a process of
//! its own, which the tour outlives.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a child reports to its parent through its standard output"
)]

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use coordination::{Shutdown, Stage};
use parking_lot::{Mutex, deadlock};

/// The hidden argument; the role follows.
pub const ARGUMENT: &str = "--as-child";

/// How long the child looks for a deadlock.
const LOOK: Duration = Duration::from_secs(5);

/// Items of the program that is interrupted, and how many work on them.
pub const ITEMS: u64 = 100_000;
const WORKERS: usize = 4;
const CAPACITY: usize = 16;

/// Plays a role.
pub fn play(role: Option<&str>) -> ExitCode {
    match role {
        Some("deadlock") => make_a_deadlock(),
        Some("jobs") => jobs(false),
        Some("jobs-abrupt") => jobs(true),
        role => {
            eprintln!("lesson-2 knows no such role: {role:?}");
            ExitCode::from(2)
        }
    }
}

// --- A deadlock -----------------------------------------------------------------------------------

// ANCHOR: deadlock
fn from_savings(savings: &Mutex<i64>, giro: &Mutex<i64>, met: &Barrier) {
    let mut from = savings.lock();
    met.wait(); // both threads have their first lock
    let mut to = giro.lock();
    (*from, *to) = (*from - 1, *to + 1);
}

fn from_giro(savings: &Mutex<i64>, giro: &Mutex<i64>, met: &Barrier) {
    let mut from = giro.lock();
    met.wait();
    let mut to = savings.lock();
    (*from, *to) = (*from - 1, *to + 1);
}
// ANCHOR_END: deadlock

/// Makes a deadlock, asks parking_lot's detector for it, prints where each thread waits, and ends
/// the process, which takes the two threads along.
fn make_a_deadlock() -> ExitCode {
    let (savings, giro) = (Box::leak(Box::new(Mutex::new(100))), &*Box::leak(Box::new(Mutex::new(100))));
    let savings = &*savings;
    let met = &*Box::leak(Box::new(Barrier::new(2)));
    thread::spawn(move || from_savings(savings, giro, met));
    thread::spawn(move || from_giro(savings, giro, met));

    let deadline = Instant::now() + LOOK;
    while Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
        let found = deadlock::check_deadlock();
        if found.is_empty() {
            continue;
        }
        let mut sites: Vec<String> = found
            .iter()
            .flatten()
            .map(|thread| site(&format!("{:?}", thread.backtrace())))
            .collect();
        sites.sort();
        println!("{} ring of {} threads", found.len(), sites.len());
        sites.iter().for_each(|site| println!("{site}"));
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

/// Finds in a backtrace the function of this file that waits, and its line.
fn site(backtrace: &str) -> String {
    let mut lines = backtrace.lines();
    let function = lines.by_ref().find_map(|line| {
        let (_, function) = line.split_once("tour::child::")?;
        Some(function.trim().trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_'))
    });
    // The line that follows says where, in a build that knows.
    let place = lines.next().and_then(|line| {
        let (_, below) = line.split_once("/src/")?;
        let mut parts = below.split(':');
        Some(format!(", src/{}:{}", parts.next()?, parts.next()?))
    });
    let function = function.and_then(|name| name.split("::").next());
    let (function, place) = (function.unwrap_or("somewhere"), place.unwrap_or_default());
    format!("{function} waits for its second lock{place}")
}

// --- Jobs, interrupted ----------------------------------------------------------------------------

// ANCHOR: jobs
/// Works through numbered items until Ctrl-C. Each item that was worked on is written as `done 7`
/// at that moment, by whoever did it; what was left is written at the end as `left 8`.
///
/// With `abrupt` it ends as a program does that knows nothing of Ctrl-C, with one difference: it
/// says where it was.
fn jobs(abrupt: bool) -> ExitCode {
    let shutdown = Shutdown::new();
    let on_signal = shutdown.clone();
    let caught = ctrlc::set_handler(move || on_signal.request());
    if let Err(error) = caught {
        eprintln!("cannot listen to Ctrl-C: {error}");
        return ExitCode::FAILURE;
    }
    // A parent that is gone ends us too: its end of our standard input closes.
    let orphaned = shutdown.clone();
    thread::spawn(move || {
        let _ = io::stdin().read(&mut [0]);
        orphaned.request();
    });
    say("ready");

    thread::scope(|scope| {
        let work = |_worker: usize, item: &u64| say(&format!("done {item}"));
        let stage = match Stage::start(scope, "worker", WORKERS, CAPACITY, &shutdown, work) {
            Ok(stage) => stage,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        };
        // Somebody reads the results while we submit, or the workers would wait for a reader.
        let results = stage.results().clone();
        let reader = scope.spawn(move || results.iter().count());
        let mut next = 0;
        while next < ITEMS && stage.submit(next).is_ok() {
            next += 1;
        }
        if abrupt {
            // No `finish`: what was accepted and not begun is gone with the process.
            (next..ITEMS).for_each(|item| say(&format!("left {item}")));
            std::process::exit(130);
        }
        let finished = stage.finish();
        let read = reader.join().unwrap_or_default();
        // The one that was refused, and those that were never submitted, have not been touched.
        let untouched = finished.unprocessed.into_iter().chain(next..ITEMS);
        untouched.for_each(|item| say(&format!("left {item}")));
        say(&format!("results {}", read + finished.done.len()));
        ExitCode::from(if shutdown.is_requested() { 130 } else { 0 })
    })
}
// ANCHOR_END: jobs

/// Writes a line in one piece. When nobody reads any more there is nobody to tell.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
}
