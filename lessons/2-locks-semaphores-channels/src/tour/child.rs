//! What this program does as its own child: what could hang or must be interrupted, in a process of
//! its own, which the tour outlives.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a child reports to its parent through its standard output"
)]

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Barrier;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use coordination::{Shutdown, Stage};
use parking_lot::{Mutex, deadlock};

use crate::check::in_every_order;
use crate::scenes;

/// The hidden argument; the role follows.
pub const ARGUMENT: &str = "--as-child";

/// How long the child looks for a deadlock before it gives up.
const LOOK: Duration = Duration::from_secs(5);

/// Items of the program that is interrupted, and how many work on them.
pub const ITEMS: u64 = 10_000;
const WORKERS: usize = 4;
const CAPACITY: usize = 16;

/// Plays a role.
pub fn play(role: Option<&str>) -> ExitCode {
    match role {
        Some("deadlock") => make_a_deadlock(),
        Some("two-steps") => check(scenes::two_steps),
        Some("late-sleeper") => check(scenes::late_sleeper),
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
#[inline(never)] // so that the detector finds it by its name
fn from_savings(savings: &Mutex<i64>, giro: &Mutex<i64>, met: &Barrier) {
    let mut from = savings.lock();
    met.wait(); // both threads have their first lock
    let mut to = giro.lock();
    (*from, *to) = (*from - 1, *to + 1);
}

#[inline(never)]
fn from_giro(savings: &Mutex<i64>, giro: &Mutex<i64>, met: &Barrier) {
    let mut from = giro.lock();
    met.wait();
    let mut to = savings.lock();
    (*from, *to) = (*from - 1, *to + 1);
}
// ANCHOR_END: deadlock

/// Makes a deadlock, asks parking_lot's detector for it, prints where each thread waits, and ends
/// the process, which takes the two threads along. When the detector finds none it says what happened
/// instead, and fails.
fn make_a_deadlock() -> ExitCode {
    let (savings, giro) = (
        Box::leak(Box::new(Mutex::new(100))),
        &*Box::leak(Box::new(Mutex::new(100))),
    );
    let savings = &*savings;
    let met = &*Box::leak(Box::new(Barrier::new(2)));
    let transfers = [
        thread::spawn(move || from_savings(savings, giro, met)),
        thread::spawn(move || from_giro(savings, giro, met)),
    ];

    let started = Instant::now();
    while started.elapsed() < LOOK {
        thread::sleep(Duration::from_millis(10));
        let found = deadlock::check_deadlock();
        if found.is_empty() && transfers.iter().all(JoinHandle::is_finished) {
            println!("both threads ended: there was no deadlock to find");
            return ExitCode::FAILURE;
        }
        if found.is_empty() {
            continue;
        }
        let mut sites: Vec<String> = found
            .iter()
            .flatten()
            .map(|thread| {
                let frames = thread.backtrace().frames().iter();
                let calls = frames.flat_map(|frame| frame.symbols()).map(|symbol| {
                    let name = symbol.name().map(|name| format!("{name:#}"));
                    (name.unwrap_or_default(), symbol.filename(), symbol.lineno())
                });
                site(calls)
            })
            .collect();
        sites.sort();
        println!("{} ring of {} threads", found.len(), sites.len());
        sites.iter().for_each(|site| println!("{site}"));
        return ExitCode::SUCCESS;
    }
    let stuck = transfers
        .iter()
        .filter(|transfer| !transfer.is_finished())
        .count();
    println!(
        "the detector saw no ring of locks in {}, and {stuck} of the 2 threads had not ended",
        tour::duration(LOOK)
    );
    ExitCode::FAILURE
}

/// Finds among the calls that a thread is in, the innermost first, which of the two functions
/// waits, and its line, in a build that knows it.
fn site<'a>(mut calls: impl Iterator<Item = (String, Option<&'a Path>, Option<u32>)>) -> String {
    let ours = calls.find_map(|(name, file, line)| {
        let both = ["from_savings", "from_giro"];
        let function = both.into_iter().find(|function| name.contains(function))?;
        Some((function, file, line))
    });
    let Some((function, file, line)) = ours else {
        return "somebody waits somewhere".to_owned();
    };
    let file = file
        .and_then(|path| path.file_name())
        .map(|name| name.to_string_lossy());
    match (file, line) {
        (Some(file), Some(line)) => {
            format!("{function} waits for its second lock in {file}, line {line}")
        }
        _ => format!("{function} waits for its second lock"),
    }
}

// --- The model checker ------------------------------------------------------------------------

/// Runs a model in every order until one fails, and prints that: how many were tried, why it
/// failed, and a line for each step. (In a process of its own since the checker complains aloud.)
fn check(model: fn()) -> ExitCode {
    let verdict = in_every_order(model);
    println!("{}", verdict.orders);
    let Some(failure) = verdict.failure else {
        return ExitCode::FAILURE;
    };
    // A deadlock is told in several lines, of which the first says that it is one.
    println!("{}", failure.why.lines().next().unwrap_or_default());
    for step in failure.steps {
        println!("{} {}", step.thread, step.what);
    }
    ExitCode::SUCCESS
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
            let left: String = (next..ITEMS).map(|item| format!("left {item}\n")).collect();
            say(left.trim_end());
            std::process::exit(130);
        }
        let finished = stage.finish();
        let read = reader.join().unwrap_or_default();
        // The one that was refused, and those that were never submitted, have not been touched.
        let untouched = finished.unprocessed.into_iter().chain(next..ITEMS);
        let left: String = untouched.map(|item| format!("left {item}\n")).collect();
        say(left.trim_end());
        say(&format!("results {}", read + finished.done.len()));
        ExitCode::from(if shutdown.is_requested() { 130 } else { 0 })
    })
}
// ANCHOR_END: jobs

/// Writes a line in one piece. When nobody reads any more there is nobody to tell.
fn say(line: &str) {
    if line.is_empty() {
        return;
    }
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
}
