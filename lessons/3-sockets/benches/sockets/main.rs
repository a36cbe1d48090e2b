//! Where do threads stop paying? `just bench sockets` (or `cargo bench -p lesson-3`), `--quick` for
//! a short run.
//!
//! Each server runs in a process of its own, so that its memory, threads and CPU time are its alone,
//! and is loaded by another ([`load`]): connect so many clients, let up to a thousand of them join a
//! room, send messages to the room one at a time (latency: until the last member has it) and eight
//! at a time (deliveries a second). Beside our two engines run, in the same minute on the same
//! machine,
//!
//! - `bare writes`: no chat at all, one blocking `write` for each delivery, the yardstick;
//! - `ngircd`, the IRC server, where it is installed: `apt-get install ngircd`.
//!
//! Read ratios, not absolute numbers: the load shares the machine's cores with the server.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reports"
)]

mod load;
mod servers;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use load::Load;
use servers::{Kind, Process};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A room is no larger than this.
const ROOM: usize = 1_000;

/// The room in which one member never reads.
const ROOM_WITH_ONE_DEAF: usize = 300;

/// How many messages are under way at once when throughput is measured.
const WINDOW: usize = 8;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve", kind, clients] => servers::serve(kind, clients),
        ["load", protocol, address] => load::run(protocol, address),
        _ if words.contains(&"--bench") => compare(words.contains(&"--quick")),
        _ => {
            println!("this is a benchmark: cargo bench -p lesson-3 --bench sockets [-- --quick]");
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

/// What one server did with so many clients.
struct Row {
    kind: Kind,
    clients: usize,
    outcome: std::result::Result<Figures, String>,
}

struct Figures {
    connected: Duration,
    threads: Option<u64>,
    resident_kib: Option<u64>,
    median: Duration,
    worst: Duration,
    deliveries_per_second: f64,
    /// CPU time of the server for each delivery.
    cpu_per_delivery: Option<Duration>,
}

fn compare(quick: bool) -> Result<()> {
    let start = Instant::now();
    let sizes: &[usize] = if quick {
        &[100, 1_000]
    } else {
        &[100, 1_000, 4_000, 10_000]
    };
    let files = *sizes.last().expect("there is a size") as u64 + 100;
    sockets::limits::allow_open_files(files)?;
    let kinds = Kind::available();

    println!("A message of 60 bytes to a room of up to {ROOM}, by number of clients connected.\n");
    println!(
        "| clients | server | connected in | threads | resident | to the last | worst | deliveries/s | CPU/delivery |"
    );
    println!("|--:|:--|--:|--:|--:|--:|--:|--:|--:|");
    let mut rows = Vec::new();
    for &clients in sizes {
        for &kind in &kinds {
            let outcome = measure(kind, clients, quick).map_err(|error| error.to_string());
            let row = Row {
                kind,
                clients,
                outcome,
            };
            println!("{row}");
            rows.push(row);
        }
    }
    println!();
    ratios(&rows);
    everybody(*sizes.last().expect("there is a size"))?;
    never_reading(quick)?;
    println!("\n{:.0} s in all.", start.elapsed().as_secs_f64());
    Ok(())
}

/// Measures one server with so many clients.
fn measure(kind: Kind, clients: usize, quick: bool) -> Result<Figures> {
    let server = Process::start(kind, clients)?;
    match exercise(kind, clients, quick, &server) {
        Ok(figures) => server.end().map(|_| figures),
        // What the load sees is the consequence; the server knows the cause.
        Err(error) => match server.end()? {
            (_, Some(why)) => Err(why.into()),
            (_, None) => Err(error),
        },
    }
}

fn exercise(kind: Kind, clients: usize, quick: bool, server: &Process) -> Result<Figures> {
    let mut load = Load::start(kind, server.address())?;
    let room = clients.min(ROOM);
    let connected = load.connect(clients)?;
    load.join(room)?;
    // Enough messages for a second or so of work, whatever the room's size.
    let rounds = (if quick { 10_000 } else { 30_000 } / room).clamp(20, 100);
    let latencies = load.one_at_a_time(rounds, 60)?;
    let busy = server.cpu();
    let messages = rounds * 5;
    let took = load.many_at_a_time(messages, WINDOW, 60)?;
    let deliveries = (messages * room) as f64;
    let cpu_per_delivery = match (busy, server.cpu()) {
        (Some(before), Some(after)) => Some((after - before).div_f64(deliveries)),
        _ => None,
    };
    Ok(Figures {
        connected,
        threads: server.threads(),
        resident_kib: server.resident_kib(),
        median: latencies[latencies.len() / 2],
        worst: latencies[latencies.len() - 1],
        deliveries_per_second: deliveries / took.as_secs_f64(),
        cpu_per_delivery,
    })
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            kind,
            clients,
            outcome,
        } = self;
        write!(f, "| {clients} | {kind} | ")?;
        match outcome {
            Err(why) => write!(f, "cannot: {why} |"),
            Ok(figures) => write!(
                f,
                "{:.2} s | {} | {} | {:.1} ms | {:.1} ms | {:.0} | {} |",
                figures.connected.as_secs_f64(),
                or_dash(figures.threads.map(|threads| threads.to_string())),
                or_dash(
                    figures
                        .resident_kib
                        .map(|kib| format!("{:.1} MiB", kib as f64 / 1024.0))
                ),
                figures.median.as_secs_f64() * 1e3,
                figures.worst.as_secs_f64() * 1e3,
                figures.deliveries_per_second,
                or_dash(
                    figures
                        .cpu_per_delivery
                        .map(|cpu| format!("{:.1} µs", cpu.as_secs_f64() * 1e6))
                ),
            ),
        }
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

/// Sets each server's throughput against that of bare writes, in the same run.
fn ratios(rows: &[Row]) {
    println!("Deliveries a second as a multiple of bare writes in this run:\n");
    for row in rows {
        let bare = rows
            .iter()
            .find(|other| matches!(other.kind, Kind::Bare) && other.clients == row.clients);
        if let (
            Ok(figures),
            Some(Row {
                outcome: Ok(bare), ..
            }),
        ) = (&row.outcome, bare)
        {
            let ratio = figures.deliveries_per_second / bare.deliveries_per_second;
            println!("- {} clients, {}: {ratio:.2}", row.clients, row.kind);
        }
    }
    println!();
}

/// One message to everybody who is connected, on the readiness engine.
fn everybody(clients: usize) -> Result<()> {
    let server = Process::start(Kind::Readiness, clients)?;
    let mut load = Load::start(Kind::Readiness, server.address())?;
    load.connect(clients)?;
    load.join(clients)?;
    let latencies = load.one_at_a_time(10, 60)?;
    println!(
        "A message to all {clients} clients of the readiness engine in one room: the last has it \
         after {:.0} ms (median of 10).",
        latencies[latencies.len() / 2].as_secs_f64() * 1e3
    );
    server.end().map(drop)
}

/// What one client that never reads costs the others: the same work with and without it, in turns.
fn never_reading(quick: bool) -> Result<()> {
    println!(
        "\nOne client of a room of {ROOM_WITH_ONE_DEAF} that never reads, the same messages with and without it:\n"
    );
    println!("| server | without | with | ratio | it was let go |");
    println!("|:--|--:|--:|--:|:--|");
    let rounds = if quick { 1 } else { 3 };
    for kind in [Kind::Readiness, Kind::Threads] {
        let mut took = [Vec::new(), Vec::new()];
        let mut let_go = true;
        for _ in 0..rounds {
            for deaf in [false, true] {
                let server = Process::start(kind, ROOM_WITH_ONE_DEAF + 1)?;
                let mut load = Load::start(kind, server.address())?;
                load.connect(ROOM_WITH_ONE_DEAF)?;
                load.join(ROOM_WITH_ONE_DEAF)?;
                if deaf {
                    load.add_one_that_never_reads()?;
                }
                took[usize::from(deaf)].push(load.many_at_a_time(500, WINDOW, 500)?);
                let_go &= server.end()?.0 == u64::from(deaf);
            }
        }
        let [without, with] = took.map(|mut took| {
            took.sort_unstable();
            took[took.len() / 2].as_secs_f64()
        });
        println!(
            "| {kind} | {without:.2} s | {with:.2} s | {:.2} | {} |",
            with / without,
            if let_go { "yes, in each run" } else { "NO" }
        );
    }
    Ok(())
}
