//! How many requests a second? `just bench http` (or `cargo bench -p lesson-4`), `--quick` for a short
//! run.
//!
//! A practice site in a process of its own serves a file of 2 KB and, in a second table, a page of
//! 32 KB. In the same run, one after another and in turns, ask for it:
//!
//! - `bare socket`: a keep-alive connection for each thread and nothing but reading to the end of the
//!   body. No client is quicker, so this is the limit;
//! - `our client`: one for all threads, with its limits, events and guard;
//! - `reqwest`: the blocking client that ours stands on, used directly;
//! - `ureq`: another blocking client, without a runtime behind it, and without timeouts (with one it
//!   starts a thread for each request, to look the name up);
//! - `requests`: Python's, a session for each thread, where a `python3` that has it is found (or is
//!   named by PYTHON).
//!
//! Beside the rate stands the processor time of the asking process for each request, and how much of
//! it was spent on the thread that the client starts by itself. Read ratios, not absolute numbers: the
//! site shares the machine's cores with whoever asks.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reports"
)]

mod askers;
mod python;

use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use askers::{Asker, Measured};
use practice_site::{Config, Site};
use tour::{Table, count};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const THREADS: [usize; 3] = [1, 8, 32];

/// Each rate is the best of so many rounds: somebody else may use the machine meanwhile.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve"] => serve(),
        _ if words.contains(&"--bench") => compare(words.contains(&"--quick")),
        _ => {
            println!("this is a benchmark: cargo bench -p lesson-4 --bench http [-- --quick]");
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The child: serves until its standard input ends, however its parent does.
fn serve() -> Result<()> {
    let site = Site::start(Config::default())?;
    println!("{}", site.address());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// The site in a process of its own, so that its processor time is not counted as the client's.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let output = child.stdout.take().ok_or("the site has no output")?;
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self {
            child,
            address: address.trim().to_owned(),
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn compare(quick: bool) -> Result<()> {
    let site = Served::start()?;
    let python = python::with_requests();
    let time = Duration::from_millis(if quick { 300 } else { 2_000 });
    for (what, path) in [("2 KB", "/bytes/2000"), ("32 KB", "/bytes/32000")] {
        println!("\nanswers of {what}, best of {ROUNDS} rounds of {time:?}:\n");
        let mut table = Table::new([
            "client",
            "threads",
            "requests a second",
            "of the limit",
            "CPU for each",
            "of it on its own thread",
        ]);
        for threads in THREADS {
            let askers = [Asker::Bare, Asker::Ours, Asker::Reqwest, Asker::Ureq];
            let mut best: Vec<Option<Measured>> = vec![None; askers.len() + 1];
            // In turns, so that a busy moment of the machine hits all of them.
            for _ in 0..ROUNDS {
                for (asker, best) in askers.iter().zip(&mut best) {
                    keep_best(best, asker.measure(&site.address, path, threads, time)?);
                }
                if let (Some(python), Some(best)) = (&python, best.last_mut()) {
                    keep_best(
                        best,
                        python::measure(python, &site.address, path, threads, time)?,
                    );
                }
            }
            let limit = best
                .first()
                .and_then(Option::as_ref)
                .map_or(0.0, Measured::rate);
            let names = [
                "bare socket",
                "our client",
                "reqwest",
                "ureq",
                "Python requests",
            ];
            for (name, measured) in names.iter().zip(&best) {
                let Some(measured) = measured else { continue };
                table.row([
                    (*name).to_owned(),
                    threads.to_string(),
                    format!("{}/s", count(measured.rate() as u64)),
                    format!("{:.0} %", 100.0 * measured.rate() / limit),
                    measured.processor_time(),
                    measured.own_thread(),
                ]);
            }
        }
        println!("{}", table.to_text(100));
    }
    if python.is_none() {
        println!("no python3 with requests was found; PYTHON=/path/to/python3 names one");
    }
    Ok(())
}

fn keep_best(best: &mut Option<Measured>, new: Measured) {
    if best.as_ref().is_none_or(|best| best.rate() < new.rate()) {
        *best = Some(new);
    }
}
