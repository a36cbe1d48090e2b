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

/// Throughput is the median of so many batches: somebody else may use the machine meanwhile.
const BATCHES: usize = 3;

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

/// What one server did.
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
        "| clients | server | connected in | threads | resident | to the last | worst \
         | deliveries/s | x bare | CPU/delivery |"
    );
    println!("|--:|:--|--:|--:|--:|--:|--:|--:|--:|--:|");
    for &clients in sizes {
        let mut bare = None;
        for &kind in &kinds {
            match measure(kind, clients, quick) {
                Ok(figures) => {
                    let yardstick = *bare.get_or_insert(figures.deliveries_per_second);
                    println!("| {clients} | {kind} | {} |", figures.cells(yardstick));
                }
                Err(why) => println!("| {clients} | {kind} | cannot: {why} |"),
            }
        }
    }
    println!();
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
    let messages = rounds * 2;
    let mut took = Vec::new();
    for _ in 0..BATCHES {
        took.push(load.many_at_a_time(messages, WINDOW, 60)?);
    }
    let deliveries = (messages * room) as f64;
    let cpu_per_delivery = match (busy, server.cpu()) {
        (Some(before), Some(after)) => Some((after - before).div_f64(deliveries * BATCHES as f64)),
        _ => None,
    };
    Ok(Figures {
        connected,
        threads: server.threads(),
        resident_kib: server.resident_kib(),
        median: median(&latencies),
        worst: latencies[latencies.len() - 1],
        deliveries_per_second: deliveries / median(&took).as_secs_f64(),
        cpu_per_delivery,
    })
}

impl Figures {
    /// Writes the cells of a row; `bare` is what bare writes brought in the same run.
    fn cells(&self, bare: f64) -> String {
        format!(
            "{:.2} s | {} | {} | {:.1} ms | {:.1} ms | {:.0} | {:.2} | {}",
            self.connected.as_secs_f64(),
            or_dash(self.threads.map(|threads| threads.to_string())),
            or_dash(
                self.resident_kib
                    .map(|kib| format!("{:.1} MiB", kib as f64 / 1024.0))
            ),
            self.median.as_secs_f64() * 1e3,
            self.worst.as_secs_f64() * 1e3,
            self.deliveries_per_second,
            self.deliveries_per_second / bare,
            or_dash(
                self.cpu_per_delivery
                    .map(|cpu| format!("{:.1} µs", cpu.as_secs_f64() * 1e6))
            ),
        )
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
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
        median(&latencies).as_secs_f64() * 1e3
    );
    server.end().map(drop)
}

/// What one client that never reads costs the others: the same work with and without it, in turns.
/// The server's CPU time is compared, since the time on the clock depends on who else is at work.
fn never_reading(quick: bool) -> Result<()> {
    println!(
        "\nOne client of a room of {ROOM_WITH_ONE_DEAF} that never reads, the same messages with \
         and without it:\n"
    );
    println!("| server | time without | with | CPU without | with | ratio | it was let go |");
    println!("|:--|--:|--:|--:|--:|--:|:--|");
    let rounds = if quick { 1 } else { 3 };
    for kind in [Kind::Readiness, Kind::Threads] {
        let mut took = [Vec::new(), Vec::new()];
        let mut cpu = [Vec::new(), Vec::new()];
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
                let busy = server.cpu();
                took[usize::from(deaf)].push(load.many_at_a_time(500, WINDOW, 500)?);
                if let (Some(before), Some(after)) = (busy, server.cpu()) {
                    cpu[usize::from(deaf)].push(after - before);
                }
                drop(load);
                let_go &= server.end()?.0 == u64::from(deaf);
            }
        }
        let seconds = |times: &[Duration]| median(times).as_secs_f64();
        let (cpu_cells, ratio) = match &cpu {
            [without, with] if !without.is_empty() => (
                format!("{:.2} s | {:.2} s", seconds(without), seconds(with)),
                seconds(with) / seconds(without),
            ),
            _ => ("- | -".to_owned(), seconds(&took[1]) / seconds(&took[0])),
        };
        println!(
            "| {kind} | {:.2} s | {:.2} s | {cpu_cells} | {ratio:.2} | {} |",
            seconds(&took[0]),
            seconds(&took[1]),
            if let_go { "yes, in each run" } else { "NO" }
        );
    }
    Ok(())
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}
