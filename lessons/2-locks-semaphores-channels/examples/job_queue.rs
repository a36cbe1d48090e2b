//! A job queue that can be stopped at any moment.
//!
//! Terminal 1: `cargo run --example job_queue`
//! Terminal 2: `pkill -INT -x job_queue`, which is what Ctrl-C in terminal 1 does too.
//!
//! Type lines into terminal 1: each is a job, and takes as many tenths of a second as it has letters.
//! Workers take them as they are free; when the queue is full, your next line waits. Ctrl-C, or the
//! end of the input (Ctrl-D), ends it: at Ctrl-D all is done first, at Ctrl-C what was begun is
//! finished and what was not is named. A line that was typed and that the program has not read yet
//! is no job of its; it ends unread.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal speaks"
)]

use std::io::{self, BufRead};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use coordination::{Shutdown, Stage};
use crossbeam_channel::{bounded, select};

const WORKERS: usize = 2;
const WAITING: usize = 4;

fn main() -> anyhow::Result<()> {
    let shutdown = Shutdown::new();
    let on_signal = shutdown.clone();
    ctrlc::set_handler(move || on_signal.request()).context("cannot listen to Ctrl-C")?;
    eprintln!("{WORKERS} workers. Type jobs, one a line; Ctrl-C or Ctrl-D ends.");

    // A thread that waits for the keyboard cannot be told to stop, so it is not joined: it hands its
    // lines over through a channel without room, and the one that it still holds is asked for at the end.
    let (typed, lines) = bounded::<String>(0);
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if typed.send(line).is_err() {
                return;
            }
        }
    });

    thread::scope(|scope| {
        let work = |worker: usize, job: &String| {
            println!("worker {worker} begins {job:?}");
            thread::sleep(Duration::from_millis(100 * job.chars().count() as u64));
        };
        let stage = Stage::start(scope, "worker", WORKERS, WAITING, &shutdown, work)?;
        // Somebody else reads the results, so that we may wait for room.
        let results = stage.results().clone();
        let telling = scope.spawn(move || {
            let mut told = 0;
            for done in results {
                println!("worker {} has done {:?}", done.worker, done.item);
                told += 1;
            }
            told
        });
        let stop = shutdown.receiver();
        let mut refused = None;
        loop {
            select! {
                recv(lines) -> line => {
                    let Ok(job) = line else { break };
                    if let Err(error) = stage.submit(job) {
                        refused = Some(error.into_item());
                        break;
                    }
                }
                recv(stop) -> _ => break,
            }
        }
        let finished = stage.finish();
        // `finish` and the other thread share the results; what it got, it returns.
        for done in &finished.done {
            println!("worker {} has done {:?}", done.worker, done.item);
        }
        let told: usize = telling
            .join()
            .map_err(|_| anyhow::anyhow!("the thread that tells of results panicked"))?;
        // The line that the keyboard's thread was about to hand over, if it has one.
        let read_too_late = lines.try_recv().ok();
        let not_begun = (finished.unprocessed.iter())
            .chain(&refused)
            .chain(&read_too_late);
        let mut left = 0;
        for job in not_begun {
            println!("not begun: {job:?}");
            left += 1;
        }
        let done = told + finished.done.len();
        println!(
            "{} lines were read: {done} done, {left} not begun",
            done + left
        );
        if shutdown.is_requested() {
            println!("(lines that you typed after those were not read, and are in no list)");
        }
        Ok(())
    })
}
